// Owns the header blocks of SPDY/3.1: names and values, compressed with one history for each direction of a connection.
// Blocks must therefore be read and written in the order of their frames. Source: SPDY draft 3.1, section 2.6.10.
import { constants, createDeflate, createInflate, type Deflate, type Inflate } from 'node:zlib';
import { dictionary } from './dictionary.ts';

export type Headers = Readonly<Record<string, string>>;

/** What a block may grow to. Those of Kubernetes' clients have a few hundred bytes. */
const maxBytes = 64 * 1024;

export class HeaderCodec {
  readonly #inflate: Inflate = createInflate({ dictionary });
  readonly #deflate: Deflate = createDeflate({ dictionary });

  constructor() {
    // Whoever waits for a block is told by `through`; an error that nobody waits for must not end the process.
    this.#inflate.on('error', () => {});
    this.#deflate.on('error', () => {});
  }

  /** Throws on what is no header block. Of a name with several values, the first. */
  async decode(block: Uint8Array): Promise<Headers> {
    return parse(await through(this.#inflate, block));
  }

  encode(headers: Headers): Promise<Buffer> {
    return through(this.#deflate, serialize(headers));
  }

  close(): void {
    this.#inflate.close();
    this.#deflate.close();
  }
}

/** What a piece of a stream comes out as. */
function through(codec: Inflate | Deflate, input: Uint8Array): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const collect = (chunk: Buffer) => {
      length += chunk.length;
      if (length > maxBytes) codec.destroy(new Error('a header block is too long'));
      else chunks.push(chunk);
    };
    const settle = (error?: Error | null) => {
      codec.off('data', collect);
      codec.off('error', settle);
      codec.off('close', settle);
      if (error || codec.destroyed) reject(error ?? new Error('the connection is closed'));
      else resolve(Buffer.concat(chunks));
    };
    codec.on('data', collect);
    codec.once('error', settle);
    codec.once('close', settle);
    codec.write(input);
    codec.flush(constants.Z_SYNC_FLUSH, settle);
  });
}

function parse(block: Buffer): Headers {
  const headers: Record<string, string> = {};
  let at = 0;
  const number = () => {
    at += 4;
    return block.readUInt32BE(at - 4);
  };
  const text = () => {
    const length = number();
    if (length > block.length - at) throw new RangeError('a header block ends within a text');
    at += length;
    return block.toString('utf8', at - length, at);
  };
  for (let left = number(); left > 0; left--) {
    const name = text();
    // Several values are separated by a zero byte.
    headers[name] = text().split('\0', 1)[0]!;
  }
  return headers;
}

function serialize(headers: Headers): Buffer {
  const entries = Object.entries(headers);
  return Buffer.concat([uint32(entries.length), ...entries.flat().flatMap(prefixed)]);
}

function prefixed(text: string): Buffer[] {
  const bytes = Buffer.from(text);
  return [uint32(bytes.length), bytes];
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
