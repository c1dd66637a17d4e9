// Owns the decoding of Docker's output streams: frames of stdout and stderr in one connection, or plain bytes of a tty.
import type { OutputChunk } from '../port.ts';

const headerLength = 8;

/**
 * Frames: one byte that names the stream, three of zero, four of length (big endian), then the data. A frame may come
 * in pieces; each piece is passed on as it comes.
 */
export async function* demultiplexed(source: AsyncIterable<Uint8Array>): AsyncGenerator<OutputChunk> {
  let header = Buffer.alloc(0);
  let stream: OutputChunk['stream'] = 'stdout';
  let remaining = 0;
  for await (const bytes of source) {
    let rest = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    while (rest.length > 0) {
      if (remaining > 0) {
        const data = rest.subarray(0, remaining);
        rest = rest.subarray(data.length);
        remaining -= data.length;
        yield { stream, data };
        continue;
      }
      const missing = headerLength - header.length;
      header = Buffer.concat([header, rest.subarray(0, missing)]);
      rest = rest.subarray(missing);
      if (header.length < headerLength) break;
      stream = header[0] === 2 ? 'stderr' : 'stdout';
      remaining = header.readUInt32BE(4);
      header = Buffer.alloc(0);
    }
  }
}

export async function* plain(source: AsyncIterable<Uint8Array>): AsyncGenerator<OutputChunk> {
  for await (const data of source) yield { stream: 'stdout', data };
}
