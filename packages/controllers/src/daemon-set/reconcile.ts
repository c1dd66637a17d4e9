// Owns the daemon set controller's loop: claims pods and revisions, keeps the history, asks `decide`, and does what it
// says.
import type { Component } from '@berth/host';
import type { Change } from '@berth/informers';
import {
  type ControllerRevision,
  controllerRevisions,
  type DaemonSet,
  daemonSets,
  isReason,
  type Node,
  objectKey,
  type Pod,
  type Selector,
  selectorFrom,
} from '@berth/objects';
import { createLoop, type Keys, observeAll, type Requeue } from '@berth/reconcile';
import { carryOutClaim, claim } from '../claim.ts';
import { type ControllerContext, ownerIndexes } from '../context.ts';
import { enqueueOwners } from '../owner-keys.ts';
import { PodControl } from '../pod-control.ts';
import { concernsController, controllerOf } from '../pod-state.ts';
import { isNamespaceTerminating, unlessGone } from '../writes.ts';
import { decide } from './decide.ts';
import { FailedPods } from './failed-pods.ts';
import { beyondLimit, type History, hashOf, historyOf, isOfTemplate, revisionFor } from './history.ts';
import { nodeOf, Placements, podForNode } from './placement.ts';
import type { Observed } from './places.ts';
import { sameStatus, statusOf, untilAvailable } from './status.ts';

export function createDaemonSetLoop(context: ControllerContext): Component {
  const { clock, informers, log, random } = context;
  const owners = { resource: daemonSets, informer: informers.daemonSets, selectorOf };
  const placements = new Placements();
  const actor = new Actor(context, placements);
  return createLoop({
    name: 'daemon-set',
    metrics: context.metrics,
    clock,
    log,
    random,
    workers: 4,
    observe(keys) {
      return [
        observeAll(informers.daemonSets, keys),
        informers.controllerRevisions.onChange((changes) => {
          for (const change of changes) enqueueOwners(change, owners, keys);
        }),
        informers.pods.onChange((changes) => {
          for (const change of changes) {
            const { previous, next } = change;
            if (!previous || !next || concernsController(previous, next)) enqueueOwners(change, owners, keys);
          }
        }),
        informers.nodes.onChange((changes) => {
          for (const change of changes) enqueueConcerned(change, { context, placements, keys });
        }),
      ];
    },
    reconcile: (key) => actor.reconcile(key),
  });
}

/** The turn of those to whom the node is another than before. Most changes of a node are its heartbeat. */
function enqueueConcerned(
  { previous, next }: Change<Node>,
  { context, placements, keys }: { context: ControllerContext; placements: Placements; keys: Keys },
): void {
  const nowhere = { run: false, stay: false };
  for (const daemonSet of context.informers.daemonSets.list()) {
    const before = previous ? placements.of(daemonSet, previous) : nowhere;
    const after = next ? placements.of(daemonSet, next) : nowhere;
    if (before.run !== after.run || before.stay !== after.stay) keys.add(objectKey(daemonSet));
  }
}

function selectorOf({ spec }: DaemonSet): Selector | undefined {
  return selectorFrom(spec.selector);
}

class Actor {
  readonly #context: ControllerContext;
  readonly #placements: Placements;
  readonly #pods: PodControl<DaemonSet>;
  readonly #failed: FailedPods;
  /** Uids of the daemon sets, by key. */
  readonly #uids = new Map<string, string>();

  constructor(context: ControllerContext, placements: Placements) {
    this.#context = context;
    this.#placements = placements;
    this.#pods = new PodControl(context, daemonSets);
    this.#failed = new FailedPods(context.clock);
  }

  async reconcile(key: string): Promise<Requeue | undefined> {
    const daemonSet = this.#context.informers.daemonSets.get(key);
    this.#track(key, daemonSet);
    // What is being deleted gives its pods to the garbage collector.
    if (!daemonSet || daemonSet.metadata.deletionTimestamp) return undefined;
    const history = historyOf(daemonSet, await this.#revisions(daemonSet));
    const current = await this.#current(daemonSet, history);
    if (!current) return undefined;
    const observed = await this.#observe(daemonSet, hashOf(current));
    const decision = decide(daemonSet, observed);
    this.#tellOfEnded(daemonSet, decision.ended);
    const wanted = decision.create.map((node) => podForNode(daemonSet, { node, hash: observed.hash }));
    const failures = await Promise.all([
      this.#pods.create(daemonSet, wanted),
      this.#pods.delete(daemonSet, decision.delete),
    ]);
    await this.#forgetHistory(beyondLimit(daemonSet, history, observed.pods));
    await this.#report(daemonSet, observed);
    const failure = failures.find((error) => error !== undefined);
    if (failure) throw failure;
    const waits = [decision.againInMs, untilAvailable(daemonSet, observed)].filter((wait) => wait !== undefined);
    return waits.length > 0 ? { requeueAfterMs: Math.min(...waits) } : undefined;
  }

  #track(key: string, daemonSet: DaemonSet | undefined): void {
    this.#pods.track(key, daemonSet);
    const uid = daemonSet?.metadata.uid;
    const before = this.#uids.get(key);
    if (before && before !== uid) {
      this.#placements.forget(before);
      this.#failed.forget(before);
    }
    if (uid) this.#uids.set(key, uid);
    else this.#uids.delete(key);
  }

  async #revisions(daemonSet: DaemonSet): Promise<ControllerRevision[]> {
    const { client, informers } = this.#context;
    const { namespace = '', uid } = daemonSet.metadata;
    const candidates = [
      ...informers.controllerRevisions.byIndex(ownerIndexes.controller, uid),
      ...informers.controllerRevisions.byIndex(ownerIndexes.orphans, namespace),
    ];
    const decision = claim(daemonSet, selectorOf(daemonSet), candidates);
    const of = { resource: controllerRevisions, owner: daemonSet, ownerResource: daemonSets };
    return [...decision.kept, ...(await carryOutClaim(client, decision, of))];
  }

  /** The revision of the template, which is made the latest. Undefined: it is for the next attempt. */
  async #current(daemonSet: DaemonSet, { current, latest }: History): Promise<ControllerRevision | undefined> {
    const { client } = this.#context;
    if (!current) return this.#createRevision(daemonSet, latest);
    if (current.revision >= latest) return current;
    return client.update(controllerRevisions, { ...current, revision: latest });
  }

  async #createRevision(daemonSet: DaemonSet, latest: number): Promise<ControllerRevision | undefined> {
    const { client } = this.#context;
    const { namespace, uid } = daemonSet.metadata;
    const wanted = revisionFor(daemonSet, latest);
    try {
      return await client.create(controllerRevisions, wanted, { namespace });
    } catch (error) {
      if (isNamespaceTerminating(error)) return undefined;
      if (!isReason(error, 'AlreadyExists')) throw error;
      const taken = await client.get(controllerRevisions, { namespace, name: wanted.metadata.name ?? '' });
      // Its own, which the cache does not hold yet.
      if (controllerOf(taken)?.uid === uid && isOfTemplate(taken, daemonSet)) return taken;
      const collisionCount = (daemonSet.status.collisionCount ?? 0) + 1;
      await client.updateStatus(daemonSets, { ...daemonSet, status: { ...daemonSet.status, collisionCount } });
      return undefined;
    }
  }

  async #observe(daemonSet: DaemonSet, hash: string): Promise<Observed> {
    const { clock, informers } = this.#context;
    const { pods: candidates, unseen } = this.#pods.candidates(daemonSet);
    const decision = claim(daemonSet, selectorOf(daemonSet), candidates);
    const owned = [...decision.kept, ...(await this.#pods.claim(daemonSet, decision))];
    const now = clock.now();
    const leaving = (pod: Pod): Pod => {
      const deletionTimestamp = new Date(now).toISOString();
      return { ...pod, metadata: { ...pod.metadata, deletionTimestamp } };
    };
    const pods = owned.map((pod) =>
      unseen.deleted.has(pod.metadata.uid) && !pod.metadata.deletionTimestamp ? leaving(pod) : pod,
    );
    return {
      nodes: informers.nodes.list(),
      pods: [...pods, ...unseen.created],
      hash,
      now,
      eligibility: (node) => this.#placements.of(daemonSet, node),
      patience: (node) => this.#failed.patience(daemonSet, node),
    };
  }

  #tellOfEnded(daemonSet: DaemonSet, ended: readonly Pod[]): void {
    const { events } = this.#context;
    for (const pod of ended) {
      const { namespace, name } = pod.metadata;
      const node = nodeOf(pod) ?? '';
      const hasFailed = pod.status.phase === 'Failed';
      if (hasFailed) this.#failed.replaced(daemonSet, node);
      const end = hasFailed ? 'failed' : 'succeeded';
      const verb = hasFailed ? 'kill' : 'delete';
      events.record({
        object: daemonSet,
        type: hasFailed ? 'Warning' : 'Normal',
        reason: hasFailed ? 'FailedDaemonPod' : 'SucceededDaemonPod',
        message: `Found ${end} daemon pod ${namespace}/${name} on node ${node}, will try to ${verb} it`,
      });
    }
  }

  async #forgetHistory(surplus: readonly ControllerRevision[]): Promise<void> {
    const { client } = this.#context;
    await Promise.all(
      surplus.map(({ metadata: { namespace, name, uid } }) =>
        unlessGone(client.delete(controllerRevisions, { namespace, name }, { preconditions: { uid } })),
      ),
    );
  }

  async #report(daemonSet: DaemonSet, observed: Observed): Promise<void> {
    const status = statusOf(daemonSet, observed);
    if (sameStatus(daemonSet.status, status)) return;
    await unlessGone(this.#context.client.updateStatus(daemonSets, { ...daemonSet, status }));
  }
}
