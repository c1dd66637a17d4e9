// Owns what a deployment says of itself: its counts, whether it is available, and how its rollout gets on. Pure.
// Source: Kubernetes' deployment controller, whose reasons and messages `kubectl rollout status` and others read.
import type { Deployment, DeploymentCondition, DeploymentStatus, ReplicaSet } from '@berth/objects';
import { availableOf, marginsOf, type ReplicaSets, replicasOf, sum, wantedReplicas } from './sizes.ts';

type NewCondition = Pick<DeploymentCondition, 'type' | 'status' | 'reason' | 'message'>;
type Conditions = readonly DeploymentCondition[];

const noDeadline = 2_147_483_647;

/** The counts, and whether the deployment is available; the other conditions as they are. `now`: milliseconds. */
export function statusOf(deployment: Deployment, { current, old }: ReplicaSets, now: number): DeploymentStatus {
  const all = current ? [...old, current] : old;
  const available = sum(all, availableOf);
  const enough = available >= wantedReplicas(deployment) - marginsOf(deployment).unavailable;
  const { collisionCount, conditions = [] } = deployment.status;
  return {
    observedGeneration: deployment.metadata.generation,
    replicas: sum(all, ({ status }) => status.replicas),
    updatedReplicas: current?.status.replicas ?? 0,
    readyReplicas: sum(all, ({ status }) => status.readyReplicas ?? 0),
    availableReplicas: available,
    unavailableReplicas: Math.max(0, sum(all, replicasOf) - available),
    ...(collisionCount === undefined ? {} : { collisionCount }),
    conditions: withCondition(conditions, enough ? minimumAvailable : minimumUnavailable, now),
  };
}

const minimumAvailable: NewCondition = {
  type: 'Available',
  status: 'True',
  reason: 'MinimumReplicasAvailable',
  message: 'Deployment has minimum availability.',
};

const minimumUnavailable: NewCondition = {
  type: 'Available',
  status: 'False',
  reason: 'MinimumReplicasUnavailable',
  message: 'Deployment does not have minimum availability.',
};

export function progressing(status: NewCondition['status'], reason: string, message: string): NewCondition {
  return { type: 'Progressing', status, reason, message };
}

/** The Progressing condition of a deployment that was just paused or resumed. */
export function pauseConditions({ spec, status }: Deployment, now: number): Conditions {
  const { conditions = [] } = status;
  const reason = conditionOf(conditions, 'Progressing')?.reason;
  if (!hasDeadline({ spec }) || reason === 'ProgressDeadlineExceeded') return conditions;
  if (spec.paused && reason !== 'DeploymentPaused')
    return withCondition(conditions, progressing('Unknown', 'DeploymentPaused', 'Deployment is paused'), now);
  if (!spec.paused && reason === 'DeploymentPaused')
    return withCondition(conditions, progressing('Unknown', 'DeploymentResumed', 'Deployment is resumed'), now);
  return conditions;
}

/** How the rollout gets on, beside `status`, which is what `statusOf` tells now. */
export function withProgress(
  deployment: Deployment,
  status: DeploymentStatus,
  { replicaSets, now }: { readonly replicaSets: ReplicaSets; readonly now: number },
): DeploymentStatus {
  const { current } = replicaSets;
  const conditions = progressOf(deployment, status, { current, now });
  return { ...status, conditions: withFailure(conditions, failureOf(replicaSets), now) };
}

function progressOf(
  deployment: Deployment,
  status: DeploymentStatus,
  { current, now }: { readonly current: ReplicaSet | undefined; readonly now: number },
): Conditions {
  const conditions = status.conditions ?? [];
  if (!hasDeadline(deployment)) return conditions.filter(({ type }) => type !== 'Progressing');
  const known = conditionOf(conditions, 'Progressing');
  const wasComplete = known?.reason === 'NewReplicaSetAvailable' && status.replicas === status.updatedReplicas;
  if (wasComplete) return conditions;
  const subject = current ? `ReplicaSet "${current.metadata.name}"` : `Deployment "${deployment.metadata.name}"`;
  if (isComplete(deployment, status))
    return withCondition(
      conditions,
      progressing('True', 'NewReplicaSetAvailable', `${subject} has successfully progressed.`),
      now,
    );
  if (hasProgressed(deployment.status, status))
    return renewed(conditions, progressing('True', 'ReplicaSetUpdated', `${subject} is progressing.`), now);
  if (isLate(deployment, known, now))
    return withCondition(
      conditions,
      progressing('False', 'ProgressDeadlineExceeded', `${subject} has timed out progressing.`),
      now,
    );
  return conditions;
}

/** All pods are of the current template, and available. */
export function isComplete(deployment: Deployment, status: DeploymentStatus): boolean {
  const wanted = wantedReplicas(deployment);
  const { observedGeneration = 0, replicas, updatedReplicas, availableReplicas } = status;
  return (
    [replicas, updatedReplicas, availableReplicas].every((count) => (count ?? 0) === wanted) &&
    observedGeneration >= (deployment.metadata.generation ?? 0)
  );
}

function hasProgressed(before: DeploymentStatus, now: DeploymentStatus): boolean {
  const outdated = ({ replicas = 0, updatedReplicas = 0 }: DeploymentStatus) => replicas - updatedReplicas;
  const grew = (count: 'updatedReplicas' | 'readyReplicas' | 'availableReplicas') =>
    (now[count] ?? 0) > (before[count] ?? 0);
  return (
    grew('updatedReplicas') || outdated(now) < outdated(before) || grew('readyReplicas') || grew('availableReplicas')
  );
}

function hasDeadline({ spec }: Pick<Deployment, 'spec'>): boolean {
  return (spec.progressDeadlineSeconds ?? noDeadline) !== noDeadline;
}

function isLate(deployment: Deployment, known: DeploymentCondition | undefined, now: number): boolean {
  if (!known || known.reason === 'NewReplicaSetAvailable') return false;
  return known.reason === 'ProgressDeadlineExceeded' || deadlineOf(deployment, known) < now;
}

function deadlineOf({ spec }: Deployment, { lastUpdateTime = '' }: DeploymentCondition): number {
  return Date.parse(lastUpdateTime) + (spec.progressDeadlineSeconds ?? 0) * 1_000;
}

/** Milliseconds until the rollout is late unless something happens; undefined if nothing is awaited. */
export function untilLate(deployment: Deployment, status: DeploymentStatus, now: number): number | undefined {
  const known = conditionOf(status.conditions ?? [], 'Progressing');
  if (!known || !hasDeadline(deployment) || deployment.spec.paused) return undefined;
  const settled = ['NewReplicaSetAvailable', 'ProgressDeadlineExceeded'].includes(known.reason ?? '');
  if (settled || isComplete(deployment, status)) return undefined;
  // Times have whole seconds: one more, and the deadline is over.
  return Math.max(0, deadlineOf(deployment, known) - now) + 1_000;
}

/** That of the current replica set before those of the old ones. */
function failureOf({ current, old }: ReplicaSets): NewCondition | undefined {
  const failures = [...(current ? [current] : []), ...old].flatMap(({ status }) => status.conditions ?? []);
  const failure = failures.find(({ type }) => type === 'ReplicaFailure');
  return failure && { type: failure.type, status: failure.status, reason: failure.reason, message: failure.message };
}

function withFailure(conditions: Conditions, failure: NewCondition | undefined, now: number): Conditions {
  if (failure) return withCondition(conditions, failure, now);
  return conditions.filter(({ type }) => type !== 'ReplicaFailure');
}

export function conditionOf(conditions: Conditions, type: string): DeploymentCondition | undefined {
  return conditions.find((condition) => condition.type === type);
}

/** One that says the same already stays as it is. */
export function withCondition(conditions: Conditions, next: NewCondition, now: number): Conditions {
  const known = conditionOf(conditions, next.type);
  if (known?.status === next.status && known.reason === next.reason) return conditions;
  return renewed(conditions, next, now);
}

function renewed(conditions: Conditions, next: NewCondition, now: number): Conditions {
  const known = conditionOf(conditions, next.type);
  const lastUpdateTime = `${new Date(now).toISOString().slice(0, 19)}Z`;
  const lastTransitionTime = known?.status === next.status ? known.lastTransitionTime : lastUpdateTime;
  const others = conditions.filter(({ type }) => type !== next.type);
  return [...others, { ...next, lastUpdateTime, lastTransitionTime }];
}
