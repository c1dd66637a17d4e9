// The core on a real etcd, two servers at once: what makes a set of servers one cluster.
import { Registry, silentLogger, systemClock, systemRandom } from '@berth/host';
import { configMaps, pods, resourceQuotas, services, type UserInfo } from '@berth/objects';
import { openEtcdStore } from '@berth/store/etcd';
import { type EtcdProcess, startEtcd } from '@berth/store/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiCore, createApiCore } from './api-core.ts';

const admin: UserInfo = { name: 'admin', groups: ['system:masters'] };
const namespace = 'default';
let etcd: EtcdProcess;
const stops: (() => Promise<void>)[] = [];

beforeAll(async () => {
  etcd = await startEtcd();
});
afterAll(async () => {
  for (const stop of stops) await stop();
  await etcd[Symbol.asyncDispose]();
});

async function serve(prefix: string): Promise<ApiCore> {
  const store = await openEtcdStore({ endpoints: [etcd.endpoint], prefix });
  const abort = new AbortController();
  const api = createApiCore({
    store,
    clock: systemClock,
    random: systemRandom,
    log: silentLogger,
    metrics: new Registry(),
  });
  const { done } = await api.start(abort.signal);
  stops.push(async () => {
    abort.abort();
    await done;
    await store.close();
  });
  return api;
}

test('two servers are one cluster: reads, conflicts and watches agree', async () => {
  const [left, right] = await Promise.all([serve('/one'), serve('/one')]);
  const { items } = await right.list(admin, services, {});
  expect(items.map(({ spec }) => spec.clusterIP)).toEqual(['10.96.0.1']);

  const stop = new AbortController();
  const seen: string[] = [];
  const watching = (async () => {
    for await (const batch of right.watch(admin, configMaps, { namespace, signal: stop.signal }))
      for (const { type, object } of batch) {
        seen.push(`${type} ${object.metadata.resourceVersion}`);
        if (type === 'DELETED') return;
      }
  })();
  const expected: string[] = [];
  const made = await left.create(admin, configMaps, { namespace }, { metadata: { name: 'a' } });
  expected.push(`ADDED ${made.metadata.resourceVersion}`);
  for (let round = 0; round < 20; round++) {
    const [one, other] = round % 2 === 0 ? [left, right] : [right, left];
    const current = await one.get(admin, configMaps, made.metadata);
    const next = await other.update(admin, configMaps, made.metadata, { ...current, data: { round: `${round}` } });
    expected.push(`MODIFIED ${next.metadata.resourceVersion}`);
    const stale = one.update(admin, configMaps, made.metadata, { ...current, data: { round: 'lost' } });
    await expect(stale).rejects.toMatchObject({ reason: 'Conflict' });
  }
  await left.delete(admin, configMaps, made.metadata);
  await watching;
  stop.abort();
  expect(seen.slice(0, -1)).toEqual(expected);
});

test('another cluster in the same etcd holds up no read', async () => {
  const [mine, theirs] = await Promise.all([serve('/mine'), serve('/theirs')]);
  for (let round = 0; round < 5; round++) {
    await theirs.create(admin, configMaps, { namespace }, { metadata: { name: `c${round}` } });
    const { items } = await mine.list(admin, configMaps, {});
    expect(items).toEqual([]);
  }
});

test('a quota of 50 lets exactly 50 of 200 in that come at once through two servers', async () => {
  const [left, right] = await Promise.all([serve('/quota'), serve('/quota')]);
  const quota = await left.create(
    admin,
    resourceQuotas,
    { namespace },
    { metadata: { name: 'q' }, spec: { hard: { pods: '50' } } },
  );
  const status = { hard: { pods: '50' }, used: { pods: '0' } };
  await left.update(admin, resourceQuotas, { ...quota.metadata, subresource: 'status' }, { ...quota, status });
  await Promise.all([left, right].map((server) => server.get(admin, resourceQuotas, quota.metadata)));
  const made = await Promise.allSettled(
    Array.from({ length: 200 }, (_, index) =>
      (index % 2 === 0 ? left : right).create(
        admin,
        pods,
        { namespace },
        { metadata: { name: `p${index}` }, spec: { containers: [{ name: 'c', image: 'hello' }] } },
      ),
    ),
  );
  const refused = made.flatMap((result) => (result.status === 'rejected' ? [String(result.reason)] : []));
  expect(refused.filter((reason) => reason.includes('exceeded quota: q'))).toHaveLength(150);
  const { items } = await right.list(admin, pods, { namespace });
  expect(items).toHaveLength(50);
  expect((await right.get(admin, resourceQuotas, quota.metadata)).status?.used).toEqual({ pods: '50' });
});
