// Owns the way of a request through the server: who asks, what for, whether there is room, and the answer or its Status.
import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Logger, Registry } from '@berth/host';
import { type Kind, notServedError, StatusError, type UserInfo } from '@berth/objects';
import type { Auditor } from '../audit/auditor.ts';
import type { Authenticator } from '../auth/authenticate.ts';
import type { AuthenticationMetrics } from '../auth/authentication-metrics.ts';
import { impersonated } from '../auth/impersonation.ts';
import type { FlowControl } from '../flow-control/flow-control.ts';
import type { Documents } from '../openapi/documents.ts';
import { type Authorizer, pathRefusal } from '../registry/authorization.ts';
import type { OpenProxy } from '../registry/proxy-targets.ts';
import { type HealthCheck, health } from './health.ts';
import { type Operation, type OperationContext, runOperation } from './operations.ts';
import { streamLog, streamLogMessages } from './pod-log.ts';
import { streamPorts } from './port-forward.ts';
import { proxyRequest, proxyUpgrade } from './proxy.ts';
import { flag } from './query.ts';
import { streamCommand } from './remote-command.ts';
import { RequestAudit } from './request-audit.ts';
import { dryRunOf, type RequestLabels, type RequestMetrics } from './request-metrics.ts';
import { RequestNotices } from './request-notices.ts';
import { isWatch, methodNotAllowed, metricVerb, upgrades, verbAsked, verbOf } from './request-verb.ts';
import { errorAnswer, respond, statusOf } from './respond.ts';
import { checkName, type ResourceRoute, type Router } from './route.ts';
import { sent } from './sent.ts';
import { streamWatchMessages } from './watch-messages.ts';

export interface DispatcherOptions {
  readonly context: OperationContext;
  readonly router: Router;
  readonly documents: Documents;
  readonly authenticate: Authenticator;
  readonly authorizer: Required<Authorizer>;
  readonly openProxy: OpenProxy;
  readonly flowControl: FlowControl;
  /** How many objects of a kind there are. */
  readonly objectCount: (kind: Kind) => number;
  readonly requestMetrics: RequestMetrics;
  readonly authenticationMetrics: AuthenticationMetrics;
  readonly auditor?: Auditor;
  readonly metrics: Registry;
  readonly liveChecks: readonly HealthCheck[];
  readonly readyChecks: readonly HealthCheck[];
  readonly log: Logger;
}

export interface Dispatcher {
  request(request: IncomingMessage, response: ServerResponse): Promise<void>;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void>;
  /** A request is being passed on that may take as long as its client and its program like. */
  isProxying(socket: Duplex): boolean;
}

interface Parsed {
  readonly path: string;
  readonly query: URLSearchParams;
}

export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const { context, router, documents, authenticate, authorizer, flowControl, requestMetrics, log } = options;
  const { authenticationMetrics } = options;
  const auditing = { auditor: options.auditor, authorizer, random: context.random };
  const proxyContext = { openProxy: options.openProxy, stopping: context.stopping };
  const proxying = new WeakSet<Duplex>();

  async function serve(request: IncomingMessage, response: ServerResponse, from: Asked): Promise<void> {
    const { path, query, route, audit, notices } = from;
    if (isHealth(path) || path === '/version') {
      audit.sentBy(undefined);
      return isHealth(path) ? serveHealth(request, response, from) : serveDocument(request, response, path);
    }
    const user = await authenticated(request, audit);
    if (route?.proxied !== undefined) return serveProxy(request, response, { user, route, audit, notices });
    if (route) return serveResource(request, response, { user, route, query, audit, notices });
    const asked = { verb: (request.method ?? 'GET').toLowerCase(), path };
    if (!authorizer.allowsPath(user, asked)) throw pathRefusal(user, asked);
    if (path === '/metrics') return serveMetrics(request, response);
    return serveDocument(request, response, path);
  }

  async function authenticated(request: IncomingMessage, audit: RequestAudit): Promise<UserInfo> {
    const sender = await authenticationMetrics.measured(() => authenticate(request));
    audit.sentBy(sender);
    if (!sender) throw new StatusError('Unauthorized', 'Unauthorized');
    const user = impersonated(sender, request.headers, authorizer);
    audit.actingAs(user, sender);
    return user;
  }

  function askedBy(request: IncomingMessage): Asked {
    const { path, query } = parsed(request);
    const route = router(path);
    const method = request.method ?? 'GET';
    const verb = (route && verbAsked(route, method, query)) ?? method.toLowerCase();
    const audit = new RequestAudit(auditing, { request, verb, path, route });
    return { path, query, route, audit, notices: new RequestNotices(audit) };
  }

  async function serveResource(
    request: IncomingMessage,
    response: ServerResponse,
    { user, route, query, audit, notices }: Known & Pick<Asked, 'query'>,
  ): Promise<void> {
    if (route.kind.deprecation) notices.sinks.onWarning(route.kind.deprecation);
    const labels = labelsOf(route, request.method ?? '');
    const started = context.clock.monotonic();
    let lasts = false;
    try {
      const verb = verbOf(route, request.method ?? '', query);
      checkName(route);
      const operation = { request, response, user, route, verb, query, audit, notices };
      labels.verb = metricVerb(verb, route, request);
      if (upgrades(route)) throw new StatusError('BadRequest', 'Upgrade request required');
      lasts = verb === 'watch' || (route.subresource === 'log' && flag(query, 'follow') === true);
      const leave = lasts ? requestMetrics.longRunning(labels) : await placeFor(operation);
      try {
        await (route.subresource === 'log' ? streamLog(operation, context) : runOperation(operation, context));
        // Its seats are the bound on the memory that answers take which nobody reads.
        await sent(response, context.clock);
      } finally {
        leave();
      }
    } catch (error) {
      await fail(request, response, { error, audit, notices });
    }
    const seconds = lasts ? undefined : (context.clock.monotonic() - started) / 1000;
    const { statusCode: code } = response;
    requestMetrics.finished(labels, { code, seconds, bytes: bytesOf(response), dryRun: dryRunOf(query) });
  }

  function placeFor({ user, verb, route, query, response }: Operation): (() => void) | Promise<() => void> {
    const { group, plural } = route.kind.resource;
    return flowControl.enter({
      user,
      verb,
      group,
      plural,
      namespace: route.namespace,
      objects: options.objectCount(route.kind),
      limit: Number(query.get('limit')) || undefined,
      onGone: (cancel) => response.once('close', cancel),
    });
  }

  async function serveProxy(
    request: IncomingMessage,
    response: ServerResponse,
    { user, route, audit, notices }: Known,
  ): Promise<void> {
    const labels = { ...labelsOf(route, ''), verb: 'CONNECT' };
    const leave = requestMetrics.longRunning(labels);
    proxying.add(request.socket);
    try {
      await proxyRequest({ request, response, user, route, notices }, proxyContext);
    } catch (error) {
      await fail(request, response, { error, audit, notices });
    } finally {
      proxying.delete(request.socket);
      leave();
    }
    requestMetrics.finished(labels, { code: response.statusCode });
  }

  async function serveHealth(request: IncomingMessage, response: ServerResponse, { path, query }: Parsed) {
    const checks = path.startsWith('/livez') ? options.liveChecks : options.readyChecks;
    const found = await health(path, query, checks);
    if (!found) throw notServedError();
    const body = Buffer.from(found.text);
    await respond(request, response, { code: found.code, body, contentType: 'text/plain; charset=utf-8' });
  }

  async function serveMetrics(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = Buffer.from(await options.metrics.metrics());
    await respond(request, response, { code: 200, body, contentType: options.metrics.contentType });
  }

  async function serveDocument(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const document = documents(trimmed(path), request.headers.accept);
    if (!document) throw notServedError();
    if (request.method !== 'GET' && request.method !== 'HEAD') throw methodNotAllowed();
    const { body, contentType, etag } = document;
    const headers = { ETag: etag, Vary: 'Accept' };
    if (request.headers['if-none-match'] === etag) {
      response.writeHead(304, headers).end();
      return;
    }
    await respond(request, response, { code: 200, body, contentType, headers });
  }

  async function fail(
    request: IncomingMessage,
    response: ServerResponse,
    { error, audit, notices }: { error: unknown } & Pick<Asked, 'audit' | 'notices'>,
  ): Promise<void> {
    const { status, known } = statusOf(error);
    audit.failed(error, { status, known });
    if (!known) log.error({ err: error, method: request.method, path: parsed(request).path }, 'a request failed');
    const { headers, ...answer } = errorAnswer(status, request.headers.accept);
    if (!response.headersSent)
      await respond(request, response, { ...answer, headers: { ...headers, ...notices.headers } });
    else if (!response.writableEnded) response.destroy();
  }

  async function serveUpgrade(
    request: IncomingMessage,
    { socket, head }: { socket: Duplex; head: Buffer },
    { query, route, audit, notices }: Asked,
  ): Promise<void> {
    const user = await authenticated(request, audit);
    if (!route) throw notServedError();
    const watches = isWatch(route, query);
    const stream = watches ? streamWatchMessages : streamsOfPods[route.subresource ?? ''];
    if (!stream && route.proxied === undefined) throw new StatusError('BadRequest', 'this path cannot be upgraded');
    const labels = { ...labelsOf(route, ''), verb: watches ? 'WATCH' : 'CONNECT' };
    const leave = requestMetrics.longRunning(labels);
    try {
      let code = 101;
      if (!stream) {
        const refused = () => responseOver(socket, request, audit);
        code = await proxyUpgrade({ request, socket, head, user, route, notices, refused }, proxyContext);
      } else {
        const verb = watches ? 'watch' : 'get';
        await stream({ request, socket, head, user, route, verb, query, audit, notices }, context);
      }
      audit.completed(code);
      requestMetrics.finished(labels, { code });
    } finally {
      leave();
    }
  }

  return {
    async request(request, response) {
      const from = askedBy(request);
      const { audit, notices } = from;
      response.setHeader(...audit.header);
      await serve(request, response, from).catch((error) => fail(request, response, { error, audit, notices }));
      audit.completed(response.statusCode);
    },
    isProxying: (socket) => proxying.has(socket),
    async upgrade(request, socket, head) {
      const from = askedBy(request);
      const { audit, notices } = from;
      // A client that goes away while it is answered is no error of anybody's.
      socket.on('error', () => socket.destroy());
      try {
        await serveUpgrade(request, { socket, head }, from);
      } catch (error) {
        const response = responseOver(socket, request, audit);
        await fail(request, response, { error, audit, notices });
        audit.completed(response.statusCode);
      }
    },
  };
}

/** What is said over a connection to a pod, by subresource. */
const streamsOfPods: Readonly<Record<string, typeof streamCommand>> = {
  exec: streamCommand,
  attach: streamCommand,
  portforward: streamPorts,
  log: streamLogMessages,
};

/** What a request asks for, as far as its first line tells. */
interface Asked extends Parsed {
  readonly route: ResourceRoute | undefined;
  readonly audit: RequestAudit;
  readonly notices: RequestNotices;
}

/** What a known user asks of a resource. */
interface Known extends Pick<Asked, 'audit' | 'notices'> {
  readonly user: UserInfo;
  readonly route: ResourceRoute;
}

/** An ordinary answer to a request that asked for another protocol. */
function responseOver(socket: Duplex, request: IncomingMessage, audit: RequestAudit): ServerResponse {
  const response = new ServerResponse(request);
  // Over HTTPS the stream is a socket, which the types of the event do not say.
  response.assignSocket(socket as Socket);
  response.shouldKeepAlive = false;
  response.setHeader(...audit.header);
  response.on('finish', () => (socket as Socket).destroySoon());
  return response;
}

function parsed(request: IncomingMessage): Parsed {
  const url = request.url ?? '/';
  const mark = url.indexOf('?');
  if (mark < 0) return { path: url, query: new URLSearchParams() };
  return { path: url.slice(0, mark), query: new URLSearchParams(url.slice(mark + 1)) };
}

function trimmed(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}

function isHealth(path: string): boolean {
  return /^\/(livez|readyz|healthz)(\/|$)/.test(path);
}

function bytesOf(response: ServerResponse): number | undefined {
  const length = response.getHeader('content-length');
  return length === undefined ? undefined : Number(length);
}

function labelsOf(route: ResourceRoute, method: string): RequestLabels & { verb: string } {
  const { group, version, plural } = route.kind.resource;
  const scope = route.name !== undefined ? 'resource' : route.namespace !== undefined ? 'namespace' : 'cluster';
  return { verb: method, group, version, resource: plural, subresource: route.subresource ?? '', scope };
}
