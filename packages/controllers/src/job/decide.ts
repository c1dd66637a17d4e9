// Owns what a job should do next: which pods it makes, which it takes away, and whether it has come to its end. Pure.
// Source: Kubernetes' job controller.
import { countIndexes, hasIndex, type Pod } from '@berth/objects';
import { inOrderOfDeletion } from '../rank.ts';
import { waitAfter, waitAfterFailures } from './back-off.ts';
import {
  endedAt,
  failuresBefore,
  hasFailed,
  indexOf,
  isHeld,
  isIndexed,
  isTerminating,
  replacesFailedOnly,
} from './pods.ts';
import { deadlineOf, isComplete, type Verdict, verdictOf } from './verdict.ts';
import { indexesOf, type View } from './view.ts';

export interface Wanted {
  /** Of an Indexed job. */
  readonly index?: number;
  /** The pod that failed at the index and waits until this one remembers its failures. */
  readonly after?: Pod;
}

export interface Decision {
  readonly create: readonly Wanted[];
  /** Pods that are too many, and do not count. */
  readonly remove: readonly Pod[];
  /** Pods that the end of the job stops. */
  readonly stop: readonly Pod[];
  readonly verdict: Verdict | undefined;
  /** Whether the job is as suspended, or as active, as it should be; undefined: it comes to its end, or is deleted. */
  readonly suspended: boolean | undefined;
  /** Milliseconds after which it is time to look again; undefined: no time. */
  readonly againInMs: number | undefined;
}

/** No more are made or taken away at a time. */
const most = 500;

export function decide(view: View): Decision {
  const { job, active } = view;
  const nothing = { create: [], remove: [], stop: [], verdict: undefined, suspended: undefined, againInMs: undefined };
  const verdict = verdictOf(view);
  if (verdict) return { ...nothing, stop: seen(view, active), verdict };
  if (job.metadata.deletionTimestamp) return nothing;
  const suspended = job.spec.suspend ?? false;
  const steps = suspended ? { create: [], remove: seen(view, active), waitMs: undefined } : replace(view);
  if (isComplete(view, active.length + steps.create.length - steps.remove.length))
    return { ...nothing, remove: steps.remove, verdict: { type: 'SuccessCriteriaMet' } };
  const deadline = deadlineOf(job);
  const waits = [steps.waitMs, deadline === undefined ? undefined : deadline - view.now];
  const known = waits.filter((wait) => wait !== undefined);
  return {
    ...nothing,
    create: steps.create,
    remove: steps.remove,
    suspended,
    againInMs: known.length > 0 ? Math.min(...known) : undefined,
  };
}

/** What is not seen yet cannot be deleted: its turn comes with the change that shows it. */
function seen({ unseen }: View, pods: readonly Pod[]): readonly Pod[] {
  return pods.filter(({ metadata }) => !unseen.has(metadata.uid));
}

function wantedActive({ job: { spec }, succeeded, active, failedIndexes }: View): number {
  const { parallelism = 1, completions } = spec;
  // The first success says that there is nothing more to be done; who works goes on.
  if (completions === undefined) return succeeded > 0 ? active.length : parallelism;
  const open = completions - succeeded - (failedIndexes ? countIndexes(failedIndexes) : 0);
  return Math.max(0, Math.min(parallelism, open));
}

interface Steps {
  readonly create: readonly Wanted[];
  readonly remove: readonly Pod[];
  /** Milliseconds until more may be made. */
  readonly waitMs: number | undefined;
}

function replace(view: View): Steps {
  const { job, active, pods, now } = view;
  const wanted = wantedActive(view);
  const remove = surplus(view, active.length - wanted).slice(0, most);
  // One thing after the other: what goes shows what may be made.
  if (remove.length > 0) return { create: [], remove, waitMs: undefined };
  const terminating = replacesFailedOnly(job) ? pods.filter(isTerminating).length : 0;
  const missing = Math.min(most, wanted - active.length - terminating);
  if (missing <= 0) return { create: [], remove: [], waitMs: undefined };
  if (view.failedIndexes) return replaceIndexes(view, missing);
  const waitMs = waitAfter(view.failures, now);
  if (waitMs > 0) return { create: [], remove: [], waitMs };
  const create = isIndexed(job)
    ? openIndexes(view, missing).map((index) => ({ index }))
    : Array.from({ length: missing }, () => ({}));
  return { create, remove: [], waitMs: undefined };
}

/** Each index waits for itself alone. */
function replaceIndexes(view: View, missing: number): Steps {
  const failed = heldBack(view);
  const waits: number[] = [];
  const create: Wanted[] = [];
  for (const index of openIndexes(view, missing)) {
    const after = failed.get(index);
    const wait = after ? waitAfterFailures(failuresOf(after) + 1, endedAt(after), view.now) : 0;
    if (wait > 0) waits.push(wait);
    else create.push({ index, after });
  }
  return { create, remove: [], waitMs: waits.length > 0 ? Math.min(...waits) : undefined };
}

/** The lowest indexes at which nobody works and that have neither succeeded nor failed. */
function openIndexes(view: View, count: number): number[] {
  const { job, active, pods, succeededIndexes, failedIndexes } = view;
  const busy = new Set(indexesOf([...active, ...(replacesFailedOnly(job) ? pods.filter(isTerminating) : [])], job));
  const open: number[] = [];
  for (let index = 0; index < (job.spec.completions ?? 0) && open.length < count; index++) {
    const isDone = hasIndex(succeededIndexes, index) || (failedIndexes !== undefined && hasIndex(failedIndexes, index));
    if (!isDone && !busy.has(index)) open.push(index);
  }
  return open;
}

function failuresOf(pod: Pod): number {
  const { counted, ignored } = failuresBefore(pod);
  return counted + ignored;
}

/**
 * By index, the pod that failed there last and has no successor yet: it stays until there is one, which takes over how
 * many have failed.
 */
export function heldBack({ job, pods, active, succeededIndexes, failedIndexes }: View): ReadonlyMap<number, Pod> {
  const latest = new Map<number, Pod>();
  if (!failedIndexes) return latest;
  const busy = new Set(indexesOf(active, job));
  for (const pod of pods) {
    const index = indexOf(pod, job);
    if (index === undefined || !isHeld(pod) || !hasFailed(pod, job) || busy.has(index)) continue;
    if (hasIndex(succeededIndexes, index) || hasIndex(failedIndexes, index)) continue;
    const other = latest.get(index);
    if (
      !other ||
      failuresOf(other) < failuresOf(pod) ||
      (failuresOf(other) === failuresOf(pod) && endedAt(other) <= endedAt(pod))
    )
      latest.set(index, pod);
  }
  return latest;
}

/** Of an Indexed job, whoever works at no index of it or at one where another works goes in any case. */
function surplus(view: View, tooMany: number): readonly Pod[] {
  const inOrder = inOrderOfDeletion(seen(view, view.active));
  if (!isIndexed(view.job)) return inOrder.slice(0, Math.max(0, tooMany));
  const taken = new Set<number>();
  const useless = new Set<Pod>();
  for (const pod of [...inOrder].reverse()) {
    const index = indexOf(pod, view.job);
    if (index === undefined || taken.has(index)) useless.add(pod);
    else taken.add(index);
  }
  const others = inOrder.filter((pod) => !useless.has(pod)).slice(0, Math.max(0, tooMany - useless.size));
  return [...useless, ...others];
}
