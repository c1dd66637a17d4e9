// Owns how many pods each of a deployment's replica sets should have: while it rolls, and when it is scaled. Pure.
// Source: Kubernetes' deployment controller.
import type { Deployment, ReplicaSet } from '@berth/objects';
import { desiredOf, maximumOf } from './revisions.ts';
import { byAge } from './template.ts';

/** uid → replicas, of those replica sets that are to be sized; the size may be what it is. */
export type Sizes = ReadonlyMap<string, number>;

export interface ReplicaSets {
  /** That of the deployment's template. */
  readonly current: ReplicaSet | undefined;
  readonly old: readonly ReplicaSet[];
}

export function wantedReplicas({ spec }: Deployment): number {
  return spec.replicas ?? 1;
}

export function replicasOf({ spec }: ReplicaSet): number {
  return spec.replicas ?? 1;
}

export function sum(replicaSets: readonly ReplicaSet[], count: (replicaSet: ReplicaSet) => number): number {
  return replicaSets.reduce((total, replicaSet) => total + count(replicaSet), 0);
}

export function availableOf({ status }: ReplicaSet): number {
  return status.availableReplicas ?? 0;
}

/** How far a rolling update may go above and below the wanted number of pods. */
export function marginsOf(deployment: Deployment): { readonly surge: number; readonly unavailable: number } {
  const { type, rollingUpdate } = deployment.spec.strategy ?? {};
  const wanted = wantedReplicas(deployment);
  if (type === 'Recreate') return { surge: 0, unavailable: 0 };
  const surge = partOf(wanted, rollingUpdate?.maxSurge, Math.ceil);
  const unavailable = partOf(wanted, rollingUpdate?.maxUnavailable, Math.floor);
  // Percents of a small number can both come to nothing, with which nothing would ever move.
  const atLeastOne = surge === 0 && unavailable === 0 ? 1 : unavailable;
  return { surge, unavailable: Math.min(atLeastOne, wanted) };
}

function partOf(whole: number, part: number | string | undefined, round: (value: number) => number): number {
  if (typeof part === 'string') return round((whole * Number.parseInt(part, 10)) / 100);
  return part ?? 0;
}

/** The most pods that there may be; none where none are wanted. */
export function maximumPods(deployment: Deployment): number {
  return wantedReplicas(deployment) + marginsOf(deployment).surge;
}

/** The next step of a rolling update. */
export function rollingSizes(deployment: Deployment, current: ReplicaSet, old: readonly ReplicaSet[]): Sizes {
  const size = currentSize(deployment, replicasOf(current), sum(old, replicasOf));
  if (size !== replicasOf(current)) return new Map([[current.metadata.uid, size]]);
  return oldSizes(deployment, current, old);
}

/** The size of the current replica set: as large as the surge allows beside the `others`. */
export function currentSize(deployment: Deployment, size: number, others: number): number {
  const wanted = wantedReplicas(deployment);
  if (size >= wanted || deployment.spec.strategy?.type === 'Recreate') return wanted;
  const room = maximumPods(deployment) - others - size;
  return room <= 0 ? size : size + Math.min(room, wanted - size);
}

function oldSizes(deployment: Deployment, current: ReplicaSet, old: readonly ReplicaSet[]): Sizes {
  const leastAvailable = wantedReplicas(deployment) - marginsOf(deployment).unavailable;
  const currentUnavailable = replicasOf(current) - availableOf(current);
  const tooMany = replicasOf(current) + sum(old, replicasOf) - leastAvailable - currentUnavailable;
  const sizes = new Map<string, number>();
  // Pods that serve nobody go first: they cost no availability.
  takeFrom(old, sizes, {
    count: tooMany,
    most: (replicaSet) => replicasOf(replicaSet) - availableOf(replicaSet),
  });
  const spare = availableOf(current) + sum(old, availableOf) - leastAvailable;
  takeFrom(old, sizes, { count: tooMany > 0 ? spare : 0, most: (_, size) => size });
  return sizes;
}

/** Takes pods from the oldest first, from each no more than `most`. */
function takeFrom(
  replicaSets: readonly ReplicaSet[],
  sizes: Map<string, number>,
  { count, most }: { readonly count: number; most(replicaSet: ReplicaSet, size: number): number },
): void {
  let left = count;
  for (const replicaSet of byAge(replicaSets)) {
    const { uid } = replicaSet.metadata;
    const size = sizes.get(uid) ?? replicasOf(replicaSet);
    const taken = Math.min(left, size, most(replicaSet, size));
    if (taken <= 0) continue;
    left -= taken;
    sizes.set(uid, size - taken);
  }
}

/** All pods of old templates go. */
export function withoutOld(old: readonly ReplicaSet[]): Sizes {
  return new Map(old.filter((each) => replicasOf(each) > 0).map(({ metadata }) => [metadata.uid, 0]));
}

/** Whether the deployment was scaled since its replica sets were sized. */
export function isScaled(deployment: Deployment, { current, old }: ReplicaSets): boolean {
  return activeOf({ current, old }).some((replicaSet) => {
    const desired = desiredOf(replicaSet);
    return desired !== undefined && desired !== wantedReplicas(deployment);
  });
}

/** Sizes for a deployment that was scaled, or that is paused: no template gains on another. */
export function scaledSizes(deployment: Deployment, { current, old }: ReplicaSets): Sizes {
  const wanted = wantedReplicas(deployment);
  const active = activeOf({ current, old });
  const only = active.length > 1 ? undefined : (active[0] ?? current ?? byAge(old).at(-1));
  if (only) return new Map([[only.metadata.uid, wanted]]);
  if (current && isSaturated(deployment, current)) return withoutOld(old);
  return deployment.spec.strategy?.type === 'Recreate' ? new Map() : proportionalSizes(deployment, active);
}

function activeOf({ current, old }: ReplicaSets): ReplicaSet[] {
  return [...old, ...(current ? [current] : [])].filter((replicaSet) => replicasOf(replicaSet) > 0);
}

function isSaturated(deployment: Deployment, current: ReplicaSet): boolean {
  const wanted = wantedReplicas(deployment);
  return replicasOf(current) === wanted && desiredOf(current) === wanted && availableOf(current) === wanted;
}

/** Each replica set grows or shrinks by its part; the largest takes what rounding leaves over. */
function proportionalSizes(deployment: Deployment, active: readonly ReplicaSet[]): Sizes {
  const allowed = wantedReplicas(deployment) > 0 ? maximumPods(deployment) : 0;
  const toAdd = allowed - sum(active, replicasOf);
  // The newest of equals grows first, the oldest of equals shrinks first.
  const aged = toAdd > 0 ? byAge(active).reverse() : byAge(active);
  const ordered = aged.sort((a, b) => replicasOf(b) - replicasOf(a));
  let left = toAdd;
  const sizes = new Map<string, number>();
  for (const replicaSet of ordered) {
    const part = partOfScaling(deployment, replicaSet);
    const added = toAdd > 0 ? Math.min(part, left) : Math.max(part, left);
    sizes.set(replicaSet.metadata.uid, replicasOf(replicaSet) + added);
    left -= added;
  }
  const largest = ordered[0]?.metadata.uid;
  if (largest !== undefined) sizes.set(largest, Math.max(0, (sizes.get(largest) ?? 0) + left));
  return sizes;
}

function partOfScaling(deployment: Deployment, replicaSet: ReplicaSet): number {
  const size = replicasOf(replicaSet);
  if (wantedReplicas(deployment) === 0) return -size;
  const before = maximumOf(replicaSet) || deployment.status.replicas || size;
  return Math.round((size * maximumPods(deployment)) / before) - size;
}
