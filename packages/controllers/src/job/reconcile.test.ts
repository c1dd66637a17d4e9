// Jobs over the real API: their pods are counted once each, wherever the controller stops; what ends them, holds them
// back and takes them along.
import type { Client } from '@berth/client';
import { FakeClock } from '@berth/host/testing';
import {
  events,
  isJob,
  isJobFinished,
  type Job,
  type JobSpec,
  jobs,
  nodes,
  type Pod,
  pods,
  resourceQuotas,
} from '@berth/objects';
import { describe, expect, it } from 'vitest';
import { controllerOf } from '../pod-state.ts';
import { isGone, startTestCluster, type TestCluster } from '../testing/cluster.ts';
import { isHeld } from './pods.ts';

const namespace = 'default';
const merge = 'application/merge-patch+json';
const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i:1' }] } } as const;

function create(client: Client, spec: Partial<JobSpec> = {}): Promise<Job> {
  return client.create(jobs, { metadata: { name: 'pi', namespace }, spec: { template, ...spec } });
}

const read = (client: Client) => client.get(jobs, { namespace, name: 'pi' });
const all = async (client: Client) => (await client.list(pods, { namespace })).items;
const change = (client: Client, spec: object) =>
  client.patch(jobs, { namespace, name: 'pi' }, { type: merge, body: { spec } });

/** Lets a pod end. It may be gone already. */
async function end(client: Client, pod: Pod, phase: 'Succeeded' | 'Failed'): Promise<void> {
  const { metadata, spec } = pod;
  const state = { terminated: { exitCode: phase === 'Succeeded' ? 0 : 1, finishedAt: metadata.creationTimestamp } };
  const containerStatuses = spec.containers.map(({ name, image = '' }) => {
    return { name, image, imageID: '', ready: false, restartCount: 0, state };
  });
  await client
    .patch(
      pods,
      { namespace, name: metadata.name, subresource: 'status' },
      { type: merge, body: { status: { phase, containerStatuses } } },
    )
    .catch(() => {});
}

/** A cluster whose pods end at once, as `outcome` says; undefined: it goes on. */
async function startJobCluster(
  outcome: (pod: Pod) => 'Succeeded' | 'Failed' | undefined,
  options: Parameters<typeof startTestCluster>[0] = {},
): Promise<TestCluster> {
  const cluster = await startTestCluster(options);
  cluster.pods.onChange((changes) => {
    for (const { previous, next } of changes) {
      const phase = !previous && next ? outcome(next) : undefined;
      if (next && phase) void end(cluster.client, next, phase);
    }
  });
  return cluster;
}

const finished = ({ client, eventually }: TestCluster) => eventually(() => read(client), isJobFinished);
const count = (wanted: number) => (list: readonly unknown[]) => list.length === wanted;

describe('a job', { timeout: 30_000 }, () => {
  it('runs its pods, counts them, lets them go, and says so', async () => {
    await using cluster = await startJobCluster(() => 'Succeeded');
    const { client, eventually } = cluster;
    const created = await create(client, { completions: 3, parallelism: 2 });
    const { status } = await finished(cluster);
    expect(status).toMatchObject({ succeeded: 3, ready: 0, terminating: 0, uncountedTerminatedPods: {} });
    expect(status.conditions?.map(({ type, status: holds }) => `${type}=${holds}`)).toEqual([
      'SuccessCriteriaMet=True',
      'Complete=True',
    ]);
    expect(status.active).toBeUndefined();
    const made = await all(client);
    expect(made).toHaveLength(3);
    expect(made.filter(isHeld)).toEqual([]);
    expect(made[0]?.metadata.labels).toMatchObject({ 'job-name': 'pi', 'controller-uid': created.metadata.uid });
    expect(controllerOf(made[0]!)).toMatchObject({ apiVersion: 'batch/v1', kind: 'Job', name: 'pi' });
    const told = await eventually(
      async () => (await client.list(events, { namespace })).items,
      (items) => items.some(({ reason }) => reason === 'Completed'),
    );
    expect(told.find(({ reason }) => reason === 'Completed')).toMatchObject({
      source: { component: 'job-controller' },
      message: 'Job completed',
    });
  });

  it('of indexes gives each pod its own, as label, annotation, variable and host', async () => {
    await using cluster = await startJobCluster(() => 'Succeeded');
    const { client } = cluster;
    await create(client, { completionMode: 'Indexed', completions: 3, parallelism: 3 });
    expect((await finished(cluster)).status).toMatchObject({ succeeded: 3, completedIndexes: '0-2' });
    const made = await all(client);
    const name = 'batch.kubernetes.io/job-completion-index';
    expect(made.map(({ metadata }) => metadata.annotations?.[name]).sort()).toEqual(['0', '1', '2']);
    const [first] = made.filter(({ spec }) => spec.hostname === 'pi-0');
    expect(first?.metadata.name).toMatch(/^pi-0-[a-z0-9]{5}$/);
    expect(first?.metadata.labels?.[name]).toBe('0');
    expect(first?.spec.containers[0]?.env).toEqual([
      {
        name: 'JOB_COMPLETION_INDEX',
        valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: `metadata.labels['${name}']` } },
      },
    ]);
  });

  it('waits after each failure, longer and longer, and fails in the end', async () => {
    const clock = new FakeClock(Date.parse('2026-01-01T00:00:00Z'));
    await using cluster = await startJobCluster(() => 'Failed', { clock });
    const { client, eventually } = cluster;
    await create(client, { backoffLimit: 2 });
    const failures = (wanted: number) =>
      eventually(
        () => read(client),
        ({ status }) => status.failed === wanted,
      );
    await failures(1);
    await clock.advance(9_000);
    expect(await all(client)).toHaveLength(1);
    await clock.advance(1_500);
    await failures(2);
    await clock.advance(15_000);
    expect(await all(client)).toHaveLength(2);
    await clock.advance(6_000);
    const { status } = await finished(cluster);
    expect(status.failed).toBe(3);
    expect(status.conditions?.map(({ type, reason, message }) => ({ type, reason, message }))).toEqual(
      ['FailureTarget', 'Failed'].map((type) => ({
        type,
        reason: 'BackoffLimitExceeded',
        message: 'Job has reached the specified backoff limit',
      })),
    );
  });

  it('stops when it is suspended, and begins anew', async () => {
    await using cluster = await startJobCluster(() => undefined);
    const { client, eventually } = cluster;
    await create(client, { completions: 2, parallelism: 2 });
    await eventually(() => all(client), count(2));
    await change(client, { suspend: true });
    await eventually(() => all(client), count(0));
    const suspended = await eventually(
      () => read(client),
      (job) => isJob(job, 'Suspended') && !job.status.active && job.status.terminating === 0,
    );
    expect(suspended.status.failed).toBeUndefined();
    await change(client, { suspend: false });
    const made = await eventually(() => all(client), count(2));
    for (const pod of made) await end(client, pod, 'Succeeded');
    const { status } = await finished(cluster);
    expect(status.succeeded).toBe(2);
    expect(status.conditions?.find(({ type }) => type === 'Suspended')).toMatchObject({ status: 'False' });
  });

  it('gets smaller without counting what it takes away', async () => {
    await using cluster = await startJobCluster(() => undefined);
    const { client, eventually } = cluster;
    await create(client, { completions: 4, parallelism: 3 });
    await eventually(() => all(client), count(3));
    await change(client, { parallelism: 1 });
    await eventually(() => all(client), count(1));
    const { status } = await eventually(
      () => read(client),
      ({ status: { active, terminating } }) => active === 1 && terminating === 0,
    );
    expect(status.failed).toBeUndefined();
  });

  it('fails at its deadline, and its pods with it', async () => {
    const clock = new FakeClock(Date.parse('2026-01-01T00:00:00Z'));
    await using cluster = await startJobCluster(() => undefined, { clock });
    const { client, eventually } = cluster;
    await create(client, { activeDeadlineSeconds: 30, parallelism: 2, completions: 2 });
    await eventually(
      () => read(client),
      ({ status }) => status.active === 2,
    );
    await clock.advance(31_000);
    const { status } = await finished(cluster);
    expect(status.failed).toBe(2);
    expect(status.conditions?.at(-1)).toMatchObject({ type: 'Failed', reason: 'DeadlineExceeded' });
    await eventually(() => all(client), count(0));
  });

  it('goes with its pods a while after it has finished', async () => {
    const clock = new FakeClock(Date.parse('2026-01-01T00:00:00Z'));
    await using cluster = await startJobCluster(() => 'Succeeded', { clock });
    const { client, eventually } = cluster;
    await create(client, { ttlSecondsAfterFinished: 60 });
    await finished(cluster);
    await clock.advance(59_000);
    expect(isJobFinished(await read(client))).toBe(true);
    await clock.advance(2_000);
    await eventually(
      () => isGone(read(client)),
      (gone) => gone,
    );
    await eventually(() => all(client), count(0));
  });

  it('is left alone if somebody else works it off', async () => {
    await using cluster = await startJobCluster(() => 'Succeeded');
    const { client, eventually } = cluster;
    await client.create(jobs, {
      metadata: { name: 'other', namespace },
      spec: { template, managedBy: 'example.com/q' },
    });
    await create(client);
    await finished(cluster);
    const made = await eventually(() => all(client), count(1));
    expect(controllerOf(made[0]!)?.name).toBe('pi');
    expect((await client.get(jobs, { namespace, name: 'other' })).status).toEqual({});
  });

  it.each([
    { policy: undefined, left: 1 },
    { policy: 'Background' as const, left: 0 },
    { policy: 'Foreground' as const, left: 0 },
  ])('deleted with $policy leaves $left pods, and none that cannot be deleted', async ({ policy, left }) => {
    await using cluster = await startJobCluster(() => undefined);
    const { client, eventually } = cluster;
    await create(client);
    await eventually(() => all(client), count(1));
    await client.delete(jobs, { namespace, name: 'pi' }, { propagationPolicy: policy });
    await eventually(
      () => isGone(read(client)),
      (gone) => gone,
    );
    const [pod] = await eventually(
      () => all(client),
      (list) => list.length === left && list.every((one) => !isHeld(one) && !controllerOf(one)),
    );
    if (!pod) return;
    await client.delete(pods, pod.metadata);
    await eventually(() => all(client), count(0));
  });

  it('counts the pod of a node that is gone as failed, also where only what failed is replaced', async () => {
    const clock = new FakeClock(Date.parse('2026-01-01T00:00:00Z'));
    await using cluster = await startJobCluster(() => undefined, { clock });
    const { client, eventually } = cluster;
    await cluster.addNode('a');
    await create(client, { podReplacementPolicy: 'Failed' });
    const [lost] = await eventually(() => all(client), count(1));
    const { name, uid } = lost!.metadata;
    await client.bind({ namespace, name, uid }, 'a');
    await client.delete(nodes, { name: 'a' });
    const { status } = await eventually(
      async () => {
        await clock.advance(10_000);
        return read(client);
      },
      (job) => job.status.failed === 1 && job.status.active === 1,
    );
    expect(status.terminating).toBe(0);
    expect((await all(client)).map((pod) => pod.metadata.uid)).not.toContain(uid);
  });

  it('is as many as a quota allows', async () => {
    await using cluster = await startJobCluster(() => undefined);
    const { client, eventually } = cluster;
    const spec = { hard: { 'count/jobs.batch': '1' } };
    await client.create(resourceQuotas, { metadata: { name: 'few', namespace }, spec });
    await eventually(
      () => client.get(resourceQuotas, { namespace, name: 'few' }),
      (quota) => quota.status?.used?.['count/jobs.batch'] === '0',
    );
    await create(client);
    const second = client.create(jobs, { metadata: { name: 'second', namespace }, spec: { template } });
    await expect(second).rejects.toMatchObject({ reason: 'Forbidden' });
  });

  it('lets a pod go that is no longer as its own are', async () => {
    await using cluster = await startJobCluster(() => undefined);
    const { client, eventually } = cluster;
    await create(client);
    const [first] = await eventually(() => all(client), count(1));
    const { name, uid } = first!.metadata;
    const labels = { 'batch.kubernetes.io/controller-uid': null };
    await client.patch(pods, { namespace, name }, { type: merge, body: { metadata: { labels } } });
    const left = await eventually(
      () => all(client),
      (list) => list.length === 2 && list.some((pod) => pod.metadata.uid === uid && !controllerOf(pod) && !isHeld(pod)),
    );
    expect(left.filter((pod) => controllerOf(pod))).toHaveLength(1);
  });

  it('adopts a pod that is as its own would be, and counts it', async () => {
    await using cluster = await startJobCluster(() => undefined);
    const { client, eventually } = cluster;
    const labels = { app: 'pi' };
    const orphan = await client.create(pods, { metadata: { name: 'orphan', namespace, labels }, spec: template.spec });
    const byHand = { manualSelector: true, selector: { matchLabels: labels } };
    await create(client, { ...byHand, template: { ...template, metadata: { labels } } });
    const [adopted] = await eventually(
      () => all(client),
      (list) => list.length === 1 && controllerOf(list[0]!) !== undefined,
    );
    expect(adopted?.metadata.uid).toBe(orphan.metadata.uid);
    await end(client, orphan, 'Succeeded');
    expect((await finished(cluster)).status.succeeded).toBe(1);
  });
});

/** A client that stops at the write of that number, before or after it is done, and with it all further ones. */
function stoppingAt(client: Client, stop: { readonly at: number; readonly done: boolean }): Client {
  let writes = 0;
  return new Proxy(client, {
    get(target, name) {
      const method = Reflect.get(target, name) as unknown;
      if (typeof method !== 'function') return method;
      return async (...args: [{ plural: string }, ...unknown[]]) => {
        const isWrite = ['create', 'patch', 'delete', 'updateStatus'].includes(String(name));
        if (!isWrite || args[0].plural === 'events') return method.apply(target, args);
        writes++;
        if (writes < stop.at) return method.apply(target, args);
        if (writes === stop.at && stop.done) await method.apply(target, args);
        throw new Error('the controller has stopped');
      };
    },
  });
}

describe('whatever write a controller stops at, the next one counts right', { timeout: 60_000 }, () => {
  const stops = Array.from({ length: 24 }, (_, at) => [false, true].map((done) => ({ at: at + 1, done }))).flat();
  it.each(['NonIndexed', 'Indexed'] as const)('%s', async (completionMode) => {
    const outcomes: string[] = [];
    for (const stop of stops) {
      let stopped = false;
      await using cluster = await startJobCluster(() => 'Succeeded', {
        wrapClient: (account, client) => (account === 'job-controller' && !stopped ? stoppingAt(client, stop) : client),
      });
      const { client } = cluster;
      await create(client, { completionMode, completions: 5, parallelism: 2 });
      const settled = async () => {
        const job = await read(client);
        const { items } = await client.list(pods, { namespace });
        return isJobFinished(job) || items.every(({ status }) => status.phase === 'Succeeded');
      };
      await cluster.eventually(settled, (is) => is);
      stopped = true;
      await cluster.restart();
      const { status } = await finished(cluster);
      const ended = (await all(client)).filter(isHeld).length;
      outcomes.push(`${status.succeeded} ${status.failed ?? 0} ${status.completedIndexes ?? ''} ${ended}`);
    }
    expect(new Set(outcomes)).toEqual(new Set([`5 0 ${completionMode === 'Indexed' ? '0-4' : ''} 0`]));
  });
});
