// Owns what a job is from its own status and from its pods: how many have ended how, counted already or not. Pure.
import { type CompletionIndexes, countIndexes, type Job, type Pod, readIndexes, withIndexes } from '@berth/objects';
import { isActive } from '../pod-state.ts';
import type { Failures } from './back-off.ts';
import { isCounted, meaningOf } from './failure-policy.ts';
import { failuresBefore, hasFailed, hasSucceeded, indexOf, isHeld, isIndexed } from './pods.ts';

export interface Observed {
  readonly job: Job;
  /** The job's own; those that are about to be deleted are shown as such, and those that were counted are not held. */
  readonly pods: readonly Pod[];
  /** Of these, the uids of those that were made and cannot be deleted yet, for the cache does not show them. */
  readonly unseen: ReadonlySet<string>;
  readonly failures: Failures;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export interface View extends Observed {
  readonly active: readonly Pod[];
  readonly succeeded: number;
  readonly failed: number;
  /** Of an Indexed job; empty for others. */
  readonly succeededIndexes: CompletionIndexes;
  /** Undefined where indexes have no limit of their own. */
  readonly failedIndexes: CompletionIndexes | undefined;
}

export function viewOf(observed: Observed): View {
  const { job, pods } = observed;
  const { status } = job;
  const { succeeded: uncountedSuccesses = [], failed: uncountedFailures = [] } = status.uncountedTerminatedPods ?? {};
  const isNew = (uncounted: readonly string[]) => (pod: Pod) =>
    isHeld(pod) && !uncounted.includes(pod.metadata.uid) && (!isIndexed(job) || indexOf(pod, job) !== undefined);
  const successes = pods.filter((pod) => hasSucceeded(pod) && isNew(uncountedSuccesses)(pod));
  const failures = pods.filter((pod) => hasFailed(pod, job) && isNew(uncountedFailures)(pod) && isCounted(pod, job));
  const succeededIndexes = isIndexed(job) ? withIndexes(counted(job), indexesOf(successes, job)) : [];
  const limit = isIndexed(job) ? job.spec.backoffLimitPerIndex : undefined;
  return {
    ...observed,
    active: pods.filter(isActive),
    succeeded: isIndexed(job)
      ? countIndexes(succeededIndexes)
      : (status.succeeded ?? 0) + successes.length + uncountedSuccesses.length,
    failed: (status.failed ?? 0) + failures.length + uncountedFailures.length,
    succeededIndexes,
    failedIndexes: limit === undefined ? undefined : failedIndexes(job, pods, limit),
  };
}

/** The indexes whose success the status says already. */
export function counted({ spec, status }: Job): CompletionIndexes {
  return readIndexes(status.completedIndexes, spec.completions ?? 0);
}

export function indexesOf(pods: readonly Pod[], job: Job): number[] {
  return pods.map((pod) => indexOf(pod, job)).filter((index) => index !== undefined);
}

function failedIndexes(job: Job, pods: readonly Pod[], limit: number): CompletionIndexes {
  const ended = pods.filter((pod) => {
    if (!isHeld(pod) || !hasFailed(pod, job)) return false;
    const { action } = meaningOf(pod, job);
    if (action === 'FailIndex') return true;
    return action !== 'Ignore' && failuresBefore(pod).counted >= limit;
  });
  return withIndexes(readIndexes(job.status.failedIndexes, job.spec.completions ?? 0), indexesOf(ended, job));
}
