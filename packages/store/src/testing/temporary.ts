// Owns stores that live as long as a test.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '@berth/host';
import type { Store } from '../contract.ts';
import { openLmdbStore } from '../lmdb/index.ts';

export async function temporaryDirectory(): Promise<{ path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'berth-store-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** An embedded store in a directory of its own, which `close` removes: `await using store = await openTemporaryStore()`. */
export async function openTemporaryStore(options: { clock?: Clock } = {}): Promise<Store & AsyncDisposable> {
  const directory = await temporaryDirectory();
  const store = await openLmdbStore({ directory: directory.path, ...options });
  const close = async () => {
    await store.close();
    await directory[Symbol.asyncDispose]();
  };
  return {
    revision: () => store.revision(),
    get: (key) => store.get(key),
    list: (prefix, listOptions) => store.list(prefix, listOptions),
    write: (change) => store.write(change),
    watch: (prefix, watchOptions) => store.watch(prefix, watchOptions),
    compact: (revision) => store.compact(revision),
    close,
    [Symbol.asyncDispose]: close,
  };
}
