// Owns what a daemon set says of itself. Pure.
import { isDeepStrictEqual } from 'node:util';
import type { DaemonSet, DaemonSetStatus } from '@berth/objects';
import { isAvailable, isReady, soonestAvailability } from '../pod-state.ts';
import { isUpdated } from './placement.ts';
import { type Observed, placesOf } from './places.ts';

type Seen = Pick<Observed, 'nodes' | 'pods' | 'eligibility' | 'hash' | 'now'>;

export function statusOf(daemonSet: DaemonSet, observed: Seen): DaemonSetStatus {
  const { minReadySeconds } = daemonSet.spec;
  const { places } = placesOf(observed);
  const wanted = places.filter(({ run }) => run);
  // The oldest pod of a node speaks for it.
  const pods = wanted.flatMap(({ pods: [first] }) => (first ? [first] : []));
  const available = pods.filter((pod) => isAvailable(pod, minReadySeconds, observed.now)).length;
  const { collisionCount } = daemonSet.status;
  return {
    currentNumberScheduled: pods.length,
    numberMisscheduled: places.filter(({ run, pods: { length } }) => !run && length > 0).length,
    desiredNumberScheduled: wanted.length,
    numberReady: pods.filter(isReady).length,
    observedGeneration: daemonSet.metadata.generation,
    updatedNumberScheduled: pods.filter((pod) => isUpdated(pod, observed.hash)).length,
    numberAvailable: available,
    numberUnavailable: wanted.length - available,
    ...(collisionCount === undefined ? {} : { collisionCount }),
    ...(daemonSet.status.conditions ? { conditions: daemonSet.status.conditions } : {}),
  };
}

/** Milliseconds until the status is another one by the passing of time alone; undefined: it will not be. */
export function untilAvailable({ spec }: DaemonSet, { pods, now }: Seen): number | undefined {
  return soonestAvailability(pods, spec.minReadySeconds, now);
}

/** A count that is left out is 0. */
export function sameStatus(a: DaemonSetStatus, b: DaemonSetStatus): boolean {
  const fields = Object.keys({ ...a, ...b }) as (keyof DaemonSetStatus)[];
  return fields.every((field) => isDeepStrictEqual(a[field] ?? 0, b[field] ?? 0));
}
