// Owns validation of a job's status, which others than the controller may write for jobs that they manage. What was
// wrong before may stay so: most rules are asked of what changes only. Source: Kubernetes 1.32, job validation.
import type { Job, JobStatus } from '../api/types.ts';
import { firstShared, readIndexes } from '../completion-indexes.ts';
import { duplicate, type FieldError, invalid, required } from '../errors/field-error.ts';
import { sameJson } from '../json-value.ts';
import { notNegative } from './field-checks.ts';
import { problemOfIndexes } from './job-policies.ts';

/** Whether something can be said of the job: its condition of that type is True. */
export function isJob({ status }: Pick<Job, 'status'>, condition: string): boolean {
  return status.conditions?.some(({ type, status: holds }) => type === condition && holds === 'True') ?? false;
}

export function isJobFinished(job: Pick<Job, 'status'>): boolean {
  return isJob(job, 'Complete') || isJob(job, 'Failed');
}

type Changed = (...names: (keyof JobStatus | ConditionType | 'finished')[]) => boolean;
type ConditionType = (typeof conditionTypes)[number];

const conditionTypes = ['Complete', 'Failed', 'FailureTarget', 'SuccessCriteriaMet'] as const;
const lasting = ['Failed', 'Complete', 'FailureTarget'] as const;

export function validateJobStatus(job: Job, old: Job): FieldError[] {
  const isType = (name: string): name is ConditionType => (conditionTypes as readonly string[]).includes(name);
  const changed: Changed = (...names) =>
    names.some((name) => {
      if (name === 'finished') return isJobFinished(job) !== isJobFinished(old);
      if (isType(name)) return isJob(job, name) !== isJob(old, name);
      return !sameJson(job.status[name], old.status[name]);
    });
  return [
    ...validateCounts(job.status),
    ...validateEnd(job, changed),
    ...validateIndexes(job, changed),
    ...validateCriteria(job),
    ...validateProgress(job, old),
  ];
}

function validateCounts({ active, succeeded, failed, ready, terminating, ...status }: JobStatus): FieldError[] {
  const counts = { active, succeeded, failed, ready, terminating };
  const seen = new Set<string>();
  const { succeeded: counted = [], failed: lost = [] } = status.uncountedTerminatedPods ?? {};
  const uids: readonly (readonly [at: string, uid: string])[] = [
    ...counted.map((uid, index) => [`succeeded[${index}]`, uid] as const),
    ...lost.map((uid, index) => [`failed[${index}]`, uid] as const),
  ];
  return [
    ...Object.entries(counts).flatMap(([name, count]) => notNegative(`status.${name}`, count)),
    ...uids.flatMap(([at, uid]) => {
      const field = `status.uncountedTerminatedPods.${at}`;
      if (!uid) return [invalid(field, uid, 'must not be empty')];
      if (seen.has(uid)) return [duplicate(field, uid)];
      seen.add(uid);
      return [];
    }),
  ];
}

/** Without the value. */
function wrongConditions(detail: string): FieldError {
  return { type: 'FieldValueInvalid', field: 'status.conditions', message: `Invalid value: ${detail}` };
}

function validateEnd(job: Job, changed: Changed): FieldError[] {
  const { status } = job;
  const { startTime, completionTime, active = 0, terminating = 0, uncountedTerminatedPods: uncounted } = status;
  const is = (condition: ConditionType) => isJob(job, condition);
  const isFinished = isJobFinished(job);
  const left = (uncounted?.succeeded?.length ?? 0) + (uncounted?.failed?.length ?? 0);
  const cases: [applies: boolean, isWrong: boolean, error: () => FieldError][] = [
    [
      changed('Complete', 'Failed'),
      is('Complete') && is('Failed'),
      () => wrongConditions('cannot set Complete=True and Failed=true conditions'),
    ],
    [
      changed('Complete', 'FailureTarget'),
      is('Complete') && is('FailureTarget'),
      () => wrongConditions('cannot set Complete=True and FailureTarget=true conditions'),
    ],
    [
      changed('Complete', 'completionTime'),
      completionTime !== undefined && !is('Complete'),
      () =>
        invalid(
          'status.completionTime',
          completionTime,
          'cannot set completionTime when there is no Complete=True condition',
        ),
    ],
    [
      changed('Complete', 'completionTime'),
      completionTime === undefined && is('Complete'),
      () => required('status.completionTime', 'completionTime is required for Complete jobs'),
    ],
    [
      changed('startTime', 'completionTime'),
      startTime !== undefined && completionTime !== undefined && Date.parse(completionTime) < Date.parse(startTime),
      () => invalid('status.completionTime', completionTime, 'completionTime cannot be set before startTime'),
    ],
    [
      changed('Failed', 'FailureTarget'),
      is('Failed') && !is('FailureTarget'),
      () => wrongConditions('cannot set Failed=True condition without the FailureTarget=true condition'),
    ],
    [
      changed('Complete', 'SuccessCriteriaMet'),
      is('Complete') && !is('SuccessCriteriaMet'),
      () => wrongConditions('cannot set Complete=True condition without the SuccessCriteriaMet=true condition'),
    ],
    [
      changed('finished', 'active'),
      active > 0 && isFinished,
      () => invalid('status.active', active, 'active>0 is invalid for finished job'),
    ],
    [
      changed('finished', 'startTime') && !isOfNothing(job),
      startTime === undefined && isFinished,
      () => required('status.startTime', 'startTime is required for finished job'),
    ],
    [
      changed('finished', 'uncountedTerminatedPods'),
      left > 0 && isFinished,
      () =>
        invalid(
          'status.uncountedTerminatedPods',
          uncounted,
          'uncountedTerminatedPods needs to be empty for finished job',
        ),
    ],
    [
      changed('finished', 'terminating'),
      terminating > 0 && isFinished,
      () => invalid('status.terminating', terminating, 'terminating>0 is invalid for finished job'),
    ],
    [
      changed('ready', 'active'),
      status.ready !== undefined && status.ready > active,
      () => invalid('status.ready', status.ready, 'cannot set more ready pods than active'),
    ],
  ];
  return cases.filter(([applies, isWrong]) => applies && isWrong).map(([, , error]) => error());
}

/** It is complete although it never began. */
function isOfNothing({ spec }: Job): boolean {
  return spec.suspend === true && spec.completions === 0;
}

function validateIndexes({ spec, status }: Job, changed: Changed): FieldError[] {
  const { completions, completionMode, backoffLimitPerIndex } = spec;
  const { completedIndexes: completed = '', failedIndexes: failed } = status;
  const errors: FieldError[] = [];
  const check = (name: 'completedIndexes' | 'failedIndexes', text: string) => {
    const problem = completions === undefined ? undefined : problemOfIndexes(text, completions);
    if (problem) errors.push(invalid(`status.${name}`, text, `error parsing ${name}: ${problem}`));
  };
  if (changed('completedIndexes')) {
    check('completedIndexes', completed);
    if (completed && completionMode !== 'Indexed')
      errors.push(
        invalid(
          'status.completedIndexes',
          completed,
          'cannot set non-empty completedIndexes when non-indexed completion mode',
        ),
      );
  }
  if (failed === undefined) return errors;
  if (changed('failedIndexes')) {
    if (backoffLimitPerIndex !== undefined) check('failedIndexes', failed);
    else {
      const problem = 'cannot set non-null failedIndexes when backoffLimitPerIndex is null';
      errors.push(invalid('status.failedIndexes', failed, problem));
    }
  }
  if (completions !== undefined && changed('failedIndexes', 'completedIndexes')) {
    const shared = firstShared(readIndexes(completed, completions), readIndexes(failed, completions));
    if (shared !== undefined) {
      const problem = `failedIndexes and completedIndexes overlap at index: ${shared}`;
      errors.push(invalid('status.failedIndexes', failed, problem));
    }
  }
  return errors;
}

function validateCriteria(job: Job): FieldError[] {
  const met = isJob(job, 'SuccessCriteriaMet');
  const errors: FieldError[] = [];
  if (met && isJob(job, 'Failed'))
    errors.push(wrongConditions('cannot set SuccessCriteriaMet=True and Failed=true conditions'));
  if (met && isJob(job, 'FailureTarget'))
    errors.push(wrongConditions('cannot set SuccessCriteriaMet=True and FailureTarget=true conditions'));
  if (job.spec.successPolicy && !met && isJob(job, 'Complete'))
    errors.push(wrongConditions('cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True'));
  return errors;
}

/** What goes one way only. */
function validateProgress(job: Job, old: Job): FieldError[] {
  const { spec, status } = job;
  const before = old.status;
  // A job of as many completions as it has pods at a time can be made smaller.
  const isElastic = spec.completionMode === 'Indexed' && spec.completions === spec.parallelism;
  const errors = lasting
    .filter((type) => isJob(old, type) && !isJob(job, type))
    .map((type) => wrongConditions(`cannot disable the terminal ${type}=True condition`));
  const fewer = (name: 'failed' | 'succeeded') => (status[name] ?? 0) < (before[name] ?? 0);
  if (fewer('failed')) errors.push(invalid('status.failed', status.failed ?? 0, 'cannot decrease the failed counter'));
  if (fewer('succeeded') && !isElastic)
    errors.push(invalid('status.succeeded', status.succeeded ?? 0, 'cannot decrease the succeeded counter'));
  const { completionTime } = status;
  if (completionTime !== undefined && before.completionTime !== undefined && completionTime !== before.completionTime)
    errors.push(invalid('status.completionTime', completionTime, 'completionTime cannot be mutated'));
  // A job that goes on begins anew.
  const isResumed = isJob(old, 'Suspended') && !isJob(job, 'Suspended');
  const startedElsewhen = before.startTime !== undefined && before.startTime !== status.startTime;
  if (startedElsewhen && !spec.suspend && !isResumed)
    errors.push(required('status.startTime', 'startTime cannot be removed for unsuspended job'));
  if (isJob(old, 'SuccessCriteriaMet') && !isJob(job, 'SuccessCriteriaMet'))
    errors.push(wrongConditions('cannot disable the SuccessCriteriaMet=True condition'));
  if (isJob(old, 'Complete') && !isJob(old, 'SuccessCriteriaMet') && isJob(job, 'SuccessCriteriaMet'))
    errors.push(wrongConditions('cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions'));
  return errors;
}
