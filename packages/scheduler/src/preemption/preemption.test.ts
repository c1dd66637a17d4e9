// Preemption over the real API: who goes, who comes, and what they say of it.
import { events, type Pod, podDisruptionBudgets, pods, priorityClasses } from '@berth/objects';
import { beforeEach, describe, expect, it } from 'vitest';
import { type SchedulerCluster, startSchedulerCluster } from '../testing/cluster.ts';
import type { PodShape } from '../testing/objects.ts';

const namespace = 'default';
let cluster: SchedulerCluster;

beforeEach(async () => {
  cluster = await startSchedulerCluster();
  const classes = { low: 1, middle: 50, high: 100 };
  for (const [name, value] of Object.entries(classes))
    await cluster.client.create(priorityClasses, { metadata: { name }, value });
  return () => cluster[Symbol.asyncDispose]();
});

const of = (priorityClassName: string, shape: PodShape = {}): PodShape => ({
  cpu: '1',
  ...shape,
  spec: { priorityClassName, ...shape.spec },
});
const get = (name: string): Promise<Pod> => cluster.client.get(pods, { namespace, name });
const on = (name: string, node: string) =>
  cluster.eventually(
    () => get(name),
    ({ spec }) => spec.nodeName === node,
  );
const condition = (pod: Pod, type: string) => pod.status.conditions?.find((one) => one.type === type);
const message = async (name: string) => condition(await get(name), 'PodScheduled')?.message;
const goes = (name: string) =>
  cluster.eventually(
    () => get(name),
    ({ metadata }) => metadata.deletionTimestamp !== undefined,
  );
const gone = (name: string) => cluster.client.delete(pods, { namespace, name }, { gracePeriodSeconds: 0 });

describe('a pod that fits nowhere', { timeout: 30_000 }, () => {
  it('takes the place of one of lower priority, which goes gracefully and says why', async () => {
    await cluster.addNode('n', { cpu: '2' });
    for (const name of ['one', 'two']) {
      await cluster.addPod(name, of(name === 'one' ? 'low' : 'middle'));
      await on(name, 'n');
    }
    await cluster.addPod('new', of('high'));
    const victim = await goes('one');
    expect(condition(victim, 'DisruptionTarget')).toMatchObject({
      status: 'True',
      reason: 'PreemptionByScheduler',
      message: 'default-scheduler: preempting to accommodate a higher priority pod',
    });
    expect(victim.metadata.deletionGracePeriodSeconds).toBe(30);
    const waiting = await cluster.eventually(
      () => get('new'),
      ({ status }) => status.nominatedNodeName === 'n',
    );
    expect(waiting.spec.nodeName).toBeUndefined();
    const [told] = await cluster.eventually(
      async () =>
        (await cluster.client.list(events, { namespace })).items.filter(({ reason }) => reason === 'Preempted'),
      (all) => all.length > 0,
    );
    expect(told).toMatchObject({
      involvedObject: { name: 'one' },
      type: 'Normal',
      message: `Preempted by pod ${waiting.metadata.uid} on node n`,
    });
    await gone('one');
    await on('new', 'n');
    expect((await get('two')).metadata.deletionTimestamp).toBeUndefined();
  });

  it('keeps the room that is made for it from pods of lower priority, over a restart too', async () => {
    await cluster.addNode('n', { cpu: '1' });
    await cluster.addPod('old', of('low'));
    await on('old', 'n');
    await cluster.addPod('new', of('high'));
    await goes('old');
    await cluster.eventually(
      () => get('new'),
      ({ status }) => status.nominatedNodeName === 'n',
    );
    await cluster.restart();
    await cluster.addPod('thief', of('middle'));
    await cluster.eventually(
      () => message('thief'),
      (text) => text !== undefined,
    );
    await gone('old');
    await on('new', 'n');
    expect((await get('thief')).spec.nodeName).toBeUndefined();
  });

  it('lets a pod of higher priority have the room that was made for it', async () => {
    await cluster.addNode('n', { cpu: '1' });
    await cluster.addPod('old', of('low'));
    await on('old', 'n');
    await cluster.addPod('new', of('middle'));
    await goes('old');
    await cluster.eventually(
      () => get('new'),
      ({ status }) => status.nominatedNodeName === 'n',
    );
    await cluster.addPod('newer', of('high'));
    await cluster.eventually(
      () => get('newer'),
      ({ status }) => status.nominatedNodeName === 'n',
    );
    await cluster.eventually(
      () => get('new'),
      ({ status }) => !status.nominatedNodeName,
    );
    await gone('old');
    await on('newer', 'n');
  });

  it('makes nobody go when its class never does, or when nobody is below it', async () => {
    await cluster.client.create(priorityClasses, {
      metadata: { name: 'patient' },
      value: 200,
      preemptionPolicy: 'Never',
    });
    await cluster.addNode('n', { cpu: '1' });
    await cluster.addPod('old', of('middle'));
    await on('old', 'n');
    await cluster.addPod('patient', of('patient'));
    await cluster.addPod('equal', of('middle'));
    const short = '0/1 nodes are available: 1 Insufficient cpu. preemption:';
    await cluster.eventually(
      () => message('patient'),
      (text) => text === `${short} not eligible due to preemptionPolicy=Never.`,
    );
    await cluster.eventually(
      () => message('equal'),
      (text) => text === `${short} 0/1 nodes are available: 1 No preemption victims found for incoming pod.`,
    );
    expect((await get('old')).metadata.deletionTimestamp).toBeUndefined();
  });

  it('spares the pods of a disruption budget where another node costs less', async () => {
    for (const name of ['a', 'b']) {
      await cluster.addNode(name, { cpu: '1' });
      await cluster.addPod(`on-${name}`, of(name === 'a' ? 'low' : 'middle', { labels: { app: name } }));
      await on(`on-${name}`, name);
    }
    await cluster.client.create(podDisruptionBudgets, {
      metadata: { name: 'kept', namespace },
      spec: { maxUnavailable: 0, selector: { matchLabels: { app: 'a' } } },
    });
    // No pod goes before the scheduler has seen the budget, as this one fits nowhere even then.
    await cluster.addPod('large', of('high', { cpu: '2' }));
    await cluster.eventually(
      () => message('large'),
      (text) => text?.includes('preemption') === true,
    );
    await cluster.addPod('new', of('high'));
    await goes('on-b');
    expect((await get('on-a')).metadata.deletionTimestamp).toBeUndefined();
  });

  it('makes room once for each of many pods that come at once', async () => {
    await cluster.addNode('n', { cpu: '8' });
    const old = Array.from({ length: 8 }, (_, index) => `old-${index}`);
    for (const name of old) await cluster.addPod(name, of('low'));
    for (const name of old) await on(name, 'n');
    const fresh = ['new-0', 'new-1', 'new-2'];
    await Promise.all(fresh.map((name) => cluster.addPod(name, of('high'))));
    const leaving = await cluster.eventually(
      async () => (await Promise.all(old.map(get))).filter(({ metadata }) => metadata.deletionTimestamp),
      (all) => all.length >= 3,
    );
    for (const { metadata } of leaving) await gone(metadata.name);
    for (const name of fresh) await on(name, 'n');
    const left = cluster.informer.list().filter(({ metadata }) => metadata.name.startsWith('old-'));
    expect(left.filter(({ metadata }) => !metadata.deletionTimestamp)).toHaveLength(5);
  });
});
