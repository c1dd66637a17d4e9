// Owns one pod on this node: looks at the runtime, decides one step, takes it, reports the status, and again. Only waits
// for the runtime's quick answers: hooks and pulls run beside the loop and wake it when they end.
import { type Container, isReason, type Pod, type PodStatus } from '@berth/objects';
import type { ContainerState, PodIdentity, PodState } from '../runtime/port.ts';
import { longer } from './back-off.ts';
import { containerNamed, latestOf, podReference } from './container-spec.ts';
import { type PodContext, recordEvent } from './context.ts';
import { deadlineFailure, deadlineOf, withinDeadline } from './deadline.ts';
import { type Action, type Desired, decide } from './decide.ts';
import { runHandler } from './hooks.ts';
import { PodProbes } from './pod-probes.ts';
import { podStatus } from './pod-status.ts';
import * as start from './start.ts';
import type { StopRequest } from './stop.ts';
import { terminationMessage } from './termination-message.ts';
import { WorkerMemory } from './worker-memory.ts';

/** After a step that failed because of the runtime or the API. */
const retryMs = 3_000;
/** Between two tries to start a container whose configuration lacks something. */
const configurationRetryMs = 10_000;

export class PodWorker {
  readonly identity: PodIdentity;
  observed: PodState;
  readonly #context: PodContext;
  readonly #onForgotten: () => void;
  readonly #memory = new WorkerMemory();
  readonly #probes: PodProbes;
  readonly #abort = new AbortController();
  readonly #startTime: number;
  /** Started, but not yet seen running. */
  readonly #fresh = new Set<string>();
  #desired: Desired;
  #reported: PodStatus | undefined;
  #woken = false;
  #wake: (() => void) | undefined;
  #done: Promise<void> | undefined;

  constructor(context: PodContext, identity: PodIdentity, desired: Desired, onForgotten: () => void) {
    this.#context = context;
    this.identity = identity;
    this.observed = { pod: identity, sandboxes: [], containers: [] };
    this.#desired = desired;
    this.#onForgotten = onForgotten;
    const known = desired.state === 'gone' ? undefined : desired.pod.status?.startTime;
    this.#startTime = known ? Date.parse(known) : context.clock.now();
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
    this.#context.statuses.forget(this.identity.uid);
    this.#onForgotten();
  }

  async #look(): Promise<Action> {
    const { clock, runtime } = this.#context;
    this.observed = await runtime.observe(this.identity);
    const now = clock.now();
    const desired = withinDeadline(this.#desired, this.#startTime, now);
    if (desired.state !== 'gone') await this.#learn(desired.pod);
    const action = decide({ desired, observed: this.observed, memory: this.#memory, now });
    if (desired.state !== 'gone') this.#publish(desired, now);
    if (action.do !== 'wait' || desired.state !== 'run') return action;
    const deadline = deadlineOf(desired.pod, this.#startTime);
    if (deadline === undefined || deadline <= now) return action;
    return { do: 'wait', until: Math.min(deadline, action.until ?? deadline) };
  }

  /** Sleeps until woken or `until`; returns at once if it was woken since the last look. */
  #idle(until: number | undefined): Promise<void> {
    if (this.#woken || this.#abort.signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const { clock } = this.#context;
      const timer = until === undefined ? undefined : clock.after(until - clock.now(), () => this.#wake?.());
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
    const { published, statuses, node, runtimeName } = this.#context;
    const about = published(desired.pod);
    if (!about) return;
    const running = this.observed.containers.some(({ status }) => status.phase === 'running');
    const isPastDeadline = desired.state === 'end' && !desired.deleteObject;
    const status = podStatus({
      pod: about === desired.pod ? about : { ...desired.pod, status: about.status },
      observed: this.observed,
      memory: this.#memory,
      runtimeName,
      now,
      hostIP: node.hostIP,
      startTime: this.#startTime,
      ended: desired.state === 'end' && !running,
      ...(isPastDeadline ? { failure: deadlineFailure } : {}),
      reported: this.#reported,
    });
    this.#reported = status;
    statuses.publish(about, status);
  }

  async #perform(action: Exclude<Action, { do: 'wait' | 'forget' }>): Promise<void> {
    const { runtime, clock } = this.#context;
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
        for (const { id } of action.containers) this.#memory.updateStopping(id, { signalled: true });
        await Promise.all(action.containers.map(({ id }) => runtime.terminateContainer(id)));
        return;
      case 'kill':
        for (const { id } of action.containers) this.#memory.updateStopping(id, { killedAt: clock.now() });
        await Promise.all(action.containers.map(({ id }) => runtime.killContainer(id)));
        return;
      case 'beginStop':
        for (const stop of action.stops) this.#beginStop(pod, stop);
        return;
      case 'prepareVolumes':
        return this.#prepareVolumes(must(pod));
      case 'createSandbox':
        return this.#createSandbox(must(pod));
      case 'ensureImage':
        return this.#ensureImage(must(pod), action.container);
      case 'noteBackOff':
        return this.#noteBackOff(must(pod), action);
      case 'startContainer':
        return this.#startContainer(must(pod), action);
      case 'reportEnd':
        return this.#reportEnd(must(pod));
    }
  }

  async #prepareVolumes(pod: Pod): Promise<void> {
    const context = this.#context;
    // Set before the work: a change that comes meanwhile makes it due again.
    this.#memory.volumes = { state: 'ready' };
    if (context.runtime.simulated) return;
    const podIP = this.observed.sandboxes.find(({ ready }) => ready)?.address;
    const sources = { facts: start.factsOf(context, pod, podIP), references: start.referencesOf(context, pod) };
    try {
      await context.volumes.prepare(pod, sources);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      recordEvent(context, pod, { type: 'Warning', reason: 'FailedMount', message });
      if (this.#memory.volumes.state === 'ready') {
        this.#memory.volumes = { state: 'failed', until: context.clock.now() + configurationRetryMs };
      }
    }
  }

  async #createSandbox(pod: Pod): Promise<void> {
    try {
      await start.createSandbox(this.#context, pod);
      this.#memory.sandbox = { state: 'ready' };
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      const message = `Failed to create pod sandbox: ${detail}`;
      recordEvent(this.#context, pod, { type: 'Warning', reason: 'FailedCreatePodSandBox', message });
      this.#memory.sandbox = { state: 'failed', until: this.#context.clock.now() + configurationRetryMs };
    }
  }

  async #ensureImage(pod: Pod, container: Container): Promise<void> {
    const { clock } = this.#context;
    const found = await start.checkImage(this.#context, pod, container);
    switch (found.verdict) {
      case 'present':
        this.#memory.update(container.name, { image: { state: 'present' } });
        return;
      case 'refused':
        this.#memory.update(container.name, {
          image: { state: 'failed', ...found, until: clock.now() + configurationRetryMs, noted: true },
          waiting: { reason: found.reason, message: found.message },
        });
        return;
      case 'pull':
        this.#memory.update(container.name, { image: { state: 'pulling' } });
        void this.#pull(pod, container);
    }
  }

  async #pull(pod: Pod, container: Container): Promise<void> {
    const { clock } = this.#context;
    try {
      await start.pullImage(this.#context, pod, container, this.#abort.signal);
      this.#memory.update(container.name, { image: { state: 'present' }, imageBackOff: undefined, waiting: undefined });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const now = clock.now();
      const imageBackOff = longer(this.#memory.container(container.name).imageBackOff, now, now);
      const until = now + imageBackOff.delayMs;
      this.#memory.update(container.name, {
        image: { state: 'failed', reason: 'ErrImagePull', message, until, noted: false },
        imageBackOff,
        waiting: { reason: 'ErrImagePull', message },
      });
    }
    this.wake();
  }

  #noteBackOff(pod: Pod, { container, of, delayMs }: Extract<Action, { do: 'noteBackOff' }>): void {
    const { name, image } = container;
    const known = this.#memory.container(name);
    if (of === 'image' && known.image.state === 'failed') {
      const message = `Back-off pulling image "${image}"`;
      recordEvent(this.#context, pod, { type: 'Normal', reason: 'BackOff', message }, name);
      recordEvent(this.#context, pod, { type: 'Warning', reason: 'Failed', message: 'Error: ImagePullBackOff' }, name);
      this.#memory.update(name, {
        image: { ...known.image, noted: true },
        waiting: { reason: 'ImagePullBackOff', message: `${message}: ${known.image.reason}: ${known.image.message}` },
      });
      return;
    }
    const reference = podReference(pod);
    const message = `Back-off restarting failed container ${name} in pod ${reference}`;
    recordEvent(this.#context, pod, { type: 'Warning', reason: 'BackOff', message }, name);
    this.#memory.update(name, {
      notedBackOff: latestOf(this.observed, name)?.id,
      waiting: {
        reason: 'CrashLoopBackOff',
        message: `back-off ${duration(delayMs)} restarting failed container=${name} pod=${reference}`,
      },
    });
  }

  async #startContainer(
    pod: Pod,
    { container, sandboxId, restartCount }: Extract<Action, { do: 'startContainer' }>,
  ): Promise<void> {
    const { clock } = this.#context;
    const { name } = container;
    const sandbox = this.observed.sandboxes.find(({ id }) => id === sandboxId);
    if (!sandbox) return;
    const now = clock.now();
    const before = latestOf(this.observed, name)?.status;
    try {
      const id = await start.startContainer(this.#context, pod, container, { sandbox, restartCount });
      this.#fresh.add(id);
      const known = this.#memory.container(name).crashBackOff;
      this.#memory.update(name, {
        image: { state: 'unknown' },
        waiting: undefined,
        crashBackOff: before?.phase === 'exited' ? longer(known, before.finishedAt, now) : known,
      });
      if (container.lifecycle?.postStart) void this.#postStart(pod, container, id);
    } catch (error) {
      const waiting = start.waitingFor(error);
      const event = { type: 'Warning', reason: 'Failed', message: `Error: ${waiting.message}` } as const;
      recordEvent(this.#context, pod, event, name);
      this.#memory.update(name, { image: { state: 'unknown' }, waiting, retryAt: now + configurationRetryMs });
    }
  }

  #beginStop(pod: Pod | undefined, { container: state, graceMs, message }: StopRequest): void {
    const { clock } = this.#context;
    const container = pod && containerNamed(pod, state.name);
    const hook = graceMs > 0 ? container?.lifecycle?.preStop : undefined;
    this.#memory.stopping.set(state.id, {
      since: clock.now(),
      graceMs,
      hook: hook ? 'running' : 'done',
      signalled: false,
    });
    if (pod && message) recordEvent(this.#context, pod, { type: 'Normal', reason: 'Killing', message }, state.name);
    if (hook && container) void this.#preStop(must(pod), container, state, graceMs);
  }

  async #preStop(pod: Pod, container: Container, state: ContainerState, graceMs: number): Promise<void> {
    const hook = container.lifecycle?.preStop;
    if (!hook) return;
    const limit = new AbortController();
    const timer = this.#context.clock.after(graceMs, () => limit.abort());
    await this.#runHook(pod, container, state.id, { hook, reason: 'FailedPreStopHook', signal: limit.signal });
    timer.cancel();
    this.#memory.updateStopping(state.id, { hook: 'done' });
    this.wake();
  }

  async #postStart(pod: Pod, container: Container, id: string): Promise<void> {
    const hook = container.lifecycle?.postStart;
    if (!hook) return;
    const ok = await this.#runHook(pod, container, id, {
      hook,
      reason: 'FailedPostStartHook',
      signal: this.#abort.signal,
    });
    if (ok || this.#abort.signal.aborted) return;
    const graceMs = (pod.spec.terminationGracePeriodSeconds ?? 30) * 1000;
    this.#memory.stopping.set(id, { since: this.#context.clock.now(), graceMs, hook: 'done', signalled: false });
    const message = `Container ${container.name} failed its post-start hook, will be restarted`;
    recordEvent(this.#context, pod, { type: 'Normal', reason: 'Killing', message }, container.name);
    this.wake();
  }

  async #runHook(
    pod: Pod,
    container: Container,
    containerId: string,
    options: {
      readonly hook: Parameters<typeof runHandler>[1];
      readonly reason: string;
      readonly signal: AbortSignal;
    },
  ): Promise<boolean> {
    const podIP = this.observed.sandboxes.find(({ ready }) => ready)?.address;
    const target = { pod, container, containerId, podIP };
    const result = await runHandler(this.#context, options.hook, target, options.signal).catch((error: unknown) => ({
      ok: false,
      output: error instanceof Error ? error.message : String(error),
    }));
    if (!result.ok && !options.signal.aborted) {
      const event = { type: 'Warning', reason: options.reason, message: result.output } as const;
      recordEvent(this.#context, pod, event, container.name);
    }
    return result.ok;
  }

  /** The last status is written before the object goes; when either fails, it is tried again. */
  async #reportEnd(pod: Pod): Promise<void> {
    const { statuses, volumes, published, clock } = this.#context;
    const about = published(pod) ?? pod;
    await statuses.settled(about.metadata.uid);
    await volumes.remove(this.identity.uid);
    try {
      await start.deleteObject(this.#context, about);
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

/** As Go prints it: `10s`, `1m20s`, `5m0s`. */
function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}
