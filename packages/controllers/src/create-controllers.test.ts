// The controllers together over the real API: nodes, services, namespaces, garbage, and starting again.

import type { Client } from '@berth/client';
import { microTimestamp, timestamp } from '@berth/host';
import { FakeClock } from '@berth/host/testing';
import {
  configMaps,
  endpointSlices,
  endpoints,
  events,
  leases,
  namespaces,
  nodes,
  type Pod,
  pods,
  replicationControllers,
  serviceAccounts,
  services,
} from '@berth/objects';
import { describe, expect, it } from 'vitest';
import { controllerOf, isActive } from './pod-state.ts';
import { isGone, startTestCluster } from './testing/cluster.ts';

const namespace = 'default';
const merge = 'application/merge-patch+json';
const template = (labels: Readonly<Record<string, string>>) => ({
  metadata: { labels },
  spec: { containers: [{ name: 'c', image: 'i', ports: [{ name: 'http', containerPort: 8080 }] }] },
});

function createController(client: Client, replicas: number, at: string = namespace) {
  const labels = { app: 'web' };
  const spec = { replicas, selector: labels, template: template(labels) };
  return client.create(replicationControllers, { metadata: { name: 'web', namespace: at }, spec });
}

function createPod(
  client: Client,
  name: string,
  fields: { node?: string; labels?: Readonly<Record<string, string>> } = {},
) {
  const { spec } = template({});
  return client.create(pods, {
    metadata: { name, namespace, labels: fields.labels },
    spec: { ...spec, nodeName: fields.node },
  });
}

const all = async (client: Client) => (await client.list(pods, { namespace })).items;

describe('nodes', { timeout: 30_000 }, () => {
  it('get address ranges of their own, kept over restarts', async () => {
    await using cluster = await startTestCluster();
    const { client, eventually } = cluster;
    await Promise.all(Array.from({ length: 20 }, (_, index) => cluster.addNode(`n${index}`)));
    const ranges = async () =>
      new Map((await client.list(nodes)).items.map(({ metadata, spec }) => [metadata.name, spec.podCIDR]));
    const given = await eventually(ranges, (map) => [...map.values()].every(Boolean));
    expect(new Set(given.values()).size).toBe(20);
    await client.delete(nodes, { name: 'n7' });
    await cluster.restart();
    await cluster.addNode('late');
    const after = await eventually(ranges, (map) => Boolean(map.get('late')));
    expect(after.get('late')).toBe(given.get('n7'));
    given.delete('n7');
    for (const [name, range] of given) expect(after.get(name)).toBe(range);
  });

  it('that come when all ranges are taken get that of the next one to go', async () => {
    await using cluster = await startTestCluster({ clusterCidr: '10.0.0.0/23' });
    const { client, eventually } = cluster;
    for (const name of ['a', 'b', 'c']) await cluster.addNode(name);
    const range = async (name: string) => (await client.get(nodes, { name })).spec.podCIDR;
    const reasons = async () => (await client.list(events)).items.map(({ reason }) => reason);
    await eventually(reasons, (list) => list.includes('CIDRNotAvailable'));
    expect(await range('c')).toBe(undefined);
    await client.delete(nodes, { name: 'b' });
    await eventually(() => range('c'), Boolean);
    expect(await range('c')).toBe('10.0.1.0/24');
  });

  it('that fall silent lose their pods, and are as before when they are back', async () => {
    const clock = new FakeClock();
    await using cluster = await startTestCluster({ clock, kubelet: true });
    const { client, eventually } = cluster;
    const heartbeat = () => ({ lastHeartbeatTime: timestamp(clock), status: 'True', type: 'Ready' });
    const report = (name: string) =>
      client.patch(
        nodes,
        { name, subresource: 'status' },
        { type: 'application/strategic-merge-patch+json', body: { status: { conditions: [heartbeat()] } } },
      );
    /** Five seconds go by, in which those who live say so: one by its status, one by its lease. */
    const fiveSeconds = async () => {
      await clock.advance(5_000);
      await report('reports');
      await client.patch(leases, lease, { type: merge, body: { spec: { renewTime: microTimestamp(clock) } } });
    };
    const lease = { name: 'renews', namespace: 'kube-node-lease' };
    await client.create(leases, { metadata: lease, spec: { holderIdentity: 'renews' } });
    for (const name of ['reports', 'renews', 'dead']) await cluster.addNode(name);
    for (const node of ['reports', 'renews', 'dead']) await createPod(client, `on-${node}`, { node });
    const running = (list: readonly Pod[]) => list.every(({ status }) => status.phase === 'Running');
    await eventually(() => all(client), running);
    const fellSilentAt = clock.now();
    const silent = await eventually(
      async () => {
        await fiveSeconds();
        return client.get(nodes, { name: 'dead' });
      },
      ({ spec }) => spec.taints?.some(({ effect }) => effect === 'NoExecute') ?? false,
    );
    expect(clock.now() - fellSilentAt).toBeGreaterThanOrEqual(40_000);
    expect(silent.status.conditions?.[0]).toMatchObject({ status: 'Unknown', reason: 'NodeStatusUnknown' });
    expect(silent.spec.taints?.map(({ key, effect }) => `${key}:${effect}`)).toEqual([
      'node.kubernetes.io/unreachable:NoSchedule',
      'node.kubernetes.io/unreachable:NoExecute',
    ]);
    const taintedAt = clock.now();
    await eventually(async () => {
      await fiveSeconds();
      return isGone(client.get(pods, { namespace, name: 'on-dead' }));
    }, Boolean);
    expect(clock.now() - taintedAt).toBeGreaterThanOrEqual(55_000);
    expect((await all(client)).filter(isActive).map(({ metadata }) => metadata.name)).toEqual([
      'on-renews',
      'on-reports',
    ]);
    await report('dead');
    await eventually(
      async () => {
        await clock.advance(100);
        return client.get(nodes, { name: 'dead' });
      },
      ({ spec }) => (spec.taints ?? []).length === 0,
    );
  });

  it('that fall silent all at once keep their pods, which only stop counting as ready', async () => {
    const clock = new FakeClock();
    await using cluster = await startTestCluster({ clock, kubelet: true });
    const { client, eventually } = cluster;
    await cluster.addNode('n');
    await createPod(client, 'p', { node: 'n' });
    const ready = (pod: Pod) => pod.status.conditions?.find(({ type }) => type === 'Ready')?.status;
    const read = () => client.get(pods, { namespace, name: 'p' });
    await eventually(read, (pod) => ready(pod) === 'True');
    const later = async () => {
      await clock.advance(5_000);
      return read();
    };
    await eventually(later, (pod) => ready(pod) === 'False');
    for (let seconds = 0; seconds < 600; seconds += 5) await later();
    expect((await read()).metadata.deletionTimestamp).toBe(undefined);
  });
});

const ofWeb = 'kubernetes.io/service-name=web';

describe('services', { timeout: 30_000 }, () => {
  it('have endpoints that follow their pods, and go with them', async () => {
    await using cluster = await startTestCluster({ kubelet: true });
    const { client, eventually } = cluster;
    await cluster.addNode('n');
    const ports = [{ port: 80, targetPort: 'http' }];
    await client.create(services, { metadata: { name: 'web', namespace }, spec: { selector: { app: 'web' }, ports } });
    const read = () => client.get(endpoints, { namespace, name: 'web' });
    await createPod(client, 'a', { node: 'n', labels: { app: 'web' } });
    const addresses = async () =>
      (await read().catch(() => undefined))?.subsets?.flatMap((subset) => subset.addresses ?? []) ?? [];
    const [address] = await eventually(addresses, (list) => list.length === 1);
    expect(address).toMatchObject({ ip: '10.244.0.2', nodeName: 'n', targetRef: { kind: 'Pod', name: 'a' } });
    expect((await read()).subsets?.[0]?.ports).toEqual([{ port: 8080, protocol: 'TCP' }]);
    const slices = async () => (await client.list(endpointSlices, { namespace, labelSelector: ofWeb })).items;
    const told = await eventually(slices, ([slice]) => slice?.endpoints.length === 1);
    expect(told).toMatchObject([{ addressType: 'IPv4', endpoints: [{ addresses: ['10.244.0.2'] }] }]);
    await client.patch(
      pods,
      { namespace, name: 'a' },
      { type: merge, body: { metadata: { labels: { app: 'other' } } } },
    );
    await eventually(addresses, (list) => list.length === 0);
    await eventually(slices, ([slice]) => slice?.endpoints.length === 0);
    await client.delete(services, { namespace, name: 'web' });
    await eventually(() => isGone(read()), Boolean);
    await eventually(slices, (left) => left.length === 0);
  });

  it('without a selector keep the endpoints that somebody made for them', async () => {
    await using cluster = await startTestCluster();
    const { client } = cluster;
    const subsets = [{ addresses: [{ ip: '192.0.2.1' }], ports: [{ port: 80 }] }];
    await client.create(endpoints, { metadata: { name: 'outside', namespace }, subsets });
    await client.create(services, { metadata: { name: 'outside', namespace }, spec: { ports: [{ port: 80 }] } });
    await cluster.restart();
    // Another service's endpoints show that the loop has been through.
    await client.create(services, {
      metadata: { name: 'own', namespace },
      spec: { selector: { a: 'b' }, ports: [{ port: 80 }] },
    });
    await cluster.eventually(
      () => isGone(client.get(endpoints, { namespace, name: 'own' })),
      (gone) => !gone,
    );
    expect((await client.get(endpoints, { namespace, name: 'outside' })).subsets?.[0]?.addresses).toEqual([
      { ip: '192.0.2.1' },
    ]);
  });
});

describe('namespaces', { timeout: 30_000 }, () => {
  it('get a service account, and take all that is in them along when they go', async () => {
    await using cluster = await startTestCluster();
    const { client, eventually } = cluster;
    await client.create(namespaces, { metadata: { name: 'shop' }, spec: {} });
    await eventually(
      () => isGone(client.get(serviceAccounts, { namespace: 'shop', name: 'default' })),
      (gone) => !gone,
    );
    await createController(client, 20, 'shop');
    await client.create(configMaps, { metadata: { name: 'c', namespace: 'shop' }, data: { a: 'b' } });
    await client.create(services, {
      metadata: { name: 's', namespace: 'shop' },
      spec: { selector: { a: 'b' }, ports: [{ port: 80 }] },
    });
    await eventually(
      async () => (await client.list(pods, { namespace: 'shop' })).items.length,
      (count) => count === 20,
    );
    await client.delete(namespaces, { name: 'shop' });
    await cluster.restart();
    await eventually(() => isGone(client.get(namespaces, { name: 'shop' })), Boolean);
    for (const resource of [pods, replicationControllers, configMaps, services, endpoints, serviceAccounts])
      expect((await client.list(resource, { namespace: 'shop' })).items).toEqual([]);
  });

  it('say what is left in them', async () => {
    await using cluster = await startTestCluster();
    const { client, eventually } = cluster;
    await client.create(namespaces, { metadata: { name: 'shop' }, spec: {} });
    const kept = { name: 'kept', namespace: 'shop' };
    await client.create(configMaps, { metadata: { ...kept, finalizers: ['example.com/wait'] } });
    await client.delete(namespaces, { name: 'shop' });
    const waiting = await eventually(
      () => client.get(namespaces, { name: 'shop' }),
      ({ status }) => (status.conditions ?? []).length === 5,
    );
    const messages = waiting.status.conditions?.filter(({ status }) => status === 'True').map(({ message }) => message);
    expect(messages).toEqual([
      'Some resources are remaining: configmaps has 1 resource instances',
      'Some content in the namespace has finalizers remaining: example.com/wait in 1 resource instances',
    ]);
    await client.patch(configMaps, kept, { type: merge, body: { metadata: { finalizers: [] } } });
    await eventually(() => isGone(client.get(namespaces, { name: 'shop' })), Boolean);
  });
});

describe('garbage', { timeout: 30_000 }, () => {
  it('of an owner that went while nobody looked is collected', async () => {
    await using cluster = await startTestCluster();
    const { client, eventually } = cluster;
    const owner = await client.create(configMaps, { metadata: { name: 'owner', namespace } });
    const { name, uid } = owner.metadata;
    const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name, uid }];
    await client.create(configMaps, { metadata: { name: 'owned', namespace, ownerReferences } });
    const stranger = [{ apiVersion: 'example.com/v1', kind: 'Thing', name, uid: 'x' }];
    await client.create(configMaps, { metadata: { name: 'strange', namespace, ownerReferences: stranger } });
    await client.delete(configMaps, { namespace, name });
    await cluster.restart();
    await eventually(() => isGone(client.get(configMaps, { namespace, name: 'owned' })), Boolean);
    expect(await isGone(client.get(configMaps, { namespace, name: 'strange' }))).toBe(false);
  });

  it('of a controller are its pods, and those that it has released stay', async () => {
    await using cluster = await startTestCluster();
    const { client, eventually } = cluster;
    await createController(client, 3);
    const [first] = await eventually(
      () => all(client),
      (list) => list.length === 3,
    );
    const released = { namespace, name: first?.metadata.name ?? '' };
    await client.patch(pods, released, { type: merge, body: { metadata: { labels: { app: 'debug' } } } });
    await eventually(
      () => client.get(pods, released),
      (pod) => !controllerOf(pod),
    );
    await client.delete(replicationControllers, { namespace, name: 'web' }, { propagationPolicy: 'Background' });
    const left = await eventually(
      () => all(client),
      (list) => list.length === 1,
    );
    expect(left[0]?.metadata.name).toBe(released.name);
  });
});
