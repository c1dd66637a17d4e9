// Owns the REST verbs on objects: each reads its request, calls the core and answers.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock, Random } from '@berth/host';
import {
  type Api,
  formOf,
  type Kind,
  type KubeObject,
  type Status,
  type UserInfo,
  type WatchEvent,
} from '@berth/objects';
import { readObject, readOptionalObject, readPatch } from './body.ts';
import { listOptions, watchOptions } from './list-query.ts';
import { type AnswerForm, negotiate } from './negotiate.ts';
import { createPresentation, type Presentation } from './presentation.ts';
import { checkVersion, deleteOptions, flag, patchOptions, writeOptions } from './query.ts';
import { audited, type RequestAudit } from './request-audit.ts';
import type { RequestMetrics } from './request-metrics.ts';
import type { RequestNotices } from './request-notices.ts';
import { respond } from './respond.ts';
import type { ResourceRoute } from './route.ts';
import { bodyOf, kindVerbs, subresourceFacts, type Verb } from './subresources.ts';
import { streamWatch } from './watch.ts';
import type { WatchTurn } from './watch-rounds.ts';
import type { YamlTurns } from './yaml-turns.ts';

export interface Operation {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly user: UserInfo;
  readonly route: ResourceRoute;
  readonly verb: Verb;
  readonly query: URLSearchParams;
  readonly audit: RequestAudit;
  readonly notices: RequestNotices;
}

export interface OperationContext {
  readonly core: Api;
  readonly clock: Clock;
  readonly random: Random;
  /** Aborts when the server stops. */
  readonly stopping: AbortSignal;
  /** In which large bodies are read. */
  readonly yaml: YamlTurns;
  /** Counts the events of one watch. */
  readonly eventsSent: RequestMetrics['eventsSent'];
  /** When watches are told of what has happened. */
  readonly watchTurn: WatchTurn;
}

export function runOperation(operation: Operation, context: OperationContext): Promise<void> {
  switch (operation.verb) {
    case 'get':
      return get(operation, context);
    case 'list':
      return list(operation, context);
    case 'watch':
      return watch(operation, context);
    case 'create':
      return create(operation, context);
    case 'update':
      return update(operation, context);
    case 'patch':
      return patch(operation, context);
    case 'delete':
      return remove(operation, context);
    case 'deletecollection':
      return removeCollection(operation, context);
  }
}

async function get(operation: Operation, context: OperationContext): Promise<void> {
  const { user, route, query } = operation;
  const form = presentationOf(operation, context);
  checkVersion(query);
  const object = await context.core.get(user, route.kind.resource, target(route));
  await answer(operation, form, { code: 200, body: form.presentation.object(object) });
}

async function list(operation: Operation, context: OperationContext): Promise<void> {
  const { user, route, query } = operation;
  const form = presentationOf(operation, context);
  const found = await context.core.list(user, route.kind.resource, listOptions(query, route.namespace));
  await answer(operation, form, { code: 200, body: form.presentation.list(found) });
}

/** What a request to watch asks for, whatever carries the events. */
export interface WatchRequest {
  readonly presentation: Presentation;
  readonly timeoutSeconds: number | undefined;
  open(signal: AbortSignal): AsyncIterable<readonly WatchEvent[]>;
}

export function watchRequest(operation: Asked & Pick<Operation, 'user'>, context: OperationContext): WatchRequest {
  const { user, route, query } = operation;
  const { timeoutSeconds, ...asked } = watchOptions(query, route.namespace);
  const ofOne = route.name === undefined ? {} : { fieldSelector: `metadata.name=${route.name}` };
  const { presentation } = presentationOf(operation, context);
  const sent = context.eventsSent(route.kind.resource);
  return {
    presentation: {
      ...presentation,
      event(event) {
        const bytes = presentation.event(event);
        sent(bytes.length);
        return bytes;
      },
    },
    timeoutSeconds,
    open: (signal) =>
      context.core.watch(user, route.kind.resource, { ...asked, ...ofOne, signal, turn: context.watchTurn }),
  };
}

async function watch(operation: Operation, context: OperationContext): Promise<void> {
  const { clock, random, stopping } = context;
  for (const [name, value] of Object.entries(operation.notices.headers)) operation.response.setHeader(name, value);
  const abort = new AbortController();
  const stop = () => abort.abort();
  stopping.addEventListener('abort', stop, { once: true });
  try {
    await streamWatch({
      ...watchRequest(operation, context),
      response: operation.response,
      abort,
      clock,
      random,
      started: () => operation.audit.started(200),
    });
  } finally {
    stopping.removeEventListener('abort', stop);
  }
}

async function create(operation: Operation, context: OperationContext): Promise<void> {
  const { user, route, request } = operation;
  const form = presentationOf(operation, context);
  const writing = writeOf(operation, 'CreateOptions');
  const { value, duplicates } = await readObject(request, bodyOf(route.kind, route.subresource), context.yaml);
  operation.audit.trail?.requestBody(value);
  const options = { ...writing, duplicates };
  const { namespace, name, subresource } = route;
  const created = await context.core.create(
    user,
    route.kind.resource,
    { namespace, name, subresource },
    value,
    options,
  );
  const part = subresource ?? route.kind.standsFor?.subresource;
  const status = part !== undefined && subresourceFacts(part).answersStatus;
  const body = status ? form.presentation.status(success({ code: 201 })) : form.presentation.object(created);
  await answer(operation, form, { code: 201, body });
}

async function update(operation: Operation, context: OperationContext): Promise<void> {
  const { user, route, request } = operation;
  const form = presentationOf(operation, context);
  const writing = writeOf(operation, 'UpdateOptions');
  const { value, duplicates } = await readObject(request, bodyOf(route.kind, route.subresource), context.yaml);
  operation.audit.trail?.requestBody(value);
  let code = 200;
  const onCreated = () => {
    code = 201;
  };
  const options = { ...writing, duplicates, onCreated };
  const object = await context.core.update(user, route.kind.resource, target(route), value, options);
  await answer(operation, form, { code, body: form.presentation.object(object) });
}

async function patch(operation: Operation, context: OperationContext): Promise<void> {
  const { user, route, request, query } = operation;
  const form = presentationOf(operation, context);
  const { type, body } = await readPatch(request, bodyOf(route.kind, route.subresource), context.yaml);
  operation.audit.trail?.requestBody(body.value);
  const writing = {
    ...patchOptions(query, type, request.headers['user-agent']),
    force: flag(query, 'force'),
    ...operation.notices.sinks,
  };
  let code = 200;
  const onCreated = () => {
    code = 201;
  };
  const options = { ...writing, duplicates: body.duplicates, onCreated };
  const object = await context.core.patch(
    user,
    route.kind.resource,
    target(route),
    { type, body: body.value },
    options,
  );
  await answer(operation, form, { code, body: form.presentation.object(object) });
}

async function remove(operation: Operation, context: OperationContext): Promise<void> {
  const { user, route, query } = operation;
  const form = presentationOf(operation, context);
  const options = { ...deleteOptions(query, await deletionBody(operation, context)), ...operation.notices.sinks };
  const object = await context.core.delete(user, route.kind.resource, target(route), options);
  // An object that is gone is mostly answered with a Status, one that waits for its grace period or finalizers with
  // itself. Source: Kubernetes' delete handler, which answers 202 to those who asked for the wait.
  const waits = object.metadata.deletionTimestamp !== undefined;
  const body =
    waits || route.kind.returnsDeleted
      ? form.presentation.object(object)
      : form.presentation.status(success(detailsOf(route.kind, object)));
  const askedToWait = options.propagationPolicy === 'Foreground' || options.orphanDependents === false;
  await answer(operation, form, { code: waits && askedToWait ? 202 : 200, body });
}

async function removeCollection(operation: Operation, context: OperationContext): Promise<void> {
  const { user, route, query } = operation;
  const form = presentationOf(operation, context);
  const options = { ...deleteOptions(query, await deletionBody(operation, context)), ...operation.notices.sinks };
  const selection = listOptions(query, route.namespace);
  const deleted = await context.core.deleteCollection(user, route.kind.resource, selection, options);
  await answer(operation, form, { code: 200, body: form.presentation.list(deleted) });
}

async function deletionBody({ request, audit }: Operation, { yaml }: OperationContext): Promise<unknown> {
  const body = await readOptionalObject(request, deleteOptionsBody, yaml);
  if (body !== undefined) audit.trail?.requestBody(body);
  return body;
}

interface Form {
  readonly presentation: Presentation;
  readonly encoding: AnswerForm['encoding'];
}

/** What the form of an answer depends on. */
type Asked = Pick<Operation, 'request' | 'route' | 'query' | 'audit'>;

function presentationOf({ request, route, query, audit }: Asked, { clock }: OperationContext): Form {
  const { protobuf } = formOf(bodyOf(route.kind, route.subresource));
  const offer = { protobuf: protobuf !== undefined, table: isRead(route) };
  const form = negotiate(request.headers.accept, offer);
  const presentation = createPresentation({
    kind: printedKind(route),
    protobuf,
    form,
    includeObject: query.get('includeObject') || undefined,
    now: () => clock.now(),
  });
  const shown = audit.trail ? audited(presentation, audit.trail, route.kind) : presentation;
  return { presentation: shown, encoding: form.encoding };
}

/** What can only be asked, as a review, has no rows. */
function isRead({ kind, subresource }: ResourceRoute): boolean {
  return (subresource === undefined ? kindVerbs(kind) : subresourceFacts(subresource).verbs).includes('get');
}

/** A subresource of another kind has none of the columns of its object. */
function printedKind({ kind, subresource }: ResourceRoute): Kind {
  const facts = subresource === undefined ? undefined : subresourceFacts(subresource);
  return facts?.kind ? { ...kind, columns: facts.columns ?? [] } : kind;
}

function writeOf({ query, request, notices }: Operation, kind: 'CreateOptions' | 'UpdateOptions') {
  return { ...writeOptions(query, kind, request.headers['user-agent']), ...notices.sinks };
}

/** A route without a name leads to verbs of collections, which do not come here. */
function target(route: ResourceRoute): { namespace?: string; name: string; subresource?: string } {
  const { namespace, name = '', subresource } = route;
  return { namespace, name, subresource };
}

const deleteOptionsBody = { kind: 'DeleteOptions', type: 'io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions' };

function answer(
  { request, response, notices }: Operation,
  form: Form,
  { code, body }: { code: number; body: Buffer },
): Promise<void> {
  return respond(request, response, { code, body, headers: notices.headers, encoding: form.encoding });
}

function detailsOf({ resource }: Kind, { metadata }: KubeObject): Partial<Status> {
  const group = resource.group ? { group: resource.group } : {};
  return { details: { name: metadata.name, ...group, kind: resource.plural, uid: metadata.uid } };
}

function success(more: Partial<Status>): Status {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', ...more };
}
