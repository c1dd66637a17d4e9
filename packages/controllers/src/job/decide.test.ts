// What a job decides: how many pods it makes and takes away, at which indexes and when, and how it ends.
import type { JobSpec, JobStatus, Pod } from '@berth/objects';
import { describe, expect, it } from 'vitest';
import { decide } from './decide.ts';
import { at, jobOf, podOf, type Shape, see } from './job-fixture.ts';

const started = { startTime: at(-60) };
const running = (...names: string[]): Pod[] => names.map((name) => podOf(name));
const indexed = (spec: Partial<JobSpec> = {}): Partial<JobSpec> => ({
  completionMode: 'Indexed',
  completions: 3,
  parallelism: 3,
  ...spec,
});
const many = (shapes: readonly Shape[]): Pod[] => shapes.map((shape, index) => podOf(`p${index}`, shape));
const failed: Shape = { phase: 'Failed', ended: -100 };
const done: Shape = { phase: 'Succeeded', ended: -50 };

interface Case {
  readonly title: string;
  readonly spec?: Partial<JobSpec>;
  readonly status?: JobStatus;
  readonly pods?: readonly Pod[];
  readonly create?: number;
  readonly indexes?: readonly number[];
  readonly remove?: readonly string[];
  readonly stop?: readonly string[];
  readonly verdict?: string;
  readonly againInMs?: number;
}

function check({ spec, status = started, pods = [], ...expected }: Case) {
  const decision = decide(see(jobOf({ completions: 1, ...spec }, status), pods));
  const names = (list: readonly Pod[]) => list.map(({ metadata }) => metadata.name).sort();
  expect({
    create: decision.create.length,
    indexes: decision.create.flatMap(({ index }) => (index === undefined ? [] : [index])),
    remove: names(decision.remove),
    stop: names(decision.stop),
    verdict: decision.verdict?.reason ?? decision.verdict?.type,
    againInMs: decision.againInMs,
  }).toEqual({
    create: expected.create ?? expected.indexes?.length ?? 0,
    indexes: expected.indexes ?? [],
    remove: expected.remove ?? [],
    stop: expected.stop ?? [],
    verdict: expected.verdict,
    againInMs: expected.againInMs,
  });
}

describe('a job', () => {
  const cases: readonly Case[] = [
    { title: 'begins', create: 1 },
    { title: 'begins as many as may run', spec: { completions: 10, parallelism: 4 }, create: 4 },
    { title: 'begins no more than it needs', spec: { completions: 2, parallelism: 4 }, create: 2 },
    { title: 'lets them run', pods: running('a') },
    { title: 'goes on after a success', spec: { completions: 3 }, pods: many([done]), create: 1 },
    {
      title: 'counts what was counted, what is about to be, and what has just ended',
      spec: { completions: 5, parallelism: 5 },
      status: { ...started, succeeded: 1, uncountedTerminatedPods: { succeeded: ['uid p1'] } },
      pods: many([{ ...done, counted: true }, done, done]),
      create: 2,
    },
    { title: 'is done', pods: many([done]), verdict: 'SuccessCriteriaMet' },
    { title: 'is done, as nothing was to be', spec: { completions: 0 }, verdict: 'SuccessCriteriaMet' },
    {
      title: 'takes away what is too many',
      spec: { completions: 9, parallelism: 1 },
      pods: running('a', 'b'),
      remove: ['b'],
    },
    {
      title: 'takes away what runs in vain',
      pods: [...many([done]), ...running('a')],
      remove: ['a'],
      verdict: 'SuccessCriteriaMet',
    },
    { title: 'of a queue begins its readers', spec: { completions: undefined, parallelism: 3 }, create: 3 },
    {
      title: 'of a queue lets the others end after a success',
      spec: { completions: undefined, parallelism: 3 },
      pods: [...many([done]), ...running('a')],
    },
    {
      title: 'of a queue is done when all have ended',
      spec: { completions: undefined, parallelism: 3 },
      pods: many([done, failed]),
      verdict: 'SuccessCriteriaMet',
    },
    { title: 'waits after a failure', pods: many([{ ...failed, ended: -4 }]), againInMs: 6_000 },
    { title: 'replaces what failed', pods: many([failed]), create: 1 },
    {
      title: 'waits longer after more failures',
      pods: many([
        { ...failed, ended: -90 },
        { ...failed, ended: -60 },
        { ...failed, ended: -4 },
      ]),
      againInMs: 36_000,
    },
    {
      title: 'forgets failures before a success',
      spec: { completions: 2 },
      pods: many([
        { ...failed, ended: -90 },
        { ...done, ended: -50 },
        { ...failed, ended: -4 },
      ]),
      againInMs: 6_000,
    },
    {
      title: 'fails when too many failed',
      spec: { backoffLimit: 1, parallelism: 2, completions: 4 },
      pods: [...many([failed, failed]), ...running('a')],
      stop: ['a'],
      verdict: 'BackoffLimitExceeded',
    },
    {
      title: 'fails when containers were restarted too often',
      spec: { backoffLimit: 2, template: { spec: { ...jobOf().spec.template.spec!, restartPolicy: 'OnFailure' } } },
      pods: many([{ restarts: 2 }]),
      stop: ['p0'],
      verdict: 'BackoffLimitExceeded',
    },
    {
      title: 'looks again at its deadline',
      spec: { activeDeadlineSeconds: 90 },
      pods: running('a'),
      againInMs: 30_000,
    },
    {
      title: 'fails after its deadline',
      spec: { activeDeadlineSeconds: 60 },
      pods: running('a'),
      stop: ['a'],
      verdict: 'DeadlineExceeded',
    },
    { title: 'suspended, stops', spec: { suspend: true }, pods: running('a'), remove: ['a'] },
    { title: 'suspended, has no deadline', spec: { suspend: true, activeDeadlineSeconds: 1 } },
    { title: 'replaces what is deleted', pods: many([{ deleted: true }]), againInMs: undefined, create: 1 },
    {
      title: 'replaces only what failed, if so',
      spec: { podReplacementPolicy: 'Failed' },
      pods: many([{ deleted: true }]),
    },
    {
      title: 'goes on with what it had decided',
      status: { ...started, conditions: [{ type: 'FailureTarget', status: 'True', reason: 'DeadlineExceeded' }] },
      pods: running('a'),
      stop: ['a'],
      verdict: 'DeadlineExceeded',
    },
  ];
  it.each(cases)('$title', check);

  it('that is deleted does nothing more', () => {
    const job = jobOf();
    const deleted = { ...job, metadata: { ...job.metadata, deletionTimestamp: at(-1) } };
    expect(decide(see(deleted, []))).toMatchObject({
      create: [],
      remove: [],
      verdict: undefined,
      suspended: undefined,
    });
  });

  it('does not delete what is not seen yet', () => {
    const view = see(jobOf({ suspend: true, completions: 1 }), running('a', 'b'));
    const { remove } = decide({ ...view, unseen: new Set(['uid a']) });
    expect(remove.map(({ metadata }) => metadata.name)).toEqual(['b']);
  });
});

describe('an Indexed job', () => {
  const perIndex = indexed({ backoffLimitPerIndex: 1, backoffLimit: 100 });
  const cases: readonly Case[] = [
    { title: 'begins at the lowest indexes', spec: indexed({ parallelism: 2 }), indexes: [0, 1] },
    {
      title: 'fills the gaps',
      spec: indexed({ completions: 5 }),
      status: { ...started, completedIndexes: '0,3', succeeded: 2 },
      pods: [podOf('a', { index: 1 })],
      indexes: [2, 4],
    },
    {
      title: 'takes away who works at the index of another, or at none',
      spec: indexed(),
      pods: [podOf('a', { index: 0 }), podOf('b', { index: 0 }), podOf('c'), podOf('d', { index: 7 })],
      remove: ['b', 'c', 'd'],
    },
    {
      title: 'does not count an index twice',
      spec: indexed({ parallelism: 1 }),
      status: { ...started, completedIndexes: '0', succeeded: 1 },
      pods: [podOf('a', { ...done, index: 0 }), podOf('b', { ...done, index: 1 })],
      indexes: [2],
    },
    {
      title: 'is done when all indexes are',
      spec: indexed(),
      status: { ...started, completedIndexes: '0-2', succeeded: 3 },
      verdict: 'SuccessCriteriaMet',
    },
    {
      title: 'tries an index again for itself',
      spec: perIndex,
      pods: [
        podOf('a', { ...failed, index: 0, failuresBefore: 0 }),
        podOf('b', { index: 1 }),
        podOf('c', { index: 2 }),
      ],
      indexes: [0],
    },
    {
      title: 'lets one index wait while another begins',
      spec: perIndex,
      pods: [podOf('a', { ...failed, ended: -2, index: 0, failuresBefore: 0 }), podOf('b', { index: 1 })],
      indexes: [2],
      againInMs: 8_000,
    },
    {
      title: 'gives an index up and goes on with the others',
      spec: perIndex,
      pods: [podOf('a', { ...failed, index: 0, failuresBefore: 1 }), podOf('b', { index: 1 })],
      indexes: [2],
    },
    {
      title: 'fails when each index has ended and some failed',
      spec: perIndex,
      status: { ...started, completedIndexes: '1-2', succeeded: 2 },
      pods: [podOf('a', { ...failed, index: 0, failuresBefore: 1 })],
      verdict: 'FailedIndexes',
    },
    {
      title: 'fails when too many indexes failed',
      spec: { ...perIndex, maxFailedIndexes: 0 },
      pods: [podOf('a', { ...failed, index: 0, failuresBefore: 1 }), podOf('b', { index: 1 })],
      stop: ['b'],
      verdict: 'MaxFailedIndexesExceeded',
    },
    {
      title: 'has succeeded early',
      spec: indexed({ successPolicy: { rules: [{ succeededIndexes: '0,2', succeededCount: 1 }] } }),
      pods: [podOf('a', { ...done, index: 2 }), podOf('b', { index: 1 })],
      stop: ['b'],
      verdict: 'SuccessPolicy',
    },
    {
      title: 'has not succeeded yet',
      spec: indexed({ parallelism: 1, successPolicy: { rules: [{ succeededIndexes: '0,2' }, { succeededCount: 3 }] } }),
      pods: [podOf('a', { ...done, index: 2 }), podOf('b', { index: 1 })],
    },
  ];
  it.each(cases)('$title', check);

  it('tells a pod how many failed at its index', () => {
    const before = podOf('a', { ...failed, index: 0, failuresBefore: 0 });
    const { create } = decide(see(jobOf({ ...perIndex, parallelism: 1 }), [before]));
    expect(create).toEqual([{ index: 0, after: before }]);
  });
});

describe('the policy for failures', () => {
  const rules = (...list: object[]) => ({ podFailurePolicy: { rules: list } }) as unknown as Partial<JobSpec>;
  const onCode = (action: string, values: readonly number[], operator = 'In') => ({
    action,
    onExitCodes: { operator, values },
  });
  const cases: readonly Case[] = [
    {
      title: 'ends the job',
      spec: { ...rules(onCode('FailJob', [42])), parallelism: 2, completions: 2 },
      pods: [podOf('a', { ...failed, exitCode: 42 }), podOf('b')],
      stop: ['b'],
      verdict: 'PodFailurePolicy',
    },
    {
      title: 'does not count what it ignores',
      spec: {
        ...rules({ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] }),
        backoffLimit: 0,
      },
      pods: [podOf('a', { ...failed, condition: 'DisruptionTarget' })],
      create: 1,
    },
    {
      title: 'counts by its first rule',
      spec: { ...rules(onCode('Count', [7], 'NotIn'), onCode('FailJob', [1])), backoffLimit: 0 },
      pods: [podOf('a', { ...failed, exitCode: 1 })],
      verdict: 'BackoffLimitExceeded',
    },
    {
      title: 'gives an index up',
      spec: { ...indexed({ backoffLimitPerIndex: 5, backoffLimit: 9 }), ...rules(onCode('FailIndex', [3])) },
      pods: [podOf('a', { ...failed, index: 0, failuresBefore: 0, exitCode: 3 }), podOf('b', { index: 1 })],
      indexes: [2],
    },
  ];
  it.each(cases)('$title', check);

  it('says which pod ended the job, and how', () => {
    const job = jobOf({ completions: 1, ...rules(onCode('FailJob', [42])) });
    const { verdict } = decide(see(job, [podOf('a', { ...failed, exitCode: 42 })]));
    expect(verdict?.message).toBe(
      'Container c for pod default/a failed with exit code 42 matching FailJob rule at index 0',
    );
  });
});
