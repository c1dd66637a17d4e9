// What a cron job decides: for which times it makes jobs, what becomes of those that run, and which finished ones go.
import { type CronJob, type CronJobSpec, type CronJobStatus, type Job, offsetsOf, parseCron } from '@berth/objects';
import { describe, expect, it } from 'vitest';
import { decide } from './decide.ts';
import { jobFor } from './job-for.ts';

const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i' }] } } as const;
const time = (clock: string) => `2026-01-01T${clock}Z`;

function cronJob(spec: Partial<CronJobSpec> = {}, status: CronJobStatus = {}): CronJob {
  return {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: {
      name: 'report',
      namespace: 'default',
      uid: 'cron',
      resourceVersion: '1',
      creationTimestamp: time('00:00:30'),
    },
    spec: {
      schedule: '*/10 * * * *',
      concurrencyPolicy: 'Allow',
      suspend: false,
      jobTemplate: { spec: { template } },
      successfulJobsHistoryLimit: 1,
      failedJobsHistoryLimit: 1,
      ...spec,
    },
    status,
  };
}

function job(name: string, end?: 'Complete' | 'Failed', startTime?: string): Job {
  const conditions = end ? [{ type: end, status: 'True' as const }] : [];
  const completionTime = end === 'Complete' ? time('00:05:00') : undefined;
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, namespace: 'default', uid: name, resourceVersion: '1', creationTimestamp: time('00:00:00') },
    spec: { template },
    status: { conditions, startTime, completionTime },
  };
}

const named = (...names: string[]) => ({ active: names.map((name) => ({ kind: 'Job', name, uid: name })) });
/** The job of ten past midnight. */
const ofTen = `report-${Date.parse(time('00:10:00')) / 60_000}`;

function look(
  object: CronJob,
  now: string,
  { jobs = [], missing = [] }: { readonly jobs?: readonly Job[]; readonly missing?: readonly string[] } = {},
) {
  const calendar = { schedule: parseCron(object.spec.schedule), offsetAt: offsetsOf(object.spec.timeZone ?? 'UTC') };
  const observed = { jobs, missing: new Set(missing), now: Date.parse(time(now)) };
  const decision = decide(object, observed, calendar);
  const shown = (ms: number | undefined) => ms && new Date(ms).toISOString().slice(11, 19);
  return {
    start: shown(decision.start),
    next: shown(decision.next),
    replace: decision.replace.map(({ name }) => name),
    forget: decision.forget.map(({ metadata }) => metadata.name),
    active: decision.status.active?.map(({ name }) => name),
    say: decision.say.map(({ reason }) => reason),
  };
}

describe('a time', () => {
  it.each([
    ['has not come', {}, {}, '00:09:59', { start: undefined, next: '00:10:00' }],
    ['has come', {}, {}, '00:10:00', { start: '00:10:00', next: '00:20:00' }],
    ['is the latest of several', {}, {}, '00:35:00', { start: '00:30:00', next: '00:40:00' }],
    ['was met', {}, { lastScheduleTime: time('00:10:00') }, '00:10:05', { start: undefined, next: '00:20:00' }],
    ['is being met', {}, named(ofTen), '00:10:05', { start: undefined, next: '00:20:00' }],
    ['is too long ago', { startingDeadlineSeconds: 60 }, {}, '00:12:00', { start: undefined, next: '00:20:00' }],
    ['is not too long ago', { startingDeadlineSeconds: 60 }, {}, '00:10:59', { start: '00:10:00' }],
    ['does not count while suspended', { suspend: true }, {}, '00:10:00', { start: undefined, next: undefined }],
    ['never comes', { schedule: '0 0 31 2 *' }, {}, '00:10:00', { start: undefined, next: undefined }],
    [
      'comes by the clocks of a zone',
      { schedule: '0 2 * * *', timeZone: 'Europe/Berlin' },
      {},
      '01:00:00',
      { start: '01:00:00' },
    ],
    ['comes at intervals', { schedule: '@every 7m' }, {}, '00:15:00', { start: '00:14:30', next: '00:21:30' }],
    [
      'is one of very many',
      { schedule: '* * * * *' },
      {},
      '01:45:00',
      { start: '01:45:00', say: ['TooManyMissedTimes'] },
    ],
    ['is one of not so many', { schedule: '* * * * *' }, {}, '01:35:00', { start: '01:35:00', say: [] }],
  ] as const)('%s', (_, spec, status, now, expected) => {
    expect(look(cronJob(spec, status), now)).toMatchObject(expected);
  });
});

describe('a job that still runs', () => {
  const before = named('old');
  it.each([
    ['Allow', { start: '00:10:00', replace: [], say: [] }],
    ['Forbid', { start: undefined, replace: [], say: ['JobAlreadyActive'] }],
    ['Replace', { start: '00:10:00', replace: ['old'], say: [] }],
  ] as const)('with %s', (concurrencyPolicy, expected) => {
    const seen = look(cronJob({ concurrencyPolicy }, before), '00:10:01', { jobs: [job('old')] });
    expect(seen).toMatchObject({ ...expected, active: ['old'], next: '00:20:00' });
  });
});

describe('what has become of jobs', () => {
  it.each([
    [
      'one that ended',
      named('a', 'b'),
      { jobs: [job('a', 'Complete'), job('b')] },
      { active: ['b'], say: ['SawCompletedJob'] },
    ],
    ['one that is gone', named('a'), { missing: ['a'] }, { active: [], say: ['MissingJob'] }],
    ['one of which nobody knew', {}, { jobs: [job('a')] }, { active: [], say: ['UnexpectedJob'] }],
    ['one that had ended before', {}, { jobs: [job('a', 'Failed')] }, { active: [], say: [] }],
  ] as const)('%s', (_, status, seen, expected) => {
    expect(look(cronJob({}, status), '00:05:00', seen)).toMatchObject(expected);
  });

  it('the latest success is remembered', () => {
    const { status } = decide(cronJob(), { jobs: [job('a', 'Complete')], missing: new Set(), now: 0 }, undefined);
    expect(status.lastSuccessfulTime).toBe(time('00:05:00'));
  });

  it('the oldest of those that are too many go, also while it is suspended', () => {
    const jobs = [
      job('c', 'Complete', time('00:03:00')),
      job('a', 'Complete', time('00:01:00')),
      job('f', 'Failed', time('00:02:00')),
      job('g', 'Failed'),
      job('r'),
    ];
    expect(look(cronJob({ suspend: true }), '00:05:00', { jobs }).forget).toEqual(['a', 'f']);
    const object = cronJob();
    const deleted = { ...object, metadata: { ...object.metadata, deletionTimestamp: time('00:04:00') } };
    expect(look(deleted, '00:10:00', { jobs })).toMatchObject({ forget: [], start: undefined });
  });
});

describe('the job of a time', () => {
  it.each([
    [undefined, '2026-07-01T10:00:00Z'],
    ['UTC', '2026-07-01T10:00:00Z'],
    ['Europe/Berlin', '2026-07-01T12:00:00+02:00'],
    ['America/St_Johns', '2026-07-01T07:30:00-02:30'],
  ])('in %s', (timeZone, scheduled) => {
    const metadata = { labels: { a: 'b' }, annotations: { c: 'd' } };
    const jobTemplate = { metadata, spec: { template } } as unknown as CronJobSpec['jobTemplate'];
    const made = jobFor(cronJob({ timeZone, jobTemplate }), Date.parse('2026-07-01T10:00:00Z'));
    expect(made).toMatchObject({
      metadata: {
        name: `report-${Date.parse('2026-07-01T10:00:00Z') / 60_000}`,
        labels: { a: 'b' },
        annotations: { c: 'd', 'batch.kubernetes.io/cronjob-scheduled-timestamp': scheduled },
        ownerReferences: [{ kind: 'CronJob', name: 'report', uid: 'cron', controller: true }],
      },
      spec: { template },
    });
  });
});
