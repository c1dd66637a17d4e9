// Owns the wire format of protobuf: a message as its numbered parts. Source: Protocol Buffers, "Encoding".

export type Part =
  | { readonly number: number; readonly wire: 'varint'; readonly value: bigint }
  | { readonly number: number; readonly wire: 'bytes' | 'fixed32' | 'fixed64'; readonly bytes: Buffer };

/** Throws RangeError where a message is cut short or is none. */
export function* partsOf(message: Buffer): Iterable<Part> {
  let at = 0;
  const take = (length: number): Buffer => {
    if (at + length > message.length) throw new RangeError('it is cut short');
    at += length;
    return message.subarray(at - length, at);
  };
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = take(1)[0]!;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw new RangeError('a number is too long');
  };
  while (at < message.length) {
    const tag = Number(varint());
    const number = Math.floor(tag / 8);
    switch (tag % 8) {
      case 0:
        yield { number, wire: 'varint', value: varint() };
        break;
      case 1:
        yield { number, wire: 'fixed64', bytes: take(8) };
        break;
      case 2:
        yield { number, wire: 'bytes', bytes: take(Number(varint())) };
        break;
      case 5:
        yield { number, wire: 'fixed32', bytes: take(4) };
        break;
      default:
        throw new RangeError(`field ${number} has an unknown form`);
    }
  }
}
