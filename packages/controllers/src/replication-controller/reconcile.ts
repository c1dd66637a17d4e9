// Owns the replication controller's loop: observes, asks `decide`, and does what it says.
import { isDeepStrictEqual } from 'node:util';
import type { Component } from '@berth/host';
import type { Change } from '@berth/informers';
import {
  conflictError,
  isReason,
  objectKey,
  type Pod,
  pods,
  type ReplicationController,
  replicationControllers,
  selectorFromMap,
} from '@berth/objects';
import { createLoop, type Keys, type Requeue } from '@berth/reconcile';
import { type ControllerContext, podIndexes } from '../context.ts';
import { controllerOf, isReady } from '../pod-state.ts';
import { isNamespaceTerminating, unlessGone } from '../writes.ts';
import {
  type Decision,
  decide,
  type Failure,
  nextAvailability,
  ownerReferenceTo,
  podFor,
  sameStatus,
  statusOf,
} from './decide.ts';
import { UnseenDeeds } from './unseen.ts';

/** One pod is created first: if that fails, thousands would. */
const firstBatch = 1;
const batchGrowth = 16;
const largestBatch = 1_024;

export function createReplicationControllerLoop(context: ControllerContext): Component {
  const { clock, informers, log, random } = context;
  const actor = new Actor(context);
  return createLoop({
    name: 'replication-controller',
    clock,
    log,
    random,
    workers: 8,
    observe: (keys) => {
      for (const controller of informers.replicationControllers.list()) keys.add(objectKey(controller));
      return [
        informers.replicationControllers.onChange((changes) => {
          for (const { key } of changes) keys.add(key);
        }),
        informers.pods.onChange((changes) => {
          for (const change of changes) enqueueOwners(change, informers, keys);
        }),
      ];
    },
    reconcile: (key) => actor.reconcile(key),
  });
}

function enqueueOwners({ previous, next }: Change<Pod>, informers: ControllerContext['informers'], keys: Keys): void {
  if (previous && next && !matters(previous, next)) return;
  for (const pod of [previous, next]) {
    if (!pod) continue;
    const { namespace } = pod.metadata;
    const owner = controllerOf(pod);
    if (owner) {
      if (owner.kind === 'ReplicationController') keys.add(`${namespace}/${owner.name}`);
      continue;
    }
    for (const controller of informers.replicationControllers.list(namespace)) {
      if (selectorFromMap(controller.spec.selector).matches(pod.metadata.labels)) keys.add(objectKey(controller));
    }
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

class Actor {
  readonly #context: ControllerContext;
  readonly #unseen = new UnseenDeeds();
  /** Uids of the controllers, by key: what was done for one that is gone is forgotten. */
  readonly #uids = new Map<string, string>();

  constructor(context: ControllerContext) {
    this.#context = context;
  }

  async reconcile(key: string): Promise<Requeue | undefined> {
    const { clock, informers } = this.#context;
    const controller = informers.replicationControllers.get(key);
    this.#track(key, controller?.metadata.uid);
    if (!controller) return undefined;
    const { uid, namespace = '' } = controller.metadata;
    const candidates = [
      ...informers.pods.byIndex(podIndexes.controller, uid),
      ...informers.pods.byIndex(podIndexes.orphans, namespace),
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
    controller: ReplicationController,
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

  async #adopt(controller: ReplicationController, orphans: readonly Pod[]): Promise<void> {
    // The cache may not know yet that the controller is gone: its pods would be adopted to be collected as garbage.
    const { name, namespace, uid } = controller.metadata;
    const fresh = await this.#context.client.get(replicationControllers, { name, namespace });
    if (fresh.metadata.uid !== uid || fresh.metadata.deletionTimestamp)
      throw conflictError(replicationControllers, name, 'it was deleted, so that it adopts no pods');
    const ownerReferences = [ownerReferenceTo(controller)];
    await Promise.all(orphans.map((pod) => this.#patchOwners(pod, ownerReferences)));
  }

  async #release(controller: ReplicationController, pod: Pod): Promise<void> {
    await this.#patchOwners(pod, [{ $patch: 'delete', uid: controller.metadata.uid }]);
  }

  async #patchOwners(pod: Pod, ownerReferences: readonly object[]): Promise<void> {
    const { name, namespace, uid } = pod.metadata;
    // The uid in the body is a precondition: another pod of that name is a conflict.
    const body = { metadata: { uid, ownerReferences } };
    const patch = { type: 'application/strategic-merge-patch+json', body } as const;
    await unlessGone(this.#context.client.patch(pods, { name, namespace }, patch));
  }

  /** Creates in parallel, in batches that grow as long as all goes well. Returns the first error. */
  async #create(controller: ReplicationController, count: number): Promise<unknown> {
    let failure: unknown;
    let batch = firstBatch;
    for (let left = count; left > 0 && !failure; left -= batch, batch = Math.min(largestBatch, batch * batchGrowth)) {
      const creations = Array.from({ length: Math.min(batch, left) }, () => this.#createOne(controller));
      failure = (await Promise.all(creations)).find((error) => error !== undefined);
    }
    return failure;
  }

  async #createOne(controller: ReplicationController): Promise<unknown> {
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

  async #delete(controller: ReplicationController, surplus: readonly Pod[]): Promise<unknown> {
    const failures = await Promise.all(surplus.map((pod) => this.#deleteOne(controller, pod)));
    return failures.find((error) => error !== undefined);
  }

  async #deleteOne(controller: ReplicationController, pod: Pod): Promise<unknown> {
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

  async #report(controller: ReplicationController, owned: readonly Pod[], failure: Failure | undefined): Promise<void> {
    const status = statusOf(controller, owned, { now: this.#context.clock.now(), failure });
    if (sameStatus(controller.status, status)) return;
    await unlessGone(this.#context.client.updateStatus(replicationControllers, { ...controller, status }));
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
