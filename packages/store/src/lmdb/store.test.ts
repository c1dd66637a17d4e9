import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { FakeClock } from '@berth/host/testing';
import { afterAll, expect, test } from 'vitest';
import type { Store } from '../contract.ts';
import { storeContract } from '../testing/contract.ts';
import { temporaryDirectory } from '../testing/temporary.ts';
import { openLmdbStore } from './index.ts';

const clock = new FakeClock();
const directories = new Map<Store, Awaited<ReturnType<typeof temporaryDirectory>>>();
afterAll(async () => {
  for (const directory of directories.values()) await directory[Symbol.asyncDispose]();
});

storeContract('lmdb', {
  async open() {
    const directory = await temporaryDirectory();
    const store = await openLmdbStore({ directory: directory.path, clock });
    directories.set(store, directory);
    return store;
  },
  reopen: (store) => openLmdbStore({ directory: directories.get(store)!.path, clock }),
  elapse: (seconds) => clock.advance(seconds * 1_000),
});

test('the directory and its files are readable by the owner alone', async () => {
  await using directory = await temporaryDirectory();
  const path = join(directory.path, 'state');
  const store = await openLmdbStore({ directory: path });
  const mode = async (name: string) => ((await stat(join(path, name))).mode & 0o777).toString(8);
  expect([await mode('.'), await mode('data.mdb'), await mode('lock.mdb')]).toEqual(['700', '600', '600']);
  await store.close();
});

test('a directory is open once at a time', async () => {
  await using directory = await temporaryDirectory();
  const store = await openLmdbStore({ directory: directory.path });
  await expect(openLmdbStore({ directory: directory.path })).rejects.toThrow('open');
  await store.close();
  const again = await openLmdbStore({ directory: directory.path });
  await again.close();
});

test('a compaction of many revisions leaves only what exists, across a reopen', async () => {
  await using directory = await temporaryDirectory();
  const value = new Uint8Array(10);
  let store = await openLmdbStore({ directory: directory.path });
  for (let n = 0; n < 5_000; n++) {
    const write = store.write({ key: `/k/${n % 7}`, value: n % 5 === 4 ? null : value });
    if (n % 500 === 499) await write;
  }
  const before = await store.list('/k/');
  await store.compact(before.revision);
  await store.close();
  store = await openLmdbStore({ directory: directory.path });
  expect(await store.list('/k/')).toEqual(before);
  expect(await store.list('/k/', { revision: before.revision })).toEqual(before);
  await store.close();
});
