// Owns what the agent's server may ask of the node's pods.
import type { Duplex } from 'node:stream';
import type { LogOptions, Pod } from '@berth/objects';
import type { AttachRequest, ExecRequest, ExecSession } from '../runtime/port.ts';

export interface PodName {
  readonly namespace: string;
  readonly pod: string;
}

export interface ContainerName extends PodName {
  readonly container: string;
}

/** All throw StatusError: the pod is not here, the container has not run yet. */
export interface PodAccess {
  pods(): readonly Pod[];
  logs(target: ContainerName, options: LogOptions, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
  exec(target: ContainerName, request: ExecRequest): Promise<ExecSession>;
  attach(target: ContainerName, request: AttachRequest): Promise<ExecSession>;
  /** A connection to a port of the pod. It ends with the signal. */
  connect(target: PodName, port: number, signal: AbortSignal): Promise<Duplex>;
}

/** Of a path `/VERB/NAMESPACE/POD/CONTAINER`. */
export function containerOf([, namespace = '', pod = '', container = '']: readonly string[]): ContainerName {
  return { namespace, pod, container };
}
