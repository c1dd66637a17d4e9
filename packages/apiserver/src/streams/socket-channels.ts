// Owns the numbered channels of Kubernetes' remote command protocol over one WebSocket: the first byte of each binary
// message is the channel. Used towards the nodes.
import type { ChannelStream } from '@berth/objects';
import { WebSocket } from 'ws';

interface Message {
  readonly channel: number;
  readonly data: Uint8Array;
}

/** How many messages may wait for a slow reader before the socket is paused. */
const maxWaiting = 64;
/** Bytes that may wait in the socket before a sender should. */
const maxBuffered = 256 * 1024;

/** `socket` is open. The stream ends with the socket, and the socket with the signal. */
export function socketChannels(socket: WebSocket, signal: AbortSignal): ChannelStream {
  const waiting: Message[] = [];
  let ended = false;
  let wake = () => {};

  socket.on('message', (frame: Buffer) => {
    if (frame.length === 0) return;
    waiting.push({ channel: frame[0]!, data: frame.subarray(1) });
    if (waiting.length >= maxWaiting) socket.pause();
    wake();
  });
  const end = () => {
    ended = true;
    signal.removeEventListener('abort', terminate);
    wake();
  };
  const terminate = () => socket.terminate();
  socket.on('close', end);
  // A `close` always follows.
  socket.on('error', () => {});
  signal.addEventListener('abort', terminate, { once: true });
  if (signal.aborted) terminate();

  return {
    send(channel, data) {
      if (socket.readyState === WebSocket.OPEN) socket.send(Buffer.concat([Buffer.of(channel), data]));
    },
    drained: () => drainedBelow(socket, maxBuffered),
    close: () => socket.close(1000),
    async *[Symbol.asyncIterator]() {
      while (true) {
        const message = waiting.shift();
        if (message) {
          if (socket.isPaused && waiting.length < maxWaiting / 2) socket.resume();
          yield message;
        } else if (ended) {
          return;
        } else {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      }
    },
  };
}

/** Resolves when few enough bytes wait in the socket, or when it is closed. */
export function drainedBelow(socket: WebSocket, bytes: number): Promise<void> {
  if (socket.bufferedAmount <= bytes || socket.readyState !== WebSocket.OPEN) return Promise.resolve();
  // An empty ping leaves behind everything that was sent before it.
  return new Promise((resolve) => socket.ping(Buffer.alloc(0), undefined, () => resolve()));
}
