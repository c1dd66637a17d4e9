// What may be written into the status of a job, by whoever works it off.
import { describe, expect, it } from 'vitest';
import { type Job, type JobStatus, jobs, kindOf } from '../index.ts';
import { created } from './manifest-fixture.ts';

const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i' }] } };
const indexed = { completionMode: 'Indexed', completions: 5, parallelism: 2, backoffLimitPerIndex: 1 };
const startTime = '2026-01-01T00:00:00Z';
const completionTime = '2026-01-01T00:01:00Z';
const told = (...types: string[]) => ({ conditions: types.map((type) => ({ type, status: 'True' as const })) });
const complete = { startTime, completionTime, ...told('SuccessCriteriaMet', 'Complete') };

function problems(spec: object, before: JobStatus, after: JobStatus): string[] {
  const job = created(jobs, {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'pi' },
    spec: { template, ...spec },
  });
  const errors = kindOf(jobs).validateStatusUpdate?.(
    { ...job, status: after } as Job,
    { ...job, status: before } as Job,
  );
  return (errors ?? []).map(({ field, message }) => `${field}: ${message}`);
}

const conditions = (problem: string) => `status.conditions: Invalid value: ${problem}`;

describe('a status', () => {
  const cases: [string, object, JobStatus, JobStatus, string[]][] = [
    ['of a job that runs', {}, {}, { startTime, active: 1, ready: 1, terminating: 0 }, []],
    ['of a job that completed', {}, { startTime }, complete, []],
    ['of a job that failed', {}, { startTime }, { startTime, ...told('FailureTarget', 'Failed') }, []],
    [
      'of counts below 0',
      {},
      {},
      { active: -1, succeeded: -1, terminating: -1 },
      [
        'status.active: Invalid value: -1: must be greater than or equal to 0',
        'status.succeeded: Invalid value: -1: must be greater than or equal to 0',
        'status.terminating: Invalid value: -1: must be greater than or equal to 0',
        'status.succeeded: Invalid value: -1: cannot decrease the succeeded counter',
      ],
    ],
    [
      'of a pod that ended twice',
      {},
      {},
      { uncountedTerminatedPods: { succeeded: ['a', ''], failed: ['a'] } },
      [
        'status.uncountedTerminatedPods.succeeded[1]: Invalid value: "": must not be empty',
        'status.uncountedTerminatedPods.failed[0]: Duplicate value: "a"',
      ],
    ],
    [
      'of both ends',
      {},
      { startTime },
      { ...complete, ...told('SuccessCriteriaMet', 'Complete', 'FailureTarget', 'Failed') },
      [
        conditions('cannot set Complete=True and Failed=true conditions'),
        conditions('cannot set Complete=True and FailureTarget=true conditions'),
        conditions('cannot set SuccessCriteriaMet=True and Failed=true conditions'),
        conditions('cannot set SuccessCriteriaMet=True and FailureTarget=true conditions'),
      ],
    ],
    [
      'of an end without what comes before',
      {},
      {},
      { ...told('Complete'), active: 1, terminating: 1 },
      [
        'status.completionTime: Required value: completionTime is required for Complete jobs',
        conditions('cannot set Complete=True condition without the SuccessCriteriaMet=true condition'),
        'status.active: Invalid value: 1: active>0 is invalid for finished job',
        'status.startTime: Required value: startTime is required for finished job',
        'status.terminating: Invalid value: 1: terminating>0 is invalid for finished job',
      ],
    ],
    [
      'of a failure that nothing announced',
      {},
      { startTime },
      { startTime, ...told('Failed') },
      [conditions('cannot set Failed=True condition without the FailureTarget=true condition')],
    ],
    [
      'of an end before the beginning',
      {},
      {},
      { ...complete, startTime: completionTime, completionTime: startTime },
      [`status.completionTime: Invalid value: "${startTime}": completionTime cannot be set before startTime`],
    ],
    [
      'of a time without an end',
      {},
      { startTime },
      { startTime, completionTime },
      [
        `status.completionTime: Invalid value: "${completionTime}": cannot set completionTime when there is no Complete=True condition`,
      ],
    ],
    [
      'that counts on after the end',
      {},
      { startTime },
      { ...complete, uncountedTerminatedPods: { succeeded: ['a'] } },
      [
        'status.uncountedTerminatedPods: Invalid value: {"succeeded":["a"]}: uncountedTerminatedPods needs to be empty for finished job',
      ],
    ],
    [
      'of more ready than there are',
      {},
      {},
      { ready: 1 },
      ['status.ready: Invalid value: 1: cannot set more ready pods than active'],
    ],
    [
      'that goes back',
      {},
      { ...complete, succeeded: 2, failed: 2 },
      { startTime, completionTime: '2026-01-01T00:02:00Z', succeeded: 1, failed: 1 },
      [
        'status.completionTime: Invalid value: "2026-01-01T00:02:00Z": cannot set completionTime when there is no Complete=True condition',
        conditions('cannot disable the terminal Complete=True condition'),
        'status.failed: Invalid value: 1: cannot decrease the failed counter',
        'status.succeeded: Invalid value: 1: cannot decrease the succeeded counter',
        'status.completionTime: Invalid value: "2026-01-01T00:02:00Z": completionTime cannot be mutated',
        conditions('cannot disable the SuccessCriteriaMet=True condition'),
      ],
    ],
    [
      'of another beginning',
      {},
      { startTime },
      {},
      ['status.startTime: Required value: startTime cannot be removed for unsuspended job'],
    ],
    ['of a job that goes on', {}, { startTime, ...told('Suspended') }, { startTime: completionTime }, []],
    ['of no beginning, suspended', { suspend: true }, { startTime }, {}, []],
    ['of indexes', indexed, {}, { completedIndexes: '0,2-3', failedIndexes: '1,4' }, []],
    [
      'of indexes that there are not',
      indexed,
      {},
      { completedIndexes: '0,2-3,7', failedIndexes: '3-4' },
      [
        'status.completedIndexes: Invalid value: "0,2-3,7": error parsing completedIndexes: too large index: "7"',
        'status.failedIndexes: Invalid value: "3-4": failedIndexes and completedIndexes overlap at index: 3',
      ],
    ],
    [
      'of indexes where there are none',
      { completions: 3 },
      {},
      { completedIndexes: '0', failedIndexes: '1' },
      [
        'status.completedIndexes: Invalid value: "0": cannot set non-empty completedIndexes when non-indexed completion mode',
        'status.failedIndexes: Invalid value: "1": cannot set non-null failedIndexes when backoffLimitPerIndex is null',
      ],
    ],
    ['that shrinks with its job', { ...indexed, parallelism: 5 }, { succeeded: 5 }, { succeeded: 3 }, []],
    [
      'that was wrong before',
      {},
      { ...told('Complete'), active: 1 },
      { ...told('Complete'), active: 1, succeeded: 1 },
      [],
    ],
  ];
  it.each(cases)('%s', (_, spec, before, after, expected) => {
    expect(problems(spec, before, after)).toEqual(expected);
  });
});
