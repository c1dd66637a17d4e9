// Owns logs and execs over HTTP: a log is a plain stream of bytes, an exec a WebSocket of numbered channels.
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Clock } from '@berth/host';
import { badRequestError, type ChannelStream, channels, isReason, type StatusError } from '@berth/objects';
import { type WebSocket, WebSocketServer } from 'ws';
import { drainedBelow } from '../streams/socket-channels.ts';
import type { Operation, OperationContext } from './operations.ts';
import { execOptions, logOptions } from './query.ts';

export async function streamLog(operation: Operation, { core, stopping }: OperationContext): Promise<void> {
  const { response, user, query } = operation;
  const abort = new AbortController();
  const end = () => abort.abort();
  response.on('close', end);
  stopping.addEventListener('abort', end, { once: true });
  try {
    const chunks = await core.log(user, podOf(operation), logOptions(query), abort.signal);
    response.writeHead(200, { 'Cache-Control': 'no-cache, private', 'Content-Type': 'text/plain' });
    response.flushHeaders();
    try {
      for await (const chunk of chunks) {
        if (!response.write(chunk)) await drain(operation, abort.signal);
        if (abort.signal.aborted) break;
      }
      response.end();
    } catch {
      // Too late for a Status: a cut connection tells the client that this was not the end of the log.
      response.destroy();
    }
  } finally {
    stopping.removeEventListener('abort', end);
    response.off('close', end);
    abort.abort();
  }
}

function podOf({ route }: Pick<Operation, 'route'>): { namespace?: string; name: string } {
  const { namespace, name = '' } = route;
  return { namespace, name };
}

function drain({ response }: Operation, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off('drain', done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    response.on('drain', done);
    signal.addEventListener('abort', done);
  });
}

const subprotocols = ['v5.channel.k8s.io', 'v4.channel.k8s.io'];
/** A client that has not answered a ping when the next one is due is gone. */
const pingMs = 30_000;
const maxBuffered = 256 * 1024;
/** Larger than any message of a client: kubectl copies its input in pieces of 32 kB. */
const maxPayload = 1024 * 1024;

const upgrades = new WebSocketServer({
  noServer: true,
  maxPayload,
  handleProtocols: (offered) => subprotocols.find((name) => offered.has(name)) ?? false,
});

export interface Upgrade extends Omit<Operation, 'response'> {
  readonly socket: Duplex;
  readonly head: Buffer;
}

/** Resolves when the exec has ended. Throws, before anything was sent, what the client must be told in plain HTTP. */
export async function streamExec(upgrade: Upgrade, { core, clock, stopping }: OperationContext): Promise<void> {
  const { request, socket, user, query } = upgrade;
  const options = execOptions(query);
  const abort = new AbortController();
  const end = () => abort.abort();
  const refusal = upgradeRefusal(request);
  // A client whose WebSocket was refused tries again with the older SPDY: it must see the reason of the first refusal.
  // So the request is looked at all the same, but nothing is started.
  if (refusal) abort.abort();
  socket.on('close', end);
  stopping.addEventListener('abort', end, { once: true });
  try {
    const stream = await core.exec(user, podOf(upgrade), options, abort.signal).catch((error: unknown) => {
      throw refusal && isReason(error, 'Timeout') ? refusal : error;
    });
    if (refusal) {
      stream.close();
      throw refusal;
    }
    const client = await upgraded(upgrade);
    if (client) await relay(client, stream, clock);
    else stream.close();
  } finally {
    stopping.removeEventListener('abort', end);
    abort.abort();
  }
}

/** Undefined if the client has gone, or if its handshake was none and `ws` has told it so. */
function upgraded({ request, socket, head }: Upgrade): Promise<WebSocket | undefined> {
  return new Promise((resolve) => {
    if (socket.destroyed) return resolve(undefined);
    socket.once('close', () => resolve(undefined));
    upgrades.handleUpgrade(request, socket, head, resolve);
  });
}

function upgradeRefusal(request: IncomingMessage): StatusError | undefined {
  if (request.headers.upgrade?.toLowerCase() !== 'websocket')
    return badRequestError('Upgrade request required: exec is served over WebSocket (v5.channel.k8s.io)');
  const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
  if (offered.some((name) => subprotocols.includes(name))) return undefined;
  return badRequestError(`none of the offered subprotocols is served: ${subprotocols.join(', ')}`);
}

/** Carries messages both ways, each at the pace of its receiver, until either side ends. */
async function relay(client: WebSocket, stream: ChannelStream, clock: Clock): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    client.on('close', () => {
      stream.close();
      resolve();
    });
  });
  // A `close` always follows.
  client.on('error', () => {});
  client.on('message', (frame: Buffer) => {
    if (frame.length === 0) return;
    stream.send(frame[0]!, frame.subarray(1));
    if (!stream.drained) return;
    client.pause();
    void stream.drained().then(() => client.resume());
  });
  const heartbeat = keepAlive(client, clock);
  try {
    for await (const { channel, data } of stream) {
      if (channel === channels.close && client.protocol !== subprotocols[0]) continue;
      client.send(Buffer.concat([Buffer.of(channel), data]));
      await drainedBelow(client, maxBuffered);
    }
    client.close(1000);
  } catch {
    client.close(1011);
  }
  await closed;
  heartbeat();
}

/** Pings an idle client, and cuts one off that does not answer. Returns the function that ends it. */
function keepAlive(client: WebSocket, clock: Clock): () => void {
  let alive = true;
  client.on('pong', () => {
    alive = true;
  });
  const beat = () => {
    if (!alive) return client.terminate();
    alive = false;
    client.ping();
    timer = clock.after(pingMs, beat);
  };
  let timer = clock.after(pingMs, beat);
  return () => timer.cancel();
}
