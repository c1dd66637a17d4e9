// Owns the pod network of one node, from the subnet in its Node object on: keeps the bridge, the packet rules and the
// routes as `decide` says, when something changes and every half minute.
import { networkInterfaces } from 'node:os';
import { type Clock, type Component, type Logger, type Running, sleep } from '@berth/host';
import type { Informer } from '@berth/informers';
import type { Node } from '@berth/objects';
import { type Run, runCommand } from './command.ts';
import {
  bridgeName,
  decideNetwork,
  decideRoutes,
  decideRules,
  type NetworkOwner,
  type NetworkPlan,
  staleRoutes,
} from './decide.ts';
import type { DockerConnection } from './docker-connection.ts';
import { ensureNetwork } from './docker-network.ts';
import {
  allowHairpins,
  allowLoopbackSource,
  enableForwarding,
  ensureRules,
  ownRoutes,
  removeRoute,
  setRoute,
} from './host.ts';

const resyncMs = 30_000;
const retryMs = 1_000;

export type NetworkState =
  /** `reason`: why pods cannot run yet, for the node's Ready condition. */
  | { readonly ready: false; readonly reason: string }
  | { readonly ready: true; readonly name: string; readonly subnet: string; readonly gateway: string };

export interface NodeNetwork extends Component {
  readonly state: NetworkState;
  /** The node's address on its own pod network, once there is one. */
  readonly gateway: string | undefined;
  /** Called when `state` has changed. Returns the function that ends the subscription. */
  onChange(listener: () => void): () => void;
}

export interface NodeNetworkOptions extends NetworkOwner {
  readonly docker: DockerConnection;
  readonly nodes: Informer<Node>;
  /** The network that all nodes' subnets are part of. */
  readonly clusterNetwork: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly run?: Run;
}

export function createNodeNetwork(options: NodeNetworkOptions): NodeNetwork {
  return new DockerNodeNetwork(options);
}

class DockerNodeNetwork implements NodeNetwork {
  readonly name = 'network';
  state: NetworkState = { ready: false, reason: 'the node has no pod subnet yet' };
  readonly #options: NodeNetworkOptions;
  readonly #run: Run;
  readonly #listeners = new Set<() => void>();
  #wake = new AbortController();
  #unreachable = '';
  #complaint = '';

  constructor(options: NodeNetworkOptions) {
    this.#options = options;
    this.#run = options.run ?? runCommand;
  }

  get gateway(): string | undefined {
    return this.state.ready ? this.state.gateway : undefined;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Does not wait for the subnet, which a node is given after it has registered. */
  async start(signal: AbortSignal): Promise<Running> {
    const unsubscribe = this.#options.nodes.onChange((changes) => {
      if (changes.some(({ previous, next }) => networkFacts(previous) !== networkFacts(next))) this.#wake.abort();
    });
    const done = Promise.all([this.#keep(signal), this.#keepHairpins(signal)]).then(unsubscribe);
    return { done: done.then(() => undefined) };
  }

  async #keep(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#options;
    while (!signal.aborted) {
      this.#wake = new AbortController();
      let delay = resyncMs;
      try {
        await this.#reconcile();
        this.#complaint = '';
      } catch (err) {
        // It may well be the same every second from now on.
        if (messageOf(err) !== this.#complaint) log.warn({ err }, 'could not bring up the pod network, trying again');
        this.#complaint = messageOf(err);
        // What is there goes on working; only a node that never had a network is not ready.
        if (!this.state.ready) this.#become({ ready: false, reason: `pod network: ${messageOf(err)}` });
        delay = retryMs;
      }
      await sleep(clock, delay, AbortSignal.any([signal, this.#wake.signal]));
    }
  }

  async #reconcile(): Promise<void> {
    const { docker, nodes, clusterNetwork, clusterId, nodeName } = this.#options;
    const podCIDR = nodes.get(nodeName)?.spec?.podCIDR;
    if (!podCIDR) return;
    const { ApiVersion } = await docker.version();
    const plan = decideNetwork(this.#options, podCIDR, ApiVersion);
    if (!plan) return this.#become({ ready: false, reason: `${podCIDR} cannot be a pod subnet` });
    await ensureRules(this.#run, decideRules(clusterId, clusterNetwork));
    await enableForwarding(this.#run);
    await ensureNetwork(docker, plan);
    await allowLoopbackSource(plan.bridge);
    await allowHairpins(this.#run, plan.bridge);
    await this.#ensureRoutes();
    this.#become({ ready: true, ...readyPart(plan) });
  }

  async #ensureRoutes(): Promise<void> {
    const { nodes, clusterNetwork, log } = this.#options;
    const interfaces = Object.values(networkInterfaces()).flatMap((addresses = []) => addresses);
    const { routes, unreachable } = decideRoutes(
      nodes.list(),
      interfaces.filter(({ family }) => family === 'IPv4'),
    );
    const found = await ownRoutes(this.#run);
    for (const route of staleRoutes(found, routes, clusterNetwork)) await removeRoute(this.#run, route);
    const present = new Set(found.map(({ subnet, via }) => `${subnet} ${via}`));
    for (const route of routes) if (!present.has(`${route.subnet} ${route.via}`)) await setRoute(this.#run, route);
    if (unreachable.join() !== this.#unreachable && unreachable.length > 0)
      log.warn({ nodes: unreachable }, 'nodes are on none of our links, their pods cannot be reached from here');
    this.#unreachable = unreachable.join();
  }

  /** A container that joins the network brings a new port of the bridge. */
  async #keepHairpins(signal: AbortSignal): Promise<void> {
    const { docker, clock, log } = this.#options;
    while (!signal.aborted) {
      try {
        const events = (await docker.getEvents({
          filters: { type: ['network'], event: ['connect'] },
          abortSignal: signal,
        })) as NodeJS.ReadableStream;
        for await (const _ of events) if (this.state.ready) await allowHairpins(this.#run, bridgeName(this.#options));
      } catch (err) {
        if (signal.aborted) return;
        log.warn({ err }, 'lost the events of Docker, asking again');
      }
      await sleep(clock, retryMs, signal);
    }
  }

  #become(state: NetworkState): void {
    if (JSON.stringify(state) === JSON.stringify(this.state)) return;
    this.state = state;
    for (const listener of this.#listeners) listener();
  }
}

function readyPart({ name, subnet, gateway }: NetworkPlan) {
  return { name, subnet, gateway };
}

/** What of a node concerns the network. */
function networkFacts(node: Node | undefined): string {
  return JSON.stringify([node?.spec?.podCIDR, node?.status?.addresses]);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
