// Owns which containers of a pod are being probed.
import type { Pod } from '@berth/objects';
import { ContainerProbes, hasProbes } from '../probes/container-probes.ts';
import type { PodState } from '../runtime/port.ts';
import { containerNamed, isRunning } from './container-spec.ts';
import { type PodContext, recordEvent } from './context.ts';
import { runHandler } from './hooks.ts';
import type { Health } from './memory.ts';

const titles = { startup: 'Startup', liveness: 'Liveness', readiness: 'Readiness' } as const;

export class PodProbes {
  readonly #context: PodContext;
  readonly #onChange: (containerId: string, health: Health) => void;
  readonly #running = new Map<string, ContainerProbes>();

  constructor(context: PodContext, onChange: (containerId: string, health: Health) => void) {
    this.#context = context;
    this.#onChange = onChange;
  }

  /** Begins and ends probing according to what runs; resolves the health of what has begun through `onChange`. */
  follow(pod: Pod, observed: PodState): void {
    const alive = new Set<string>();
    for (const state of observed.containers) {
      const container = containerNamed(pod, state.name);
      if (!container || !isRunning(state) || state.status.phase !== 'running' || !hasProbes(container)) continue;
      alive.add(state.id);
      if (this.#running.has(state.id)) continue;
      const podIP = observed.sandboxes.find(({ id }) => id === state.sandboxId)?.address;
      const probes = new ContainerProbes({
        container,
        startedAt: state.status.startedAt,
        adopted: this.#adopted(pod, state.id),
        clock: this.#context.clock,
        check: (probe, signal) =>
          runHandler(this.#context, probe, { pod, container, containerId: state.id, podIP }, signal),
        onChange: (health) => this.#onChange(state.id, health),
        onFailure: (kind, output) => {
          const message = `${titles[kind]} probe failed: ${output}`;
          recordEvent(this.#context, pod, { type: 'Warning', reason: 'Unhealthy', message }, container.name);
        },
        onWarning: (kind, output) => {
          const message = `${titles[kind]} probe warning: ${output}`;
          recordEvent(this.#context, pod, { type: 'Warning', reason: 'ProbeWarning', message }, container.name);
        },
      });
      this.#running.set(state.id, probes);
      this.#onChange(state.id, probes.health);
      probes.start();
    }
    for (const [id, probes] of this.#running) {
      if (alive.has(id)) continue;
      probes.stop();
      this.#running.delete(id);
    }
  }

  /** A container that the API knows was probed by an earlier agent: it stays ready until a probe says otherwise. */
  #adopted(pod: Pod, id: string): Health | undefined {
    const status = this.#context.published(pod)?.status;
    const known = [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])].find(
      ({ containerID }) => containerID?.endsWith(`://${id}`),
    );
    return known?.started ? { started: true, ready: known.ready, failed: undefined } : undefined;
  }

  stop(): void {
    for (const probes of this.#running.values()) probes.stop();
    this.#running.clear();
  }
}
