// Owns the disruption controller's loop: keeps each budget's account of what may be evicted.
import type { Component } from '@berth/host';
import type { Change } from '@berth/informers';
import {
  type Deployment,
  deployments,
  type OwnerReference,
  objectKey,
  type Pod,
  podDisruptionBudgets,
  type ReplicaSet,
  type ReplicationController,
  replicaSets,
  replicationControllers,
  selectorFrom,
} from '@berth/objects';
import { createLoop, type Keys, observeAll, type Requeue } from '@berth/reconcile';
import type { ControllerContext } from '../context.ts';
import { controllerOf, isReady } from '../pod-state.ts';
import { unlessGone } from '../writes.ts';
import { decide, sameStatus } from './decide.ts';

/** Pods change in droves: their changes wait so long for company, as each counts all of the budget's pods. */
const gatherMs = 25;

export function createDisruptionLoop(context: ControllerContext): Component {
  const { clock, informers, log, random } = context;
  return createLoop({
    name: 'disruption',
    metrics: context.metrics,
    clock,
    log,
    random,
    workers: 4,
    observe(keys) {
      return [
        observeAll(informers.podDisruptionBudgets, keys),
        informers.pods.onChange((changes) => {
          for (const change of changes) enqueueBudgets(change, context, keys);
        }),
      ];
    },
    reconcile: (key) => reconcile(context, key),
  });
}

function enqueueBudgets({ previous, next }: Change<Pod>, { informers }: ControllerContext, keys: Keys): void {
  if (previous && next && !matters(previous, next)) return;
  for (const budget of informers.podDisruptionBudgets.list((next ?? previous)?.metadata.namespace)) {
    const selector = selectorFrom(budget.spec.selector);
    if ([previous, next].some((pod) => pod && selector?.matches(pod.metadata.labels)))
      keys.addAfter(objectKey(budget), gatherMs);
  }
}

function matters(previous: Pod, next: Pod): boolean {
  return (
    isReady(previous) !== isReady(next) ||
    previous.metadata.deletionTimestamp !== next.metadata.deletionTimestamp ||
    JSON.stringify(previous.metadata.labels) !== JSON.stringify(next.metadata.labels)
  );
}

async function reconcile(context: ControllerContext, key: string): Promise<Requeue | undefined> {
  const { client, clock, events, informers } = context;
  const budget = informers.podDisruptionBudgets.get(key);
  if (!budget || budget.metadata.deletionTimestamp) return undefined;
  const selector = selectorFrom(budget.spec.selector);
  const pods = informers.pods
    .list(budget.metadata.namespace)
    .filter(({ metadata }) => selector?.matches(metadata.labels) ?? false);
  const scale = scaleOf(context, pods);
  const { status, recheckMs, problem } = decide(budget, { pods, scale, now: clock.now() });
  if (!sameStatus(budget.status, status)) {
    if (problem) {
      const message = `Failed to calculate the number of expected pods: ${problem}`;
      events.record({ object: budget, type: 'Warning', reason: 'CalculateExpectedPodCountFailed', message });
    }
    await unlessGone(client.updateStatus(podDisruptionBudgets, { ...budget, status }));
  }
  return recheckMs === undefined ? undefined : { requeueAfterMs: recheckMs };
}

/** How many pods the pods' controllers want in all; those of no controller count for none. */
function scaleOf(context: ControllerContext, pods: readonly Pod[]): number | string {
  const sizes = new Map<string, number>();
  for (const pod of pods) {
    const owner = controllerOf(pod);
    if (!owner) continue;
    const scaled = scaledBy(context, pod, owner);
    if (!scaled) return `found no controllers for pod "${pod.metadata.name}"`;
    sizes.set(scaled.metadata.uid, scaled.spec.replicas ?? 1);
  }
  return [...sizes.values()].reduce((total, size) => total + size, 0);
}

/** Whose number of replicas the pod is part of: a deployment's before that of its replica set. */
function scaledBy(
  { informers }: ControllerContext,
  { metadata: { namespace } }: Pod,
  owner: OwnerReference,
): Deployment | ReplicaSet | ReplicationController | undefined {
  const key = `${namespace}/${owner.name}`;
  if (owner.kind === replicationControllers.kind) return ofUid(informers.replicationControllers.get(key), owner);
  if (owner.kind !== replicaSets.kind) return undefined;
  const replicaSet = ofUid(informers.replicaSets.get(key), owner);
  const above = replicaSet && controllerOf(replicaSet);
  if (above?.kind !== deployments.kind) return replicaSet;
  return ofUid(informers.deployments.get(`${namespace}/${above.name}`), above);
}

function ofUid<T extends { readonly metadata: { readonly uid: string } }>(
  object: T | undefined,
  { uid }: OwnerReference,
): T | undefined {
  return object?.metadata.uid === uid ? object : undefined;
}
