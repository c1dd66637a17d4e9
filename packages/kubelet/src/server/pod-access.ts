// Owns what the agent's server may ask of the node's pods.
import type { LogOptions, Pod } from '@berth/objects';
import type { ExecRequest, ExecSession } from '../runtime/port.ts';

export interface ContainerName {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
}

/** Both throw StatusError: the pod is not here, the container has not run yet. */
export interface PodAccess {
  pods(): readonly Pod[];
  logs(target: ContainerName, options: LogOptions, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
  exec(target: ContainerName, request: ExecRequest): Promise<ExecSession>;
}
