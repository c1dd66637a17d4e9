// Owns whether a job has come to its end, and which. Pure. Source: Kubernetes' job controller.
import { type CompletionIndexes, countIndexes, countShared, isJob, type Job, readIndexes } from '@berth/objects';
import { meaningOf } from './failure-policy.ts';
import { hasFailed, isIndexed, restartsOf } from './pods.ts';
import type { View } from './view.ts';

/** What is said of a job first, while its last pods end and are counted. */
export interface Verdict {
  readonly type: 'SuccessCriteriaMet' | 'FailureTarget';
  readonly reason?: string;
  readonly message?: string;
}

export function verdictOf(view: View): Verdict | undefined {
  return told(view.job) ?? failure(view) ?? success(view);
}

/** The verdict that the job's status says. */
function told(job: Job): Verdict | undefined {
  const type = (['SuccessCriteriaMet', 'FailureTarget'] as const).find((one) => isJob(job, one));
  if (!type) return undefined;
  const { reason, message } = job.status.conditions?.find((condition) => condition.type === type) ?? {};
  return { type, reason, message };
}

function failure(view: View): Verdict | undefined {
  const { job, pods, failed, now } = view;
  const because = (reason: string, message: string): Verdict => ({ type: 'FailureTarget', reason, message });
  for (const pod of pods.filter((one) => hasFailed(one, job))) {
    const { action, message } = meaningOf(pod, job);
    if (action === 'FailJob' && message) return because('PodFailurePolicy', message);
  }
  if (failed > (job.spec.backoffLimit ?? 0) || hasRestartedTooOften(view))
    return because('BackoffLimitExceeded', 'Job has reached the specified backoff limit');
  const deadline = deadlineOf(job);
  if (deadline !== undefined && now >= deadline)
    return because('DeadlineExceeded', 'Job was active longer than specified deadline');
  if (!view.failedIndexes) return undefined;
  const lost = countIndexes(view.failedIndexes);
  if (lost > (job.spec.maxFailedIndexes ?? Number.POSITIVE_INFINITY))
    return because('MaxFailedIndexesExceeded', 'Job has exceeded the specified maximal number of failed indexes');
  if (lost > 0 && lost + view.succeeded >= (job.spec.completions ?? 0))
    return because('FailedIndexes', 'Job has failed indexes');
  return undefined;
}

/** Where containers are restarted in place, each restart is a failure. */
function hasRestartedTooOften({ job: { spec }, active }: View): boolean {
  if (spec.template.spec?.restartPolicy !== 'OnFailure') return false;
  const restarts = active.reduce((sum, pod) => sum + restartsOf(pod), 0);
  return restarts >= Math.max(1, spec.backoffLimit ?? 0);
}

/** When the job has been active for too long, in milliseconds since the epoch; undefined: it may take its time. */
export function deadlineOf({ spec, status }: Job): number | undefined {
  if (spec.activeDeadlineSeconds === undefined || status.startTime === undefined || spec.suspend) return undefined;
  return Date.parse(status.startTime) + spec.activeDeadlineSeconds * 1_000;
}

function success({ job, succeededIndexes }: View): Verdict | undefined {
  if (!isIndexed(job)) return undefined;
  const rule = (job.spec.successPolicy?.rules ?? []).findIndex(({ succeededIndexes: named, succeededCount }) => {
    const wanted: CompletionIndexes =
      named === undefined ? succeededIndexes : readIndexes(named, job.spec.completions ?? 0);
    return countShared(succeededIndexes, wanted) >= (succeededCount ?? countIndexes(wanted));
  });
  if (rule < 0 || succeededIndexes.length === 0) return undefined;
  return { type: 'SuccessCriteriaMet', reason: 'SuccessPolicy', message: `Matched rules at index ${rule}` };
}

/** Nothing is left to be done, and nobody does anything. */
export function isComplete({ job: { spec }, succeeded }: View, active: number): boolean {
  if (active > 0) return false;
  return spec.completions === undefined ? succeeded > 0 : succeeded >= spec.completions;
}
