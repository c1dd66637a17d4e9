// Owns the port through which the core reaches what runs on a node: a pod's log, its containers' programs and its
// ports; and the node's agent itself. The core resolves the pod, its node and the container first; who implements the port only carries bytes.
import type { Duplex } from 'node:stream';
import type { AttachOptions, ChannelStream, ExecOptions, LogOptions, Node, Pod } from '@berth/objects';

export interface PodTarget {
  readonly pod: Pod;
  /** The node that the pod is bound to. */
  readonly node: Node;
}

export interface StreamTarget extends PodTarget {
  readonly container: string;
}

/** All throw StatusError, also when the node cannot be reached. */
export interface PodStreams {
  log(target: StreamTarget, options: LogOptions, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
  exec(target: StreamTarget, options: ExecOptions, signal: AbortSignal): Promise<ChannelStream>;
  attach(target: StreamTarget, options: AttachOptions, signal: AbortSignal): Promise<ChannelStream>;
  /** One connection to a port of the pod, with the channels of `portChannels`. */
  connect(target: PodTarget, port: number, signal: AbortSignal): Promise<ChannelStream>;
  /** What the node's agent answers to a GET, as a text. */
  read(node: Node, path: string, signal: AbortSignal): Promise<string>;
  /** One connection to the node's agent as the API server, over which HTTP/1.1 is spoken; TLS is done. */
  connectAgent(node: Node, signal: AbortSignal): Promise<Duplex>;
}
