// Owns the frames of SPDY/3.1: their bytes, without what they mean to a connection. Header blocks stay compressed.
// Source: SPDY draft 3.1, section 2.6.

export type Frame =
  | { readonly type: 'data'; readonly streamId: number; readonly last: boolean; readonly data: Buffer }
  | { readonly type: 'synStream'; readonly streamId: number; readonly last: boolean; readonly block: Buffer }
  | { readonly type: 'synReply' | 'headers'; readonly streamId: number; readonly last: boolean; readonly block: Buffer }
  | { readonly type: 'reset'; readonly streamId: number }
  | { readonly type: 'ping'; readonly id: number }
  | { readonly type: 'goAway' }
  /**
   * Settings, and window updates: Kubernetes' clients and servers send none and heed none. A sender that is too fast
   * is held back by the connection below.
   */
  | { readonly type: 'other' };

/** Why a stream is reset. */
export const resetReasons = { protocolError: 1, refusedStream: 3, cancel: 5 } as const;

const version = 3;
const types = { synStream: 1, synReply: 2, reset: 3, ping: 6, goAway: 7, headers: 8 } as const;
const finFlag = 1;
const frameHeaderLength = 8;
/** kubectl's frames have at most 32 kB. */
const maxFrameLength = 1024 * 1024;

/** Ends with the source, within a frame too. Throws on what is no SPDY/3. */
export async function* readFrames(source: AsyncIterable<Uint8Array>): AsyncGenerator<Frame> {
  let waiting: Buffer = Buffer.alloc(0);
  for await (const chunk of source) {
    waiting = waiting.length === 0 ? Buffer.from(chunk) : Buffer.concat([waiting, chunk]);
    while (waiting.length >= frameHeaderLength) {
      const length = waiting.readUInt32BE(4) & 0xff_ffff;
      if (length > maxFrameLength) throw new RangeError(`a frame of ${length} bytes is too long`);
      const end = frameHeaderLength + length;
      if (waiting.length < end) break;
      yield parse(waiting.subarray(0, end));
      waiting = waiting.subarray(end);
    }
  }
}

function parse(bytes: Buffer): Frame {
  const word = bytes.readUInt32BE(0);
  const last = (bytes[4]! & finFlag) !== 0;
  const payload = bytes.subarray(frameHeaderLength);
  if ((word & 0x8000_0000) === 0) return { type: 'data', streamId: word, last, data: payload };
  if (((word >>> 16) & 0x7fff) !== version) throw new RangeError('a frame is not of SPDY/3');
  switch (word & 0xffff) {
    case types.synStream:
      return { type: 'synStream', streamId: streamIdOf(payload), last, block: payload.subarray(10) };
    case types.synReply:
      return { type: 'synReply', streamId: streamIdOf(payload), last, block: payload.subarray(4) };
    case types.headers:
      return { type: 'headers', streamId: streamIdOf(payload), last, block: payload.subarray(4) };
    case types.reset:
      return { type: 'reset', streamId: streamIdOf(payload) };
    case types.ping:
      return { type: 'ping', id: payload.readUInt32BE(0) };
    case types.goAway:
      return { type: 'goAway' };
    default:
      return { type: 'other' };
  }
}

function streamIdOf(payload: Buffer): number {
  return payload.readUInt32BE(0) & 0x7fff_ffff;
}

export function dataFrame(streamId: number, data: Uint8Array, { last = false } = {}): Buffer {
  return Buffer.concat([frameHeader(streamId, last ? finFlag : 0, data.length), data]);
}

export function synReplyFrame(streamId: number, block: Uint8Array): Buffer {
  return controlFrame(types.synReply, Buffer.concat([uint32(streamId), block]));
}

export function resetFrame(streamId: number, reason: number): Buffer {
  return controlFrame(types.reset, Buffer.concat([uint32(streamId), uint32(reason)]));
}

export function pingFrame(id: number): Buffer {
  return controlFrame(types.ping, uint32(id));
}

/** `lastStreamId`: of the other side's streams, the last that was taken. */
export function goAwayFrame(lastStreamId: number): Buffer {
  const ok = 0;
  return controlFrame(types.goAway, Buffer.concat([uint32(lastStreamId), uint32(ok)]));
}

export function controlFrame(type: number, payload: Uint8Array): Buffer {
  return Buffer.concat([frameHeader((0x8000 | version) * 0x1_0000 + type, 0, payload.length), payload]);
}

function frameHeader(word: number, flags: number, length: number): Buffer {
  const header = Buffer.alloc(frameHeaderLength);
  header.writeUInt32BE(word, 0);
  header.writeUInt32BE(flags * 0x100_0000 + length, 4);
  return header;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
