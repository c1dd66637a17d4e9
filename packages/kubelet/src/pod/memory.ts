// Owns what a pod worker remembers between two looks at the runtime. All of it may be lost with the agent: a new one
// begins with an empty memory, finds the containers by their labels and comes to the same end.
import type { ContainerState } from '../runtime/port.ts';

/** A container on its way down: hook, then signal, then, when the grace period is over, kill. */
export interface Stopping {
  readonly since: number;
  readonly graceMs: number;
  readonly hook: 'running' | 'done';
  readonly signalled: boolean;
  readonly killedAt?: number;
}

type ImageMemory =
  | { readonly state: 'unknown' }
  | { readonly state: 'present' }
  | { readonly state: 'pulling' }
  | {
      readonly state: 'failed';
      readonly reason: string;
      readonly message: string;
      readonly until: number;
      /** The back-off was reported. */
      readonly noted: boolean;
    };

/** The delay before the next start and when it was last made longer. */
export interface BackOff {
  readonly delayMs: number;
  readonly since: number;
}

interface Waiting {
  readonly reason: string;
  readonly message?: string;
}

export interface ContainerMemory {
  readonly image: ImageMemory;
  readonly imageBackOff: BackOff | undefined;
  readonly crashBackOff: BackOff | undefined;
  /** The dead container whose back-off was reported. */
  readonly notedBackOff: string | undefined;
  /** Why the container does not run, if it should. */
  readonly waiting: Waiting | undefined;
  /** Not to be started before. */
  readonly retryAt: number;
}

/** What probes found out about a running container. */
export interface Health {
  readonly started: boolean;
  readonly ready: boolean;
  /** The probe because of which the container must be restarted. */
  readonly failed: 'liveness' | 'startup' | undefined;
}

export type Preparation =
  | { readonly state: 'due' }
  | { readonly state: 'ready' }
  | { readonly state: 'removed' }
  | { readonly state: 'failed'; readonly until: number };

export interface PodMemory {
  readonly containers: ReadonlyMap<string, ContainerMemory>;
  /** By container id, as are all below. */
  readonly stopping: ReadonlyMap<string, Stopping>;
  readonly health: ReadonlyMap<string, Health>;
  readonly terminationMessages: ReadonlyMap<string, string>;
  readonly volumes: Preparation;
  readonly sandbox: Preparation;
}

export const freshContainer: ContainerMemory = {
  image: { state: 'unknown' },
  imageBackOff: undefined,
  crashBackOff: undefined,
  notedBackOff: undefined,
  waiting: undefined,
  retryAt: 0,
};

/** Of a container that no probe has spoken of yet. */
const unprobed: Health = { started: true, ready: true, failed: undefined };

export function memoryOf(memory: PodMemory, name: string): ContainerMemory {
  return memory.containers.get(name) ?? freshContainer;
}

export function healthOf(memory: PodMemory, container: ContainerState): Health {
  return memory.health.get(container.id) ?? unprobed;
}
