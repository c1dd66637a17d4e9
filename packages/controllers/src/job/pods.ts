// Owns what a job asks of one of its pods: whether it is still to be counted, how and when it ended, and at which index
// it works. Pure. Source: Kubernetes' job controller.
import {
  completionIndexName,
  ignoredIndexFailureCount,
  indexFailureCount,
  type Job,
  jobTrackingFinalizer,
  type Pod,
} from '@berth/objects';
import { isFinished, isGoing } from '../pod-state.ts';

/** Its job has not counted it yet, and it stays until then. */
export function isHeld({ metadata }: Pod): boolean {
  return metadata.finalizers?.includes(jobTrackingFinalizer) ?? false;
}

/** As it is once its job lets it go. */
export function letGo(pod: Pod): Pod {
  const finalizers = pod.metadata.finalizers?.filter((name) => name !== jobTrackingFinalizer);
  return { ...pod, metadata: { ...pod.metadata, finalizers } };
}

/** A pod is replaced only when it is known that it failed, and not already when it is about to end. */
export function replacesFailedOnly({ spec }: Job): boolean {
  return spec.podReplacementPolicy === 'Failed' || spec.podFailurePolicy !== undefined;
}

export function hasSucceeded({ status }: Pod): boolean {
  return status.phase === 'Succeeded';
}

/** Who is deleted may never get to tell how it ended. */
export function hasFailed(pod: Pod, job: Job): boolean {
  if (pod.status.phase === 'Failed') return true;
  return !replacesFailedOnly(job) && isGoing(pod) && !hasSucceeded(pod);
}

export function isTerminating(pod: Pod): boolean {
  return isGoing(pod) && !isFinished(pod);
}

/** Undefined: none, or none of the job's. */
export function indexOf({ metadata }: Pod, { spec }: Job): number | undefined {
  const text = metadata.annotations?.[completionIndexName];
  if (text === undefined || !/^\d+$/.test(text)) return undefined;
  const index = Number(text);
  return index < (spec.completions ?? 0) ? index : undefined;
}

export function isIndexed({ spec }: Job): boolean {
  return spec.completionMode === 'Indexed';
}

/** How many pods had failed at the index before this one was made. */
export function failuresBefore(pod: Pod): { readonly counted: number; readonly ignored: number } {
  const count = (name: string) => {
    const number = Number(pod.metadata.annotations?.[name] ?? 0);
    return Number.isSafeInteger(number) && number > 0 ? number : 0;
  };
  return { counted: count(indexFailureCount), ignored: count(ignoredIndexFailureCount) };
}

/** When it ended, or was told to; milliseconds since the epoch. */
export function endedAt({ metadata, status }: Pod): number {
  const ends = (status.containerStatuses ?? []).map(({ state }) => state?.terminated?.finishedAt);
  const known = ends.filter((time) => time !== undefined);
  if (ends.length > 0 && known.length === ends.length) return Math.max(...known.map((time) => Date.parse(time)));
  if (metadata.deletionTimestamp)
    return Date.parse(metadata.deletionTimestamp) - (metadata.deletionGracePeriodSeconds ?? 0) * 1_000;
  const ready = status.conditions?.find(({ type, status: holds }) => type === 'Ready' && holds === 'False');
  return Date.parse(ready?.lastTransitionTime ?? metadata.creationTimestamp);
}

export function restartsOf({ status }: Pod): number {
  const containers = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  return containers.reduce((sum, { restartCount }) => sum + restartCount, 0);
}
