// Owns the streams of a pod over WebSockets: Kubernetes' numbered channels, v5.channel.k8s.io, as a ChannelStream.
import { type ChannelStream, channels, type Status, StatusError } from '@berth/objects';
import WebSocket from 'ws';
import type { Connection } from './connection.ts';

const subprotocol = 'v5.channel.k8s.io';

/** Bytes that may wait in the socket before a sender should. */
const maxBuffered = 256 * 1024;

interface Message {
  readonly channel: number;
  readonly data: Uint8Array;
}

/** Resolves when the server has agreed; throws the StatusError that it answered instead. */
export async function openChannels(connection: Connection, path: string, signal: AbortSignal): Promise<ChannelStream> {
  const { server, ca, cert, key } = connection.options;
  const headers = await connection.identityHeaders();
  const socket = new WebSocket(`${server.replace(/^http/, 'ws')}${path}`, subprotocol, {
    ca,
    cert,
    key,
    // An array is a header that comes several times; the types of `ws` leave that out.
    headers: headers as Record<string, string>,
    signal,
  });
  socket.binaryType = 'nodebuffer';
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve(new SocketChannels(socket, signal)));
    socket.once('error', (error) => reject(new StatusError('ServiceUnavailable', error.message)));
    socket.once('unexpected-response', (_request, response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => reject(refusal(text, response.statusCode ?? 500)));
    });
  });
}

/** One connection to a port. Each channel begins with the port's number, which its reader has no use for. */
export async function openPort(connection: Connection, path: string, signal: AbortSignal): Promise<ChannelStream> {
  const stream = await openChannels(connection, path, signal);
  return {
    send: (channel, data) => stream.send(channel, data),
    drained: stream.drained && (() => stream.drained!()),
    close: () => stream.close(),
    async *[Symbol.asyncIterator]() {
      const begun = new Set<number>();
      for await (const message of stream) {
        const isNumber = message.channel !== channels.close && !begun.has(message.channel);
        if (isNumber) begun.add(message.channel);
        else yield message;
      }
    },
  };
}

function refusal(text: string, code: number): StatusError {
  try {
    return StatusError.from(JSON.parse(text) as Partial<Status>);
  } catch {
    return new StatusError('InternalError', text || `the server answered ${code}`);
  }
}

class SocketChannels implements ChannelStream {
  readonly #socket: WebSocket;
  readonly #received: Message[] = [];
  #wake: (() => void) | undefined;
  #ended = false;

  constructor(socket: WebSocket, signal: AbortSignal) {
    this.#socket = socket;
    socket.on('message', (frame: Buffer) => {
      if (frame.length === 0) return;
      this.#received.push({ channel: frame[0]!, data: frame.subarray(1) });
      // A reader that is slower than the container slows the container, not this process's memory.
      if (this.#received.length > 256) socket.pause();
      this.#wake?.();
    });
    const end = () => {
      this.#ended = true;
      this.#wake?.();
    };
    socket.on('close', end);
    socket.on('error', end);
    signal.addEventListener('abort', () => socket.terminate(), { once: true });
  }

  send(channel: number, data: Uint8Array): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(Buffer.concat([Buffer.of(channel), data]));
  }

  drained(): Promise<void> {
    if (this.#socket.bufferedAmount <= maxBuffered || this.#socket.readyState !== WebSocket.OPEN)
      return Promise.resolve();
    // An empty ping leaves behind everything that was sent before it.
    return new Promise((resolve) => this.#socket.ping(Buffer.alloc(0), undefined, () => resolve()));
  }

  close(): void {
    this.#socket.close();
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Message> {
    while (true) {
      const message = this.#received.shift();
      if (message) {
        if (this.#received.length === 0 && this.#socket.isPaused) this.#socket.resume();
        yield message;
      } else if (this.#ended) {
        return;
      } else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }
}
