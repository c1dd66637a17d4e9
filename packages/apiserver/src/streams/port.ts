// Owns the port through which the core reaches what runs on a node: a pod's log and commands in its containers. The
// core resolves the pod, its node and the container first; who implements the port only carries bytes.
import type { ChannelStream, ExecOptions, LogOptions, Node, Pod } from '@berth/objects';

export interface StreamTarget {
  readonly pod: Pod;
  /** The node that the pod is bound to. */
  readonly node: Node;
  readonly container: string;
}

/** Both throw StatusError, also when the node cannot be reached. */
export interface PodStreams {
  log(target: StreamTarget, options: LogOptions, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
  exec(target: StreamTarget, options: ExecOptions, signal: AbortSignal): Promise<ChannelStream>;
}
