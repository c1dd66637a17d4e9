// Cron jobs over the real API, with a clock that the test sets.
import type { Client } from '@berth/client';
import { FakeClock } from '@berth/host/testing';
import { type CronJob, type CronJobSpec, cronJobs, events, isJobFinished, type Job, jobs } from '@berth/objects';
import { describe, expect, it } from 'vitest';
import { startTestCluster, type TestCluster } from '../testing/cluster.ts';

const namespace = 'default';
const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i:1' }] } } as const;
const midnight = Date.parse('2026-01-01T00:00:10Z');
const minute = 60_000;

function create(client: Client, spec: Partial<CronJobSpec> = {}): Promise<CronJob> {
  const jobTemplate = { spec: { template } };
  return client.create(cronJobs, {
    metadata: { name: 'tick', namespace },
    spec: { schedule: '* * * * *', jobTemplate, ...spec },
  });
}

const read = (client: Client) => client.get(cronJobs, { namespace, name: 'tick' });
const made = async (client: Client) => (await client.list(jobs, { namespace })).items;
const nameAt = (minutes: number) => `tick-${Math.floor(midnight / minute) + minutes}`;
const names = (list: readonly Job[]) => list.map(({ metadata }) => metadata.name);
const activeOf = ({ status }: CronJob) => (status.active ?? []).map(({ name }) => name);

/** Ends the job without its controller's help: nobody runs its pods here. */
async function complete(client: Client, name: string): Promise<void> {
  const job = await client.get(jobs, { namespace, name });
  const conditions = ['SuccessCriteriaMet', 'Complete'].map((type) => ({ type, status: 'True' as const }));
  const startTime = job.metadata.creationTimestamp;
  const status = { startTime, completionTime: startTime, conditions };
  await client.updateStatus(jobs, { ...job, status });
}

const byHand = { jobTemplate: { spec: { template, managedBy: 'example.com/test' } } };

/** Its active jobs are these. */
const runs = ({ client, eventually }: TestCluster, ...wanted: string[]) =>
  eventually(
    () => read(client),
    (cronJob) => activeOf(cronJob).join() === wanted.join(),
  );

describe('a cron job', { timeout: 30_000 }, () => {
  it('makes a job when its time has come, knows it, and sees it end', async () => {
    const clock = new FakeClock(midnight);
    await using cluster = await startTestCluster({ clock });
    const { client, eventually } = cluster;
    await create(client, byHand);
    await clock.advance(minute);
    const { status } = await runs(cluster, nameAt(1));
    expect(status.lastScheduleTime).toBe('2026-01-01T00:01:00Z');
    expect(names(await made(client))).toEqual([nameAt(1)]);
    await complete(client, nameAt(1));
    const done = await runs(cluster);
    expect(done.status.lastSuccessfulTime).toBeTruthy();
    await clock.advance(minute);
    await runs(cluster, nameAt(2));
    const told = await eventually(
      async () => (await client.list(events, { namespace })).items.map(({ reason }) => reason),
      (reasons) => reasons.includes('SawCompletedJob'),
    );
    expect(told).toContain('SuccessfulCreate');
  });

  it('keeps no more finished jobs than it should', async () => {
    const clock = new FakeClock(midnight);
    await using cluster = await startTestCluster({ clock });
    const { client, eventually } = cluster;
    await create(client, { ...byHand, successfulJobsHistoryLimit: 1 });
    for (const minutes of [1, 2]) {
      await clock.advance(minute);
      await runs(cluster, nameAt(minutes));
      await complete(client, nameAt(minutes));
      await runs(cluster);
    }
    await eventually(
      async () => names(await made(client)),
      (list) => list.join() === nameAt(2),
    );
  });

  it('waits, or replaces, while the last one runs', async () => {
    const clock = new FakeClock(midnight);
    await using cluster = await startTestCluster({ clock });
    const { client, eventually } = cluster;
    await create(client, { ...byHand, concurrencyPolicy: 'Forbid' });
    await clock.advance(minute);
    await runs(cluster, nameAt(1));
    await clock.advance(minute);
    await eventually(
      async () => (await client.list(events, { namespace })).items.map(({ reason }) => reason),
      (reasons) => reasons.includes('JobAlreadyActive'),
    );
    expect(names(await made(client))).toEqual([nameAt(1)]);
    const body = { spec: { concurrencyPolicy: 'Replace' } };
    await client.patch(cronJobs, { namespace, name: 'tick' }, { type: 'application/merge-patch+json', body });
    await runs(cluster, nameAt(2));
    await eventually(
      async () => names(await made(client)),
      (list) => list.join() === nameAt(2),
    );
  });

  it('makes one job for a time, whenever it stops', async () => {
    const clock = new FakeClock(midnight);
    let stopped = false;
    await using cluster = await startTestCluster({
      clock,
      wrapClient: (account, client) =>
        account !== 'cronjob-controller' || stopped
          ? client
          : new Proxy(client, {
              get: (target, name) =>
                name === 'updateStatus'
                  ? () => Promise.reject(new Error('the controller has stopped'))
                  : Reflect.get(target, name),
            }),
    });
    const { client, eventually } = cluster;
    await create(client, byHand);
    await clock.advance(minute);
    const [job] = await eventually(
      () => made(client),
      (list) => list.length === 1,
    );
    stopped = true;
    await cluster.restart();
    const { status } = await runs(cluster, nameAt(1));
    expect(status.active?.[0]?.uid).toBe(job?.metadata.uid);
    expect(status.lastScheduleTime).toBe('2026-01-01T00:01:00Z');
  });

  it('takes its jobs along when it is deleted', async () => {
    const clock = new FakeClock(midnight);
    await using cluster = await startTestCluster({ clock });
    const { client, eventually } = cluster;
    await create(client);
    await clock.advance(minute);
    await runs(cluster, nameAt(1));
    expect((await made(client)).some(isJobFinished)).toBe(false);
    await client.delete(cronJobs, { namespace, name: 'tick' });
    await eventually(
      () => made(client),
      (list) => list.length === 0,
    );
  });
});
