// Owns the steps by which containers go down, and the hooks at both ends of their lives.
import type { Container, LifecycleHandler, Pod } from '@berth/objects';
import type { ContainerState, PodState } from '../runtime/port.ts';
import { containerNamed } from './container-spec.ts';
import { type PodContext, recordEvent } from './context.ts';
import { runHandler } from './hooks.ts';
import type { StopRequest } from './stop.ts';
import type { WorkerMemory } from './worker-memory.ts';

export interface StopperOptions {
  readonly context: PodContext;
  readonly memory: WorkerMemory;
  /** As it was seen last. */
  readonly observed: () => PodState;
  readonly wake: () => void;
  /** Ends hooks. */
  readonly signal: AbortSignal;
}

export class Stopper {
  readonly #context: PodContext;
  readonly #memory: WorkerMemory;
  readonly #options: StopperOptions;

  constructor(options: StopperOptions) {
    this.#context = options.context;
    this.#memory = options.memory;
    this.#options = options;
  }

  begin(pod: Pod | undefined, { container: state, graceMs, message }: StopRequest): void {
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
    if (pod && hook && container) void this.#preStop(pod, container, state, { hook, graceMs });
  }

  async #preStop(
    pod: Pod,
    container: Container,
    state: ContainerState,
    { hook, graceMs }: { readonly hook: LifecycleHandler; readonly graceMs: number },
  ): Promise<void> {
    const limit = new AbortController();
    const timer = this.#context.clock.after(graceMs, () => limit.abort());
    await this.#runHook(pod, container, state.id, { hook, reason: 'FailedPreStopHook', signal: limit.signal });
    timer.cancel();
    this.#memory.updateStopping(state.id, { hook: 'done' });
    this.#options.wake();
  }

  async postStart(pod: Pod, container: Container, id: string): Promise<void> {
    const hook = container.lifecycle?.postStart;
    if (!hook) return;
    const ok = await this.#runHook(pod, container, id, {
      hook,
      reason: 'FailedPostStartHook',
      signal: this.#options.signal,
    });
    if (ok || this.#options.signal.aborted) return;
    const graceMs = (pod.spec.terminationGracePeriodSeconds ?? 30) * 1000;
    this.#memory.stopping.set(id, { since: this.#context.clock.now(), graceMs, hook: 'done', signalled: false });
    const message = `Container ${container.name} failed its post-start hook, will be restarted`;
    recordEvent(this.#context, pod, { type: 'Normal', reason: 'Killing', message }, container.name);
    this.#options.wake();
  }

  async #runHook(
    pod: Pod,
    container: Container,
    containerId: string,
    options: {
      readonly hook: LifecycleHandler;
      readonly reason: string;
      readonly signal: AbortSignal;
    },
  ): Promise<boolean> {
    const podIP = this.#options.observed().sandboxes.find(({ ready }) => ready)?.address;
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

  async signal(containers: readonly ContainerState[]): Promise<void> {
    for (const { id } of containers) this.#memory.updateStopping(id, { signalled: true });
    await Promise.all(containers.map(({ id }) => this.#context.runtime.terminateContainer(id)));
  }

  async kill(containers: readonly ContainerState[]): Promise<void> {
    const killedAt = this.#context.clock.now();
    for (const { id } of containers) this.#memory.updateStopping(id, { killedAt });
    await Promise.all(containers.map(({ id }) => this.#context.runtime.killContainer(id)));
  }
}
