// Owns the deployment controller's loop: claims replica sets, asks `decide`, and does what it says.
import type { Component } from '@berth/host';
import {
  type Deployment,
  deployments,
  isReason,
  type New,
  type Pod,
  type ReplicaSet,
  replicaSets,
  type Selector,
  selectorFrom,
} from '@berth/objects';
import { createLoop, type Keys, observeAll, type Requeue } from '@berth/reconcile';
import { carryOutClaim, claim } from '../claim.ts';
import { type ControllerContext, ownerIndexes } from '../context.ts';
import { enqueueOwners } from '../owner-keys.ts';
import { controllerOf, isFinished } from '../pod-state.ts';
import { isNamespaceTerminating, unlessGone } from '../writes.ts';
import { type Decision, decide, isReported } from './decide.ts';
import { revisionAnnotation } from './revisions.ts';
import { replicasOf } from './sizes.ts';
import { progressing, untilLate, withCondition } from './status.ts';
import { isOfTemplate } from './template.ts';

export function createDeploymentLoop(context: ControllerContext): Component {
  const { clock, informers, log, random } = context;
  const owners = { resource: deployments, informer: informers.deployments, selectorOf };
  return createLoop({
    name: 'deployment',
    metrics: context.metrics,
    clock,
    log,
    random,
    workers: 8,
    observe(keys) {
      return [
        observeAll(informers.deployments, keys),
        informers.replicaSets.onChange((changes) => {
          for (const change of changes) enqueueOwners(change, owners, keys);
        }),
        informers.pods.onChange((changes) => {
          for (const { previous, next } of changes)
            if (previous && (!next || isFinished(next))) enqueueRecreating(previous, context, keys);
        }),
      ];
    },
    reconcile: (key) => reconcile(context, key),
  });
}

/** A deployment that recreates its pods waits until the last of the old ones has ended. */
function enqueueRecreating(pod: Pod, { informers }: ControllerContext, keys: Keys): void {
  const { namespace } = pod.metadata;
  const owner = controllerOf(pod);
  if (owner?.kind !== replicaSets.kind) return;
  const replicaSet = informers.replicaSets.get(`${namespace}/${owner.name}`);
  const key = `${namespace}/${replicaSet ? controllerOf(replicaSet)?.name : undefined}`;
  if (informers.deployments.get(key)?.spec.strategy?.type === 'Recreate') keys.add(key);
}

async function reconcile(context: ControllerContext, key: string): Promise<Requeue | undefined> {
  const { clock, informers } = context;
  const deployment = informers.deployments.get(key);
  if (!deployment) return undefined;
  const owned = await claimed(context, deployment);
  const hasPods = ({ metadata }: ReplicaSet) =>
    informers.pods.byIndex(ownerIndexes.controller, metadata.uid).some((pod) => !isFinished(pod));
  const decision = decide(deployment, { replicaSets: owned, hasPods, now: clock.now() });
  if (decision.create && !(await create(context, deployment, { decision, replicaSet: decision.create })))
    return undefined;
  const known = new Map(owned.map((replicaSet) => [replicaSet.metadata.uid, replicaSet]));
  await Promise.all(
    decision.update.map((next) => update(context, deployment, { previous: known.get(next.metadata.uid)!, next })),
  );
  await Promise.all(decision.delete.map((replicaSet) => remove(context, replicaSet)));
  await report(context, deployment, decision);
  const wait = untilLate(deployment, decision.status, clock.now());
  return wait === undefined ? undefined : { requeueAfterMs: wait };
}

/** Its replica sets. Those that it could own are adopted, and those that no longer match let go. */
async function claimed({ client, informers }: ControllerContext, deployment: Deployment): Promise<ReplicaSet[]> {
  const { namespace = '', uid } = deployment.metadata;
  const candidates = [
    ...informers.replicaSets.byIndex(ownerIndexes.controller, uid),
    ...informers.replicaSets.byIndex(ownerIndexes.orphans, namespace),
  ];
  const decision = claim(deployment, selectorOf(deployment), candidates);
  const of = { resource: replicaSets, owner: deployment, ownerResource: deployments };
  return [...decision.kept, ...(await carryOutClaim(client, decision, of))];
}

function selectorOf({ spec }: Deployment): Selector | undefined {
  return selectorFrom(spec.selector);
}

/** Whether the deployment goes on: not where the name was taken, which the next attempt avoids. */
async function create(
  context: ControllerContext,
  deployment: Deployment,
  { decision, replicaSet }: { readonly decision: Decision; readonly replicaSet: New<ReplicaSet> },
): Promise<boolean> {
  const { client, clock, events } = context;
  const { namespace, uid } = deployment.metadata;
  const { name = '' } = replicaSet.metadata;
  try {
    await client.create(replicaSets, replicaSet, { namespace });
    if (replicasOf(replicaSet as ReplicaSet) > 0)
      recordScaling(context, deployment, { name, from: 0, to: replicasOf(replicaSet as ReplicaSet) });
    return true;
  } catch (error) {
    if (isNamespaceTerminating(error)) return false;
    if (isReason(error, 'AlreadyExists')) {
      const taken = await client.get(replicaSets, { namespace, name });
      // Its own, which the cache does not hold yet.
      if (controllerOf(taken)?.uid === uid && isOfTemplate(taken, deployment.spec.template)) return false;
      const collisionCount = (deployment.status.collisionCount ?? 0) + 1;
      await client.updateStatus(deployments, { ...deployment, status: { ...deployment.status, collisionCount } });
      return false;
    }
    const message = `Failed to create new replica set "${name}": ${error instanceof Error ? error.message : error}`;
    events.record({ object: deployment, type: 'Warning', reason: 'ReplicaSetCreateError', message });
    const condition = progressing('False', 'ReplicaSetCreateError', message);
    const conditions = withCondition(deployment.status.conditions ?? [], condition, clock.now());
    await report(context, deployment, { ...decision, revision: undefined, status: { ...decision.status, conditions } });
    throw error;
  }
}

async function update(
  context: ControllerContext,
  deployment: Deployment,
  { previous, next }: { readonly previous: ReplicaSet; readonly next: ReplicaSet },
): Promise<void> {
  await context.client.update(replicaSets, next);
  const { name } = next.metadata;
  recordScaling(context, deployment, { name, from: replicasOf(previous), to: replicasOf(next) });
}

function recordScaling(
  { events }: ControllerContext,
  deployment: Deployment,
  { name, from, to }: { readonly name: string; readonly from: number; readonly to: number },
): void {
  if (from === to) return;
  const message = `Scaled ${to > from ? 'up' : 'down'} replica set ${name} from ${from} to ${to}`;
  events.record({ object: deployment, type: 'Normal', reason: 'ScalingReplicaSet', message });
}

async function remove({ client }: ControllerContext, { metadata }: ReplicaSet): Promise<void> {
  const { name, namespace, uid, resourceVersion } = metadata;
  await unlessGone(client.delete(replicaSets, { name, namespace }, { preconditions: { uid, resourceVersion } }));
}

async function report({ client }: ControllerContext, deployment: Deployment, decision: Decision): Promise<void> {
  if (isReported(deployment, decision)) return;
  const { revision, status } = decision;
  const annotations = {
    ...deployment.metadata.annotations,
    ...(revision === undefined ? {} : { [revisionAnnotation]: revision }),
  };
  const metadata = { ...deployment.metadata, annotations };
  await unlessGone(client.updateStatus(deployments, { ...deployment, metadata, status }));
}
