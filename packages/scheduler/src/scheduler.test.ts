// The scheduler over the real API: what it writes, and that no node is ever over-committed, whatever fails.
import type { Client } from '@berth/client';
import { events, type Node, type Pod, pods, StatusError } from '@berth/objects';
import { describe, expect, it } from 'vitest';
import { amountsOf, factsOf } from './pod-facts.ts';
import { occupies } from './preview.ts';
import { startSchedulerCluster } from './testing/cluster.ts';
import type { NodeShape } from './testing/objects.ts';

const namespace = 'default';

const condition = (pod: Pod) => pod.status.conditions?.find(({ type }) => type === 'PodScheduled');

describe('scheduler', { timeout: 30_000 }, () => {
  it('puts pods on nodes, and says so', async () => {
    await using cluster = await startSchedulerCluster();
    const { client, eventually } = cluster;
    await cluster.addNode('n1');
    await cluster.addPod('p');
    const pod = await eventually(
      () => client.get(pods, { namespace, name: 'p' }),
      ({ spec }) => spec.nodeName === 'n1',
    );
    expect(condition(pod)?.status).toBe('True');
    const figures = await cluster.metrics.metrics();
    expect(figures).toMatch(/scheduler_schedule_attempts_total\{result="scheduled",profile="default-scheduler"\} 1\n/);
    expect(figures).toMatch(/scheduler_pod_scheduling_sli_duration_seconds_count\{attempts="1"\} 1\n/);
    const [event] = await eventually(
      async () => (await client.list(events, { namespace })).items,
      (all) => all.length > 0,
    );
    expect(event).toMatchObject({
      reason: 'Scheduled',
      message: 'Successfully assigned default/p to n1',
      source: { component: 'default-scheduler' },
    });
  });

  it('says why a pod has no node, keeps that up to date, and goes on when there is room', async () => {
    await using cluster = await startSchedulerCluster();
    const { client, eventually } = cluster;
    await cluster.addPod('p', { cpu: '3' });
    const read = () => client.get(pods, { namespace, name: 'p' });
    const says = (message: string) => eventually(read, (pod) => condition(pod)?.message === message);
    await says('no nodes available to schedule pods');
    expect(await cluster.metrics.metrics()).toMatch(/scheduler_pending_pods\{queue="unschedulable"\} 1\n/);
    await cluster.addNode('small', { cpu: '1' });
    const pod = await says(
      '0/1 nodes are available: 1 Insufficient cpu. preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.',
    );
    expect(condition(pod)).toMatchObject({ status: 'False', reason: 'Unschedulable' });
    const reasons = async () => (await client.list(events, { namespace })).items.map(({ reason }) => reason);
    expect(await eventually(reasons, (all) => all.length === 2)).toEqual(['FailedScheduling', 'FailedScheduling']);
    await cluster.addNode('big', { cpu: '4' });
    const bound = await eventually(read, ({ spec }) => spec.nodeName === 'big');
    expect(condition(bound)).toMatchObject({ status: 'True' });
  });

  it('gives the place of a pod that is gone to one that waits', async () => {
    await using cluster = await startSchedulerCluster();
    const { client, eventually } = cluster;
    await cluster.addNode('n', { cpu: '1' });
    await cluster.addPod('first', { cpu: '1' });
    await eventually(
      () => client.get(pods, { namespace, name: 'first' }),
      ({ spec }) => spec.nodeName === 'n',
    );
    await cluster.addPod('second', { cpu: '1' });
    const second = () => client.get(pods, { namespace, name: 'second' });
    await eventually(second, (pod) => condition(pod)?.status === 'False');
    await client.delete(pods, { namespace, name: 'first' }, { gracePeriodSeconds: 0 });
    await eventually(second, ({ spec }) => spec.nodeName === 'n');
  });

  it('leaves pods alone that are not its own', async () => {
    await using cluster = await startSchedulerCluster();
    await cluster.addNode('n');
    await cluster.addPod('other', { spec: { schedulerName: 'other' } });
    await cluster.addPod('gated', { spec: { schedulingGates: [{ name: 'example.com/wait' }] } });
    await cluster.addPod('own');
    await cluster.eventually(
      () => cluster.informer.get('default/own'),
      (pod) => pod?.spec.nodeName === 'n',
    );
    expect(cluster.informer.list().filter(({ spec }) => spec.nodeName)).toHaveLength(1);
  });

  it.each([1, 2])('never over-commits: random pods, lost answers, crashes (seed %i)', async (seed) => {
    const random = generator(seed);
    await using cluster = await startSchedulerCluster((client) => loseAnswers(client, random));
    const { client, informer, eventually } = cluster;
    const shapes: NodeShape[] = Array.from({ length: 8 }, () => ({
      cpu: `${1 + random(4)}`,
      memory: `${1 + random(4)}Gi`,
      pods: `${3 + random(8)}`,
    }));
    const created = await Promise.all(shapes.map((shape, index) => cluster.addNode(`n${index}`, shape)));
    const overCommitted: string[] = [];
    informer.onChange(() => overCommitted.push(...created.flatMap((node) => excesses(node, informer.list()))));
    // They come one after the other, so that some come while others are on their way.
    for (let index = 0; index < 300; index++) {
      const name = `p${index}`;
      await cluster.addPod(name, {
        cpu: `${random(900)}m`,
        memory: `${random(900)}Mi`,
        ...(random(6) === 0 ? { hostPort: 8_000 + random(3) } : {}),
      });
      if (index % 60 === 59) void cluster.restart();
      if (random(3) > 0)
        await client
          .delete(pods, { namespace, name: `p${random(index + 1)}` }, { gracePeriodSeconds: 0 })
          .catch(() => {});
    }
    await cluster.restart();
    await eventually(
      () => informer.list(),
      (all) => all.length > 50 && all.every((pod) => pod.spec.nodeName || condition(pod)?.status === 'False'),
    );
    expect(informer.list().filter(occupies).length).toBeGreaterThan(10);
    expect(overCommitted).toEqual([]);
  });
});

/** What is over-committed on the node, ports included. */
function excesses(node: Node, all: readonly Pod[]): string[] {
  const allocatable = amountsOf(node.status.allocatable);
  const sums = new Map<string, number>();
  const ports: string[] = [];
  for (const pod of all) {
    if (!occupies(pod) || pod.spec.nodeName !== node.metadata.name) continue;
    for (const [resource, amount] of factsOf(pod).requests) sums.set(resource, (sums.get(resource) ?? 0) + amount);
    ports.push(...factsOf(pod).hostPorts.map(({ port }) => port));
  }
  const over = [...sums]
    .filter(([resource, sum]) => sum > (allocatable.get(resource) ?? 0))
    .map(([resource]) => resource);
  if (new Set(ports).size < ports.length) over.push('ports');
  return over.map((what) => `${what} of ${node.metadata.name}`);
}

/** Whole numbers below `bound`, the same for the same seed. */
function generator(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}

/** Three in ten binds answer with an error, before or after it was done; and what was written is seen late. */
function loseAnswers(client: Client, random: (bound: number) => number): Client {
  return {
    ...client,
    async *watch(resource, options) {
      for await (const batch of client.watch(resource, options)) {
        await new Promise((resolve) => setTimeout(resolve, random(300)));
        yield batch;
      }
    },
    async bind(pod, node) {
      const fate = random(10);
      if (fate === 0) throw new StatusError('Timeout', 'lost before it was done');
      await client.bind(pod, node);
      if (fate < 3) throw new StatusError('Timeout', 'lost after it was done');
    },
  };
}
