// Owns the change of an HTTP request into a connection that speaks another protocol: WebSocket or, as kubectl before
// 1.31 asks for, SPDY/3.1. What is then said over it is others' affair.
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Clock } from '@berth/host';
import { badRequestError } from '@berth/objects';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Operation } from './operations.ts';

export interface Upgrade extends Omit<Operation, 'response'> {
  readonly socket: Duplex;
  readonly head: Buffer;
}

/** Among the names of `webSocket`: a client that asks for none is served too. */
export const unnamed = '';

/** What a path speaks, each by the names under which clients ask for it, the best first. */
export interface ServedProtocols {
  readonly webSocket: readonly string[];
  readonly spdy: readonly string[];
}

type Connection =
  | { readonly transport: 'webSocket'; readonly webSocket: WebSocket }
  | { readonly transport: 'spdy'; readonly socket: Duplex };

export interface Upgrader {
  /** Throws BadRequest if the client asks for nothing that is served. */
  check(request: IncomingMessage): void;
  /** Undefined if the client has gone, or if its handshake was none and it has been told so. */
  accept(upgrade: Upgrade): Promise<Connection | undefined>;
}

/** Larger than any message of a client: kubectl copies its input in pieces of 32 kB. */
const maxPayload = 1024 * 1024;
const spdy = 'SPDY/3.1';
const spdyProtocolHeader = 'X-Stream-Protocol-Version';

export function createUpgrader(served: ServedProtocols): Upgrader {
  const answerHeaders = new WeakMap<IncomingMessage, readonly string[]>();
  const webSockets = new WebSocketServer({
    noServer: true,
    maxPayload,
    handleProtocols: (offered) => served.webSocket.find((name) => offered.has(name)) ?? false,
  });

  webSockets.on('headers', (headers, request) => headers.push(...(answerHeaders.get(request) ?? [])));

  return {
    check(request) {
      const protocol = request.headers.upgrade?.toLowerCase();
      if (protocol !== 'websocket' && protocol !== spdy.toLowerCase())
        throw badRequestError(`Upgrade request required: WebSocket (${listed(served.webSocket)}) or ${spdy}`);
      const names = protocol === 'websocket' ? served.webSocket : served.spdy;
      const offered = offeredTo(request, protocol);
      if (!names.some((name) => (name === unnamed ? offered.length === 0 : offered.includes(name))))
        throw badRequestError(`none of the offered subprotocols is served: ${listed(names)}`);
    },

    accept(upgrade) {
      const { request, socket, head } = upgrade;
      if (socket.destroyed) return Promise.resolve(undefined);
      if (request.headers.upgrade?.toLowerCase() !== 'websocket') {
        const accepted = acceptSpdy(upgrade, served.spdy);
        upgrade.audit.started(101);
        return Promise.resolve({ transport: 'spdy', socket: accepted });
      }
      return new Promise((resolve) => {
        socket.once('close', () => resolve(undefined));
        answerHeaders.set(request, headersOf(upgrade));
        webSockets.handleUpgrade(request, socket, head, (webSocket) => {
          // A `close` always follows.
          webSocket.on('error', () => {});
          upgrade.audit.started(101);
          resolve({ transport: 'webSocket', webSocket });
        });
      });
    },
  };
}

function listed(names: readonly string[]): string {
  return names.filter((name) => name !== unnamed).join(', ');
}

/** Source: Kubernetes, k8s.io/apimachinery/pkg/util/httpstream: the best that the client offers is named in the answer. */
function acceptSpdy(upgrade: Upgrade, names: readonly string[]): Duplex {
  const { request, socket, head } = upgrade;
  const offered = offeredTo(request, 'spdy');
  const chosen = names.find((name) => offered.includes(name));
  const protocol = ['Connection: Upgrade', `Upgrade: ${spdy}`, `${spdyProtocolHeader}: ${chosen}`];
  const headers = [...protocol, ...headersOf(upgrade)];
  socket.write(`HTTP/1.1 101 Switching Protocols\r\n${headers.join('\r\n')}\r\n\r\n`);
  if (head.length > 0) socket.unshift(head);
  return socket;
}

/** What the answer to any request carries. */
function headersOf({ audit, notices }: Upgrade): readonly string[] {
  const warnings = notices.headers.Warning ?? [];
  return [audit.header.join(': '), ...warnings.map((text) => `Warning: ${text}`)];
}

function offeredTo({ headers }: IncomingMessage, transport: string): readonly string[] {
  const header = transport === 'websocket' ? 'sec-websocket-protocol' : spdyProtocolHeader.toLowerCase();
  return [headers[header] ?? []].flat().flatMap((value) => value.split(',').map((name) => name.trim()));
}

/** Runs `act` with a signal that aborts when the client goes away or the server stops, and at the end. */
export async function whileConnected(
  { socket }: Upgrade,
  stopping: AbortSignal,
  act: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const abort = new AbortController();
  const end = () => abort.abort();
  socket.on('close', end);
  stopping.addEventListener('abort', end, { once: true });
  try {
    await act(abort.signal);
  } finally {
    stopping.removeEventListener('abort', end);
    abort.abort();
  }
}

/** A client that has not answered a ping when the next one is due is gone. */
const pingMs = 30_000;

/** Pings a client, and cuts one off that does not answer. Ends with the socket. */
export function keepAlive(client: WebSocket, clock: Clock): void {
  let alive = true;
  client.on('pong', () => {
    alive = true;
  });
  const beat = () => {
    // Nothing can be heard of a client that is held up.
    if (!alive && !client.isPaused) return client.terminate();
    alive = false;
    client.ping();
    timer = clock.after(pingMs, beat);
  };
  let timer = clock.after(pingMs, beat);
  client.once('close', () => timer.cancel());
}
