// Owns one stream of a SPDY connection, as a Node.js duplex stream: each direction ends by itself, and destroying it
// resets it at the other side.
import { Duplex } from 'node:stream';
import type { Headers } from './headers.ts';

/** What a stream asks of its connection. Each calls back when it has left, or failed. */
export interface StreamTransport {
  send(streamId: number, data: Uint8Array, done: (error?: Error | null) => void): void;
  finish(streamId: number, done: (error?: Error | null) => void): void;
  /** The stream is over; `reset`: before both directions had ended. */
  forget(streamId: number, reset: boolean): void;
}

/** Bytes that may wait for a reader before the whole connection is held up. */
const highWaterMark = 256 * 1024;

export class SpdyStream extends Duplex {
  readonly id: number;
  readonly headers: Headers;
  readonly #transport: StreamTransport;
  #roomAgain = () => {};

  constructor(id: number, headers: Headers, transport: StreamTransport) {
    super({ readableHighWaterMark: highWaterMark, writableHighWaterMark: highWaterMark });
    this.id = id;
    this.headers = headers;
    this.#transport = transport;
    // Readers and writers see the error themselves; one that comes when there are none must not end the process.
    this.on('error', () => {});
  }

  /** Called by the connection. Resolves when there is room for more. */
  receive(data: Buffer): Promise<void> | undefined {
    if (this.readableEnded || this.destroyed || this.push(data)) return undefined;
    return new Promise((resolve) => {
      this.#roomAgain = resolve;
    });
  }

  /** Called by the connection: the other side has ended its direction. */
  receiveEnd(): void {
    if (!this.destroyed) this.push(null);
  }

  override _read(): void {
    this.#roomAgain();
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    this.#transport.send(this.id, chunk, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#transport.finish(this.id, done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#roomAgain();
    this.#transport.forget(this.id, !(this.readableEnded && this.writableFinished));
    done(error);
  }
}
