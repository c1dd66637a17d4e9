// Owns the operations of the Api that connect a client with a running pod: who may, which container on which node is
// meant, and the handing over to the port that reaches the nodes.
import {
  type AttachOptions,
  type ChannelStream,
  type ExecOptions,
  kindOf,
  type LogOptions,
  type Notices,
  nodes,
  type ObjectName,
  type Pod,
  type PortForward,
  type PortForwardOptions,
  pods,
  type UserInfo,
} from '@berth/objects';
import type { AdmitConnect, Connect } from '../admission/connect.ts';
import type { PodStreams, PodTarget } from '../streams/port.ts';
import { type Attributes, type Authorizer, refusal } from './authorization.ts';
import { checkRunning, containerOf, nodeNameOf } from './pod-target.ts';
import { wayThrough } from './pod-ways.ts';
import type { Reads } from './reads.ts';

export class PodConnections {
  readonly #reads: Reads;
  readonly #streams: PodStreams | undefined;
  readonly #authorizer: Authorizer;
  readonly #admitConnect: AdmitConnect;

  constructor(options: {
    reads: Reads;
    streams: PodStreams | undefined;
    authorizer: Authorizer;
    admitConnect: AdmitConnect;
  }) {
    this.#reads = options.reads;
    this.#streams = options.streams;
    this.#authorizer = options.authorizer;
    this.#admitConnect = options.admitConnect;
  }

  async log(
    user: UserInfo,
    name: ObjectName,
    options: LogOptions,
    signal: AbortSignal,
  ): Promise<AsyncIterable<Uint8Array>> {
    this.#authorize(user, { verb: 'get', resource: pods, subresource: 'log', ...name });
    const pod = await this.#read(name);
    const container = containerOf(pod, options.container);
    // Nothing has run yet.
    if (!pod.spec.nodeName) return nothing();
    const { target, streams } = await this.#reach(pod);
    return streams.log({ ...target, container }, { ...options, container }, signal);
  }

  async exec(
    user: UserInfo,
    name: ObjectName,
    options: ExecOptions & Notices,
    signal: AbortSignal,
  ): Promise<ChannelStream> {
    await this.#admit(user, { subresource: 'exec', kind: 'PodExecOptions', target: name, options });
    const pod = await this.#read(name);
    const container = containerOf(pod, options.container);
    checkRunning(pod, 'exec into a container in');
    const { target, streams } = await this.#reach(pod);
    return streams.exec({ ...target, container }, { ...options, container }, signal);
  }

  async attach(
    user: UserInfo,
    name: ObjectName,
    options: AttachOptions & Notices,
    signal: AbortSignal,
  ): Promise<ChannelStream> {
    await this.#admit(user, { subresource: 'attach', kind: 'PodAttachOptions', target: name, options });
    const pod = await this.#read(name);
    const container = containerOf(pod, options.container);
    checkRunning(pod, 'attach to a container in');
    const { target, streams } = await this.#reach(pod);
    return streams.attach({ ...target, container }, { ...options, container }, signal);
  }

  async portForward(
    user: UserInfo,
    name: ObjectName,
    options: PortForwardOptions & Notices,
    signal: AbortSignal,
  ): Promise<PortForward> {
    await this.#admit(user, { subresource: 'portforward', kind: 'PodPortForwardOptions', target: name, options });
    const pod = await this.#read(name);
    checkRunning(pod, 'forward ports of');
    const { target, streams } = await this.#reach(pod);
    return { connect: (port) => streams.connect(target, port, signal) };
  }

  async #admit(user: UserInfo, connect: Omit<Connect, 'resource'>): Promise<void> {
    const { subresource, target } = connect;
    this.#authorize(user, { verb: 'create', resource: pods, subresource, ...target });
    await this.#admitConnect(user, { ...connect, resource: pods });
  }

  #authorize(user: UserInfo, attributes: Attributes): void {
    if (!this.#authorizer.allows(user, attributes)) throw refusal(user, attributes);
  }

  #read(name: ObjectName): Promise<Pod> {
    return this.#reads.get(kindOf(pods), name);
  }

  async #reach(pod: Pod): Promise<{ target: PodTarget; streams: PodStreams }> {
    const node = await this.#reads.get(kindOf(nodes), { name: nodeNameOf(pod) });
    return { target: { pod, node }, streams: wayThrough(this.#streams) };
  }
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
