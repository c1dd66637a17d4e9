// Owns how long a job waits before it makes a pod after others failed: ten seconds, doubling with each failure since the
// last success, to ten minutes. What is remembered of them is bounded. Pure. Source: Kubernetes' job controller.
import type { Job, Pod } from '@berth/objects';
import { isGoing } from '../pod-state.ts';
import { endedAt, hasFailed, hasSucceeded, isHeld } from './pods.ts';

const firstMs = 10_000;
const maximumMs = 600_000;
/** More failures make no difference to the wait. */
const remembered = 7;

/** Failures since the last success, the latest few of them. */
export interface Failures {
  /** By the pods' uids, when they ended. */
  readonly at: ReadonlyMap<string, number>;
  readonly lastSuccess: number;
}

export const noFailures: Failures = { at: new Map(), lastSuccess: Number.NEGATIVE_INFINITY };

/** What is known with these pods of the job, some of which may be known already. */
export function rememberFailures(known: Failures, pods: readonly Pod[], job: Job): Failures {
  const lastSuccess = Math.max(known.lastSuccess, ...pods.filter(hasSucceeded).map(endedAt));
  // Whoever was let go and then deleted was too many, and has not failed.
  const failed = pods.filter((pod) => hasFailed(pod, job) && (isHeld(pod) || !isGoing(pod)));
  const all = new Map(known.at);
  for (const pod of failed) if (!all.has(pod.metadata.uid)) all.set(pod.metadata.uid, endedAt(pod));
  const since = [...all].filter(([, time]) => time > lastSuccess).sort(([, a], [, b]) => b - a);
  return { at: new Map(since.slice(0, remembered)), lastSuccess };
}

/** Milliseconds until the next pod may be made; 0: it may. */
export function waitAfter({ at }: Failures, now: number): number {
  return waitAfterFailures(at.size, Math.max(...at.values()), now);
}

/** `last`: when the latest of so many failures was. */
export function waitAfterFailures(count: number, last: number, now: number): number {
  if (count === 0) return 0;
  const delay = Math.min(maximumMs, firstMs * 2 ** Math.min(count - 1, remembered));
  return Math.max(0, last + delay - now);
}
