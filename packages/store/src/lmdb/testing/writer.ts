// A process that writes to a store until somebody kills it, and prints every write once it was acknowledged.
import { writeSync } from 'node:fs';
import { openLmdbStore } from '../index.ts';

const [directory = '', round = ''] = process.argv.slice(2);
const store = await openLmdbStore({ directory });
await Promise.all(Array.from({ length: 20 }, (_, writer) => write(`/w/${writer}`)));

async function write(key: string): Promise<void> {
  for (let n = 0; ; n++) {
    const value = `${round}/${n}`;
    const revision = await store.write({ key, value: Buffer.from(value) });
    writeSync(1, `${revision} ${key} ${value}\n`);
  }
}
