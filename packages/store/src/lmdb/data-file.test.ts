import { open, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../testing/temporary.ts';
import { checkDataFile } from './data-file.ts';
import { openLmdbStore } from './index.ts';

/** A directory with a store of a few hundred objects, closed. */
async function filledStore() {
  const directory = await temporaryDirectory();
  const store = await openLmdbStore({ directory: directory.path });
  const value = Buffer.alloc(1000, 'x');
  await Promise.all(Array.from({ length: 300 }, (_, index) => store.write({ key: `/registry/${index}`, value })));
  await store.close();
  return { directory, file: join(directory.path, 'data.mdb') };
}

test('a store that was closed, or killed before it wrote anything, is opened', async () => {
  const { directory, file } = await filledStore();
  await using _ = directory;
  await checkDataFile(directory.path);
  await writeFile(file, '');
  await checkDataFile(directory.path);
  await checkDataFile(join(directory.path, 'not', 'there'));
});

test.each([
  {
    name: 'cut short',
    damage: async (file: string) => truncate(file, Math.floor((await readFile(file)).length / 8192) * 4096),
    says: /data\.mdb is damaged, it is cut short: \d+ bytes of \d+: bring it back from a copy/,
  },
  { name: 'cut within its first page', damage: (file: string) => truncate(file, 100), says: /does not begin like a/ },
  {
    name: 'overwritten at its beginning',
    damage: async (file: string) => {
      const handle = await open(file, 'r+');
      await handle.write(Buffer.alloc(8192), 0, 8192, 0);
      await handle.close();
    },
    says: /does not begin like a store/,
  },
  { name: 'another file', damage: (file: string) => writeFile(file, 'hello\n'.repeat(5000)), says: /does not begin/ },
])('a file that is $name is refused, and the store can be opened again after', async ({ damage, says }) => {
  const { directory, file } = await filledStore();
  await using _ = directory;
  const copy = await readFile(file);
  await damage(file);
  await expect(openLmdbStore({ directory: directory.path })).rejects.toThrow(says);
  await writeFile(file, copy);
  const store = await openLmdbStore({ directory: directory.path });
  expect((await store.list('/registry/')).entries).toHaveLength(300);
  await store.close();
});
