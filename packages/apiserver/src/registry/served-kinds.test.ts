// Kinds that come, change and go while the server runs, over a real store: nothing of theirs is missed or seen twice.
import { Registry, silentLogger, systemClock, systemRandom } from '@berth/host';
import { isReason, type Kind, kinds, objectKey, type WatchEvent } from '@berth/objects';
import { openTemporaryStore } from '@berth/store/testing';
import { describe, expect, test } from 'vitest';
import { AdmissionChain } from '../admission/chain.ts';
import { type Box, boxKinds } from '../testing/boxes.ts';
import { watchCacheFigures } from '../watch-cache/figures.ts';
import { WatchCache } from '../watch-cache/watch-cache.ts';
import { ObjectStore } from './object-store.ts';
import { Reads } from './reads.ts';
import { ServedKinds } from './served-kinds.ts';
import { Writes } from './writes.ts';

const user = { name: 'me', groups: [] };
const namespace = 'default';

async function startRegistry() {
  const store = await openTemporaryStore({ clock: systemClock });
  const cache = new WatchCache({
    store,
    kinds,
    clock: systemClock,
    log: silentLogger,
    window: { events: 100, ageMs: 60_000 },
    onEvent() {},
    onReset() {},
    figures: watchCacheFigures(new Registry(), () => []),
  });
  const stop = new AbortController();
  const { done } = await cache.start(stop.signal);
  const served = new ServedKinds(kinds);
  const reads = new Reads({ store, cache, clock: systemClock, figures: { listed() {} } });
  const objects = new ObjectStore({ store, cache });
  const writes = new Writes({
    objects,
    admission: new AdmissionChain({ clock: systemClock, metrics: new Registry() }, []),
    clock: systemClock,
    random: systemRandom,
  });
  const { v1, v2 } = {
    v1: boxKinds('v1').versions[0]!.resource,
    v2: boxKinds('v1').versions[1]!.resource,
  };
  return {
    store,
    served,
    serve({ storage, versions }: ReturnType<typeof boxKinds>) {
      return cache.add(storage, () => served.put({ storage, versions }));
    },
    withdraw() {
      served.remove(v1);
      cache.remove(v1);
    },
    kind: (version: 'v1' | 'v2') => served.of(version === 'v1' ? v1 : v2) as unknown as Kind<Box>,
    async list(version: 'v1' | 'v2' = 'v1') {
      return reads.list(this.kind(version), {});
    },
    get: (kind: Kind<Box>, name: string) => reads.get(kind, { namespace, name }),
    watch: (kind: Kind<Box>, resourceVersion?: string) =>
      reads.watch(kind, { resourceVersion, signal: stop.signal, allowWatchBookmarks: true }),
    create: (kind: Kind<Box>, name: string, box: object = { size: 1 }) =>
      writes.create(user, kind, { namespace, body: { metadata: { name }, ...box }, options: {} }),
    /** As another server of the same store writes it. */
    put: (name: string, box: object) =>
      store.write({
        key: `/registry/boxes.example.com/${namespace}/${name}`,
        value: Buffer.from(JSON.stringify({ kind: 'Box', metadata: { name, namespace }, ...box })),
      }),
    async [Symbol.asyncDispose]() {
      stop.abort();
      await done;
      await store.close();
    },
  };
}

const inV1 = (size: number) => ({ apiVersion: 'example.com/v1', size });
const inV2 = (size: number) => ({ apiVersion: 'example.com/v2', spec: { size } });

async function told(watch: AsyncIterable<readonly WatchEvent<Box>[]>): Promise<string[]> {
  const events: string[] = [];
  for await (const batch of watch)
    for (const { type, object } of batch) events.push(`${type} ${objectKey(object as Box)}`);
  return events;
}

describe('a kind that is added', () => {
  test('is served with what the store has of it, in all versions', async () => {
    await using t = await startRegistry();
    await t.put('old', inV1(3));
    await t.put('newer', inV2(4));
    expect(() => t.kind('v1')).toThrow('the server could not find the requested resource');
    await t.serve(boxKinds('v1'));
    expect((await t.list('v1')).items).toMatchObject([
      { apiVersion: 'example.com/v1', size: 4 },
      { apiVersion: 'example.com/v1', size: 3 },
    ]);
    expect((await t.list('v2')).items.map(({ spec }) => spec?.size)).toEqual([4, 3]);
  });

  test('misses nothing and sees nothing twice of what is written meanwhile', async () => {
    await using t = await startRegistry();
    const writes = async (from: number) => {
      for (let index = from; index < from + 40; index++) {
        await t.put(`b${index % 7}`, inV1(index));
        if (index % 10 === 0) await t.store.write({ key: `/registry/boxes.example.com/${namespace}/b3`, value: null });
      }
    };
    const before = writes(0);
    await t.serve(boxKinds('v1'));
    const list = await t.list();
    const known = new Map(list.items.map((box) => [objectKey(box), box.metadata.resourceVersion]));
    const following = (async () => {
      for await (const batch of t.watch(t.kind('v1'), list.metadata.resourceVersion))
        for (const { type, object } of batch) {
          if (type === 'BOOKMARK') continue;
          const key = objectKey(object as Box);
          expect(known.has(key)).toBe(type !== 'ADDED');
          if (type === 'DELETED') known.delete(key);
          else known.set(key, object.metadata.resourceVersion);
        }
    })();
    await before;
    await writes(40);
    const last = await t.list();
    t.withdraw();
    await following;
    expect(known).toEqual(new Map(last.items.map((box) => [objectKey(box), box.metadata.resourceVersion])));
  });

  test('twice at once is served as the later call says', async () => {
    await using t = await startRegistry();
    const later = boxKinds('v2');
    await Promise.all([t.serve(boxKinds('v1')), t.serve(later)]);
    expect(t.kind('v2')).toBe(later.storage);
  });
});

describe('a kind that is replaced', () => {
  test('ends its watches, and shows what it had in the new form', async () => {
    await using t = await startRegistry();
    await t.serve(boxKinds('v1'));
    await t.create(t.kind('v1'), 'a', { size: 5 });
    const watches = [told(t.watch(t.kind('v1'))), told(t.watch(t.kind('v2')))];
    await t.create(t.kind('v2'), 'b', { spec: { size: 6 } });
    const { metadata } = await t.list();
    await t.serve(boxKinds('v2'));
    expect(await Promise.all(watches)).toEqual(Array(2).fill(['ADDED default/a', 'ADDED default/b']));
    expect((await t.list('v1')).items.map(({ size }) => size)).toEqual([5, 6]);
    expect((await t.list('v2')).items.map(({ spec }) => spec?.size)).toEqual([5, 6]);
    const watch = t.watch(t.kind('v1'), metadata.resourceVersion)[Symbol.asyncIterator]();
    const next = watch.next();
    await t.create(t.kind('v1'), 'c', { size: 7 });
    expect((await next).value).toMatchObject([{ type: 'ADDED', object: { apiVersion: 'example.com/v1', size: 7 } }]);
    expect(
      JSON.parse(Buffer.from((await t.store.get('/registry/boxes.example.com/default/c'))!.value).toString()),
    ).toMatchObject(inV2(7));
  });

  test('refuses who still holds the old one', async () => {
    await using t = await startRegistry();
    await t.serve(boxKinds('v1'));
    const old = t.kind('v1');
    await t.serve(boxKinds('v2'));
    await expect(t.create(old, 'a')).rejects.toSatisfy((error) => isReason(error, 'ServiceUnavailable'));
    expect((await t.list()).items).toEqual([]);
  });
});

describe('a kind that is removed', () => {
  test('ends its watches and is found no more', async () => {
    await using t = await startRegistry();
    await t.serve(boxKinds('v1'));
    const kind = t.kind('v1');
    await t.create(kind, 'a');
    const watch = told(t.watch(kind));
    await t.create(kind, 'b');
    await t.list();
    t.withdraw();
    expect(await watch).toEqual(['ADDED default/a', 'ADDED default/b']);
    await expect(t.get(kind, 'a')).rejects.toMatchObject({ code: 404 });
    await expect(t.create(kind, 'c')).rejects.toMatchObject({ code: 404 });
    expect(() => t.watch(kind)).toThrow('the server could not find the requested resource');
    expect(await t.store.get('/registry/boxes.example.com/default/c')).toBeUndefined();
  });

  test('may come back with what was left', async () => {
    await using t = await startRegistry();
    await t.serve(boxKinds('v1'));
    await t.create(t.kind('v1'), 'a');
    t.withdraw();
    await t.serve(boxKinds('v1'));
    expect((await t.list()).items).toHaveLength(1);
  });
});

test('whoever describes what is served sees that it has changed', () => {
  const served = new ServedKinds(kinds);
  const { storage, versions } = boxKinds('v1');
  const generations = [served.generation];
  served.put({ storage, versions });
  expect(served.all).toEqual([...kinds, ...versions]);
  expect(served.find('example.com/v2', 'boxes')).toBe(versions[1]);
  generations.push(served.generation);
  served.put({ storage, versions: [storage] });
  expect(served.find('example.com/v2', 'boxes')).toBeUndefined();
  generations.push(served.generation);
  served.remove(storage.resource);
  expect(served.all).toEqual(kinds);
  expect(new Set([...generations, served.generation]).size).toBe(4);
});

test('a form that is stored and not served is reached in this process alone', () => {
  const served = new ServedKinds(kinds);
  const { storage, versions } = boxKinds('v1');
  served.put({ storage, versions: versions.filter((kind) => kind !== storage) });
  expect(served.find('example.com/v1', 'boxes')).toBeUndefined();
  expect(served.all).not.toContain(storage);
  expect(served.of(storage.resource)).toBe(storage);
  served.remove(storage.resource);
  expect(() => served.of(storage.resource)).toThrow('the server could not find the requested resource');
});
