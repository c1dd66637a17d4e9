// Owns logs over HTTP: a plain stream of bytes, or the messages of a WebSocket.
import { drainedBelow } from '../streams/socket-channels.ts';
import { sendPlain } from '../streams/socket-messages.ts';
import type { Operation, OperationContext } from './operations.ts';
import { logOptions } from './query.ts';
import { podOf } from './route.ts';
import { createUpgrader, keepAlive, type Upgrade, unnamed, whileConnected } from './upgrades.ts';

const upgrader = createUpgrader({ webSocket: ['binary.k8s.io', 'base64.binary.k8s.io', unnamed], spdy: [] });
const maxBuffered = 256 * 1024;

export async function streamLog(operation: Operation, { core, stopping }: OperationContext): Promise<void> {
  const { response, user, query } = operation;
  const abort = new AbortController();
  const end = () => abort.abort();
  response.on('close', end);
  stopping.addEventListener('abort', end, { once: true });
  try {
    const pod = podOf(operation.route);
    const chunks = await core.log(user, pod, logOptions(query, pod.name), abort.signal);
    response.writeHead(200, { 'Cache-Control': 'no-cache, private', 'Content-Type': 'text/plain' });
    response.flushHeaders();
    operation.audit.started(200);
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

/** Resolves when the log has ended. Throws, before anything was sent, what the client must be told in plain HTTP. */
export function streamLogMessages(upgrade: Upgrade, { core, clock, stopping }: OperationContext): Promise<void> {
  const { request, user, query, route } = upgrade;
  const pod = podOf(route);
  const options = logOptions(query, pod.name);
  upgrader.check(request);
  return whileConnected(upgrade, stopping, async (signal) => {
    const chunks = await core.log(user, pod, options, signal);
    const client = await upgrader.accept(upgrade);
    if (client?.transport !== 'webSocket') return;
    const { webSocket } = client;
    const closed = new Promise((resolve) => webSocket.once('close', resolve));
    keepAlive(webSocket, clock);
    try {
      for await (const chunk of chunks) {
        sendPlain(webSocket, chunk);
        await drainedBelow(webSocket, maxBuffered);
        if (signal.aborted) break;
      }
      webSocket.close(1000);
    } catch {
      webSocket.close(1011);
    }
    await closed;
  });
}
