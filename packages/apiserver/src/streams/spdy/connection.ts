// Owns the server's side of one SPDY/3.1 connection: the streams that a client opens on it, pings, and its end. It knows
// nothing of what the streams are for.
import type { Duplex } from 'node:stream';
import type { Clock } from '@berth/host';
import {
  dataFrame,
  type Frame,
  goAwayFrame,
  pingFrame,
  readFrames,
  resetFrame,
  resetReasons,
  synReplyFrame,
} from './frames.ts';
import { HeaderCodec } from './headers.ts';
import { SpdyStream, type StreamTransport } from './stream.ts';

export interface SpdyConnectionOptions {
  readonly clock: Clock;
  /** A new stream, which the client knows to be accepted. */
  readonly onStream: (stream: SpdyStream) => void;
}

/** A client from which nothing has come when the next ping is due is gone. */
const pingMs = 30_000;
/** How long a client may take to hang up after the server has. */
const lingerMs = 5_000;
/** A client that wants more is refused; kubectl opens two for each connection that it forwards. */
const maxStreams = 1_000;

export class SpdyConnection {
  readonly #transport: Duplex;
  readonly #options: SpdyConnectionOptions;
  readonly #codec = new HeaderCodec();
  readonly #streams = new Map<number, SpdyStream>();
  readonly #ofStreams: StreamTransport;
  #lastStreamId = 0;
  #heard = true;
  #heldUp = false;

  constructor(transport: Duplex, options: SpdyConnectionOptions) {
    this.#transport = transport;
    this.#options = options;
    // A `close` always follows.
    transport.on('error', () => {});
    this.#ofStreams = {
      send: (streamId, data, done) => transport.write(dataFrame(streamId, data), done),
      finish: (streamId, done) => transport.write(dataFrame(streamId, Buffer.alloc(0), { last: true }), done),
      forget: (streamId, reset) => {
        this.#streams.delete(streamId);
        if (reset) this.#send(resetFrame(streamId, resetReasons.cancel));
      },
    };
  }

  /** Resolves when the connection is over, however it ended; its streams then are, too. */
  async serve(): Promise<void> {
    const heartbeat = this.#keepAlive();
    try {
      for await (const frame of readFrames(this.#transport)) {
        this.#heard = true;
        await this.#receive(frame);
      }
    } catch {
      // The client has gone or does not speak SPDY: there is nobody to tell.
    } finally {
      heartbeat();
      this.#transport.destroy();
      for (const stream of this.#streams.values()) stream.destroy();
      this.#codec.close();
    }
  }

  /** Lets what was written arrive, and hangs up. */
  close(): void {
    if (this.#transport.writableEnded || this.#transport.destroyed) return;
    this.#send(goAwayFrame(this.#lastStreamId));
    this.#transport.end();
    const linger = this.#options.clock.after(lingerMs, () => this.#transport.destroy());
    this.#transport.once('close', () => linger.cancel());
  }

  async #receive(frame: Frame): Promise<void> {
    switch (frame.type) {
      case 'synStream':
        return this.#open(frame);
      case 'data': {
        const stream = this.#streams.get(frame.streamId);
        const room = frame.data.length > 0 ? stream?.receive(frame.data) : undefined;
        if (frame.last) stream?.receiveEnd();
        // One slow reader holds up the connection, as with Kubernetes: without windows nothing else can.
        this.#heldUp = room !== undefined;
        await room;
        this.#heldUp = false;
        return;
      }
      case 'reset':
        this.#streams.get(frame.streamId)?.destroy(new Error('the client has reset the stream'));
        return;
      case 'synReply':
      case 'headers':
        // Of no use here, but part of the history that the next block builds on.
        await this.#codec.decode(frame.block);
        return;
      case 'ping':
        // The client's have odd ids; the others are answers to ours.
        if (frame.id % 2 === 1) this.#send(pingFrame(frame.id));
        return;
      case 'goAway':
      case 'other':
        return;
    }
  }

  async #open({ streamId, block, last }: Extract<Frame, { type: 'synStream' }>): Promise<void> {
    const headers = await this.#codec.decode(block);
    if (streamId % 2 === 0 || streamId <= this.#lastStreamId) {
      this.#send(resetFrame(streamId, resetReasons.protocolError));
      return;
    }
    this.#lastStreamId = streamId;
    if (this.#streams.size >= maxStreams || this.#transport.writableEnded) {
      this.#send(resetFrame(streamId, resetReasons.refusedStream));
      return;
    }
    this.#send(synReplyFrame(streamId, await this.#codec.encode({})));
    const stream = new SpdyStream(streamId, headers, this.#ofStreams);
    this.#streams.set(streamId, stream);
    if (last) stream.receiveEnd();
    this.#options.onStream(stream);
  }

  #send(frame: Buffer): void {
    if (this.#transport.writable) this.#transport.write(frame);
  }

  /** Returns the function that ends it. */
  #keepAlive(): () => void {
    const { clock } = this.#options;
    let id = 0;
    const beat = () => {
      // While a reader holds the connection up, nothing can be heard.
      if (!this.#heard && !this.#heldUp) {
        this.#transport.destroy();
        return;
      }
      this.#heard = false;
      id += 2;
      this.#send(pingFrame(id));
      timer = clock.after(pingMs, beat);
    };
    let timer = clock.after(pingMs, beat);
    return () => timer.cancel();
  }
}
