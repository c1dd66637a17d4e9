// Owns what a deployment should do next, from its replica sets: which to make, to size and to forget, and what to say
// of itself. One step at a time: what comes of it shows what the next step is. Pure. Source: Kubernetes' deployment
// controller.
import { isDeepStrictEqual } from 'node:util';
import type { Deployment, DeploymentStatus, New, ReplicaSet } from '@berth/objects';
import { beyondHistory, currentAnnotations, nextRevision, revisionAnnotation, sizeAnnotations } from './revisions.ts';
import {
  currentSize,
  isScaled,
  maximumPods,
  type ReplicaSets,
  replicasOf,
  rollingSizes,
  type Sizes,
  scaledSizes,
  sum,
  wantedReplicas,
  withoutOld,
} from './sizes.ts';
import {
  conditionOf,
  isComplete,
  pauseConditions,
  progressing,
  statusOf,
  withCondition,
  withProgress,
} from './status.ts';
import { currentOf, replicaSetFor } from './template.ts';

export interface Observed {
  /** All that the deployment owns. */
  readonly replicaSets: readonly ReplicaSet[];
  /** Whether a replica set has pods that have not ended. */
  hasPods(replicaSet: ReplicaSet): boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export interface Decision {
  readonly create?: New<ReplicaSet>;
  /** As they are to be; their versions are those that were decided on. */
  readonly update: readonly ReplicaSet[];
  readonly delete: readonly ReplicaSet[];
  /** Of the deployment: the current revision, once there is one. */
  readonly revision?: string;
  readonly status: DeploymentStatus;
}

interface Step {
  readonly create?: New<ReplicaSet>;
  readonly sizes: Sizes;
}

const rest: Step = { sizes: new Map() };

export function decide(deployment: Deployment, observed: Observed): Decision {
  const { now } = observed;
  const replicaSets = split(deployment, observed.replicaSets);
  if (deployment.metadata.deletionTimestamp)
    return { update: [], delete: [], status: statusOf(deployment, replicaSets, now) };
  const revision = nextRevision(replicaSets.old);
  const isRolling = !deployment.spec.paused && !isScaled(deployment, replicaSets);
  const step = isRolling ? rollout(deployment, replicaSets, observed) : { sizes: scaledSizes(deployment, replicaSets) };
  const update = updatesOf(deployment, replicaSets, { sizes: step.sizes, revision });
  const create = step.create && withRevision(deployment, step.create, revision);
  const status = report(deployment, { replicaSets, create, isRolling, now });
  const isDone = isComplete(deployment, status) && update.length === 0;
  const current = update.find(({ metadata }) => metadata.uid === replicaSets.current?.metadata.uid);
  return {
    create,
    update,
    delete: isDone || deployment.spec.paused ? beyondHistory(deployment, replicaSets.old) : [],
    revision: (current ?? replicaSets.current ?? create)?.metadata.annotations?.[revisionAnnotation],
    status,
  };
}

function split(deployment: Deployment, all: readonly ReplicaSet[]): ReplicaSets {
  const current = currentOf(deployment, all);
  return { current, old: all.filter((replicaSet) => replicaSet !== current) };
}

function rollout(deployment: Deployment, { current, old }: ReplicaSets, { hasPods }: Observed): Step {
  if (deployment.spec.strategy?.type === 'Recreate') {
    const emptying = withoutOld(old);
    if (emptying.size > 0) return { sizes: emptying };
    if (old.some((replicaSet) => replicaSet.status.replicas > 0 || hasPods(replicaSet))) return rest;
    if (current) return { sizes: new Map([[current.metadata.uid, wantedReplicas(deployment)]]) };
  } else if (current) return { sizes: rollingSizes(deployment, current, old) };
  const created = replicaSetFor(deployment);
  const replicas = currentSize(deployment, 0, sum(old, replicasOf));
  return { create: { ...created, spec: { ...created.spec, replicas } }, sizes: rest.sizes };
}

/** The replica sets that change: in size, or in what stands on the current one. */
function updatesOf(
  deployment: Deployment,
  { current, old }: ReplicaSets,
  { sizes, revision }: { readonly sizes: Sizes; readonly revision: bigint },
): ReplicaSet[] {
  const all = current ? [...old, current] : old;
  return all.flatMap((replicaSet) => {
    const known = replicaSet.metadata.annotations ?? {};
    const isCurrent = replicaSet === current;
    const own = isCurrent ? currentAnnotations(deployment, known, revision) : known;
    const size = sizes.get(replicaSet.metadata.uid);
    const annotations = size === undefined ? own : sizeAnnotations(own, sizeOf(deployment));
    const minReadySeconds = isCurrent ? deployment.spec.minReadySeconds : replicaSet.spec.minReadySeconds;
    const spec = { ...replicaSet.spec, replicas: size ?? replicasOf(replicaSet), minReadySeconds };
    const isSame =
      spec.replicas === replicasOf(replicaSet) &&
      (spec.minReadySeconds ?? 0) === (replicaSet.spec.minReadySeconds ?? 0) &&
      isDeepStrictEqual(annotations, known);
    return isSame ? [] : [{ ...replicaSet, metadata: { ...replicaSet.metadata, annotations }, spec }];
  });
}

function sizeOf(deployment: Deployment): { readonly desired: number; readonly maximum: number } {
  return { desired: wantedReplicas(deployment), maximum: maximumPods(deployment) };
}

function withRevision(deployment: Deployment, created: New<ReplicaSet>, revision: bigint): New<ReplicaSet> {
  const annotations = sizeAnnotations(currentAnnotations(deployment, {}, revision), sizeOf(deployment));
  return { ...created, metadata: { ...created.metadata, annotations } };
}

function report(
  deployment: Deployment,
  facts: {
    readonly replicaSets: ReplicaSets;
    readonly create: New<ReplicaSet> | undefined;
    readonly isRolling: boolean;
    readonly now: number;
  },
): DeploymentStatus {
  const { replicaSets, create, isRolling, now } = facts;
  const conditions = pauseConditions(deployment, now);
  const status = statusOf({ ...deployment, status: { ...deployment.status, conditions } }, replicaSets, now);
  if (!isRolling) return status;
  return withProgress(deployment, begun(status, { created: create, found: replicaSets.current, now }), {
    replicaSets,
    now,
  });
}

/** Says that a rollout begins. */
function begun(
  status: DeploymentStatus,
  { created, found, now }: { created?: New<ReplicaSet>; found?: ReplicaSet; readonly now: number },
): DeploymentStatus {
  const conditions = status.conditions ?? [];
  if (created) {
    const message = `Created new replica set "${created.metadata.name}"`;
    return {
      ...status,
      conditions: withCondition(conditions, progressing('True', 'NewReplicaSetCreated', message), now),
    };
  }
  if (!found || conditionOf(conditions, 'Progressing')) return status;
  const message = `Found new replica set "${found.metadata.name}"`;
  return { ...status, conditions: withCondition(conditions, progressing('True', 'FoundNewReplicaSet', message), now) };
}

/** Whether what the deployment says of itself is what it should say. */
export function isReported(deployment: Deployment, { revision, status }: Decision): boolean {
  const { conditions = [], ...counts } = status;
  const { conditions: known = [], ...knownCounts } = deployment.status;
  const names = Object.keys({ ...counts, ...knownCounts }) as (keyof typeof counts)[];
  return (
    names.every((name) => (counts[name] ?? 0) === (knownCounts[name] ?? 0)) &&
    isDeepStrictEqual(conditions, known) &&
    (revision === undefined || deployment.metadata.annotations?.[revisionAnnotation] === revision)
  );
}
