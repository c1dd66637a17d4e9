// Daemon sets over the real API, with the scheduler: nodes come and go, rollouts, history, adoption, garbage.
import type { Client } from '@berth/client';
import { FakeClock } from '@berth/host/testing';
import {
  controllerRevisions,
  type DaemonSet,
  daemonSets,
  events,
  nodes,
  type Pod,
  pods,
  resourceQuotas,
  type Taint,
} from '@berth/objects';
import { describe, expect, it } from 'vitest';
import { controllerOf, isActive } from '../pod-state.ts';
import { startTestCluster, type TestCluster } from '../testing/cluster.ts';

const namespace = 'default';
const merge = 'application/merge-patch+json';
const labels = { app: 'log' };

function create(client: Client, spec: Partial<DaemonSet['spec']> = {}): Promise<DaemonSet> {
  const template = { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'i:1' }] } };
  return client.create(daemonSets, {
    metadata: { name: 'log', namespace },
    spec: { selector: { matchLabels: labels }, template, ...spec },
  });
}

const read = (client: Client) => client.get(daemonSets, { namespace, name: 'log' });
const change = (client: Client, spec: object) =>
  client.patch(daemonSets, { namespace, name: 'log' }, { type: merge, body: { spec } });
const setImage = (client: Client, image: string) =>
  change(client, { template: { spec: { containers: [{ name: 'c', image }] } } });

const active = async (client: Client) => (await client.list(pods, { namespace })).items.filter(isActive);
const imageOf = ({ spec }: Pod) => spec.containers[0]?.image;
const placed = (all: readonly Pod[]) => all.map(({ spec }) => spec.nodeName ?? '').sort();

function on(cluster: TestCluster, ...names: string[]): Promise<readonly Pod[]> {
  return cluster.eventually(
    () => active(cluster.client),
    (all) => placed(all).join() === names.join(),
  );
}

/** A cluster that puts each pod on the node that it names, and runs it there. */
async function startDaemonCluster(options: Parameters<typeof startTestCluster>[0] = {}): Promise<TestCluster> {
  const cluster = await startTestCluster({ kubelet: true, ...options });
  cluster.pods.onChange((changes) => {
    for (const { previous, next } of changes) {
      if (previous || !next || next.spec.nodeName) continue;
      const { name, uid } = next.metadata;
      const node = next.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
      const target = node?.nodeSelectorTerms[0]?.matchFields?.[0]?.values?.[0];
      // The pod may be gone already.
      if (target) void cluster.client.bind({ namespace, name, uid }, target).catch(() => {});
    }
  });
  return cluster;
}

async function isGone({ client, eventually }: TestCluster): Promise<void> {
  const left = async () => (await client.list(daemonSets, { namespace })).items.length;
  await eventually(left, (count) => count === 0);
}

describe('a daemon set', { timeout: 30_000 }, () => {
  it('follows the nodes as they come, change and go', async () => {
    await using cluster = await startDaemonCluster();
    const { client, eventually } = cluster;
    for (const name of ['a', 'b']) await cluster.addNode(name);
    const created = await create(client);
    const [first] = await on(cluster, 'a', 'b');
    expect(controllerOf(first!)).toMatchObject({ apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'log' });
    expect(first?.metadata.name).toMatch(/^log-[a-z0-9]{5}$/);
    await cluster.addNode('c');
    await on(cluster, 'a', 'b', 'c');
    const taints: Taint[] = [{ key: 'own', effect: 'NoExecute' }];
    await client.patch(nodes, { name: 'b' }, { type: merge, body: { spec: { taints } } });
    await on(cluster, 'a', 'c');
    await client.patch(nodes, { name: 'b' }, { type: merge, body: { spec: { taints: null } } });
    await on(cluster, 'a', 'b', 'c');
    // The pod of a node that is gone is another controller's to delete.
    await client.delete(nodes, { name: 'c' });
    const { status } = await eventually(
      () => read(client),
      ({ status: { numberAvailable, desiredNumberScheduled } }) =>
        numberAvailable === 2 && desiredNumberScheduled === 2,
    );
    expect(status).toEqual({
      desiredNumberScheduled: 2,
      currentNumberScheduled: 2,
      numberReady: 2,
      numberAvailable: 2,
      numberMisscheduled: 0,
      updatedNumberScheduled: 2,
      observedGeneration: created.metadata.generation,
    });
    const told = await eventually(
      async () => (await client.list(events, { namespace })).items,
      (all) => all.some(({ reason }) => reason === 'SuccessfulCreate'),
    );
    expect(told.find(({ reason }) => reason === 'SuccessfulCreate')).toMatchObject({
      source: { component: 'daemonset-controller' },
      message: expect.stringMatching(/^Created pod: log-/),
    });
  });

  it('replaces what is deleted and what failed, and says so', async () => {
    await using cluster = await startDaemonCluster();
    const { client, eventually } = cluster;
    await cluster.addNode('a');
    await create(client);
    const [first] = await on(cluster, 'a');
    await client.delete(pods, { namespace, name: first!.metadata.name });
    const [second] = await eventually(
      () => active(client),
      (all) => all.length === 1 && all[0]?.metadata.uid !== first?.metadata.uid && all[0]?.status.phase === 'Running',
    );
    await client.updateStatus(pods, { ...second!, status: { ...second!.status, phase: 'Failed' } });
    await eventually(
      () => active(client),
      (all) => all.length === 1 && all[0]?.metadata.uid !== second?.metadata.uid,
    );
    const [told] = await eventually(
      async () => (await client.list(events, { namespace })).items.filter(({ reason }) => reason === 'FailedDaemonPod'),
      (all) => all.length > 0,
    );
    const { name } = second!.metadata;
    expect(told).toMatchObject({
      type: 'Warning',
      message: `Found failed daemon pod default/${name} on node a, will try to kill it`,
    });
  });

  it('leaves a node alone for a while that turns its pods away again and again', async () => {
    const clock = new FakeClock(Date.parse('2026-01-01T00:00:00Z'));
    await using cluster = await startDaemonCluster({ clock, kubelet: false });
    const { client, eventually } = cluster;
    await cluster.addNode('a');
    await create(client);
    const fail = async (not: string | undefined) => {
      const [pod] = await eventually(
        () => active(client),
        (all) => all.length === 1 && all[0]?.metadata.uid !== not,
      );
      const { name, uid } = pod!.metadata;
      const body = { status: { phase: 'Failed' } };
      await client.patch(pods, { namespace, name, subresource: 'status' }, { type: merge, body });
      return uid;
    };
    const first = await fail(undefined);
    const second = await fail(first);
    const there = async () => (await client.list(pods, { namespace })).items.map(({ metadata }) => metadata.uid);
    await eventually(
      async () => (await read(client)).status,
      ({ numberReady, currentNumberScheduled }) => numberReady === 0 && currentNumberScheduled === 1,
    );
    expect(await there()).toEqual([second]);
    await clock.advance(1_000);
    await eventually(there, (uids) => !uids.includes(second));
  });

  it('goes on where it was after each restart', async () => {
    await using cluster = await startDaemonCluster();
    const { client } = cluster;
    const names = Array.from({ length: 12 }, (_, index) => `n${String(index).padStart(2, '0')}`);
    for (const name of names) await cluster.addNode(name);
    await create(client);
    for (const interrupt of ['restart', 'electAgain', 'restart'] as const) await cluster[interrupt]();
    await on(cluster, ...names);
    expect((await client.list(controllerRevisions, { namespace })).items).toHaveLength(1);
  });

  it('says what keeps it from making pods, and makes them when it can', async () => {
    await using cluster = await startDaemonCluster();
    const { client, eventually } = cluster;
    const metadata = { name: 'few', namespace };
    await client.create(resourceQuotas, { metadata, spec: { hard: { pods: '1' } } });
    await eventually(
      () => client.get(resourceQuotas, metadata),
      ({ status }) => status.hard?.pods === '1',
    );
    for (const name of ['a', 'b']) await cluster.addNode(name);
    await create(client);
    const failures = async () =>
      (await client.list(events, { namespace })).items.filter(({ reason }) => reason === 'FailedCreate');
    const [told] = await eventually(failures, (all) => all.length > 0);
    expect(told?.message).toMatch(/^Error creating: pods "log-.*" is forbidden: exceeded quota: few/);
    await eventually(
      () => read(client),
      ({ status }) => status.currentNumberScheduled === 1 && status.desiredNumberScheduled === 2,
    );
    await client.delete(resourceQuotas, metadata);
    await on(cluster, 'a', 'b');
  });
});

describe('a rollout of a daemon set', { timeout: 30_000 }, () => {
  const updated = ({ client, eventually }: TestCluster) =>
    eventually(
      () => read(client),
      ({ metadata, status }) =>
        status.observedGeneration === metadata.generation &&
        status.updatedNumberScheduled === status.desiredNumberScheduled &&
        status.numberAvailable === status.desiredNumberScheduled,
    );
  const revisions = async (client: Client) =>
    (await client.list(controllerRevisions, { namespace })).items
      .map(({ revision }) => revision)
      .sort((one, other) => one - other);

  it('replaces one pod at a time, and is undone by the patch in its history', async () => {
    await using cluster = await startDaemonCluster();
    const { client } = cluster;
    for (const name of ['a', 'b', 'c']) await cluster.addNode(name);
    await create(client);
    await on(cluster, 'a', 'b', 'c');
    await updated(cluster);
    let fewest = 3;
    cluster.pods.onChange(() => {
      fewest = Math.min(fewest, cluster.pods.list().filter(isActive).length);
    });
    await setImage(client, 'i:2');
    await updated(cluster);
    expect((await active(client)).map(imageOf)).toEqual(['i:2', 'i:2', 'i:2']);
    expect(fewest).toBe(2);
    expect(await revisions(client)).toEqual([1, 2]);
    const [first] = (await client.list(controllerRevisions, { namespace })).items.filter((one) => one.revision === 1);
    const body = first!.data as object;
    const type = 'application/strategic-merge-patch+json';
    const undone = await client.patch(daemonSets, { namespace, name: 'log' }, { type, body });
    expect(undone.metadata.annotations?.['deprecated.daemonset.template.generation']).toBe('3');
    await updated(cluster);
    expect((await active(client)).map(imageOf)).toEqual(['i:1', 'i:1', 'i:1']);
    expect(await revisions(client)).toEqual([2, 3]);
  });

  it('puts the new pod beside the old one where it may surge', async () => {
    await using cluster = await startDaemonCluster();
    const { client } = cluster;
    for (const name of ['a', 'b']) await cluster.addNode(name);
    await create(client, { updateStrategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } });
    await on(cluster, 'a', 'b');
    await updated(cluster);
    let [fewest, most] = [2, 2];
    cluster.pods.onChange(() => {
      const count = cluster.pods.list().filter(isActive).length;
      [fewest, most] = [Math.min(fewest, count), Math.max(most, count)];
    });
    await setImage(client, 'i:2');
    await updated(cluster);
    expect((await active(client)).map(imageOf)).toEqual(['i:2', 'i:2']);
    expect([fewest, most]).toEqual([2, 3]);
  });

  it('waits for others to delete where it is told to', async () => {
    await using cluster = await startDaemonCluster();
    const { client, eventually } = cluster;
    await cluster.addNode('a');
    await create(client, { updateStrategy: { type: 'OnDelete' } });
    const [old] = await on(cluster, 'a');
    await setImage(client, 'i:2');
    await eventually(
      () => read(client),
      ({ metadata, status }) => status.observedGeneration === metadata.generation && !status.updatedNumberScheduled,
    );
    expect((await active(client)).map(imageOf)).toEqual(['i:1']);
    await client.delete(pods, { namespace, name: old!.metadata.name });
    await updated(cluster);
    expect((await active(client)).map(imageOf)).toEqual(['i:2']);
  });

  it('keeps as much history as is asked for', async () => {
    await using cluster = await startDaemonCluster();
    const { client, eventually } = cluster;
    await cluster.addNode('a');
    await create(client, { revisionHistoryLimit: 1 });
    for (const image of ['i:2', 'i:3', 'i:4']) {
      await updated(cluster);
      await setImage(client, image);
    }
    await updated(cluster);
    await eventually(
      () => revisions(client),
      (numbers) => numbers.join() === '3,4',
    );
  });

  it('finds another name where its revision’s is taken', async () => {
    await using cluster = await startDaemonCluster();
    const { client } = cluster;
    await cluster.addNode('a');
    await create(client);
    await updated(cluster);
    const [own] = (await client.list(controllerRevisions, { namespace })).items;
    const { name } = own!.metadata;
    await client.delete(daemonSets, { namespace, name: 'log' }, { propagationPolicy: 'Foreground' });
    await isGone(cluster);
    await client.create(controllerRevisions, { metadata: { name, namespace }, data: { not: 'its own' }, revision: 1 });
    await create(client);
    const { status } = await updated(cluster);
    expect(status.collisionCount).toBe(1);
  });
});

describe('what belongs to a daemon set', { timeout: 30_000 }, () => {
  it('is adopted with its history when it comes back, and no pod is made anew', async () => {
    await using cluster = await startDaemonCluster();
    const { client, eventually } = cluster;
    for (const name of ['a', 'b']) await cluster.addNode(name);
    await create(client);
    const before = (await on(cluster, 'a', 'b')).map(({ metadata }) => metadata.uid).sort();
    await client.delete(daemonSets, { namespace, name: 'log' }, { propagationPolicy: 'Orphan' });
    await isGone(cluster);
    const again = await create(client);
    const after = await eventually(
      () => active(client),
      (all) => all.length === 2 && all.every((pod) => controllerOf(pod)?.uid === again.metadata.uid),
    );
    expect(after.map(({ metadata }) => metadata.uid).sort()).toEqual(before);
    await eventually(
      () => read(client),
      ({ status }) => status.updatedNumberScheduled === 2,
    );
    const [revision, ...others] = (await client.list(controllerRevisions, { namespace })).items;
    expect([controllerOf(revision!)?.uid, others]).toEqual([again.metadata.uid, []]);
  });

  it('is let go when it no longer matches, and made anew', async () => {
    await using cluster = await startDaemonCluster();
    const { client, eventually } = cluster;
    await cluster.addNode('a');
    await create(client);
    const [first] = await on(cluster, 'a');
    const { name } = first!.metadata;
    await client.patch(pods, { namespace, name }, { type: merge, body: { metadata: { labels: { app: 'debug' } } } });
    await on(cluster, 'a', 'a');
    const released = await eventually(
      () => client.get(pods, { namespace, name }),
      (pod) => !controllerOf(pod),
    );
    expect(released.metadata.deletionTimestamp).toBeUndefined();
  });

  it.each(['Background', 'Foreground', 'Orphan'] as const)('at its deletion: %s', async (propagationPolicy) => {
    await using cluster = await startDaemonCluster();
    const { client, eventually } = cluster;
    for (const name of ['a', 'b']) await cluster.addNode(name);
    await create(client);
    await on(cluster, 'a', 'b');
    await client.delete(daemonSets, { namespace, name: 'log' }, { propagationPolicy });
    await isGone(cluster);
    const left = async () => {
      const all = [...(await active(client)), ...(await client.list(controllerRevisions, { namespace })).items];
      return all.map((one) => controllerOf(one)?.kind ?? 'nobody');
    };
    const remaining = propagationPolicy === 'Orphan' ? ['nobody', 'nobody', 'nobody'] : [];
    await eventually(left, (all) => all.join() === remaining.join());
  });
});
