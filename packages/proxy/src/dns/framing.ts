// Owns how DNS messages follow one another on a TCP connection: each behind its length (RFC 1035, 4.2.2).

export function frame(message: Uint8Array): Buffer {
  const framed = Buffer.allocUnsafe(message.length + 2);
  framed.writeUInt16BE(message.length);
  framed.set(message, 2);
  return framed;
}

export class MessageReader {
  #bytes: Buffer = Buffer.alloc(0);
  readonly #take: (message: Buffer) => void;

  constructor(take: (message: Buffer) => void) {
    this.#take = take;
  }

  push(bytes: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
    while (this.#bytes.length >= 2) {
      const end = 2 + this.#bytes.readUInt16BE();
      if (this.#bytes.length < end) return;
      const message = this.#bytes.subarray(2, end);
      this.#bytes = this.#bytes.subarray(end);
      this.#take(message);
    }
  }
}
