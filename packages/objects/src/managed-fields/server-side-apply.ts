// Owns an apply request from the configuration that a client sent to the object that is to be stored, with its managers,
// or the error that Kubernetes answers.
import type { Decoded, DecodeOptions } from '../decode/decode.ts';
import { decode, decodePatched } from '../decode/decode.ts';
import { documentOf, formOf } from '../documents/facts-form.ts';
import type { DocumentType } from '../documents/form.ts';
import { badRequestError, StatusError } from '../errors/status-error.ts';
import { isObject, type JsonObject } from '../json-value.ts';
import type { Kind } from '../kinds/kind.ts';
import type { Draft, KubeObject } from '../object.ts';
import { apiVersionOf } from '../resource.ts';
import { applyConfiguration, type Conflict } from './apply.ts';
import { pathsOf } from './field-set.ts';
import { fieldsOfLastApply, withLastApplied } from './last-applied.ts';
import type { Manager, ManagerName } from './managers.ts';
import { trackedTypeOf } from './tracked-type.ts';
import { managersOf, setManagers } from './tracking.ts';
import { duplicateIn } from './walk.ts';

export interface ApplyRequest {
  /** As its body was parsed. */
  readonly configuration: unknown;
  readonly manager: string;
  readonly subresource?: string;
  readonly force: boolean;
  /** RFC 3339. */
  readonly time: string;
  readonly decoding: DecodeOptions;
}

/** `current` undefined: the object is to be created. Throws BadRequest, Invalid, and Conflict with its causes. */
export function serverSideApply<T extends KubeObject>(
  kind: Kind<T>,
  current: T | undefined,
  request: ApplyRequest,
): Decoded<T> {
  const document = documentOf(kind);
  const { manager, subresource, force, time } = request;
  const { configuration, warnings } = checked(document, request);
  const name: ManagerName = {
    manager,
    operation: 'Apply',
    apiVersion: apiVersionOf(document),
    ...(subresource ? { subresource } : {}),
  };
  const tracked = trackedTypeOf(document, { hasStatus: kind.subresources.includes('status'), subresource });
  const object = current as unknown as JsonObject | undefined;
  // What the body says that nobody knows has been told already.
  const normalised = (merged: unknown) => decodePatched(document, merged, { fieldValidation: 'Ignore' }).object;
  const applied = applyConfiguration({
    type: formOf(document).mergeType,
    tracked,
    object,
    managers: current ? managersOf(current) : new Map(),
    configuration,
    name,
    time,
    force,
    allowed: object && fieldsOfLastApply(tracked, object, manager),
    normalise: (merged) => normalised({ ...typeMetaOf(document), ...merged }) as unknown as JsonObject,
  });
  if (applied.outcome === 'conflict') throw applyConflictError(applied.conflicts);
  const draft = withLastApplied(applied.object, configuration, manager) as unknown as Draft<T>;
  setManagers(draft as Draft<KubeObject>, applied.managers);
  return { object: draft, warnings };
}

function typeMetaOf(document: DocumentType): { kind: string; apiVersion: string } {
  return { kind: document.kind, apiVersion: apiVersionOf(document) };
}

function checked(
  document: DocumentType,
  { configuration, decoding }: ApplyRequest,
): { configuration: JsonObject; warnings: readonly string[] } {
  if (!isObject(configuration)) throw badRequestError('error decoding YAML: the configuration is no object');
  const { apiVersion, kind, ...fields } = configuration;
  if (!apiVersion || !kind)
    throw badRequestError(
      `invalid object type: ${JSON.stringify({ apiVersion, kind })}: apiVersion and kind must be set`,
    );
  const form = formOf(document);
  const [unknown] = form.unknownFields(fields);
  const { name = '', namespace = '', managedFields } = isObject(fields.metadata) ? fields.metadata : {};
  const refuse = (problem: string) =>
    badRequestError(
      `failed to create typed patch object (${namespace}/${name}; ${apiVersion}, Kind=${kind}): ${problem}`,
    );
  if (unknown !== undefined) throw refuse(`.${unknown}: field not declared in schema`);
  if (managedFields) throw badRequestError('metadata.managedFields must be nil');
  // Its form is checked alone, so that what is wrong is told of the configuration and not of the merged object.
  const { warnings } = decode(document, configuration, decoding);
  const duplicate = duplicateIn(form.mergeType, fields);
  if (duplicate !== undefined) throw refuse(duplicate);
  return { configuration, warnings };
}

/** In the words of Kubernetes 1.32. */
function applyConflictError(conflicts: readonly Conflict[]): StatusError {
  const told = conflicts
    .map(({ manager, fields }) => ({ who: textOf(manager), paths: pathsOf(fields) }))
    .sort((a, b) => (a.who < b.who ? -1 : 1));
  const causes = told.flatMap(({ who, paths }) =>
    paths.map((field) => ({ reason: 'FieldManagerConflict' as const, message: `conflict with ${who}`, field })),
  );
  const list =
    causes.length === 1
      ? `1 conflict: ${causes[0]!.message}: ${causes[0]!.field}`
      : `${causes.length} conflicts: ${told.map(({ who, paths }) => listOf(who, paths)).join('\n')}`;
  return new StatusError('Conflict', `Apply failed with ${list}`, { causes });
}

function listOf(who: string, paths: readonly string[]): string {
  return [`conflicts with ${who}:`, ...paths.map((path) => `- ${path}`)].join('\n');
}

function textOf({ manager, subresource, operation, apiVersion }: Manager): string {
  const name = JSON.stringify(manager) + (subresource ? ` with subresource ${JSON.stringify(subresource)}` : '');
  return operation === 'Update' ? `${name} using ${apiVersion}` : name;
}
