// Owns the bytes of a record: one write as the log keeps it.

/** What one write did. Records are kept under their revision. */
export interface Record {
  readonly key: string;
  /** null: the write deleted the key. */
  readonly value: Uint8Array | null;
  /** The revision of the record that this one replaced; 0 if the key did not exist. */
  readonly replaces: number;
}

// kind (1) · replaces (8) · length of the key (2) · key · value
const headerBytes = 11;
const kinds = { put: 0, delete: 1 } as const;

export function encodeRecord({ key, value, replaces }: Record): Uint8Array {
  const keyBytes = Buffer.byteLength(key);
  const bytes = Buffer.allocUnsafe(headerBytes + keyBytes + (value?.length ?? 0));
  bytes.writeUInt8(value ? kinds.put : kinds.delete, 0);
  bytes.writeDoubleBE(replaces, 1);
  bytes.writeUInt16BE(keyBytes, 9);
  bytes.write(key, headerBytes);
  if (value) bytes.set(value, headerBytes + keyBytes);
  return bytes;
}

/** The record's value is a view of `bytes`. */
export function decodeRecord(bytes: Buffer): Record {
  const valueAt = headerBytes + bytes.readUInt16BE(9);
  return {
    key: bytes.toString('utf8', headerBytes, valueAt),
    value: bytes.readUInt8(0) === kinds.put ? bytes.subarray(valueAt) : null,
    replaces: bytes.readDoubleBE(1),
  };
}
