// Owns the agent's HTTPS server, with the paths of Kubernetes' kubelet: logs and exec for the API server.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { aborted, type Component, type Logger } from '@berth/host';
import { badRequestError, StatusError } from '@berth/objects';
import { WebSocketServer } from 'ws';
import { whenAborted } from '../when-aborted.ts';
import { authorize } from './authentication.ts';
import { serveExec } from './exec-socket.ts';
import { limited, parseLogQuery } from './log-query.ts';
import type { ContainerName, PodAccess } from './pod-access.ts';

export interface KubeletServerOptions {
  readonly host: string;
  readonly port: number;
  /** PEM. */
  readonly cert: string;
  readonly key: string;
  /** PEM of the authority that signed the callers' certificates. */
  readonly ca: string;
  readonly pods: PodAccess;
  readonly log: Logger;
}

/** The newest first. */
const subprotocols = ['v5.channel.k8s.io', 'v4.channel.k8s.io'];

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
        { cert, key, ca, requestCert: true, rejectUnauthorized: false },
        (request, response) => {
          void answer(options, request, response);
        },
      );
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
    assertAllowed(request);
    if (request.method !== 'GET') throw new StatusError('MethodNotAllowed', `${request.method} is not supported here`);
    if (path[0] === 'pods' && path.length === 1) {
      const list = { kind: 'PodList', apiVersion: 'v1', metadata: {}, items: options.pods.pods() };
      response.setHeader('Content-Type', 'application/json');
      response.end(JSON.stringify(list));
    } else if (path[0] === 'containerLogs' && path.length === 4) {
      await sendLogs(options, { target: containerOf(path), query, response });
    } else {
      throw new StatusError('NotFound', 'the server could not find the requested resource');
    }
  } catch (error) {
    refuse(options, response, error);
  }
}

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
  try {
    const { path, query } = parseTarget(request);
    assertAllowed(request);
    if (path[0] !== 'exec' || path.length !== 4) {
      throw new StatusError('NotFound', 'the server could not find the requested resource');
    }
    const command = query.getAll('command');
    if (command.length === 0) throw badRequestError('you must specify at least 1 command');
    const on = (name: string) => ['1', 'true'].includes(query.get(name) ?? '');
    const wanted = { stdin: on('input'), stdout: on('output'), stderr: on('error'), tty: on('tty') };
    const session = await options.pods.exec(containerOf(path), { command, stdin: wanted.stdin, tty: wanted.tty });
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      serveExec(webSocket, session, wanted).catch((err: unknown) => options.log.warn({ err }, 'an exec broke off'));
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

function containerOf([, namespace = '', pod = '', container = '']: readonly string[]): ContainerName {
  return { namespace, pod, container };
}

function assertAllowed({ socket }: IncomingMessage): void {
  const verdict = socket instanceof TLSSocket ? authorize(socket) : 'unauthenticated';
  if (verdict === 'unauthenticated') throw new StatusError('Unauthorized', 'Unauthorized');
  if (verdict === 'forbidden') throw new StatusError('Forbidden', "the caller's certificate does not allow this");
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
