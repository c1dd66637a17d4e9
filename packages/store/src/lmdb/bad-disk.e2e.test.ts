// The embedded store on a disk that is full, or refuses everything: it says what is wrong, keeps all that it acknowledged, and goes on when
// there is room again.
import { execFileSync } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Store } from '../contract.ts';
import { temporaryDirectory } from '../testing/temporary.ts';
import { openLmdbStore } from './index.ts';

const value = Buffer.alloc(20_000, 'x');

/** Writes until one fails; what was acknowledged, and the error. */
async function writeUntilFull(store: Store, prefix: string): Promise<{ keys: string[]; error: unknown }> {
  const keys: string[] = [];
  for (let n = 0; n < 10_000; n++) {
    try {
      await store.write({ key: `${prefix}${n}`, value });
      keys.push(`${prefix}${n}`);
    } catch (error) {
      return { keys, error };
    }
  }
  throw new Error('the disk was never full');
}

async function keysIn(store: Store): Promise<string[]> {
  return (await store.list('/')).entries.map(({ key }) => key).sort();
}

test('a full disk refuses writes, loses none, and takes them again when there is room', async () => {
  await using directory = await temporaryDirectory();
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', directory.path]);
  try {
    const ballast = join(directory.path, 'ballast');
    await writeFile(ballast, Buffer.alloc(8 * 2 ** 20));
    const data = join(directory.path, 'store');
    const store = await openLmdbStore({ directory: data });
    const { keys, error } = await writeUntilFull(store, '/a/');
    expect(String(error)).toMatch(/the store could not commit: (Input\/output error|No space left)/);
    expect(keys.length).toBeGreaterThan(50);
    expect(await keysIn(store)).toEqual([...keys].sort());
    await rm(ballast);
    const revision = await store.write({ key: '/b', value });
    expect(revision).toBe(await store.revision());
    await store.close();
    const again = await openLmdbStore({ directory: data });
    expect(await keysIn(again)).toEqual([...keys, '/b'].sort());
    await again.close();
  } finally {
    execFileSync('umount', [directory.path]);
  }
});

test('a disk that refuses every write for a while is asked again and again, and harms nobody', async () => {
  await using directory = await temporaryDirectory();
  const data = join(directory.path, 'store');
  const store = await openLmdbStore({ directory: data });
  await store.write({ key: '/before', value });
  // No file of this process may grow beyond its first pages.
  const largestFile = (bytes: string) => execFileSync('prlimit', ['--pid', `${process.pid}`, `--fsize=${bytes}`]);
  largestFile('8192:unlimited');
  try {
    for (let n = 0; n < 200; n++)
      await expect(store.write({ key: `/${n}`, value })).rejects.toThrow('the store could not commit');
    expect(await keysIn(store)).toEqual(['/before']);
  } finally {
    largestFile('unlimited:unlimited');
  }
  await store.write({ key: '/after', value });
  await store.close();
  const again = await openLmdbStore({ directory: data });
  expect(await keysIn(again)).toEqual(['/after', '/before']);
  await again.close();
});
