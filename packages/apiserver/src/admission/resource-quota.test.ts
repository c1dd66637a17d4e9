// What quotas let into a namespace, through the whole core: charged before, given back after, exact whoever asks.
import { Registry, silentLogger, systemClock, systemRandom } from '@berth/host';
import { configMaps, type Pod, pods, type ResourceQuota, resourceQuotas, services } from '@berth/objects';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createApiCore } from '../registry/api-core.ts';
import { startTestApi, type TestApi } from '../testing/index.ts';

let t: TestApi;
let namespace: string;
let count = 0;
beforeAll(async () => {
  t = await startTestApi();
});
afterAll(() => t.close());
beforeEach(async () => {
  namespace = `n-${++count}`;
  await t.namespace(namespace);
});

type Amounts = Readonly<Record<string, string>>;

/** With the status that the controller would have written. */
async function setQuota(name: string, hard: Amounts, more: { spec?: object; used?: Amounts } = {}): Promise<void> {
  const body = { metadata: { name }, spec: { hard, ...more.spec } };
  const created = await t.api.create(t.admin, resourceQuotas, { namespace }, body);
  const none = Object.fromEntries(Object.keys(hard).map((key) => [key, '0']));
  const status = { hard, used: { ...none, ...more.used } };
  const target = { namespace, name, subresource: 'status' };
  await t.api.update(t.admin, resourceQuotas, target, { ...created, status });
  // The server knows what it has been asked for.
  await t.api.get(t.admin, resourceQuotas, { namespace, name });
}

const used = async (name: string) =>
  (await t.api.get<ResourceQuota>(t.admin, resourceQuotas, { namespace, name })).status?.used;
const body = (name: string, resources: object = {}, spec: object = {}) => ({
  metadata: { name },
  spec: { containers: [{ name: 'main', image: 'hello', resources }], ...spec },
});
const createPod = (name: string, resources: object = {}, spec: object = {}, options = {}): Promise<Pod> =>
  t.api.create(t.admin, pods, { namespace }, body(name, resources, spec), options);
const asks = (cpu: string, limit = cpu) => ({ requests: { cpu }, limits: { cpu: limit } });
const forbidden = (problem: string) => ({ code: 403, message: expect.stringContaining(problem) });
const remove = (name: string) => t.api.delete(t.admin, pods, { namespace, name }, { gracePeriodSeconds: 0 });

describe('a quota', () => {
  test('is charged for what comes, and refuses what is too much in Kubernetes’ words', async () => {
    await setQuota('q', { pods: '2', 'requests.cpu': '1500m', 'limits.cpu': '4' });
    await createPod('a', asks('1', '2'));
    expect(await used('q')).toEqual({ pods: '1', 'requests.cpu': '1', 'limits.cpu': '2' });
    await expect(createPod('b', asks('1', '3'))).rejects.toMatchObject({
      code: 403,
      message:
        'pods "b" is forbidden: exceeded quota: q, requested: limits.cpu=3,requests.cpu=1, used: limits.cpu=2,requests.cpu=1, limited: limits.cpu=4,requests.cpu=1500m',
    });
    await createPod('b', asks('500m'));
    await expect(createPod('c', asks('0'))).rejects.toMatchObject(
      forbidden('exceeded quota: q, requested: pods=1, used: pods=2, limited: pods=2'),
    );
    expect(await used('q')).toEqual({ pods: '2', 'requests.cpu': '1500m', 'limits.cpu': '2500m' });
  });

  test('wants to know what it charges for', async () => {
    await setQuota('q', { 'limits.cpu': '4', 'limits.memory': '1Gi' });
    await expect(createPod('a', { limits: { cpu: '1' } })).rejects.toMatchObject({
      code: 403,
      message: 'pods "a" is forbidden: failed quota: q: must specify limits.memory for: main',
    });
    const two = { initContainers: [{ name: 'init', image: 'hello' }] };
    await expect(createPod('a', {}, two)).rejects.toMatchObject(
      forbidden('failed quota: q: must specify limits.cpu for: init,main; limits.memory for: init,main'),
    );
  });

  test('is given back what goes, in time for who comes next', async () => {
    await setQuota('q', { pods: '1', 'count/pods': '5' });
    for (let round = 0; round < 5; round++) {
      await createPod('a');
      await remove('a');
    }
    await createPod('a');
    await t.api.patch(
      t.admin,
      pods,
      { namespace, name: 'a', subresource: 'status' },
      { type: 'application/merge-patch+json', body: { status: { phase: 'Succeeded' } } },
    );
    await createPod('b');
    expect(await used('q')).toEqual({ pods: '1', 'count/pods': '2' });
    await remove('a');
    await expect(createPod('c')).rejects.toMatchObject(forbidden('exceeded quota: q'));
    expect(await used('q')).toEqual({ pods: '1', 'count/pods': '1' });
  });

  test('is not charged for what is not written', async () => {
    await setQuota('q', { pods: '5' });
    await createPod('a');
    await expect(createPod('a')).rejects.toMatchObject({ code: 409 });
    await createPod('b', {}, {}, { dryRun: true });
    await createPod('b');
    expect(await used('q')).toEqual({ pods: '2' });
    await createPod('full', {}, {}, { dryRun: true });
    for (const name of ['c', 'd', 'e']) await createPod(name);
    await expect(createPod('f', {}, {}, { dryRun: true })).rejects.toMatchObject(forbidden('exceeded quota'));
  });

  test('of several is charged only if all agree', async () => {
    await setQuota('first', { pods: '5' });
    await setQuota('second', { 'count/pods': '1' });
    await createPod('a');
    await expect(createPod('b')).rejects.toMatchObject(forbidden('exceeded quota: second'));
    await remove('a');
    await createPod('c');
    expect([await used('first'), await used('second')]).toEqual([{ pods: '1' }, { 'count/pods': '1' }]);
  });

  test('that has not been counted yet refuses, and one without a status lets everything in', async () => {
    await setQuota('q', { pods: '5' });
    const quota = await t.api.get<ResourceQuota>(t.admin, resourceQuotas, { namespace, name: 'q' });
    const target = { namespace, name: 'q', subresource: 'status' };
    await t.api.update(t.admin, resourceQuotas, target, { ...quota, status: { hard: { pods: '5' } } });
    await t.api.get(t.admin, resourceQuotas, { namespace, name: 'q' });
    await expect(createPod('a')).rejects.toMatchObject(forbidden('status unknown for quota: q, resources: pods'));
    const body = { metadata: { name: 'fresh' }, spec: { hard: { pods: '0' } } };
    await t.api.delete(t.admin, resourceQuotas, { namespace, name: 'q' });
    await t.api.create(t.admin, resourceQuotas, { namespace }, body);
    await t.api.list(t.admin, resourceQuotas, { namespace });
    await createPod('a');
  });

  test('counts other kinds, and services by what they open', async () => {
    await setQuota('q', {
      configmaps: '2',
      'count/configmaps': '1',
      services: '2',
      'services.nodeports': '2',
      'services.loadbalancers': '0',
    });
    const createMap = (name: string) => t.api.create(t.admin, configMaps, { namespace }, { metadata: { name } });
    await createMap('a');
    await expect(createMap('b')).rejects.toMatchObject(
      forbidden('requested: count/configmaps=1, used: count/configmaps=1, limited: count/configmaps=1'),
    );
    const ports = [
      { name: 'a', port: 80 },
      { name: 'b', port: 81 },
    ];
    const service = (name: string, spec: object) =>
      t.api.create(t.admin, services, { namespace }, { metadata: { name }, spec: { ports, ...spec } });
    await service('s', {});
    await expect(service('l', { type: 'LoadBalancer' })).rejects.toMatchObject(
      forbidden('requested: services.loadbalancers=1'),
    );
    const change = (name: string, spec: object) =>
      t.api.patch(t.admin, services, { namespace, name }, { type: 'application/merge-patch+json', body: { spec } });
    await change('s', { type: 'NodePort' });
    await service('s2', {});
    await expect(change('s2', { type: 'NodePort' })).rejects.toMatchObject(
      forbidden('requested: services.nodeports=2, used: services.nodeports=2, limited: services.nodeports=2'),
    );
    await change('s', { type: 'ClusterIP' });
    await change('s2', { type: 'NodePort' });
    expect(await used('q')).toMatchObject({ services: '2', 'services.nodeports': '2', 'services.loadbalancers': '0' });
  });

  test.each([
    { name: 'Terminating', spec: { scopes: ['Terminating'] }, inside: { activeDeadlineSeconds: 10 }, outside: {} },
    {
      name: 'BestEffort',
      spec: { scopes: ['BestEffort'] },
      inside: {},
      outside: { containers: [{ name: 'c', image: 'i', resources: asks('1') }] },
    },
    {
      name: 'PriorityClass',
      spec: {
        scopeSelector: {
          matchExpressions: [{ scopeName: 'PriorityClass', operator: 'In', values: ['system-node-critical'] }],
        },
      },
      inside: { priorityClassName: 'system-node-critical' },
      outside: { priorityClassName: 'system-cluster-critical' },
    },
  ])('of scope $name concerns its pods alone', async ({ spec, inside, outside }) => {
    await setQuota('q', { pods: '0' }, { spec });
    await createPod('out', {}, outside);
    await expect(createPod('in', {}, inside)).rejects.toMatchObject(forbidden('exceeded quota: q'));
  });
});

describe('a quota of 50', () => {
  test('lets 50 of 200 in that come at once, through two servers of one store', async () => {
    await setQuota('q', { pods: '50' });
    const second = createApiCore({
      store: t.store,
      clock: systemClock,
      random: systemRandom,
      log: silentLogger,
      metrics: new Registry(),
    });
    const stop = new AbortController();
    const { done } = await second.start(stop.signal);
    const servers = [t.api, second];
    const made = await Promise.allSettled(
      Array.from({ length: 200 }, (_, index) =>
        servers[index % 2]!.create(t.admin, pods, { namespace }, body(`p${index}`)),
      ),
    );
    const refused = made.flatMap((result) => (result.status === 'rejected' ? [String(result.reason)] : []));
    expect(refused).toHaveLength(150);
    expect(refused.every((reason) => reason.includes('exceeded quota: q, requested: pods=1, used: pods=50'))).toBe(
      true,
    );
    expect(await used('q')).toEqual({ pods: '50' });
    const { items } = await t.api.list(t.admin, pods, { namespace });
    expect(items).toHaveLength(50);
    await Promise.all(
      items.map(({ metadata: { name } }, index) =>
        servers[index % 2]!.delete(t.admin, pods, { namespace, name }, { gracePeriodSeconds: 0 }),
      ),
    );
    await expect.poll(() => used('q')).toEqual({ pods: '0' });
    stop.abort();
    await done;
  });
});
