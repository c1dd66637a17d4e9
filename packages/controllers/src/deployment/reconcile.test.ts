// Deployments over the real API: rollouts, scaling, undoing, pausing, collisions, garbage.
import type { Client } from '@berth/client';
import { FakeClock } from '@berth/host/testing';
import { type Deployment, deployments, events, type Pod, pods, type ReplicaSet, replicaSets } from '@berth/objects';
import { describe, expect, it } from 'vitest';
import { controllerOf, isActive, isReady } from '../pod-state.ts';
import { startTestCluster, type TestCluster } from '../testing/cluster.ts';

const namespace = 'default';
const web = { namespace, name: 'web' };
const strategicMerge = 'application/strategic-merge-patch+json';

/** Its pods come to a node, where they run at once. */
function create(client: Client, spec: Partial<Deployment['spec']> = {}): Promise<Deployment> {
  const labels = { app: 'web' };
  return client.create(deployments, {
    metadata: { ...web, annotations: { 'kubernetes.io/change-cause': 'first' } },
    spec: {
      replicas: 3,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { nodeName: 'n', containers: [{ name: 'c', image: 'i:1' }] } },
      ...spec,
    },
  });
}

function patch(client: Client, body: object): Promise<Deployment> {
  return client.patch(deployments, web, { type: strategicMerge, body });
}

function setImage(client: Client, image: string): Promise<Deployment> {
  return patch(client, { spec: { template: { spec: { containers: [{ name: 'c', image }] } } } });
}

const read = (client: Client) => client.get(deployments, web);

async function setsOf(client: Client): Promise<readonly ReplicaSet[]> {
  return (await client.list(replicaSets, { namespace })).items;
}

async function activePods(client: Client): Promise<readonly Pod[]> {
  return (await client.list(pods, { namespace })).items.filter(isActive);
}

const imageOf = ({ spec }: Pod) => spec.containers[0]?.image;
const reasonOf = ({ status }: Deployment, type: string) =>
  status.conditions?.find((condition) => condition.type === type)?.reason;

function rolledOut({ client, eventually }: TestCluster): Promise<Deployment> {
  return eventually(
    () => read(client),
    ({ metadata, spec, status }) =>
      status.observedGeneration === metadata.generation &&
      [status.replicas, status.updatedReplicas, status.availableReplicas].every((count) => count === spec.replicas),
  );
}

async function isGone({ client, eventually }: TestCluster): Promise<void> {
  await eventually(
    async () => (await client.list(deployments, { namespace })).items.length,
    (left) => left === 0,
  );
}

describe('deployment', { timeout: 30_000 }, () => {
  it('makes a replica set, and says how it gets on', async () => {
    await using cluster = await startTestCluster({ kubelet: true });
    const { client, eventually } = cluster;
    await create(client);
    const deployment = await rolledOut(cluster);
    expect(deployment.metadata.annotations).toMatchObject({ 'deployment.kubernetes.io/revision': '1' });
    await eventually(
      () => read(client),
      (now) => reasonOf(now, 'Progressing') === 'NewReplicaSetAvailable',
    );
    expect(reasonOf(await read(client), 'Available')).toBe('MinimumReplicasAvailable');
    const [replicaSet] = await setsOf(client);
    const hash = replicaSet?.metadata.labels?.['pod-template-hash'];
    expect(hash).toMatch(/^[a-z0-9]{5,10}$/);
    expect(replicaSet).toMatchObject({
      metadata: {
        name: `web-${hash}`,
        annotations: {
          'deployment.kubernetes.io/revision': '1',
          'deployment.kubernetes.io/desired-replicas': '3',
          'deployment.kubernetes.io/max-replicas': '4',
          'kubernetes.io/change-cause': 'first',
        },
      },
      spec: { selector: { matchLabels: { app: 'web', 'pod-template-hash': hash } } },
    });
    const messages = async () => (await client.list(events, { namespace })).items.map(({ message }) => message);
    await eventually(messages, (all) => all.includes(`Scaled up replica set web-${hash} from 0 to 3`));
  });

  it('rolls within its margins, to a new template and back', async () => {
    await using cluster = await startTestCluster({ kubelet: true });
    const { client } = cluster;
    const seen = { least: Number.POSITIVE_INFINITY, most: 0 };
    await create(client, { replicas: 8, strategy: { rollingUpdate: { maxSurge: 2, maxUnavailable: '25%' } } });
    await rolledOut(cluster);
    cluster.pods.onChange(() => {
      const active = cluster.pods.list().filter(isActive);
      seen.most = Math.max(seen.most, active.length);
      seen.least = Math.min(seen.least, active.filter(isReady).length);
    });
    await setImage(client, 'i:2');
    const second = await rolledOut(cluster);
    expect((await activePods(client)).map(imageOf)).toEqual(Array(8).fill('i:2'));
    expect(second.metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('2');
    await setImage(client, 'i:1');
    const third = await rolledOut(cluster);
    expect(third.metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('3');
    expect(seen.most).toBeLessThanOrEqual(10);
    expect(seen.least).toBeGreaterThanOrEqual(6);
    const sets = await setsOf(client);
    expect(sets).toHaveLength(2);
    const current = sets.find(({ spec }) => spec.replicas === 8);
    expect(current?.metadata.annotations).toMatchObject({
      'deployment.kubernetes.io/revision': '3',
      'deployment.kubernetes.io/revision-history': '1',
    });
  });

  it('recreates: no old pod lives beside a new one', async () => {
    await using cluster = await startTestCluster({ kubelet: true });
    const { client } = cluster;
    await create(client, { strategy: { type: 'Recreate' } });
    await rolledOut(cluster);
    let mixed = false;
    cluster.pods.onChange(() => {
      mixed ||= new Set(cluster.pods.list().map(imageOf)).size > 1;
    });
    await setImage(client, 'i:2');
    await rolledOut(cluster);
    expect((await activePods(client)).map(imageOf)).toEqual(['i:2', 'i:2', 'i:2']);
    expect(mixed).toBe(false);
  });

  it('does nothing about its template while it is paused, but scales', async () => {
    await using cluster = await startTestCluster({ kubelet: true });
    const { client, eventually } = cluster;
    await create(client);
    await rolledOut(cluster);
    await patch(client, { spec: { paused: true } });
    await eventually(
      () => read(client),
      (now) => reasonOf(now, 'Progressing') === 'DeploymentPaused',
    );
    await setImage(client, 'i:2');
    await patch(client, { spec: { replicas: 5 } });
    await eventually(
      () => activePods(client),
      (active) => active.length === 5,
    );
    expect((await activePods(client)).map(imageOf)).toEqual(Array(5).fill('i:1'));
    await patch(client, { spec: { paused: false } });
    await rolledOut(cluster);
    expect((await activePods(client)).map(imageOf)).toEqual(Array(5).fill('i:2'));
  });

  it('says when its rollout is late', async () => {
    const clock = new FakeClock();
    await using cluster = await startTestCluster({ clock });
    const { client, eventually } = cluster;
    // Nobody gives them a node.
    const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'i:1' }] } };
    await create(client, { progressDeadlineSeconds: 60, template });
    const begun = clock.now();
    const late = await eventually(
      async () => {
        await clock.advance(5_000);
        return read(client);
      },
      (now) => reasonOf(now, 'Progressing') === 'ProgressDeadlineExceeded',
    );
    expect(clock.now() - begun).toBeGreaterThan(60_000);
    expect(late.status.conditions).toContainEqual(expect.objectContaining({ type: 'Progressing', status: 'False' }));
    expect(reasonOf(late, 'Available')).toBe('MinimumReplicasUnavailable');
  });

  it('waits until pods are ready for long enough', async () => {
    const clock = new FakeClock();
    await using cluster = await startTestCluster({ clock, kubelet: true });
    const { client, eventually } = cluster;
    await cluster.addNode('n');
    await create(client, { minReadySeconds: 30 });
    await eventually(
      () => read(client),
      ({ status }) => status.readyReplicas === 3,
    );
    const ready = clock.now();
    expect((await read(client)).status.availableReplicas ?? 0).toBe(0);
    await eventually(
      async () => {
        await clock.advance(5_000);
        return read(client);
      },
      ({ status }) => status.availableReplicas === 3,
    );
    expect(clock.now() - ready).toBeGreaterThanOrEqual(30_000);
  });

  it('keeps as much history as it is told', async () => {
    await using cluster = await startTestCluster({ kubelet: true });
    const { client, eventually } = cluster;
    await create(client, { replicas: 1, revisionHistoryLimit: 1 });
    for (const version of [2, 3, 4]) {
      await rolledOut(cluster);
      await setImage(client, `i:${version}`);
    }
    await rolledOut(cluster);
    const left = await eventually(
      () => setsOf(client),
      (sets) => sets.length === 2,
    );
    const images = left.map(({ spec }) => spec.template?.spec?.containers[0]?.image);
    expect(images.sort()).toEqual(['i:3', 'i:4']);
  });

  it('takes another name where its replica set’s is taken', async () => {
    await using cluster = await startTestCluster({ kubelet: true });
    const { client } = cluster;
    await create(client);
    await rolledOut(cluster);
    const [first] = await setsOf(client);
    await client.delete(deployments, web, { propagationPolicy: 'Foreground' });
    await isGone(cluster);
    // A stranger's, under the name that the same template gives.
    const labels = { app: 'other' };
    await client.create(replicaSets, {
      metadata: { namespace, name: first!.metadata.name, labels },
      spec: {
        replicas: 0,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'i' }] } },
      },
    });
    await create(client);
    const deployment = await rolledOut(cluster);
    expect(deployment.status.collisionCount).toBe(1);
    expect(await setsOf(client)).toHaveLength(2);
  });

  it('adopts what an orphaning deletion left, and takes it along when it goes', async () => {
    await using cluster = await startTestCluster({ kubelet: true });
    const { client, eventually } = cluster;
    await create(client);
    await rolledOut(cluster);
    const before = (await activePods(client)).map(({ metadata }) => metadata.uid).sort();
    await client.delete(deployments, web, { propagationPolicy: 'Orphan' });
    await isGone(cluster);
    expect((await setsOf(client)).map(controllerOf)).toEqual([undefined]);
    await create(client);
    await rolledOut(cluster);
    expect((await activePods(client)).map(({ metadata }) => metadata.uid).sort()).toEqual(before);
    await client.delete(deployments, web);
    await eventually(
      async () => (await setsOf(client)).length + (await client.list(pods, { namespace })).items.length,
      (left) => left === 0,
    );
  });

  it.each(['restart', 'electAgain'] as const)('ends in the same state after each %s on the way', async (interrupt) => {
    await using cluster = await startTestCluster({ kubelet: true });
    const { client } = cluster;
    await create(client, { replicas: 20 });
    for (const version of [2, 3, 4]) {
      await setImage(client, `i:${version}`);
      await cluster[interrupt]();
    }
    await rolledOut(cluster);
    expect((await activePods(client)).map(imageOf)).toEqual(Array(20).fill('i:4'));
  });
});
