// Owns one pod on this node: looks at the runtime, decides one step, takes it, reports the status, and again. Only waits
// for the runtime's quick answers: hooks and pulls run beside the loop and wake it when they end.
import { isReason, type Pod, type PodStatus } from '@berth/objects';
import type { ContainerState, PodIdentity, PodState } from '../runtime/port.ts';
import { changesFiles } from '../volumes/volume-files.ts';
import { containerNamed } from './container-spec.ts';
import { type PodContext, recordEvent } from './context.ts';
import { deadlineOf, withinDeadline } from './deadline.ts';
import { type Action, type Desired, decide } from './decide.ts';
import { refusalOf } from './node-admission.ts';
import { PodProbes } from './pod-probes.ts';
import { podStatus } from './pod-status.ts';
import { deleteObject } from './start.ts';
import { Starter } from './starter.ts';
import { Stopper } from './stopper.ts';
import { terminationMessage } from './termination-message.ts';
import { WorkerMemory } from './worker-memory.ts';

/** After a step that failed because of the runtime or the API. */
const retryMs = 3_000;
/** The wall clock is corrected by little all the time, and set by more than this now and then. */
const setByMs = 1_000;
/** A timer takes no more than 2³¹ milliseconds, a deadline does: it is waited for in pieces. */
const longestIdleMs = 24 * 3600 * 1000;

export class PodWorker {
  readonly identity: PodIdentity;
  observed: PodState;
  readonly #context: PodContext;
  readonly #onForgotten: () => void;
  readonly #memory = new WorkerMemory();
  readonly #probes: PodProbes;
  readonly #starter: Starter;
  readonly #stopper: Stopper;
  readonly #abort = new AbortController();
  readonly #startTime: number;
  /** Started, but not yet seen running. */
  readonly #fresh = new Set<string>();
  /** By how much the wall clock was ahead of the monotonic one. */
  #ahead: number;
  #desired: Desired;
  #reported: PodStatus | undefined;
  #woken = false;
  /** The event has been recorded. */
  #refused = false;
  #wake: (() => void) | undefined;
  #done: Promise<void> | undefined;

  constructor(context: PodContext, identity: PodIdentity, desired: Desired, onForgotten: () => void) {
    this.#context = context;
    this.identity = identity;
    this.observed = { pod: identity, sandboxes: [], containers: [] };
    this.#desired = desired;
    this.#onForgotten = onForgotten;
    this.#ahead = context.clock.now() - context.clock.monotonic();
    const known = desired.state === 'gone' ? undefined : desired.pod.status?.startTime;
    this.#startTime = known ? Date.parse(known) : context.clock.now();
    const parts = {
      context,
      memory: this.#memory,
      observed: () => this.observed,
      wake: () => this.wake(),
      signal: this.#abort.signal,
    };
    this.#starter = new Starter(parts);
    this.#stopper = new Stopper(parts);
    this.#probes = new PodProbes(context, (id, health) => {
      this.#memory.health.set(id, health);
      this.wake();
    });
  }

  start(): void {
    this.#done ??= this.#run();
  }

  get desired(): Desired {
    return this.#desired;
  }

  /** Why a container has not run yet. */
  waitingReason(container: string): string {
    return this.#memory.container(container).waiting?.reason ?? 'ContainerCreating';
  }

  want(desired: Desired): void {
    const before = this.#desired;
    if (before.state === 'run' && desired.state === 'run' && changesFiles(before.pod, desired.pod))
      this.#memory.volumes = { state: 'due' };
    this.#desired = desired;
    this.wake();
  }

  wake(): void {
    this.#woken = true;
    this.#wake?.();
  }

  /** Something that the pod's volumes or environment refer to has changed. */
  refresh(): void {
    this.#memory.volumes = { state: 'due' };
    for (const name of this.#memory.containers.keys()) this.#memory.update(name, { retryAt: 0 });
    this.wake();
  }

  /** Leaves the containers as they are. */
  async stop(): Promise<void> {
    this.#abort.abort();
    this.wake();
    await this.#done;
  }

  async #run(): Promise<void> {
    const { signal } = this.#abort;
    while (!signal.aborted) {
      this.#woken = false;
      try {
        const action = await this.#look();
        if (action.do === 'forget') {
          this.#forget();
          break;
        }
        if (action.do === 'wait') await this.#idle(action.until);
        else await this.#perform(action);
      } catch (err) {
        this.#context.log.warn({ err, pod: this.#name() }, 'a step of a pod failed');
        await this.#idle(this.#context.clock.now() + retryMs);
      }
    }
    this.#probes.stop();
  }

  #name(): string {
    return `${this.identity.namespace}/${this.identity.name}`;
  }

  #forget(): void {
    this.#context.references.release(this.identity.uid);
    this.#context.tokens.release(this.identity.uid);
    this.#context.statuses.forget(this.identity.uid);
    this.#onForgotten();
  }

  async #look(): Promise<Action> {
    const { clock, runtime } = this.#context;
    this.observed = await runtime.observe(this.identity);
    const now = clock.now();
    const setBy = now - clock.monotonic() - this.#ahead;
    if (Math.abs(setBy) > setByMs) {
      this.#memory.shift(setBy);
      this.#ahead += setBy;
    }
    const desired = withinDeadline(this.#admitted(), this.#startTime, now);
    if (desired.state !== 'gone') await this.#learn(desired.pod);
    const action = decide({ desired, observed: this.observed, memory: this.#memory, now });
    if (desired.state !== 'gone') this.#publish(desired, now);
    if (action.do !== 'wait' || desired.state !== 'run') return action;
    const deadline = deadlineOf(desired.pod, this.#startTime);
    if (deadline === undefined || deadline <= now) return action;
    return { do: 'wait', until: Math.min(deadline, action.until ?? deadline) };
  }

  /** What is desired once the node has had its say. */
  #admitted(): Desired {
    const desired = this.#desired;
    const failure = desired.state === 'run' ? refusalOf(desired.pod) : undefined;
    if (desired.state !== 'run' || !failure) return desired;
    const { pod } = desired;
    if (!this.#refused && pod.status?.phase !== 'Failed')
      recordEvent(this.#context, pod, { type: 'Warning', reason: failure.reason, message: failure.message });
    this.#refused = true;
    return { state: 'end', pod, graceSeconds: 0, deleteObject: false, failure };
  }

  /** Sleeps until woken or `until`; returns at once if it was woken since the last look. */
  #idle(until: number | undefined): Promise<void> {
    if (this.#woken || this.#abort.signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const { clock } = this.#context;
      const delayMs = until === undefined ? undefined : Math.min(until - clock.now(), longestIdleMs);
      const timer = delayMs === undefined ? undefined : clock.after(delayMs, () => this.#wake?.());
      this.#wake = () => {
        timer?.cancel();
        this.#wake = undefined;
        resolve();
      };
    });
  }

  /** Takes in what the runtime shows of containers that have started or ended. */
  async #learn(pod: Pod): Promise<void> {
    const { runtime, volumes } = this.#context;
    this.#memory.keepOnly(this.observed);
    this.#probes.follow(pod, this.observed);
    for (const state of this.observed.containers) {
      const container = containerNamed(pod, state.name);
      if (!container) continue;
      if (this.#fresh.delete(state.id)) this.#reportStart(pod, state);
      if (state.status.phase !== 'exited' || runtime.simulated || this.#memory.terminationMessages.has(state.id))
        continue;
      const directory = volumes.directory(pod.metadata.uid);
      const message = await terminationMessage(directory, container, state, runtime).catch(() => '');
      this.#memory.terminationMessages.set(state.id, message);
    }
  }

  #reportStart(pod: Pod, { name, status }: ContainerState): void {
    const error = status.phase === 'exited' ? status.startError : undefined;
    recordEvent(
      this.#context,
      pod,
      error === undefined
        ? { type: 'Normal', reason: 'Started', message: `Started container ${name}` }
        : { type: 'Warning', reason: 'Failed', message: `Error: failed to start container "${name}": ${error}` },
      name,
    );
  }

  #publish(desired: Exclude<Desired, { state: 'gone' }>, now: number): void {
    const { published, statuses, metrics, node, runtimeName } = this.#context;
    const about = published(desired.pod);
    if (!about) return;
    const running = this.observed.containers.some(({ status }) => status.phase === 'running');
    const failure = desired.state === 'end' ? desired.failure : undefined;
    const status = podStatus({
      pod: about === desired.pod ? about : { ...desired.pod, status: about.status },
      observed: this.observed,
      memory: this.#memory,
      runtimeName,
      now,
      hostIP: node.hostIP,
      startTime: this.#startTime,
      ended: desired.state === 'end' && !running,
      ...(failure ? { failure } : {}),
      reported: this.#reported,
    });
    const hasRun = (this.#reported ?? about.status)?.phase !== 'Pending';
    if (status.phase === 'Running' && !hasRun) metrics.podStarted((now - this.#startTime) / 1000);
    this.#reported = status;
    statuses.publish(about, status);
  }

  async #perform(action: Exclude<Action, { do: 'wait' | 'forget' }>): Promise<void> {
    const { runtime } = this.#context;
    const desired = this.#desired;
    const pod = desired.state === 'gone' ? undefined : desired.pod;
    switch (action.do) {
      case 'stopSandbox':
        return runtime.stopSandbox(action.id);
      case 'removeSandbox':
        return runtime.removeSandbox(action.id);
      case 'removeContainers':
        await Promise.all(action.ids.map((id) => runtime.removeContainer(id)));
        return;
      case 'removeVolumes':
        await this.#context.volumes.remove(this.identity.uid);
        this.#memory.volumes = { state: 'removed' };
        return;
      case 'signal':
        return this.#stopper.signal(action.containers);
      case 'kill':
        return this.#stopper.kill(action.containers);
      case 'beginStop':
        for (const stop of action.stops) this.#stopper.begin(pod, stop);
        return;
      case 'prepareVolumes':
        return this.#starter.prepareVolumes(must(pod));
      case 'createSandbox':
        return this.#starter.createSandbox(must(pod));
      case 'ensureImage':
        return this.#starter.ensureImage(must(pod), action.container);
      case 'noteBackOff':
        return this.#starter.noteBackOff(must(pod), action);
      case 'startContainer':
        return this.#startContainer(must(pod), action);
      case 'reportEnd':
        return this.#reportEnd(must(pod));
    }
  }

  async #startContainer(pod: Pod, action: Extract<Action, { do: 'startContainer' }>): Promise<void> {
    const id = await this.#starter.startContainer(pod, action);
    if (id === undefined) return;
    this.#fresh.add(id);
    void this.#stopper.postStart(pod, action.container, id);
  }

  /** The last status is written before the object goes; when either fails, it is tried again. */
  async #reportEnd(pod: Pod): Promise<void> {
    const { statuses, volumes, published, clock } = this.#context;
    const about = published(pod) ?? pod;
    await statuses.settled(about.metadata.uid);
    await volumes.remove(this.identity.uid);
    try {
      await deleteObject(this.#context, about);
    } catch (error) {
      if (!isReason(error, 'NotFound') && !isReason(error, 'Conflict')) throw error;
    }
    await this.#idle(clock.now() + retryMs);
  }
}

function must(pod: Pod | undefined): Pod {
  if (!pod) throw new Error('a step that needs the pod was decided without one');
  return pod;
}
