// The core as a whole: what it starts with, how it comes back, several servers on one store, and its figures.
import { Registry, silentLogger, systemRandom } from '@berth/host';
import { FakeClock } from '@berth/host/testing';
import { configMaps, endpoints, namespaces, services, type UserInfo } from '@berth/objects';
import { type Store, TooOldError } from '@berth/store';
import { openTemporaryStore } from '@berth/store/testing';
import { afterEach, describe, expect, test } from 'vitest';
import { type ApiCore, type ApiCoreOptions, createApiCore } from './api-core.ts';

const admin: UserInfo = { name: 'admin', groups: ['system:masters'] };
const namespace = 'default';
const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function openStore(clock: FakeClock): Promise<Store> {
  const store = await openTemporaryStore({ clock });
  stops.push(() => store.close());
  return store;
}

/** A server on the store; `stop` may be called before the test ends. */
async function serve(store: Store, options: Partial<ApiCoreOptions> = {}) {
  const abort = new AbortController();
  const metrics = new Registry();
  const clock = new FakeClock();
  const api = createApiCore({ store, clock, random: systemRandom, log: silentLogger, metrics, ...options });
  const { done } = await api.start(abort.signal);
  const stop = async () => {
    abort.abort();
    await done;
  };
  stops.push(stop);
  return { api, metrics, stop };
}

/** A store that a test can change one method of. */
function throughTo(store: Store): Store {
  return {
    revision: () => store.revision(),
    get: (key) => store.get(key),
    list: (prefix, options) => store.list(prefix, options),
    write: (change) => store.write(change),
    watch: (prefix, options) => store.watch(prefix, options),
    compact: (revision) => store.compact(revision),
    close: () => store.close(),
  };
}

function create(api: ApiCore, name: string) {
  return api.create(admin, configMaps, { namespace }, { metadata: { name } });
}

async function names(api: ApiCore): Promise<string[]> {
  const { items } = await api.list(admin, configMaps, { namespace });
  return items.map(({ metadata }) => metadata.name);
}

describe('a new cluster', () => {
  test('has the system’s namespaces and the service of the API', async () => {
    const store = await openStore(new FakeClock());
    const { api } = await serve(store, { serviceAddresses: '10.20.0.0/20' });
    const { items } = await api.list(admin, namespaces, {});
    expect(items.map(({ metadata, status }) => `${metadata.name} ${status.phase}`)).toEqual([
      'default Active',
      'kube-node-lease Active',
      'kube-public Active',
      'kube-system Active',
    ]);
    const service = await api.get(admin, services, { namespace, name: 'kubernetes' });
    expect(service.spec).toMatchObject({ clusterIP: '10.20.0.1', ports: [{ name: 'https', port: 443 }] });
  });

  test('tells where the server is, and follows when it moves', async () => {
    const store = await openStore(new FakeClock());
    const { api, stop } = await serve(store, { advertise: { address: '192.0.2.1', port: 6443 } });
    const target = { namespace, name: 'kubernetes' };
    const { subsets } = await api.get(admin, endpoints, target);
    expect(subsets).toMatchObject([{ addresses: [{ ip: '192.0.2.1' }], ports: [{ name: 'https', port: 6443 }] }]);
    await stop();
    const moved = await serve(store, { advertise: { address: '192.0.2.2', port: 6443 } });
    expect(await moved.api.get(admin, endpoints, target)).toMatchObject({
      subsets: [{ addresses: [{ ip: '192.0.2.2' }] }],
    });
  });
});

describe('a server that comes back', () => {
  test('has everything, writes nothing of its own, and knows what is allocated', async () => {
    const store = await openStore(new FakeClock());
    const first = await serve(store);
    await create(first.api, 'a');
    const spec = { type: 'NodePort', ports: [{ port: 80, nodePort: 30_500 }] };
    await first.api.create(admin, services, { namespace }, { metadata: { name: 'web' }, spec });
    await first.stop();
    const before = await store.revision();
    const { api } = await serve(store);
    expect(await store.revision()).toBe(before);
    expect(await names(api)).toEqual(['a']);
    const second = api.create(admin, services, { namespace }, { metadata: { name: 'web-2' }, spec });
    await expect(second).rejects.toMatchObject({ code: 422 });
  });

  test('answers a watch from before its start with Expired, and one from the last version', async () => {
    const store = await openStore(new FakeClock());
    const first = await serve(store);
    const old = await create(first.api, 'a');
    const last = await create(first.api, 'b');
    await first.stop();
    const { api } = await serve(store);
    const watch = (resourceVersion: string) =>
      api.watch(admin, configMaps, { resourceVersion, signal: AbortSignal.timeout(5_000) })[Symbol.asyncIterator]();
    const expired = watch(old.metadata.resourceVersion).next();
    await expect(expired).rejects.toMatchObject({ code: 410, reason: 'Expired' });
    const resumed = watch(last.metadata.resourceVersion).next();
    await create(api, 'c');
    expect((await resumed).value).toMatchObject([{ type: 'ADDED', object: { metadata: { name: 'c' } } }]);
  });
});

test('two servers on one store see each other’s writes at once', async () => {
  const store = await openStore(new FakeClock());
  const [left, right] = [await serve(store), await serve(store)];
  for (let round = 0; round < 20; round++) {
    const { metadata } = await create(left.api, `c${round}`);
    const patch = { type: 'application/merge-patch+json', body: { data: { round: `${round}` } } } as const;
    await right.api.patch(admin, configMaps, metadata, patch);
    expect((await left.api.get(admin, configMaps, metadata)).data).toEqual({ round: `${round}` });
  }
  expect(await names(left.api)).toEqual(await names(right.api));
});

test('a store that has forgotten what the cache missed is read anew', async () => {
  const store = await openStore(new FakeClock());
  const other = await serve(store);
  let forget = () => {};
  const forgetful: Store = {
    ...throughTo(store),
    async *watch(prefix, options) {
      const forgotten = new AbortController();
      forget = () => forgotten.abort();
      yield* store.watch(prefix, { ...options, signal: AbortSignal.any([options.signal, forgotten.signal]) });
      if (options.signal.aborted) return;
      await create(other.api, 'missed');
      throw new TooOldError(1, 2);
    },
  };
  const { api } = await serve(forgetful);
  await create(api, 'a');
  const watch = api.watch(admin, configMaps, { signal: AbortSignal.timeout(5_000) })[Symbol.asyncIterator]();
  await watch.next();
  forget();
  // Watchers are ended: they list again.
  expect(await watch.next()).toMatchObject({ done: true });
  await create(api, 'b');
  expect(await names(api)).toEqual(['a', 'b', 'missed']);
});

test('a store that fails is a Status too, and the write may be tried again', async () => {
  const store = await openStore(new FakeClock());
  let broken = false;
  const write: Store['write'] = (change) => (broken ? Promise.reject(new Error('EIO')) : store.write(change));
  const { api } = await serve({ ...throughTo(store), write });
  broken = true;
  await expect(create(api, 'a')).rejects.toMatchObject({ code: 503, reason: 'ServiceUnavailable' });
  broken = false;
  await create(api, 'a');
  expect(await names(api)).toEqual(['a']);
});

test('a revision of somebody else’s key holds up no read', async () => {
  const clock = new FakeClock();
  const store = await openStore(clock);
  const { api } = await serve(store, { clock });
  await create(api, 'a');
  await store.write({ key: '/elsewhere', value: Buffer.from('x') });
  const reading = names(api);
  await clock.advance(0);
  await clock.advance(100);
  expect(await reading).toEqual(['a']);
  const again = await serve(store, { clock });
  expect(await names(again.api)).toEqual(['a']);
});

test('two servers may start on an empty store at once', async () => {
  const store = await openStore(new FakeClock());
  const servers = await Promise.all([serve(store), serve(store), serve(store)]);
  for (const { api } of servers) {
    const { items } = await api.list(admin, services, {});
    expect(items.map(({ spec }) => spec.clusterIP)).toEqual(['10.96.0.1']);
  }
});

test('the figures tell of objects and watches', async () => {
  const store = await openStore(new FakeClock());
  const { api, metrics } = await serve(store);
  await create(api, 'a');
  const abort = new AbortController();
  const watch = api.watch(admin, configMaps, { signal: abort.signal })[Symbol.asyncIterator]();
  await watch.next();
  const text = await metrics.metrics();
  expect(text).toContain('apiserver_storage_objects{resource="namespaces"} 4');
  expect(text).toContain('berth_watchers{group="",version="v1",kind="ConfigMap"} 1');
  expect(text).toContain('apiserver_watch_cache_events_received_total{resource="configmaps"} 1');
  expect(text).toContain('etcd_requests_total{operation="create",type="configmaps"} 1');
  expect(text).toContain('name="NamespaceLifecycle",type="validate",operation="CREATE",rejected="false"');
  expect(text).toContain('apiserver_watch_cache_events_dispatched_total{resource="configmaps"} 1');
  abort.abort();
  await watch.next();
  expect(await metrics.metrics()).toContain('berth_watchers{group="",version="v1",kind="ConfigMap"} 0');
});
