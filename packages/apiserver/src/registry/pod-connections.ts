// Owns what connects a client with a running pod, behind authorization: it finds out which container on which node is
// meant, and hands over to the port that reaches the nodes.
import {
  type AttachOptions,
  type ChannelStream,
  type ExecOptions,
  kindOf,
  type LogOptions,
  nodes,
  type ObjectName,
  type Pod,
  type PortForward,
  pods,
  StatusError,
} from '@berth/objects';
import type { PodStreams, PodTarget } from '../streams/port.ts';
import { checkRunning, containerOf, nodeNameOf } from './pod-target.ts';
import type { Reads } from './reads.ts';

export class PodConnections {
  readonly #reads: Reads;
  readonly #streams: PodStreams | undefined;

  constructor(options: { reads: Reads; streams: PodStreams | undefined }) {
    this.#reads = options.reads;
    this.#streams = options.streams;
  }

  async log(name: ObjectName, options: LogOptions, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
    const pod = await this.#read(name);
    const container = containerOf(pod, options.container);
    // Nothing has run yet.
    if (!pod.spec.nodeName) return nothing();
    const { target, streams } = await this.#reach(pod);
    return streams.log({ ...target, container }, { ...options, container }, signal);
  }

  async exec(name: ObjectName, options: ExecOptions, signal: AbortSignal): Promise<ChannelStream> {
    const pod = await this.#read(name);
    const container = containerOf(pod, options.container);
    checkRunning(pod, 'exec into a container in');
    const { target, streams } = await this.#reach(pod);
    return streams.exec({ ...target, container }, { ...options, container }, signal);
  }

  async attach(name: ObjectName, options: AttachOptions, signal: AbortSignal): Promise<ChannelStream> {
    const pod = await this.#read(name);
    const container = containerOf(pod, options.container);
    checkRunning(pod, 'attach to a container in');
    const { target, streams } = await this.#reach(pod);
    return streams.attach({ ...target, container }, { ...options, container }, signal);
  }

  async portForward(name: ObjectName, signal: AbortSignal): Promise<PortForward> {
    const pod = await this.#read(name);
    checkRunning(pod, 'forward ports of');
    const { target, streams } = await this.#reach(pod);
    return { connect: (port) => streams.connect(target, port, signal) };
  }

  #read(name: ObjectName): Promise<Pod> {
    return this.#reads.get(kindOf(pods), name);
  }

  async #reach(pod: Pod): Promise<{ target: PodTarget; streams: PodStreams }> {
    const node = await this.#reads.get(kindOf(nodes), { name: nodeNameOf(pod) });
    if (!this.#streams) throw new StatusError('ServiceUnavailable', 'this server has no way to reach the nodes');
    return { target: { pod, node }, streams: this.#streams };
  }
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
