// Owns what a replication controller or a replica set should do, from what is. Pure.
import { isDeepStrictEqual } from 'node:util';
import { type New, type Pod, type ReplicaSetCondition, type ReplicaSetStatus, selectorFromMap } from '@berth/objects';
import { claim } from '../claim.ts';
import { isActive, isAvailable, isReady, soonestAvailability } from '../pod-state.ts';
import { podOfTemplate } from '../pod-template.ts';
import { inOrderOfDeletion } from '../rank.ts';
import type { Unseen } from '../unseen.ts';
import { type ReplicasOwner, selectorOf } from './owner.ts';

export interface Decision {
  readonly adopt: readonly Pod[];
  readonly release: readonly Pod[];
  readonly create: number;
  readonly delete: readonly Pod[];
  /** The active pods that count, before anything of the above is done. */
  readonly owned: readonly Pod[];
}

/** `candidates`: the pods of the namespace that the controller owns, and those that nobody does. */
export function decide(controller: ReplicasOwner, candidates: readonly Pod[], unseen: Unseen): Decision {
  const counted = candidates.filter((pod) => isActive(pod) && !unseen.deleted.has(pod.metadata.uid));
  const { kept, adopt, release } = claim(controller, selectorOf(controller), counted);
  const owned = [...kept, ...adopt];
  if (controller.metadata.deletionTimestamp) return { adopt, release, create: 0, delete: [], owned };
  const surplus = owned.length + unseen.created.length - (controller.spec.replicas ?? 1);
  return {
    adopt,
    release,
    create: Math.max(0, -surplus),
    // What is not seen yet cannot be chosen: its turn comes with the change that shows it.
    delete: surplus > 0 ? inOrderOfDeletion(owned).slice(0, surplus) : [],
    owned,
  };
}

/** The pod that the template describes. */
export function podFor(controller: ReplicasOwner): New<Pod> {
  return podOfTemplate(controller, controller.spec.template ?? {});
}

export interface Failure {
  readonly reason: 'FailedCreate' | 'FailedDelete';
  readonly message: string;
}

/** `now`: milliseconds since the epoch. */
export function statusOf(
  controller: ReplicasOwner,
  owned: readonly Pod[],
  { now, failure }: { readonly now: number; readonly failure?: Failure },
): ReplicaSetStatus {
  const templateLabels = selectorFromMap(controller.spec.template?.metadata?.labels);
  const ready = owned.filter(isReady);
  const conditions = conditionsOf(controller, now, failure);
  return {
    replicas: owned.length,
    fullyLabeledReplicas: owned.filter(({ metadata }) => templateLabels.matches(metadata.labels)).length,
    readyReplicas: ready.length,
    availableReplicas: ready.filter((pod) => isAvailable(pod, controller.spec.minReadySeconds, now)).length,
    observedGeneration: controller.metadata.generation,
    ...(conditions.length > 0 ? { conditions } : {}),
  };
}

/** Milliseconds until one more ready pod has been ready for long enough; undefined if there is none to wait for. */
export function nextAvailability(controller: ReplicasOwner, owned: readonly Pod[], now: number): number | undefined {
  return soonestAvailability(owned, controller.spec.minReadySeconds, now);
}

function conditionsOf(
  controller: ReplicasOwner,
  now: number,
  failure: Failure | undefined,
): readonly ReplicaSetCondition[] {
  const known = controller.status?.conditions ?? [];
  const others = known.filter(({ type }) => type !== 'ReplicaFailure');
  if (!failure) return others;
  // The words name a pod that is another one at each attempt: to follow them would be a change that calls for the next.
  if (known.some(({ type, reason }) => type === 'ReplicaFailure' && reason === failure.reason)) return known;
  const lastTransitionTime = `${new Date(now).toISOString().slice(0, 19)}Z`;
  return [...others, { type: 'ReplicaFailure', status: 'True', ...failure, lastTransitionTime }];
}

const counts = [
  'replicas',
  'fullyLabeledReplicas',
  'readyReplicas',
  'availableReplicas',
  'observedGeneration',
] as const;

export function sameStatus(a: ReplicaSetStatus | undefined, b: ReplicaSetStatus): boolean {
  return (
    counts.every((count) => (a?.[count] ?? 0) === (b[count] ?? 0)) &&
    isDeepStrictEqual(a?.conditions ?? [], b.conditions ?? [])
  );
}
