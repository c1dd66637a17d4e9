// Owns the look at LMDB's file before it is opened: LMDB maps it into memory and trusts it, so that a file that was cut
// short or overwritten at its beginning would end the process without a word.
// Source: lmdb.h and mdb.c of LMDB, with the wider page header that the lmdb package gives it.
import { open } from 'node:fs/promises';
import { join } from 'node:path';

const pageHeader = 24;
const magic = 0xbeefc0de;
/** Offsets within a meta page, bytes. */
const at = { magic: pageHeader, pageSize: pageHeader + 24, lastPage: pageHeader + 120, transaction: pageHeader + 128 };
const metaLength = at.transaction + 8;

/** Throws an Error that names the file if it cannot be opened safely. A file that is not there yet is fine. */
export async function checkDataFile(directory: string): Promise<void> {
  const path = join(directory, 'data.mdb');
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (!file) return;
  try {
    const { size } = await file.stat();
    if (size === 0) return;
    const read = async (position: number) => {
      const bytes = Buffer.alloc(metaLength);
      const { bytesRead } = await file.read(bytes, 0, metaLength, position);
      return bytesRead === metaLength && bytes.readUInt32LE(at.magic) === magic ? bytes : undefined;
    };
    const first = await read(0);
    const pageSize = first?.readUInt32LE(at.pageSize) ?? 0;
    const second = pageSize > 0 ? await read(pageSize) : undefined;
    if (!first || !second) throw damaged(path, 'it does not begin like a store');
    const transactionOf = (meta: Buffer) => meta.readBigUInt64LE(at.transaction);
    const newest = transactionOf(second) > transactionOf(first) ? second : first;
    const needed = (newest.readBigUInt64LE(at.lastPage) + 1n) * BigInt(pageSize);
    if (BigInt(size) < needed) throw damaged(path, `it is cut short: ${size} bytes of ${needed}`);
  } finally {
    await file.close();
  }
}

function damaged(path: string, how: string): Error {
  return new Error(`the store's file ${path} is damaged, ${how}: bring it back from a copy`);
}
