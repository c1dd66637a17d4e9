// Owns the agent's HTTPS server, with the paths of Kubernetes' kubelet: logs, streams and statistics.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { Duplex } from 'node:stream';
import { aborted, type Component, type Logger } from '@berth/host';
import { badRequestError, StatusError } from '@berth/objects';
import { WebSocketServer } from 'ws';
import { whenAborted } from '../when-aborted.ts';
import { type AuthorizationOptions, assertAllowed } from './authorization.ts';
import { limited, parseLogQuery } from './log-query.ts';
import type { NodeStats } from './node-stats.ts';
import { type ContainerName, containerOf, type PodAccess } from './pod-access.ts';
import { openStream } from './streams.ts';

export interface KubeletServerOptions {
  readonly host: string;
  readonly port: number;
  /** PEM. */
  readonly cert: string;
  readonly key: string;
  /** PEM of the authority that signed the callers' certificates. */
  readonly ca: string;
  /** Calls `use` with each pair that takes the place of this one. */
  readonly onRenewed?: (use: (pair: { readonly cert: string; readonly key: string }) => void) => void;
  readonly authorization: AuthorizationOptions;
  readonly pods: PodAccess;
  readonly stats: NodeStats;
  readonly log: Logger;
}

/** The newest first. */
const subprotocols = ['v5.channel.k8s.io', 'v4.channel.k8s.io'];

/** A command stands in the address: the API server takes 64 kB, each byte of which may be written as three. */
const maxHeaderSize = 256 * 1024;

export function createKubeletServer(options: KubeletServerOptions): Component {
  return {
    name: 'kubelet server',
    async start(signal) {
      const sockets = new WebSocketServer({
        noServer: true,
        handleProtocols: (offered) => subprotocols.find((protocol) => offered.has(protocol)) ?? false,
      });
      const { cert, key, ca } = options;
      // Without a certificate the caller gets a clear 401 instead of a broken handshake.
      const server = createServer(
        { cert, key, ca, requestCert: true, rejectUnauthorized: false, maxHeaderSize },
        (request, response) => {
          void answer(options, request, response);
        },
      );
      options.onRenewed?.((pair) => server.setSecureContext({ ...pair, ca }));
      server.on('upgrade', (request, socket, head) => {
        void upgrade(options, sockets, { request, socket, head });
      });
      await listen(server, options);
      const done = aborted(signal).then(
        () =>
          new Promise<void>((resolve) => {
            for (const socket of sockets.clients) socket.terminate();
            server.close(() => resolve());
            server.closeAllConnections();
          }),
      );
      return { done };
    },
  };
}

function listen(server: Server, { host, port }: KubeletServerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function answer(
  options: KubeletServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const { path, query } = parseTarget(request);
    if (path[0] === 'healthz') {
      response.end('ok');
      return;
    }
    await assertAllowed(options.authorization, request, `/${path.join('/')}`);
    if (request.method !== 'GET') throw new StatusError('MethodNotAllowed', `${request.method} is not supported here`);
    if (path[0] === 'containerLogs' && path.length === 4) {
      await sendLogs(options, { target: containerOf(path), query, response });
      return;
    }
    const document = documents[path.join('/')];
    if (!document) throw new StatusError('NotFound', 'the server could not find the requested resource');
    const { type, body } = await document(options, query);
    response.setHeader('Content-Type', type);
    response.end(body);
  } catch (error) {
    refuse(options, response, error);
  }
}

type Document = (
  options: KubeletServerOptions,
  query: URLSearchParams,
) => Promise<{ readonly type: string; readonly body: string }>;

const json = (value: object) => ({ type: 'application/json', body: JSON.stringify(value) });
const prometheus = 'text/plain; version=0.0.4; charset=utf-8';

/** What is answered whole, by path. */
const documents: Readonly<Record<string, Document>> = {
  pods: async ({ pods }) => json({ kind: 'PodList', apiVersion: 'v1', metadata: {}, items: pods.pods() }),
  'stats/summary': async ({ stats }, query) =>
    json(await stats.summary(['true', '1'].includes(query.get('only_cpu_and_memory') ?? ''))),
  'metrics/resource': async ({ stats }) => ({ type: prometheus, body: await stats.resourceMetrics() }),
  metrics: async ({ stats }) => ({ type: prometheus, body: await stats.metrics() }),
};

async function sendLogs(
  options: KubeletServerOptions,
  { target, query, response }: { target: ContainerName; query: URLSearchParams; response: ServerResponse },
): Promise<void> {
  const logOptions = parseLogQuery(query);
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  const bytes = await options.pods.logs(target, logOptions, gone.signal);
  response.setHeader('Content-Type', 'text/plain');
  response.flushHeaders();
  for await (const data of limited(bytes, logOptions.limitBytes)) {
    if (gone.signal.aborted) return;
    if (!response.write(data)) await drained(response, gone.signal);
  }
  response.end();
}

function drained(response: ServerResponse, gone: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    response.once('drain', resolve);
    whenAborted(gone, resolve);
  });
}

async function upgrade(
  options: KubeletServerOptions,
  sockets: WebSocketServer,
  { request, socket, head }: { request: IncomingMessage; socket: Duplex; head: Buffer },
): Promise<void> {
  const gone = new AbortController();
  socket.on('close', () => gone.abort());
  // A caller that goes away is no error of anybody's.
  socket.on('error', () => {});
  try {
    const { path, query } = parseTarget(request);
    await assertAllowed(options.authorization, request, `/${path.join('/')}`);
    const serve = await openStream(options.pods, { path, query, signal: gone.signal });
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      serve(webSocket).catch((err: unknown) => options.log.warn({ err, path: path[0] }, 'a stream broke off'));
    });
  } catch (error) {
    const status = statusOf(options, error);
    const body = JSON.stringify(status.toStatus());
    socket.end(
      `HTTP/1.1 ${status.code} ${status.reason}\r\nContent-Type: application/json\r\nConnection: close\r\n` +
        `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
  }
}

function parseTarget(request: IncomingMessage): { path: string[]; query: URLSearchParams } {
  const url = new URL(request.url ?? '/', 'https://kubelet');
  try {
    return { path: url.pathname.split('/').slice(1).map(decodeURIComponent), query: url.searchParams };
  } catch {
    throw badRequestError(`malformed path ${JSON.stringify(url.pathname)}`);
  }
}

function statusOf({ log }: KubeletServerOptions, error: unknown): StatusError {
  if (error instanceof StatusError) return error;
  log.warn({ err: error }, 'a request to the kubelet failed');
  return new StatusError('InternalError', error instanceof Error ? error.message : String(error));
}

function refuse(options: KubeletServerOptions, response: ServerResponse, error: unknown): void {
  const status = statusOf(options, error);
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.statusCode = status.code;
  response.setHeader('Content-Type', 'application/json');
  response.end(JSON.stringify(status.toStatus()));
}
