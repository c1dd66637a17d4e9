// Owns the loop of the kinds that keep replicas of a pod: observes, asks `decide`, and does what it says.
import type { Component } from '@berth/host';
import type { Informer } from '@berth/informers';
import { type Pod, type Resource, replicaSets, replicationControllers } from '@berth/objects';
import { createLoop, observeAll, type Requeue } from '@berth/reconcile';
import type { ControllerContext } from '../context.ts';
import { enqueueOwners } from '../owner-keys.ts';
import { messageOf, PodControl } from '../pod-control.ts';
import { concernsController } from '../pod-state.ts';
import { unlessGone } from '../writes.ts';
import { type Decision, decide, type Failure, nextAvailability, podFor, sameStatus, statusOf } from './decide.ts';
import { type ReplicasOwner, selectorOf } from './owner.ts';

/** The objects of one kind that keep replicas. */
interface Replicated<T extends ReplicasOwner> {
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
  replicated: Replicated<T>,
): Component {
  const { clock, informers, log, random } = context;
  const owners = { ...replicated, selectorOf };
  const actor = new Actor(context, replicated);
  return createLoop({
    name,
    metrics: context.metrics,
    clock,
    log,
    random,
    workers: 8,
    observe: (keys) => {
      return [
        observeAll(owners.informer, keys),
        informers.pods.onChange((changes) => {
          for (const change of changes) {
            const { previous, next } = change;
            if (!previous || !next || concernsController(previous, next)) enqueueOwners(change, owners, keys);
          }
        }),
      ];
    },
    reconcile: (key) => actor.reconcile(key),
  });
}

class Actor<T extends ReplicasOwner> {
  readonly #context: ControllerContext;
  readonly #replicated: Replicated<T>;
  readonly #pods: PodControl<T>;

  constructor(context: ControllerContext, replicated: Replicated<T>) {
    this.#context = context;
    this.#replicated = replicated;
    this.#pods = new PodControl(context, replicated.resource);
  }

  async reconcile(key: string): Promise<Requeue | undefined> {
    const controller = this.#replicated.informer.get(key);
    this.#pods.track(key, controller);
    if (!controller) return undefined;
    const { pods: candidates, unseen } = this.#pods.candidates(controller);
    const decision = decide(controller, candidates, unseen);
    const failure = await this.#carryOut(controller, decision);
    await this.#report(controller, decision.owned, failure?.summary);
    if (failure) throw failure.error;
    const wait = nextAvailability(controller, decision.owned, this.#context.clock.now());
    return wait === undefined ? undefined : { requeueAfterMs: wait };
  }

  async #carryOut(
    controller: T,
    decision: Decision,
  ): Promise<{ readonly error: unknown; readonly summary: Failure } | undefined> {
    await this.#pods.claim(controller, decision);
    const wanted = Array.from({ length: decision.create }, () => podFor(controller));
    const [created, deleted] = await Promise.all([
      this.#pods.create(controller, wanted),
      this.#pods.delete(controller, decision.delete),
    ]);
    if (created) return { error: created, summary: { reason: 'FailedCreate', message: messageOf(created) } };
    if (deleted) return { error: deleted, summary: { reason: 'FailedDelete', message: messageOf(deleted) } };
    return undefined;
  }

  async #report(controller: T, owned: readonly Pod[], failure: Failure | undefined): Promise<void> {
    const status = statusOf(controller, owned, { now: this.#context.clock.now(), failure });
    if (sameStatus(controller.status, status)) return;
    await unlessGone(this.#context.client.updateStatus(this.#replicated.resource, { ...controller, status }));
  }
}
