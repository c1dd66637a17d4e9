// Owns reading protobuf messages in tests without knowing what they are: values by the path of their field numbers.

type Read = readonly (readonly [number: number, value: number | Buffer])[];

/** A message as its fields: varints and bytes, all that the messages of the tests have. */
function read(message: Buffer): Read {
  const fields: [number, number | Buffer][] = [];
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = message[at++]!;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < message.length) {
    const tag = varint();
    const number = Math.floor(tag / 8);
    const size = varint();
    if (tag % 8 === 0) fields.push([number, size]);
    else {
      fields.push([number, message.subarray(at, at + size)]);
      at += size;
    }
  }
  return fields;
}

/** All values that stand under a path of field numbers. */
export function valuesUnder(message: Buffer, path: readonly number[]): (number | Buffer)[] {
  const [first, ...rest] = path;
  return read(message).flatMap(([number, value]) => {
    if (number !== first) return [];
    return typeof value === 'number' || rest.length === 0 ? [value] : valuesUnder(value, rest);
  });
}
