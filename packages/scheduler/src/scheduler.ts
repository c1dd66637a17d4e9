// Owns the scheduler's loop: pods without a node come in, decisions are made one after the other in memory, and many
// are written at a time. For a pod that fits nowhere, others of lower priority have to go.
import { setMaxListeners } from 'node:events';
import type { Binder, Reader, Watcher, Writer } from '@berth/client';
import {
  aborted,
  type Clock,
  type Component,
  type Logger,
  type Random,
  Registry,
  type Running,
  startInOrder,
  systemRandom,
} from '@berth/host';
import { type Change, createInformer, type Informer } from '@berth/informers';
import {
  type Node,
  nodes,
  type Pod,
  type PodDisruptionBudget,
  podDisruptionBudgets,
  pods,
  type Service,
  services,
} from '@berth/objects';
import { createEventRecorder, type EventRecorder } from '@berth/reconcile';
import { bind } from './binder.ts';
import { Figures, type Result } from './figures.ts';
import { explanationOf, Pipeline } from './pipeline.ts';
import { makeRoom } from './preemption/make-room.ts';
import { type Decision, type Failure, Preemption } from './preemption/preemption.ts';
import { occupies } from './preview.ts';
import { SchedulingQueue } from './queue.ts';
import { Snapshot } from './snapshot.ts';
import { clearNomination, reportUnschedulable } from './unschedulable.ts';

export interface SchedulerOptions {
  readonly client: Reader & Watcher & Writer & Binder;
  readonly clock: Clock;
  readonly log: Logger;
  readonly random?: Random;
  readonly metrics?: Registry;
}

/** Pods name the scheduler that they wait for. */
const schedulerName = 'default-scheduler';
const writesAtATime = 256;

/**
 * Has informers of its own, which begin with a consistent list at each start: who is elected sees all that was bound
 * before.
 */
export function createScheduler(options: SchedulerOptions): Component {
  const { client, clock, random = systemRandom } = options;
  const figures = new Figures(options.metrics ?? new Registry());
  const log = options.log.child({ loop: 'scheduler' });
  return {
    name: 'scheduler',
    async start(signal) {
      const events = createEventRecorder({ client, clock, log, source: { component: schedulerName } });
      const informers = {
        nodes: createInformer({ client, clock, log, random, resource: nodes }),
        budgets: createInformer({ client, clock, log, random, resource: podDisruptionBudgets }),
        pods: createInformer({ client, clock, log, random, resource: pods }),
        services: createInformer({ client, clock, log, random, resource: services }),
      };
      const loop = new SchedulingLoop({ ...options, log }, { informers, events, figures });
      return startInOrder([events, ...Object.values(informers), loop], signal, log);
    },
  };
}

interface Informers {
  readonly budgets: Informer<PodDisruptionBudget>;
  readonly nodes: Informer<Node>;
  readonly pods: Informer<Pod>;
  readonly services: Informer<Service>;
}

class SchedulingLoop implements Component {
  readonly name = 'scheduling';
  readonly #options: SchedulerOptions;
  readonly #informers: Informers;
  readonly #events: EventRecorder;
  readonly #figures: Figures;
  readonly #writes: SchedulerOptions & { readonly events: EventRecorder };
  readonly #snapshot = new Snapshot();
  readonly #pipeline = new Pipeline(this.#snapshot);
  readonly #preemption: Preemption;
  readonly #queue: SchedulingQueue;
  readonly #writing = new Set<Promise<void>>();
  #signal = AbortSignal.abort();
  #pumping = false;

  constructor(
    options: SchedulerOptions,
    { informers, events, figures }: { informers: Informers; events: EventRecorder; figures: Figures },
  ) {
    this.#options = options;
    this.#informers = informers;
    this.#events = events;
    this.#figures = figures;
    this.#writes = { ...options, events };
    const budgets = () => informers.budgets.list();
    this.#preemption = new Preemption({ snapshot: this.#snapshot, pipeline: this.#pipeline, budgets });
    this.#queue = new SchedulingQueue(options.clock, () => this.#pumpSoon());
    figures.follow(this.#queue);
  }

  async start(signal: AbortSignal): Promise<Running> {
    const informers = this.#informers;
    for (const service of informers.services.list()) this.#snapshot.setService(service);
    for (const node of informers.nodes.list()) this.#snapshot.setNode(node);
    for (const pod of informers.pods.list()) this.#onPod({ key: '', previous: undefined, next: pod });
    const subscriptions = [
      informers.services.onChange((changes) => {
        for (const change of changes) this.#onService(change);
      }),
      informers.nodes.onChange((changes) => {
        for (const change of changes) this.#onNode(change);
      }),
      informers.pods.onChange((changes) => {
        for (const change of changes) this.#onPod(change);
      }),
    ];
    this.#signal = signal;
    // Each write under way may wait for it.
    setMaxListeners(0, signal);
    this.#pumpSoon();
    const done = aborted(signal).then(async () => {
      for (const unsubscribe of subscriptions) unsubscribe();
      this.#queue.close();
      while (this.#writing.size > 0) await Promise.all(this.#writing);
    });
    return { done };
  }

  #onService({ previous, next }: Change<Service>): void {
    if (next) this.#snapshot.setService(next);
    else if (previous) this.#snapshot.removeService(previous);
  }

  #onNode({ previous, next }: Change<Node>): void {
    if (!next) {
      if (previous) this.#snapshot.removeNode(previous.metadata.name);
    } else if (this.#snapshot.setNode(next)) {
      this.#queue.makeRoom();
    }
  }

  #onPod({ previous, next }: Change<Pod>): void {
    const { uid } = (next ?? previous)?.metadata ?? {};
    if (!uid) return;
    if (next && waits(next)) {
      // While it is on its way to a node, what the API shows may be older than what was done.
      if (this.#snapshot.isAssumed(uid)) {
        this.#queue.refresh(next);
        return;
      }
      this.#followNomination(previous, next);
      this.#queue.put(next);
      return;
    }
    this.#queue.remove(uid);
    if (this.#snapshot.withdraw(uid)) this.#queue.makeRoom();
    if (next && occupies(next)) this.#snapshot.setPod(next, next.spec.nodeName ?? '');
    else if (!next || next.spec.nodeName || !this.#snapshot.isAssumed(uid)) {
      if (this.#snapshot.remove(uid)) this.#queue.makeRoom();
    }
  }

  /** What this scheduler has promised a pod holds until the API says another thing than before. */
  #followNomination(previous: Pod | undefined, next: Pod): void {
    const node = next.status.nominatedNodeName || undefined;
    if (node === (previous?.status.nominatedNodeName || undefined)) return;
    if (node) this.#snapshot.nominate(next, node);
    else this.#snapshot.withdraw(next.metadata.uid);
  }

  /** Begins when the listeners of all that came in together have run. */
  #pumpSoon(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    queueMicrotask(() => {
      this.#pumping = false;
      this.#pump();
    });
  }

  #pump(): void {
    while (!this.#signal.aborted && this.#writing.size < writesAtATime) {
      const pod = this.#queue.take();
      if (!pod) return;
      const write = this.#schedule(pod).finally(() => {
        this.#writing.delete(write);
        this.#pumpSoon();
      });
      this.#writing.add(write);
    }
  }

  /** Decides before it first awaits. Never throws. */
  #schedule(pod: Pod): Promise<void> {
    const begun = this.#options.clock.monotonic();
    // It does not stand in its own way.
    const nominated = this.#snapshot.withdraw(pod.metadata.uid);
    const choice = this.#pipeline.choose(pod, nominated);
    if (choice.node !== undefined) {
      this.#snapshot.assume(pod, choice.node);
      return this.#bind(pod, choice.node, begun);
    }
    this.#queue.failed(pod.metadata.uid);
    this.#attempted('unschedulable', begun);
    return this.#fail({ pod, choice, nominated });
  }

  #attempted(result: Result, begun: number): void {
    this.#figures.attempted(result, (this.#options.clock.monotonic() - begun) / 1000);
  }

  /** `begun`: when the attempt began, in monotonic milliseconds. */
  async #bind(pod: Pod, node: string, begun: number): Promise<void> {
    const { name, namespace, uid } = pod.metadata;
    // The news of the binding may be here before its answer, and then the pod waits no longer.
    const wait = this.#queue.waitOf(uid);
    const bound = await bind(this.#options, { pod, node }, this.#signal);
    if (bound) {
      this.#attempted('scheduled', begun);
      this.#queue.remove(uid);
      if (wait) this.#figures.bound(wait.attempts, (this.#options.clock.monotonic() - wait.came) / 1000);
      const message = `Successfully assigned ${namespace}/${name} to ${node}`;
      this.#events.record({ object: pod, type: 'Normal', reason: 'Scheduled', message });
    } else if (bound === false) {
      this.#attempted('error', begun);
      if (this.#snapshot.isAssumed(uid) && this.#snapshot.remove(uid)) this.#queue.makeRoom();
      this.#queue.retry(uid);
    }
  }

  /** Decides before it first awaits. */
  async #fail(failure: Failure): Promise<void> {
    const { pod } = failure;
    const decision = this.#preemption.decide(failure);
    const node = decision.type === 'preempt' ? decision.candidate.node : undefined;
    const nominated = decision.type === 'wait' ? failure.nominated : node;
    if (nominated !== undefined) this.#snapshot.nominate(pod, nominated);
    const report = reportUnschedulable(this.#writes, { pod, message: messageOf(failure, decision), nominated });
    await Promise.all([report, ...(decision.type === 'preempt' ? [this.#preempt(pod, decision)] : [])]);
  }

  async #preempt(pod: Pod, { candidate, displaced }: Extract<Decision, { type: 'preempt' }>): Promise<void> {
    for (const { metadata } of displaced) this.#snapshot.withdraw(metadata.uid);
    const { node, victims } = candidate;
    this.#figures.preempted(victims.length);
    try {
      await Promise.all([
        ...victims.map((victim) => makeRoom(this.#writes, { victim, by: pod, node })),
        ...displaced.map((other) => clearNomination(this.#writes, other)),
      ]);
    } catch (error) {
      const { name, namespace, uid } = pod.metadata;
      this.#options.log.warn({ err: error, pod: `${namespace}/${name}`, node }, 'could not make room for the pod');
      this.#snapshot.withdraw(uid);
      this.#queue.makeRoom();
    }
  }
}

/** In the words of Kubernetes' events. */
function messageOf({ choice }: Failure, decision: Decision): string {
  const message = explanationOf(choice);
  return decision.type === 'preempt' || choice.nodeCount === 0 ? message : `${message} preemption: ${decision.why}`;
}

/** Whether this scheduler is to find a node for the pod. */
function waits({ metadata, spec, status }: Pod): boolean {
  return (
    !spec.nodeName &&
    !metadata.deletionTimestamp &&
    (spec.schedulerName ?? schedulerName) === schedulerName &&
    (spec.schedulingGates ?? []).length === 0 &&
    status.phase !== 'Succeeded' &&
    status.phase !== 'Failed'
  );
}
