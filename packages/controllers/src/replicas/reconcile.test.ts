// Replication controllers and replica sets over the real API: scaling, adoption, release, restarts, garbage.
import type { Client } from '@berth/client';
import {
  events,
  type Pod,
  pods,
  type ReplicationController,
  replicaSets,
  replicationControllers,
} from '@berth/objects';
import { describe, expect, it } from 'vitest';
import { controllerOf, isActive } from '../pod-state.ts';
import { startTestCluster } from '../testing/cluster.ts';

const namespace = 'default';

function create(client: Client, replicas: number, name = 'web'): Promise<ReplicationController> {
  const labels = { app: name };
  const spec = {
    replicas,
    selector: labels,
    template: { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'i' }] } },
  };
  return client.create(replicationControllers, { metadata: { name, namespace }, spec });
}

async function scale(client: Client, replicas: number): Promise<void> {
  const body = { spec: { replicas } };
  await client.patch(
    replicationControllers,
    { namespace, name: 'web' },
    { type: 'application/merge-patch+json', body },
  );
}

async function activePods(client: Client): Promise<readonly Pod[]> {
  return (await client.list(pods, { namespace })).items.filter(isActive);
}

const read = (client: Client) => client.get(replicationControllers, { namespace, name: 'web' });

function createPod(client: Client, name: string, labels: Readonly<Record<string, string>>): Promise<Pod> {
  return client.create(pods, {
    metadata: { name, namespace, labels },
    spec: { containers: [{ name: 'c', image: 'i' }] },
  });
}

describe('replication controller', { timeout: 30_000 }, () => {
  it('goes from 0 to 50 to 10, never over, and reports it', async () => {
    await using cluster = await startTestCluster();
    const { client, eventually } = cluster;
    let most = 0;
    cluster.pods.onChange(() => {
      most = Math.max(most, cluster.pods.list().filter(isActive).length);
    });
    await create(client, 0);
    await scale(client, 50);
    await eventually(
      () => read(client),
      ({ status }) => status.replicas === 50,
    );
    const names = (await activePods(client)).map(({ metadata }) => metadata.name);
    expect(names.every((name) => /^web-[a-z0-9]{5}$/.test(name))).toBe(true);
    await scale(client, 10);
    await eventually(
      () => read(client),
      ({ status }) => status.replicas === 10,
    );
    expect(await activePods(client)).toHaveLength(10);
    expect(most).toBe(50);
    const controller = await read(client);
    expect(controller.status).toEqual({
      replicas: 10,
      fullyLabeledReplicas: 10,
      observedGeneration: controller.metadata.generation,
    });
    const recorded = await eventually(
      async () => (await client.list(events, { namespace })).items,
      (all) => all.some(({ reason }) => reason === 'SuccessfulDelete'),
    );
    expect(recorded.find(({ reason }) => reason === 'SuccessfulCreate')?.message).toMatch(/^Created pod: web-/);
  });

  it('replaces a pod that is deleted', async () => {
    await using cluster = await startTestCluster();
    const { client, eventually } = cluster;
    await create(client, 3);
    const [first] = await eventually(
      () => activePods(client),
      (all) => all.length === 3,
    );
    const { name, uid } = first!.metadata;
    await client.delete(pods, { namespace, name });
    const after = await eventually(
      () => activePods(client),
      (all) => all.length === 3 && !all.some((pod) => pod.metadata.uid === uid),
    );
    expect(after).toHaveLength(3);
  });

  it('adopts matching orphans instead of creating, and leaves those of others alone', async () => {
    await using cluster = await startTestCluster();
    const { client, eventually } = cluster;
    const orphan = await createPod(client, 'orphan', { app: 'web' });
    const stranger = await createPod(client, 'stranger', { app: 'other' });
    const controller = await create(client, 2);
    await eventually(
      () => read(client),
      ({ status }) => status.replicas === 2,
    );
    const owned = (await activePods(client)).filter((pod) => controllerOf(pod)?.uid === controller.metadata.uid);
    expect(owned.map(({ metadata }) => metadata.uid)).toContain(orphan.metadata.uid);
    expect(owned.map(({ metadata }) => metadata.uid)).not.toContain(stranger.metadata.uid);
    expect(owned).toHaveLength(2);
  });

  it('releases a pod that no longer matches, replaces it, and takes it back when it does', async () => {
    await using cluster = await startTestCluster();
    const { client, eventually } = cluster;
    await create(client, 2);
    const [first] = await eventually(
      () => activePods(client),
      (all) => all.length === 2,
    );
    const { name } = first!.metadata;
    const relabel = (app: string) =>
      client.patch(
        pods,
        { namespace, name },
        { type: 'application/merge-patch+json', body: { metadata: { labels: { app } } } },
      );
    await relabel('debug');
    await eventually(
      () => activePods(client),
      (all) => all.length === 3,
    );
    const released = await eventually(
      () => client.get(pods, { namespace, name }),
      (pod) => !controllerOf(pod),
    );
    expect(released.metadata.ownerReferences ?? []).toEqual([]);
    await relabel('web');
    await eventually(
      () => activePods(client),
      (all) => all.length === 2,
    );
  });

  it.each(['Background', 'Foreground', 'Orphan'] as const)('its deletion: %s', async (propagationPolicy) => {
    await using cluster = await startTestCluster();
    const { client, eventually } = cluster;
    await create(client, 5);
    await eventually(
      () => read(client),
      ({ status }) => status.replicas === 5,
    );
    await client.delete(replicationControllers, { namespace, name: 'web' }, { propagationPolicy });
    const gone = async () => (await client.list(replicationControllers, { namespace })).items.length;
    await eventually(gone, (left) => left === 0);
    const remaining = propagationPolicy === 'Orphan' ? 5 : 0;
    const left = await eventually(
      () => activePods(client),
      (all) => all.length === remaining && all.every((pod) => !controllerOf(pod)),
    );
    expect(left).toHaveLength(remaining);
  });

  it.each(['restart', 'electAgain'] as const)('ends in the same state after each %s on the way', async (interrupt) => {
    await using cluster = await startTestCluster();
    const { client, eventually } = cluster;
    await create(client, 200);
    for (let i = 0; i < 5; i++) {
      await cluster[interrupt]();
      await scale(client, i % 2 === 0 ? 20 : 120);
    }
    await eventually(
      () => read(client),
      ({ status, spec }) => spec.replicas === 20 && status.replicas === 20,
    );
    expect(await activePods(client)).toHaveLength(20);
  });
});

describe('replica set', { timeout: 30_000 }, () => {
  it('keeps its pods by expressions, adopts, releases, and takes them along', async () => {
    await using cluster = await startTestCluster({ kubelet: true });
    const { client, eventually } = cluster;
    const orphan = await createPod(client, 'orphan', { app: 'web', track: 'canary' });
    const stable = await createPod(client, 'stable', { app: 'web', track: 'stable' });
    const created = await client.create(replicaSets, {
      metadata: { name: 'web', namespace },
      spec: {
        replicas: 3,
        selector: {
          matchExpressions: [{ key: 'track', operator: 'NotIn', values: ['stable'] }],
          matchLabels: { app: 'web' },
        },
        template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'i' }] } },
      },
    });
    const own = async () => (await activePods(client)).filter((pod) => controllerOf(pod)?.uid === created.metadata.uid);
    const three = await eventually(own, (all) => all.length === 3);
    expect(three.map(({ metadata }) => metadata.uid)).toContain(orphan.metadata.uid);
    expect(controllerOf(three[0]!)).toMatchObject({ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web' });
    const body = { metadata: { labels: { track: 'stable' } } };
    await client.patch(pods, { namespace, name: 'orphan' }, { type: 'application/merge-patch+json', body });
    await eventually(own, (all) => all.length === 3 && all.every(({ metadata }) => metadata.name !== 'orphan'));
    await eventually(
      () => client.get(replicaSets, { namespace, name: 'web' }),
      ({ status }) => status.replicas === 3 && status.fullyLabeledReplicas === 3,
    );
    await client.delete(replicaSets, { namespace, name: 'web' });
    const left = await eventually(
      async () => (await activePods(client)).map(({ metadata }) => metadata.uid).sort(),
      (uids) => uids.length === 2,
    );
    expect(left).toEqual([orphan.metadata.uid, stable.metadata.uid].sort());
  });
});
