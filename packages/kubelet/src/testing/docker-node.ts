// Owns one real agent for a test: the kubelet over Docker and over a real API core, on a Docker network of its own, and
// the removal of everything that it made.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestApi, type TestApi } from '@berth/apiserver/testing';
import { type Client, inProcessClient } from '@berth/client';
import { createLogger, systemClock, systemRandom } from '@berth/host';
import { type Draft, draftOf, type Event, events, isReason, type New, nodes, type Pod, pods } from '@berth/objects';
import Docker from 'dockerode';
import { createKubelet, type KubeletOptions } from '../kubelet.ts';
import { createDockerRuntime } from '../runtime/docker/index.ts';
import type { OutputChunk } from '../runtime/port.ts';

const clusterId = 'kubelet-e2e';
const nodeName = 'kubelet-e2e';
const networkName = 'berth-kubelet-e2e';
const podCIDR = '10.251.7.0/24';

export class DockerNode {
  readonly api: TestApi;
  readonly client: Client;
  readonly docker = new Docker({ socketPath: '/var/run/docker.sock' });
  readonly runtime = createDockerRuntime({ clusterId, nodeName });
  readonly dataDirectory: string;
  #stop: AbortController | undefined;
  #done: Promise<void> | undefined;

  private constructor(api: TestApi, dataDirectory: string) {
    this.api = api;
    this.client = inProcessClient(api.api, api.admin);
    this.dataDirectory = dataDirectory;
  }

  static async create(): Promise<DockerNode> {
    const api = await startTestApi();
    const node = new DockerNode(api, await mkdtemp(join(tmpdir(), 'berth-kubelet-e2e-')));
    for (const name of ['default', 'kube-node-lease']) {
      await api.namespace(name).catch((error: unknown) => {
        if (!isReason(error, 'AlreadyExists')) throw error;
      });
    }
    await node.#removeContainers();
    await node.docker.createNetwork({
      Name: networkName,
      Driver: 'bridge',
      IPAM: { Driver: 'default', Config: [{ Subnet: podCIDR }] },
      Options: { 'com.docker.network.bridge.name': 'br-kubelet-e2e' },
    });
    return node;
  }

  async startAgent(options: Partial<KubeletOptions> = {}): Promise<void> {
    this.#stop = new AbortController();
    const kubelet = createKubelet({
      client: this.client,
      runtime: this.runtime,
      clock: systemClock,
      random: systemRandom,
      log: createLogger({ name: 'kubelet', level: 'warn' }),
      nodeName,
      dataDirectory: this.dataDirectory,
      nodeAddress: '127.0.0.1',
      dns: { nameservers: ['10.96.0.10'], domain: 'cluster.local' },
      joinNetwork: async () => networkName,
      ...options,
    });
    const starting = kubelet.start(this.#stop.signal);
    await this.#giveSubnet();
    this.#done = (await starting).done;
  }

  /** What the control plane does on the agent's behalf. */
  async #giveSubnet(): Promise<void> {
    await until('the node is registered', () => this.client.get(nodes, { name: nodeName }).catch(() => undefined));
    const patch = { type: 'application/merge-patch+json', body: { spec: { podCIDR } } } as const;
    await this.client.patch(nodes, { name: nodeName }, patch);
  }

  async stopAgent(): Promise<void> {
    this.#stop?.abort();
    await this.#done;
  }

  async createPod(name: string, spec: Partial<Draft<Pod>['spec']>, metadata: New<Pod>['metadata'] = {}): Promise<Pod> {
    const filled = (containers: typeof spec.containers = []) =>
      containers.map((container) => ({
        image: 'berth/hello:1',
        imagePullPolicy: 'IfNotPresent' as const,
        ...container,
      }));
    const containers = filled(spec.containers);
    const initContainers = filled(spec.initContainers);
    return this.client.create<Pod>(
      pods,
      { metadata: { name, ...metadata }, spec: { nodeName, ...spec, containers, initContainers } },
      { namespace: 'default' },
    );
  }

  pod(name: string): Promise<Pod | undefined> {
    return this.client.get(pods, { namespace: 'default', name }).catch((error: unknown) => {
      if (isReason(error, 'NotFound')) return undefined;
      throw error;
    });
  }

  /** Waits until the pod is as wanted. */
  podThat(name: string, what: string, is: (pod: Draft<Pod>) => boolean): Promise<Draft<Pod>> {
    return until(`${name} ${what}`, async () => {
      const pod = await this.pod(name);
      const draft = pod && draftOf(pod);
      return draft && is(draft) ? draft : undefined;
    });
  }

  podGone(name: string): Promise<true> {
    return until(`${name} is gone`, async () => ((await this.pod(name)) ? undefined : true));
  }

  async events(name: string): Promise<Event[]> {
    const { items } = await this.client.list(events, { namespace: 'default' });
    return items.filter(({ involvedObject }) => involvedObject.name === name);
  }

  async deletePod(name: string, gracePeriodSeconds?: number): Promise<void> {
    await this.client.delete(pods, { namespace: 'default', name }, { gracePeriodSeconds });
  }

  /** Everything that a container has said; `back` 1: the one before it. */
  async log(uid: string, container: string, back = 0): Promise<string> {
    const state = await this.#containerState(uid, container, back);
    const request = { follow: false, timestamps: false };
    return textOf(this.runtime.logs(state, request, new AbortController().signal));
  }

  /** Waits until a container has said this, and nothing else. */
  async logThat(uid: string, container: string, text: string): Promise<void> {
    await until(`${container} says ${JSON.stringify(text)}`, async () =>
      (await this.log(uid, container)) === text ? true : undefined,
    );
  }

  /** What a container says until it ends. */
  async followLog(uid: string, container: string): Promise<string> {
    const state = await this.#containerState(uid, container, 0);
    return textOf(this.runtime.logs(state, { follow: true, timestamps: false }, new AbortController().signal));
  }

  async #containerState(uid: string, container: string, back: number): Promise<string> {
    const { containers } = await this.runtime.observe({ uid, namespace: '', name: '' });
    const found = containers.filter(({ name }) => name === container)[back];
    if (!found) throw new Error(`no container ${container}`);
    return found.id;
  }

  async exec(containerId: string, command: readonly string[]): Promise<{ exitCode: number; output: string }> {
    const session = await this.runtime.exec(containerId, { command, stdin: false, tty: false });
    const output = await textOf(session.output);
    return { exitCode: await session.exitCode, output };
  }

  containersOf(uid: string): Promise<Docker.ContainerInfo[]> {
    return this.docker.listContainers({ all: true, filters: { label: [`berth.pod.uid=${uid}`] } });
  }

  async #removeContainers(): Promise<void> {
    const left = await this.docker.listContainers({ all: true, filters: { label: [`berth.cluster=${clusterId}`] } });
    await Promise.all(left.map(({ Id }) => this.docker.getContainer(Id).remove({ force: true, v: true })));
    await this.docker
      .getNetwork(networkName)
      .remove()
      .catch(() => {});
  }

  async close(): Promise<void> {
    await this.stopAgent();
    await this.#removeContainers();
    await this.api.close();
    await rm(this.dataDirectory, { recursive: true, force: true });
  }
}

async function textOf(chunks: AsyncIterable<OutputChunk>): Promise<string> {
  let text = '';
  for await (const { data } of chunks) text += Buffer.from(data).toString();
  return text;
}

/** Polls what only the outside world can tell, for a bounded time. */
export async function until<T>(what: string, look: () => Promise<T | undefined>, timeoutMs = 40_000): Promise<T> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
