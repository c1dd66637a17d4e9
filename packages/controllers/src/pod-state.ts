// Owns what several controllers ask of a pod. Source: Kubernetes' meaning of active, ready and available.
import { isDeepStrictEqual } from 'node:util';
import type { KubeObject, OwnerReference, Pod, PodCondition } from '@berth/objects';

/** The owner that manages the object: there is at most one. */
export function controllerOf(object: KubeObject): OwnerReference | undefined {
  return object.metadata.ownerReferences?.find(({ controller }) => controller === true);
}

/** Neither finished nor about to go. */
export function isActive(pod: Pod): boolean {
  return !isFinished(pod) && !isGoing(pod);
}

export function isGoing({ metadata }: Pod): boolean {
  return metadata.deletionTimestamp !== undefined;
}

export function isFinished({ status }: Pod): boolean {
  return status.phase === 'Succeeded' || status.phase === 'Failed';
}

function conditionOf(pod: Pod, type: string): PodCondition | undefined {
  return pod.status.conditions?.find((condition) => condition.type === type);
}

export function isReady(pod: Pod): boolean {
  return conditionOf(pod, 'Ready')?.status === 'True';
}

/** Milliseconds since the epoch at which the pod became ready; undefined if it is not. */
export function readySince(pod: Pod): number | undefined {
  const ready = conditionOf(pod, 'Ready');
  if (ready?.status !== 'True') return undefined;
  return ready.lastTransitionTime ? Date.parse(ready.lastTransitionTime) : 0;
}

/**
 * Milliseconds until the pod has been ready for so many seconds, not positive: it has; undefined: it is not ready.
 * Where no time is asked for, the clock of the node does not matter.
 */
function availableInMs(pod: Pod, minReadySeconds: number | undefined, now: number): number | undefined {
  const since = readySince(pod);
  if (since === undefined) return undefined;
  if (!minReadySeconds) return 0;
  return since + minReadySeconds * 1_000 - now;
}

/** `now`: milliseconds since the epoch. */
export function isAvailable(pod: Pod, minReadySeconds: number | undefined, now: number): boolean {
  const wait = availableInMs(pod, minReadySeconds, now);
  return wait !== undefined && wait <= 0;
}

/** Milliseconds until one more of the ready pods is available; undefined if there is none to wait for. */
export function soonestAvailability(
  pods: readonly Pod[],
  minReadySeconds: number | undefined,
  now: number,
): number | undefined {
  const waits = pods.map((pod) => availableInMs(pod, minReadySeconds, now) ?? 0).filter((wait) => wait > 0);
  return waits.length > 0 ? Math.min(...waits) : undefined;
}

/** Whether the change of a pod can change what its controller decides or reports. */
export function concernsController(previous: Pod, next: Pod): boolean {
  return (
    (previous.metadata.labels !== next.metadata.labels &&
      !isDeepStrictEqual(previous.metadata.labels, next.metadata.labels)) ||
    previous.metadata.deletionTimestamp !== next.metadata.deletionTimestamp ||
    controllerOf(previous)?.uid !== controllerOf(next)?.uid ||
    previous.status.phase !== next.status.phase ||
    isReady(previous) !== isReady(next)
  );
}
