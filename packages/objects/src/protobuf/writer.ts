// Owns writing protobuf: from the end to the front, so that the length of a message is known when it is due. Whoever
// writes names the fields last to first. Source: Protocol Buffers, "Encoding".

const initialBytes = 4096;

export class ProtobufWriter {
  #bytes = Buffer.allocUnsafe(initialBytes);
  /** Where what is written begins. */
  #at = initialBytes;

  /** What was written; the writer may be used on for something else. */
  take(): Buffer {
    const bytes = Buffer.from(this.#bytes.subarray(this.#at));
    this.#at = this.#bytes.length;
    return bytes;
  }

  /** A whole number, negative ones as if they had 64 bits. */
  integer(number: number, value: number): void {
    if (value < 0) this.#bigVarint(BigInt.asUintN(64, BigInt(value)));
    else this.#varint(value);
    this.#tag(number, 0);
  }

  double(number: number, value: number): void {
    this.#room(8);
    this.#at -= 8;
    this.#bytes.writeDoubleLE(value, this.#at);
    this.#tag(number, 1);
  }

  text(number: number, value: string): void {
    const length = Buffer.byteLength(value);
    this.#room(length);
    this.#at -= length;
    this.#bytes.write(value, this.#at);
    this.#varint(length);
    this.#tag(number, 2);
  }

  bytes(number: number, value: Uint8Array): void {
    this.#room(value.length);
    this.#at -= value.length;
    this.#bytes.set(value, this.#at);
    this.#varint(value.length);
    this.#tag(number, 2);
  }

  message(number: number, write: () => void): void {
    const before = this.#bytes.length - this.#at;
    write();
    this.#varint(this.#bytes.length - this.#at - before);
    this.#tag(number, 2);
  }

  #tag(number: number, wire: number): void {
    this.#varint(number * 8 + wire);
  }

  #varint(value: number): void {
    if (value < 0x80) {
      this.#room(1);
      this.#bytes[--this.#at] = value;
    } else {
      this.#bigVarint(BigInt(value));
    }
  }

  #bigVarint(value: bigint): void {
    const groups: number[] = [];
    for (let rest = value; rest > 0n || groups.length === 0; rest >>= 7n) groups.push(Number(rest & 0x7fn));
    this.#room(groups.length);
    this.#at -= groups.length;
    for (const [index, group] of groups.entries())
      this.#bytes[this.#at + index] = index + 1 < groups.length ? group | 0x80 : group;
  }

  #room(length: number): void {
    if (this.#at >= length) return;
    const used = this.#bytes.length - this.#at;
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, used + length));
    this.#bytes.copy(larger, larger.length - used, this.#at);
    this.#at = larger.length - used;
    this.#bytes = larger;
  }
}
