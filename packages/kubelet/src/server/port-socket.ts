// Owns one connection to a pod's port over a WebSocket: one channel for its bytes, one for what went wrong. Each
// direction ends by itself, as TCP's do.
import type { Duplex } from 'node:stream';
import { channels, portChannels } from '@berth/objects';
import type { WebSocket } from 'ws';

const endOfData = Buffer.of(channels.close, portChannels.data);

/** Resolves when either side has gone, or both have ended. */
export async function servePort(socket: WebSocket, target: Duplex): Promise<void> {
  socket.on('close', () => target.destroy());
  socket.on('error', () => target.destroy());
  socket.on('message', (frame: Buffer) => {
    if (frame[0] === channels.close && frame[1] === portChannels.data) target.end();
    if (frame[0] !== portChannels.data || target.write(frame.subarray(1)) || target.destroyed) return;
    socket.pause();
    target.once('drain', () => socket.resume());
  });
  target.once('close', () => socket.resume());
  const closed = new Promise<void>((resolve) => target.once('close', () => resolve()));
  try {
    for await (const data of target.iterator({ destroyOnReturn: false }))
      await sent(socket, Buffer.concat([Buffer.of(portChannels.data), data as Buffer]));
    await sent(socket, endOfData);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    await sent(socket, Buffer.concat([Buffer.of(portChannels.error), Buffer.from(reason)]));
  }
  await closed;
  socket.close(1000);
}

function sent(socket: WebSocket, message: Buffer): Promise<void> {
  if (socket.readyState !== socket.OPEN) return Promise.resolve();
  return new Promise((resolve) => socket.send(message, () => resolve()));
}
