// Owns the loop of the kinds that keep replicas of a pod: observes, asks `decide`, and does what it says.
import { isDeepStrictEqual } from 'node:util';
import type { Component } from '@berth/host';
import type { Change, Informer } from '@berth/informers';
import {
  conflictError,
  isReason,
  objectKey,
  type Pod,
  pods,
  type Resource,
  replicaSets,
  replicationControllers,
} from '@berth/objects';
import { createLoop, type Keys, type Requeue } from '@berth/reconcile';
import { type ControllerContext, ownerIndexes } from '../context.ts';
import { adoptionPatch, releasePatch } from '../ownership.ts';
import { controllerOf, isReady } from '../pod-state.ts';
import { isNamespaceTerminating, unlessGone } from '../writes.ts';
import { type Decision, decide, type Failure, nextAvailability, podFor, sameStatus, statusOf } from './decide.ts';
import { type ReplicasOwner, selectorOf } from './owner.ts';
import { UnseenDeeds } from './unseen.ts';

/** One pod is created first: if that fails, thousands would. */
const firstBatch = 1;
const batchGrowth = 16;
const largestBatch = 1_024;

/** The objects of one kind that keep replicas. */
interface Owners<T extends ReplicasOwner> {
  readonly resource: Resource<T>;
  readonly informer: Informer<T>;
}

export function createReplicationControllerLoop(context: ControllerContext): Component {
  const informer = context.informers.replicationControllers;
  return createReplicasLoop('replication-controller', context, { resource: replicationControllers, informer });
}

export function createReplicaSetLoop(context: ControllerContext): Component {
  return createReplicasLoop('replica-set', context, { resource: replicaSets, informer: context.informers.replicaSets });
}

function createReplicasLoop<T extends ReplicasOwner>(
  name: string,
  context: ControllerContext,
  owners: Owners<T>,
): Component {
  const { clock, informers, log, random } = context;
  const actor = new Actor(context, owners);
  return createLoop({
    name,
    metrics: context.metrics,
    clock,
    log,
    random,
    workers: 8,
    observe: (keys) => {
      for (const owner of owners.informer.list()) keys.add(objectKey(owner));
      return [
        owners.informer.onChange((changes) => {
          for (const { key } of changes) keys.add(key);
        }),
        informers.pods.onChange((changes) => {
          for (const change of changes) enqueueOwners(change, owners, keys);
        }),
      ];
    },
    reconcile: (key) => actor.reconcile(key),
  });
}

function enqueueOwners<T extends ReplicasOwner>(
  { previous, next }: Change<Pod>,
  { resource, informer }: Owners<T>,
  keys: Keys,
): void {
  if (previous && next && !matters(previous, next)) return;
  for (const pod of [previous, next]) {
    if (!pod) continue;
    const { namespace } = pod.metadata;
    const owner = controllerOf(pod);
    if (owner) {
      if (owner.kind === resource.kind) keys.add(`${namespace}/${owner.name}`);
      continue;
    }
    for (const candidate of informer.list(namespace))
      if (selectorOf(candidate).matches(pod.metadata.labels)) keys.add(objectKey(candidate));
  }
}

/** Whether the change of a pod can change what its controller decides or reports. */
function matters(previous: Pod, next: Pod): boolean {
  return (
    (previous.metadata.labels !== next.metadata.labels &&
      !isDeepStrictEqual(previous.metadata.labels, next.metadata.labels)) ||
    previous.metadata.deletionTimestamp !== next.metadata.deletionTimestamp ||
    controllerOf(previous)?.uid !== controllerOf(next)?.uid ||
    previous.status.phase !== next.status.phase ||
    isReady(previous) !== isReady(next)
  );
}

class Actor<T extends ReplicasOwner> {
  readonly #context: ControllerContext;
  readonly #owners: Owners<T>;
  readonly #unseen = new UnseenDeeds();
  /** Uids of the controllers, by key: what was done for one that is gone is forgotten. */
  readonly #uids = new Map<string, string>();

  constructor(context: ControllerContext, owners: Owners<T>) {
    this.#context = context;
    this.#owners = owners;
  }

  async reconcile(key: string): Promise<Requeue | undefined> {
    const { clock, informers } = this.#context;
    const controller = this.#owners.informer.get(key);
    this.#track(key, controller?.metadata.uid);
    if (!controller) return undefined;
    const { uid, namespace = '' } = controller.metadata;
    const candidates = [
      ...informers.pods.byIndex(ownerIndexes.controller, uid),
      ...informers.pods.byIndex(ownerIndexes.orphans, namespace),
    ];
    const unseen = this.#unseen.remaining(uid, candidates, informers.pods.resourceVersion);
    const decision = decide(controller, candidates, unseen);
    const failure = await this.#carryOut(controller, decision);
    await this.#report(controller, decision.owned, failure?.summary);
    if (failure) throw failure.error;
    const wait = nextAvailability(controller, decision.owned, clock.now());
    return wait === undefined ? undefined : { requeueAfterMs: wait };
  }

  #track(key: string, uid: string | undefined): void {
    const before = this.#uids.get(key);
    if (before && before !== uid) this.#unseen.forget(before);
    if (uid) this.#uids.set(key, uid);
    else this.#uids.delete(key);
  }

  async #carryOut(
    controller: T,
    decision: Decision,
  ): Promise<{ readonly error: unknown; readonly summary: Failure } | undefined> {
    if (decision.adopt.length > 0) await this.#adopt(controller, decision.adopt);
    await Promise.all(decision.release.map((pod) => this.#release(controller, pod)));
    const [created, deleted] = await Promise.all([
      this.#create(controller, decision.create),
      this.#delete(controller, decision.delete),
    ]);
    if (created) return { error: created, summary: { reason: 'FailedCreate', message: messageOf(created) } };
    if (deleted) return { error: deleted, summary: { reason: 'FailedDelete', message: messageOf(deleted) } };
    return undefined;
  }

  async #adopt(controller: T, orphans: readonly Pod[]): Promise<void> {
    // The cache may not know yet that the controller is gone: its pods would be adopted to be collected as garbage.
    const { name, namespace, uid } = controller.metadata;
    const fresh = await this.#context.client.get(this.#owners.resource, { name, namespace });
    if (fresh.metadata.uid !== uid || fresh.metadata.deletionTimestamp)
      throw conflictError(this.#owners.resource, name, 'it was deleted, so that it adopts no pods');
    await Promise.all(orphans.map((pod) => this.#patch(pod, adoptionPatch(pod, controller))));
  }

  async #release(controller: T, pod: Pod): Promise<void> {
    await this.#patch(pod, releasePatch(pod, controller));
  }

  async #patch(pod: Pod, patch: ReturnType<typeof adoptionPatch>): Promise<void> {
    const { name, namespace } = pod.metadata;
    await unlessGone(this.#context.client.patch(pods, { name, namespace }, patch));
  }

  /** Creates in parallel, in batches that grow as long as all goes well. Returns the first error. */
  async #create(controller: T, count: number): Promise<unknown> {
    let failure: unknown;
    let batch = firstBatch;
    for (let left = count; left > 0 && !failure; left -= batch, batch = Math.min(largestBatch, batch * batchGrowth)) {
      const creations = Array.from({ length: Math.min(batch, left) }, () => this.#createOne(controller));
      failure = (await Promise.all(creations)).find((error) => error !== undefined);
    }
    return failure;
  }

  async #createOne(controller: T): Promise<unknown> {
    const { client, events } = this.#context;
    const { namespace, uid } = controller.metadata;
    try {
      const pod = await client.create(pods, podFor(controller), { namespace });
      this.#unseen.created(uid, pod);
      const message = `Created pod: ${pod.metadata.name}`;
      events.record({ object: controller, type: 'Normal', reason: 'SuccessfulCreate', message });
      return undefined;
    } catch (error) {
      if (isNamespaceTerminating(error)) return undefined;
      const message = `Error creating: ${messageOf(error)}`;
      events.record({ object: controller, type: 'Warning', reason: 'FailedCreate', message });
      return error;
    }
  }

  async #delete(controller: T, surplus: readonly Pod[]): Promise<unknown> {
    const failures = await Promise.all(surplus.map((pod) => this.#deleteOne(controller, pod)));
    return failures.find((error) => error !== undefined);
  }

  async #deleteOne(controller: T, pod: Pod): Promise<unknown> {
    const { client, events } = this.#context;
    const { name, namespace, uid } = pod.metadata;
    // Noted before the answer: while it is under way, the pod must not be counted either.
    this.#unseen.deleted(controller.metadata.uid, pod);
    try {
      await client.delete(pods, { name, namespace }, { preconditions: { uid } });
      const message = `Deleted pod: ${name}`;
      events.record({ object: controller, type: 'Normal', reason: 'SuccessfulDelete', message });
      return undefined;
    } catch (error) {
      // Gone already, or another one of that name: the cache will show it.
      if (isReason(error, 'NotFound') || isReason(error, 'Conflict')) return undefined;
      this.#unseen.notDeleted(controller.metadata.uid, pod);
      const message = `Error deleting: ${messageOf(error)}`;
      events.record({ object: controller, type: 'Warning', reason: 'FailedDelete', message });
      return error;
    }
  }

  async #report(controller: T, owned: readonly Pod[], failure: Failure | undefined): Promise<void> {
    const status = statusOf(controller, owned, { now: this.#context.clock.now(), failure });
    if (sameStatus(controller.status, status)) return;
    await unlessGone(this.#context.client.updateStatus(this.#owners.resource, { ...controller, status }));
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
