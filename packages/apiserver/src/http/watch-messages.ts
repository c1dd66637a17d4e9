// Owns watches over a WebSocket, as browsers open them: one message an event. Everything else of a watch is as over
// HTTP. Source: Kubernetes' watch handler.
import type { WatchEvent } from '@berth/objects';
import { type WebSocket, WebSocketServer } from 'ws';
import { isBearerProtocol } from '../auth/socket-token.ts';
import { drainedBelow } from '../streams/socket-channels.ts';
import { type OperationContext, type WatchRequest, watchRequest } from './operations.ts';
import { statusOf } from './respond.ts';
import { keepAlive, type Upgrade, whileConnected } from './upgrades.ts';
import { refusal, watchMs } from './watch.ts';

const webSockets = new WebSocketServer({
  noServer: true,
  // A watcher has nothing to say.
  maxPayload: 1024,
  // Kubernetes takes any name, and a browser insists on being told one of those that it offers.
  handleProtocols: (offered) => [...offered].find((name) => !isBearerProtocol(name)) ?? false,
});

const maxBuffered = 256 * 1024;

/** Resolves when the watch has ended. Throws, before anything was sent, what the client must be told in plain HTTP. */
export function streamWatchMessages(upgrade: Upgrade, context: OperationContext): Promise<void> {
  const { request, socket, head } = upgrade;
  const asked = watchRequest(upgrade, context);
  return whileConnected(upgrade, context.stopping, async (signal) => {
    const batches = asked.open(signal)[Symbol.asyncIterator]();
    const first = batches.next();
    await refusal(first);
    if (socket.destroyed) return;
    const client = await new Promise<WebSocket | undefined>((resolve) => {
      socket.once('close', () => resolve(undefined));
      webSockets.handleUpgrade(request, socket, head, resolve);
    });
    if (!client) return;
    // A `close` always follows.
    client.on('error', () => {});
    keepAlive(client, context.clock);
    const timer = context.clock.after(watchMs(asked.timeoutSeconds, context.random), () => client.close(1000));
    signal.addEventListener('abort', () => client.close(1001), { once: true });
    try {
      await send(client, asked, { batches, first });
    } finally {
      timer.cancel();
      client.close(1000);
    }
  });
}

interface Batches {
  readonly batches: AsyncIterator<readonly WatchEvent[]>;
  readonly first: Promise<IteratorResult<readonly WatchEvent[]>>;
}

async function send(client: WebSocket, { presentation }: WatchRequest, { batches, first }: Batches): Promise<void> {
  const isText = presentation.watchType === 'application/json';
  // Messages are told apart by the WebSocket; protobuf needs no length before them.
  const say = (bytes: Buffer) =>
    isText ? client.send(bytes, { binary: false }) : client.send(bytes.subarray(4), { binary: true });
  try {
    for (let batch = await first; !batch.done; batch = await batches.next()) {
      for (const event of batch.value) say(presentation.event(event));
      await drainedBelow(client, maxBuffered);
      if (client.readyState !== client.OPEN) break;
    }
    await batches.return?.();
  } catch (error) {
    if (client.readyState !== client.OPEN) return;
    const { status, known } = statusOf(error);
    say(presentation.failure(status.toStatus()));
    if (!known) throw error;
  }
}
