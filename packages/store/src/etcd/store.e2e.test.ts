import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Store } from '../contract.ts';
import { revisionOf } from '../event.ts';
import { follow, storeContract } from '../testing/contract.ts';
import { type EtcdProcess, startEtcd } from '../testing/etcd.ts';
import { openEtcdStore } from './index.ts';

let etcd: EtcdProcess;
beforeAll(async () => {
  etcd = await startEtcd();
});
afterAll(() => etcd[Symbol.asyncDispose]());

let roots = 0;
const rootOf = new Map<Store, string>();

async function openAt(prefix: string): Promise<Store> {
  const store = await openEtcdStore({ endpoints: [etcd.endpoint], prefix });
  rootOf.set(store, prefix);
  return store;
}

storeContract('etcd', {
  open: () => openAt(`/suite-${roots++}`),
  reopen: (store) => openAt(rootOf.get(store)!),
  // etcd counts in real seconds.
  elapse: (seconds) => setTimeout(seconds * 1_000),
});

test('the watch of a store whose etcd is killed and started again has no gap and no duplicate', async () => {
  await using own = await startEtcd();
  const store = await openEtcdStore({ endpoints: [own.endpoint] });
  const watch = follow(store, '/w/', await store.revision());
  const acknowledged: number[] = [];
  const write = async (n: number) => {
    acknowledged.push(await store.write({ key: `/w/${n}`, value: new Uint8Array([n]) }));
  };
  for (let n = 0; n < 20; n++) await write(n);
  const before = await watch.take(10);
  await own.kill();
  await expect(write(99)).rejects.toThrow();
  const waiting = watch.take(20);
  await own.start();
  for (let n = 20; n < 30; n++) await write(n);
  const events = [...before, ...(await waiting)];
  expect(events.map(revisionOf)).toEqual(acknowledged);
  await watch.stop();
  await store.close();
});

test('a write that another server acknowledged is in the revision and in the lists of all', async () => {
  const one = await openAt('/shared');
  const other = await openAt('/shared');
  const revision = await one.write({ key: '/a', value: new Uint8Array([1]) });
  expect(await other.revision()).toBe(revision);
  expect((await other.list('/')).entries).toHaveLength(1);
  await Promise.all([one.close(), other.close()]);
});

test('opening fails when nobody answers', async () => {
  await expect(openEtcdStore({ endpoints: ['http://127.0.0.1:1'] })).rejects.toThrow(
    /^no etcd answers at http:\/\/127\.0\.0\.1:1: .*ECONNREFUSED/,
  );
});
