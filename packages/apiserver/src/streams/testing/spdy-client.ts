// Owns the client's side of a SPDY connection for tests: it says what a test tells it to, and keeps what it hears.
import type { Duplex } from 'node:stream';
import { controlFrame, dataFrame, type Frame, readFrames } from '../spdy/frames.ts';
import { HeaderCodec, type Headers } from '../spdy/headers.ts';

export interface SpdyClient {
  /** Resolves with the stream's id. */
  open(headers: Headers): Promise<number>;
  send(streamId: number, text: string, options?: { readonly last?: boolean }): void;
  reset(streamId: number): void;
  ping(id: number): void;
  /** Bytes as they are. */
  raw(bytes: Uint8Array): void;
  hangUp(): void;
  /** All frames until now that are no answers to `open`, in short: `1 data hello`, `1 end`, `1 reset`, `ping 2`. */
  readonly heard: readonly string[];
  /** Resolves when the server has hung up. */
  readonly over: Promise<void>;
}

export function spdyClient(transport: Duplex): SpdyClient {
  const codec = new HeaderCodec();
  const heard: string[] = [];
  let nextId = 1;
  const over = (async () => {
    try {
      for await (const frame of readFrames(transport.iterator({ destroyOnReturn: false })))
        heard.push(...inShort(frame));
    } catch {
      // Of a connection that broke, all that was heard counts.
    }
  })();
  return {
    async open(headers) {
      const id = nextId;
      nextId += 2;
      const block = await codec.encode(headers);
      transport.write(controlFrame(1, Buffer.concat([uint32(id), Buffer.alloc(6), block])));
      return id;
    },
    send: (id, text, options) => void transport.write(dataFrame(id, Buffer.from(text), options)),
    reset: (id) => void transport.write(controlFrame(3, Buffer.concat([uint32(id), uint32(5)]))),
    ping: (id) => void transport.write(controlFrame(6, uint32(id))),
    raw: (bytes) => void transport.write(bytes),
    hangUp: () => void transport.end(),
    heard,
    over,
  };
}

function inShort(frame: Frame): string[] {
  switch (frame.type) {
    case 'data':
      return [
        ...(frame.data.length > 0 ? [`${frame.streamId} data ${frame.data}`] : []),
        ...(frame.last ? [`${frame.streamId} end`] : []),
      ];
    case 'reset':
      return [`${frame.streamId} reset`];
    case 'ping':
      return [`ping ${frame.id}`];
    case 'synReply':
      return [];
    default:
      return [frame.type];
  }
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
