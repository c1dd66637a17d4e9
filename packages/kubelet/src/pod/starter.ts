// Owns the steps by which a pod comes up, and what they leave in the worker's memory: volumes, sandbox, images, containers.
import type { Container, Pod } from '@berth/objects';
import { type PodState, RuntimeError } from '../runtime/port.ts';
import type { VolumeSources } from '../volumes/volume-files.ts';
import { longer } from './back-off.ts';
import { ephemeralOf, isRunning, latestOf, podReference, roleOf } from './container-spec.ts';
import { type PodContext, recordEvent } from './context.ts';
import type { Action } from './decide.ts';
import * as start from './start.ts';
import type { WorkerMemory } from './worker-memory.ts';

/** Between two tries of what lacks something: a configuration, a volume, a sandbox. */
const lackRetryMs = 10_000;

export interface StarterOptions {
  readonly context: PodContext;
  readonly memory: WorkerMemory;
  /** As it was seen last. */
  readonly observed: () => PodState;
  readonly wake: () => void;
  /** Ends pulls. */
  readonly signal: AbortSignal;
}

export class Starter {
  readonly #context: PodContext;
  readonly #memory: WorkerMemory;
  readonly #options: StarterOptions;

  constructor(options: StarterOptions) {
    this.#context = options.context;
    this.#memory = options.memory;
    this.#options = options;
  }

  async prepareVolumes(pod: Pod): Promise<void> {
    const context = this.#context;
    // Set before the work: a change that comes meanwhile makes it due again.
    this.#memory.volumes = { state: 'ready' };
    if (context.runtime.simulated) return;
    const podIP = this.#options.observed().sandboxes.find(({ ready }) => ready)?.address;
    const sources: VolumeSources = {
      facts: start.factsOf(context, pod, podIP),
      references: start.referencesOf(context, pod),
      token: (projection) => context.tokens.tokenFor(pod, projection),
    };
    try {
      await context.volumes.prepare(pod, sources);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      recordEvent(context, pod, { type: 'Warning', reason: 'FailedMount', message });
      if (this.#memory.volumes.state === 'ready') {
        this.#memory.volumes = { state: 'failed', until: context.clock.now() + lackRetryMs };
      }
    }
  }

  async createSandbox(pod: Pod): Promise<void> {
    try {
      await start.createSandbox(this.#context, pod);
      this.#memory.sandbox = { state: 'ready' };
      this.#context.metrics.sandboxStarted(false);
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      const message = `Failed to create pod sandbox: ${detail}`;
      recordEvent(this.#context, pod, { type: 'Warning', reason: 'FailedCreatePodSandBox', message });
      this.#context.metrics.sandboxStarted(true);
      this.#memory.sandbox = { state: 'failed', until: this.#context.clock.now() + lackRetryMs };
    }
  }

  async ensureImage(pod: Pod, container: Container): Promise<void> {
    const { clock } = this.#context;
    const found = await start.checkImage(this.#context, pod, container);
    switch (found.verdict) {
      case 'present':
        this.#memory.update(container.name, { image: { state: 'present' } });
        return;
      case 'refused':
        this.#memory.update(container.name, {
          image: { state: 'failed', ...found, until: clock.now() + lackRetryMs, noted: true },
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
      await start.pullImage(this.#context, pod, container, this.#options.signal);
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
    this.#options.wake();
  }

  noteBackOff(pod: Pod, { container, of, delayMs }: Extract<Action, { do: 'noteBackOff' }>): void {
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
      notedBackOff: latestOf(this.#options.observed(), name)?.id,
      waiting: {
        reason: 'CrashLoopBackOff',
        message: `back-off ${duration(delayMs)} restarting failed container=${name} pod=${reference}`,
      },
    });
  }

  /** The container whose processes an ephemeral one is to see. Throws while that one does not run. */
  #targetOf(pod: Pod, name: string): string | undefined {
    const target = ephemeralOf(pod).find((container) => container.name === name)?.targetContainerName;
    if (!target) return undefined;
    const found = latestOf(this.#options.observed(), target);
    if (!isRunning(found)) throw new RuntimeError(`unable to find target container ${target}`);
    return found.id;
  }

  async startContainer(
    pod: Pod,
    { container, sandboxId, restartCount }: Extract<Action, { do: 'startContainer' }>,
  ): Promise<string | undefined> {
    const { clock } = this.#context;
    const { name } = container;
    const sandbox = this.#options.observed().sandboxes.find(({ id }) => id === sandboxId);
    if (!sandbox) return undefined;
    const now = clock.now();
    const before = latestOf(this.#options.observed(), name)?.status;
    try {
      const processesOf = this.#targetOf(pod, name);
      const id = await start.startContainer(this.#context, pod, container, { sandbox, restartCount, processesOf });
      this.#context.metrics.containerStarted(roleOf(pod, name), false);
      const known = this.#memory.container(name).crashBackOff;
      this.#memory.update(name, {
        image: { state: 'unknown' },
        waiting: undefined,
        crashBackOff: before?.phase === 'exited' ? longer(known, before.finishedAt, now) : known,
      });
      return id;
    } catch (error) {
      const waiting = start.waitingFor(error);
      this.#context.metrics.containerStarted(roleOf(pod, name), true);
      const event = { type: 'Warning', reason: 'Failed', message: `Error: ${waiting.message}` } as const;
      recordEvent(this.#context, pod, event, name);
      this.#memory.update(name, { image: { state: 'unknown' }, waiting, retryAt: now + lackRetryMs });
      return undefined;
    }
  }
}

/** As Go prints it: `10s`, `1m20s`, `5m0s`. */
function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}
