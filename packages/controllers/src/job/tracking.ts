// Owns how a job counts the pods that ended, so that each counts once, whatever stops in between: first the status says
// which pods are about to be counted, then they lose the finalizer that keeps them, then they move into the counts. For
// an Indexed job a success is its index, which cannot be counted twice. Pure.
// Source: Kubernetes, "Job tracking with finalizers".
import {
  countIndexes,
  isJob,
  type Job,
  type JobCondition,
  type JobStatus,
  type Pod,
  showIndexes,
  withIndexes,
} from '@berth/objects';
import { isReady } from '../pod-state.ts';
import { type Decision, heldBack } from './decide.ts';
import { isCounted } from './failure-policy.ts';
import { hasFailed, hasSucceeded, indexOf, isHeld, isIndexed, isTerminating } from './pods.ts';
import type { Verdict } from './verdict.ts';
import { counted, type View } from './view.ts';

/** So many pods are about to be counted at a time: the status names each of them. */
const mostUncounted = 500;

export interface Tracking {
  /** To be written before any pod is let go. */
  readonly status: JobStatus;
  readonly release: readonly Pod[];
  /** Those that were not looked at, for there were too many. */
  readonly hasMore: boolean;
}

type Counting = Pick<Decision, 'verdict' | 'suspended'>;

/** `view`: with what was just done to the job's pods. */
export function track(view: View, decision: Counting): Tracking {
  const { job, pods, active, now } = view;
  // Nothing is said of its end while a pod may still begin.
  const verdict = active.length === 0 ? decision.verdict : undefined;
  const waiting = heldBack(view);
  const isEnding = verdict !== undefined || job.metadata.deletionTimestamp !== undefined;
  const ended = pods.filter((pod) => {
    if (!isHeld(pod)) return false;
    if (isEnding || hasSucceeded(pod)) return true;
    return hasFailed(pod, job) && waiting.get(indexOf(pod, job) ?? -1) !== pod;
  });
  const release = ended.slice(0, mostUncounted);
  return {
    status: {
      ...job.status,
      ...countedStatus(view, release, verdict),
      ...conditionsOf(view, { ...decision, verdict }),
      active: active.length,
      ready: active.filter(isReady).length,
      terminating: pods.filter(isTerminating).length,
      ...(view.failedIndexes ? { failedIndexes: showIndexes(view.failedIndexes) } : {}),
      ...startOf(job, now, decision.suspended),
    },
    release,
    hasMore: ended.length > release.length,
  };
}

type Counts = Pick<JobStatus, 'succeeded' | 'failed' | 'completedIndexes' | 'uncountedTerminatedPods'>;

function countedStatus({ job, pods }: View, release: readonly Pod[], verdict: Verdict | undefined): Counts {
  const held = new Set(pods.filter(isHeld).map(({ metadata }) => metadata.uid));
  const before = settled(job.status, held);
  const succeeded = [...(before.uncountedTerminatedPods.succeeded ?? [])];
  const failed = [...(before.uncountedTerminatedPods.failed ?? [])];
  const indexes: number[] = [];
  for (const pod of release) {
    const { uid } = pod.metadata;
    if (succeeded.includes(uid) || failed.includes(uid)) continue;
    const index = indexOf(pod, job);
    if (isIndexed(job) && index === undefined) continue;
    if (hasSucceeded(pod)) {
      if (index === undefined) succeeded.push(uid);
      else indexes.push(index);
    } else if (countsAsFailed(pod, job, verdict)) failed.push(uid);
  }
  const uncountedTerminatedPods = { ...(succeeded.length ? { succeeded } : {}), ...(failed.length ? { failed } : {}) };
  if (!isIndexed(job)) return { ...before, uncountedTerminatedPods };
  const completed = withIndexes(counted(job), indexes);
  return {
    failed: before.failed,
    succeeded: countIndexes(completed),
    completedIndexes: showIndexes(completed),
    uncountedTerminatedPods,
  };
}

/** What is stopped when the job fails has failed; what is stopped when it has succeeded has not. */
function countsAsFailed(pod: Pod, job: Job, verdict: Verdict | undefined): boolean {
  if (!isCounted(pod, job)) return false;
  if (verdict?.type === 'SuccessCriteriaMet') return pod.status.phase === 'Failed';
  return hasFailed(pod, job) || verdict !== undefined;
}

interface Settled {
  readonly succeeded: number;
  readonly failed: number;
  readonly uncountedTerminatedPods: NonNullable<JobStatus['uncountedTerminatedPods']>;
}

/** Whoever is not held any more moves into the counts. `held`: uids of the pods that are. */
function settled(
  { succeeded = 0, failed = 0, uncountedTerminatedPods: uncounted }: JobStatus,
  held: ReadonlySet<string>,
): Settled {
  const left = (uids: readonly string[] = []) => uids.filter((uid) => held.has(uid));
  const gone = (uids: readonly string[] = []) => uids.length - left(uids).length;
  const [successes, failures] = [left(uncounted?.succeeded), left(uncounted?.failed)];
  return {
    succeeded: succeeded + gone(uncounted?.succeeded),
    failed: failed + gone(uncounted?.failed),
    uncountedTerminatedPods: {
      ...(successes.length > 0 ? { succeeded: successes } : {}),
      ...(failures.length > 0 ? { failed: failures } : {}),
    },
  };
}

/**
 * The status after pods were let go, and the end of the job once all are counted and none is left. `held`: uids of the
 * pods that still are.
 */
export function settle(
  job: Job,
  { held, hasMore, now }: { readonly held: ReadonlySet<string>; readonly hasMore: boolean; readonly now: number },
): JobStatus {
  const status: JobStatus = { ...job.status, ...settled(job.status, held) };
  const { succeeded = [], failed = [] } = status.uncountedTerminatedPods ?? {};
  const isOpen = hasMore || succeeded.length + failed.length > 0;
  const isBusy = (status.active ?? 0) + (status.terminating ?? 0) > 0;
  const verdict = (['SuccessCriteriaMet', 'FailureTarget'] as const).find((type) => isJob(job, type));
  if (!verdict || isOpen || isBusy) return status;
  const isSuccess = verdict === 'SuccessCriteriaMet';
  const { reason, message } = status.conditions?.find(({ type }) => type === verdict) ?? {};
  const time = timeOf(now);
  return {
    ...status,
    ...(isSuccess ? { completionTime: time } : {}),
    conditions: withCondition(status.conditions, {
      type: isSuccess ? 'Complete' : 'Failed',
      status: 'True',
      reason,
      message,
      time,
    }),
  };
}

function conditionsOf({ job, now }: View, { verdict, suspended }: Counting): Pick<JobStatus, 'conditions'> {
  const time = timeOf(now);
  let { conditions } = job.status;
  if (verdict && !isJob(job, verdict.type))
    conditions = withCondition(conditions, { ...verdict, status: 'True', time });
  if (suspended === true)
    conditions = withCondition(conditions, {
      type: 'Suspended',
      status: 'True',
      reason: 'JobSuspended',
      message: 'Job suspended',
      time,
    });
  if (suspended === false && conditions?.some(({ type }) => type === 'Suspended'))
    conditions = withCondition(conditions, {
      type: 'Suspended',
      status: 'False',
      reason: 'JobResumed',
      message: 'Job resumed',
      time,
    });
  return conditions ? { conditions } : {};
}

/** A job that goes on begins anew: what it may take counts from then. */
function startOf(job: Job, now: number, suspended: boolean | undefined): Pick<JobStatus, 'startTime'> {
  const isResumed = suspended === false && isJob(job, 'Suspended');
  const { startTime } = job.status;
  if (startTime !== undefined && !isResumed) return { startTime };
  return job.spec.suspend ? {} : { startTime: timeOf(now) };
}

interface Said extends Pick<JobCondition, 'type' | 'status' | 'reason' | 'message'> {
  readonly time: string;
}

/** One that says the same stays as it is, time included. */
function withCondition(conditions: readonly JobCondition[] = [], said: Said): readonly JobCondition[] {
  const { type, status, reason, message, time } = said;
  const known = conditions.find((condition) => condition.type === type);
  if (known?.status === status && known.reason === reason && known.message === message) return conditions;
  const lastTransitionTime = known?.status === status ? known.lastTransitionTime : time;
  const condition: JobCondition = {
    type,
    status,
    lastProbeTime: time,
    lastTransitionTime,
    ...(reason ? { reason } : {}),
    ...(message ? { message } : {}),
  };
  return [...conditions.filter((one) => one !== known), condition];
}

/** As the API writes times. */
function timeOf(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** What says nothing is left out: counts of 0 where the API has it so, empty texts. */
export function compactStatus(status: JobStatus): JobStatus {
  const { active, succeeded, failed, completedIndexes, ...others } = status;
  const counts = Object.entries({ active, succeeded, failed, completedIndexes }).filter(([, value]) => value);
  const rest = Object.entries(others).filter(([, value]) => value !== undefined);
  return Object.fromEntries([...counts, ...rest]);
}
