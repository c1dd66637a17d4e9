// Owns how the store's keys stand among the keys of an etcd that it may share: all of them below one root.

export class Keyspace {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  encode(key: string): Buffer {
    return Buffer.from(this.#root + key);
  }

  decode(key: Buffer): string {
    return key.toString('utf8').slice(this.#root.length);
  }

  /** The keys that begin with `prefix`, from the one behind `after` on. */
  range(prefix: string, after?: string): { key: Buffer; range_end: Buffer } {
    const first = this.encode(prefix);
    const behind = after === undefined ? first : this.encode(`${after}\0`);
    return { key: Buffer.compare(behind, first) > 0 ? behind : first, range_end: endOf(first) };
  }
}

/** The first key that no longer begins with `prefix`. A valid UTF-8 text ends in no 0xff byte, so the last one grows. */
function endOf(prefix: Buffer): Buffer {
  const end = Buffer.from(prefix);
  end[end.length - 1]! += 1;
  return end;
}
