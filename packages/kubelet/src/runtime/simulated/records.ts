// Owns what the simulated runtime keeps of a pod, and how that looks through the runtime port.
import type {
  ContainerPhase,
  ContainerSpec,
  ContainerState,
  OutputChunk,
  PodIdentity,
  PodState,
  SandboxSpec,
  SandboxState,
} from '../port.ts';

export interface Sandbox {
  readonly id: string;
  readonly spec: SandboxSpec;
  readonly createdAt: number;
  address: string | undefined;
  ready: boolean;
}

interface LogLine {
  readonly time: number;
  readonly text: string;
}

export interface Container {
  readonly id: string;
  readonly spec: ContainerSpec;
  readonly createdAt: number;
  readonly log: LogLine[];
  readonly followers: Set<() => void>;
  status: ContainerPhase;
}

export interface PodRecord {
  readonly pod: PodIdentity;
  readonly sandboxes: Sandbox[];
  readonly containers: Container[];
}

export function stateOf({ pod, sandboxes, containers }: PodRecord): PodState {
  return { pod, sandboxes: sandboxes.map(sandboxState), containers: containers.map(containerState) };
}

function sandboxState({ id, ready, createdAt, address, spec }: Sandbox): SandboxState {
  return {
    id,
    ready,
    createdAt,
    ...(ready && address ? { address } : {}),
    gracePeriodSeconds: spec.gracePeriodSeconds,
  };
}

function containerState({ id, spec, createdAt, status }: Container): ContainerState {
  const { name, sandboxId, restartCount, specHash, image } = spec;
  const imageId = `simulated://${image}`;
  return { id, name, sandboxId, restartCount, specHash, image, imageId, createdAt, status };
}

export function chunkOf({ time, text }: LogLine, timestamps: boolean): OutputChunk {
  const prefix = timestamps ? `${new Date(time).toISOString().replace('Z', '000000Z')} ` : '';
  return { stream: 'stdout', data: Buffer.from(`${prefix}${text}\n`) };
}
