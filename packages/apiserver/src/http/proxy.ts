// Owns the passing on of HTTP requests to pods, services and nodes, and of what they answer: bodies as they come both
// ways, upgrades to other protocols, and links that lead back. Source: Kubernetes, k8s.io/apimachinery/pkg/util/proxy.
import {
  type ClientRequest,
  request as httpRequest,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type ServerResponse,
} from 'node:http';
import { type Duplex, pipeline, type Transform } from 'node:stream';
import { createGunzip, createGzip } from 'node:zlib';
import { badRequestError, StatusError, type UserInfo } from '@berth/objects';
import type { OpenProxy, ProxyTarget } from '../registry/proxy-targets.ts';
import { type Links, linkRewriter, rewrittenLink } from './link-rewriting.ts';
import type { RequestNotices } from './request-notices.ts';
import type { ResourceRoute } from './route.ts';

export interface Proxied {
  readonly request: IncomingMessage;
  readonly user: UserInfo;
  readonly route: ResourceRoute;
  readonly notices: RequestNotices;
}

export interface ProxyContext {
  readonly openProxy: OpenProxy;
  /** Aborts when the server stops. */
  readonly stopping: AbortSignal;
}

/** Source: RFC 9110, section 7.6.1; Go's reverse proxy. */
const hopByHop = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

const verbs: Readonly<Record<string, string>> = {
  GET: 'get',
  HEAD: 'get',
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};

/** What a role must grant for the method; undefined: nothing but every verb. */
export function proxyVerb(method: string): string | undefined {
  return verbs[method];
}

/** Resolves when the answer has been passed on, or either side has gone. Throws StatusError before anything was sent. */
export async function proxyRequest(
  proxied: Proxied & { readonly response: ServerResponse },
  context: ProxyContext,
): Promise<void> {
  const { request, response, route, notices } = proxied;
  const target = await open(proxied, context);
  const [path = '', query] = splitQuery(request.url ?? '');
  if (route.proxied === '') {
    response.writeHead(301, { Location: `${path}/${query}`, ...notices.headers }).end();
    return;
  }
  await whileOpen(response, context.stopping, async (signal) => {
    const sent = await begin(proxied, target, signal);
    if (hasBody(request)) request.pipe(sent);
    else sent.end();
    await passOn(await answerTo(sent), { response, links: linksOf(proxied, target), notices });
    // Of a body that the program did not want to the end, nobody else does either.
    if (!request.complete) request.socket.destroySoon();
  });
}

/**
 * Like `proxyRequest`, of a request that asks for another protocol; `refused` makes the response of a program that
 * declines. Resolves with the code of the answer.
 */
export async function proxyUpgrade(
  proxied: Proxied & { readonly socket: Duplex; readonly head: Buffer; readonly refused: () => ServerResponse },
  context: ProxyContext,
): Promise<number> {
  const { request, socket, head, notices } = proxied;
  if (hasBody(request)) throw badRequestError('a request for an upgrade has no body');
  const target = await open(proxied, context);
  return whileOpen(socket, context.stopping, async (signal) => {
    const upgrade = { Connection: 'Upgrade', Upgrade: request.headers.upgrade };
    const sent = await begin(proxied, target, signal, upgrade);
    const upgraded = new Promise<{ answer: IncomingMessage; far: Duplex; farHead: Buffer }>((resolve) => {
      sent.once('upgrade', (answer, far, farHead) => resolve({ answer, far, farHead }));
    });
    sent.end();
    const outcome = await Promise.race([upgraded, answerTo(sent)]);
    if (!('far' in outcome)) {
      const response = proxied.refused();
      await passOn(outcome, { response, links: linksOf(proxied, target), notices });
      return response.statusCode;
    }
    const { answer, far, farHead } = outcome;
    socket.write(switching(answer, notices));
    if (head.length > 0) far.write(head);
    if (farHead.length > 0) socket.write(farHead);
    signal.addEventListener('abort', () => far.destroy(), { once: true });
    await joined(socket, far);
    return 101;
  });
}

function open({ request, user, route, notices }: Proxied, { openProxy }: ProxyContext): Promise<ProxyTarget> {
  const { kind, namespace, name = '', proxied } = route;
  const verb = proxyVerb(request.method ?? '') ?? '';
  return openProxy(user, {
    resource: kind.resource,
    namespace,
    name,
    verb,
    path: proxied || '/',
    notices: notices.sinks,
  });
}

/** Runs `act` with a signal that aborts when the client has gone or the server stops, and at the end. */
async function whileOpen<T>(
  client: ServerResponse | Duplex,
  stopping: AbortSignal,
  act: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const abort = new AbortController();
  const end = () => abort.abort();
  client.on('close', end);
  stopping.addEventListener('abort', end, { once: true });
  try {
    return await act(abort.signal);
  } finally {
    stopping.removeEventListener('abort', end);
    client.off('close', end);
    abort.abort();
  }
}

/** The request to the program, its head ready to go; what becomes of it `answerTo` tells. */
async function begin(
  { request, route }: Proxied,
  target: ProxyTarget,
  signal: AbortSignal,
  upgrade: OutgoingHttpHeaders = {},
): Promise<ClientRequest> {
  const connection = await target.connect(signal).catch((error: unknown) => {
    throw unreachable(error);
  });
  const { proxied } = route;
  const [, query] = splitQuery(request.url ?? '');
  try {
    const sent = httpRequest({
      method: request.method,
      path: `${proxied || '/'}${query}`,
      headers: { ...forwardedHeaders(request, route), ...upgrade },
      createConnection: () => connection,
      signal,
    });
    // Of an upgrade the request is over when the connection goes on.
    let isUpgraded = false;
    sent.once('upgrade', () => {
      isUpgraded = true;
    });
    sent.on('close', () => {
      if (!isUpgraded) connection.destroy();
    });
    return sent;
  } catch (error) {
    connection.destroy();
    throw error;
  }
}

function answerTo(sent: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    sent.once('response', resolve);
    sent.on('error', (error) => reject(unreachable(error)));
  });
}

/** As Kubernetes words it. A program that breaks off in the middle of its answer is the client's broken connection. */
function unreachable(error: unknown): StatusError {
  const reason = error instanceof Error ? error.message : String(error);
  const status = new StatusError('ServiceUnavailable', `error trying to reach service: ${reason}`);
  status.cause = error;
  return status;
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** Who the client is, the program is not told by the cluster's credentials: those were for this server. */
function forwardedHeaders(request: IncomingMessage, route: ResourceRoute): OutgoingHttpHeaders {
  const { headers } = request;
  const isPrivate = (name: string) => name === 'authorization' || name === 'expect' || name.startsWith('impersonate-');
  const passed = Object.entries(endToEnd(headers)).filter(([name]) => !isPrivate(name));
  const chain = [headers['x-forwarded-for'], request.socket.remoteAddress].flat().filter(Boolean);
  return {
    ...Object.fromEntries(passed),
    ...(headers['transfer-encoding'] === undefined ? {} : { 'transfer-encoding': 'chunked' }),
    'x-forwarded-for': chain.join(', '),
    'x-forwarded-uri': `${prefixOf(request, route)}${route.proxied}`,
  };
}

/** Without those that are about one connection alone. */
function endToEnd(headers: IncomingMessage['headers']): OutgoingHttpHeaders {
  const named = (headers.connection ?? '').split(',').map((name) => name.trim().toLowerCase());
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !hopByHop.includes(name) && !named.includes(name)),
  );
}

function linksOf({ request, route }: Proxied, { host }: ProxyTarget): Links {
  return { prefix: prefixOf(request, route), hosts: [host, request.headers.host ?? host] };
}

function prefixOf(request: IncomingMessage, { proxied = '' }: ResourceRoute): string {
  const [path] = splitQuery(request.url ?? '');
  return path.slice(0, path.length - proxied.length);
}

/** The query with its question mark, or nothing. */
function splitQuery(url: string): readonly [path: string, query: string] {
  const mark = url.indexOf('?');
  return mark < 0 ? [url, ''] : [url.slice(0, mark), url.slice(mark)];
}

async function passOn(
  answer: IncomingMessage,
  {
    response,
    links,
    notices,
  }: { readonly response: ServerResponse; readonly links: Links; readonly notices: RequestNotices },
): Promise<void> {
  const headers = answerHeaders(answer, notices);
  if (typeof headers.location === 'string') headers.location = rewrittenLink(headers.location, links);
  const rewriting = response.req.method === 'HEAD' ? [] : rewriters(answer, links);
  if (rewriting.length > 0) delete headers['content-length'];
  response.writeHead(answer.statusCode ?? 502, headers);
  // What comes slowly, such as events, begins at once.
  response.flushHeaders();
  await new Promise<void>((resolve) => {
    // Too late for a Status: a cut connection tells the client that this was not the end.
    pipeline([answer, ...rewriting, response], () => resolve());
  });
}

/** What the body goes through on its way; nothing for what is no HTML, or packed in a way that is not known here. */
function rewriters({ headers, statusCode }: IncomingMessage, links: Links): Transform[] {
  const isHtml = /^text\/html\s*(;|$)/i.test(headers['content-type'] ?? '');
  if (!isHtml || statusCode === 206) return [];
  switch (headers['content-encoding'] ?? 'identity') {
    case 'identity':
      return [linkRewriter(links)];
    case 'gzip':
      return [createGunzip(), linkRewriter(links), createGzip()];
    default:
      return [];
  }
}

/** Those of the program, and after its own warnings those of the server. */
function answerHeaders({ headers }: IncomingMessage, notices: RequestNotices): OutgoingHttpHeaders {
  const { warning, ...others } = endToEnd(headers);
  const warnings = [warning ?? [], notices.headers.Warning ?? []].flat();
  return warnings.length === 0 ? others : { ...others, Warning: warnings };
}

function switching(answer: IncomingMessage, notices: RequestNotices): string {
  const { statusMessage, headers } = answer;
  const fields = { ...answerHeaders(answer, notices), Connection: 'Upgrade', Upgrade: headers.upgrade };
  const lines = Object.entries(fields).flatMap(([name, value]) => [value].flat().map((each) => `${name}: ${each}\r\n`));
  return `HTTP/1.1 101 ${statusMessage || 'Switching Protocols'}\r\n${lines.join('')}\r\n`;
}

/** Carries bytes both ways until both have ended, or either breaks off. */
function joined(near: Duplex, far: Duplex): Promise<void> {
  // Two pipelines listen more often than a leak is supposed to.
  near.setMaxListeners(20);
  return new Promise((resolve) => {
    let open = 2;
    const ended = (error: NodeJS.ErrnoException | null) => {
      open -= 1;
      if (open > 0 && !error) return;
      near.destroy();
      far.destroy();
      resolve();
    };
    // `end: false` would keep the other direction open for ever; each direction ends what it writes to.
    pipeline(near, far, ended);
    pipeline(far, near, ended);
  });
}
