// Owns the loop that keeps this machine's nftables as the services and endpoints say, while it is the owner of the
// table. What changes meanwhile is programmed together, and only that.
import { isIPv4 } from 'node:net';
import { type Clock, type Component, type Logger, type Running, sleep } from '@berth/host';
import type { Informer } from '@berth/informers';
import type { Endpoints, Node, Service } from '@berth/objects';
import type { GatewaySource } from '../gateway.ts';
import { type Backend, decideApi, decideDns, decideService, noRules, type ServiceRules } from './decide.ts';
import { emptyFragment, type Fragment, renderFragment } from './fragment.ts';
import { applyScript, forgetFlow, tableExists } from './nftables.ts';
import { becomeOwner } from './ownership.ts';
import { RuleSet } from './rule-set.ts';
import { staleFlows } from './stale-flows.ts';

const resyncMs = 30_000;
const retryMs = 1_000;
/** Lets what belongs together arrive together. */
const gatherMs = 20;
/** No service can have this key. */
const dnsKey = 'dns';
/** The service by which pods reach the API. */
const apiKey = 'default/kubernetes';

/** Which API server this machine's agent speaks to. */
export interface ApiServers {
  /** `https://127.0.0.1:6443` */
  readonly current: string;
  /** Returns the function that ends the subscription. */
  onMove(listener: () => void): () => void;
}

export interface ServiceProxyOptions {
  readonly services: Informer<Service>;
  readonly endpoints: Informer<Endpoints>;
  readonly nodes: Informer<Node>;
  readonly nodeName: string;
  readonly network: GatewaySource;
  readonly clusterNetwork: string;
  readonly serviceNetwork: string;
  /** The cluster's DNS address. */
  readonly dnsAddress: string;
  readonly apiServers: ApiServers;
  readonly table: string;
  readonly clock: Clock;
  readonly log: Logger;
}

export class ServiceProxy implements Component {
  readonly name = 'proxy';
  readonly #options: ServiceProxyOptions;
  readonly #ruleSet: RuleSet;
  readonly #dirty = new Set<string>();
  /** What the kernel was told last, by service. */
  #programmed = new Map<string, ServiceRules>();
  #replaceAll = true;
  #complaint = '';
  #wake = new AbortController();

  constructor(options: ServiceProxyOptions) {
    this.#options = options;
    this.#ruleSet = new RuleSet(options);
  }

  /** Does not wait for the ownership, which another agent of the machine may hold as long as it lives. */
  async start(signal: AbortSignal): Promise<Running> {
    const { services, endpoints, nodes, network, apiServers } = this.#options;
    const changed = (changes: readonly { readonly key: string }[]) => this.#touch(changes.map(({ key }) => key));
    const subscriptions = [
      services.onChange(changed),
      endpoints.onChange(changed),
      nodes.onChange((changes) => {
        // Which nodes are on this machine decides what is local.
        if (changes.some(({ previous, next }) => addressOf(previous) !== addressOf(next))) this.#touchAll();
      }),
      network.onChange(() => this.#touch([dnsKey])),
      apiServers.onMove(() => this.#touch([apiKey])),
    ];
    const done = this.#run(signal).finally(() => {
      for (const unsubscribe of subscriptions) unsubscribe();
    });
    return { done };
  }

  #touch(keys: readonly string[]): void {
    for (const key of keys) this.#dirty.add(key);
    this.#wake.abort();
  }

  #touchAll(): void {
    this.#touch([...this.#programmed.keys(), ...this.#options.services.list().map(keyOf), dnsKey]);
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { table, clock, log } = this.#options;
    // Whoever owns the table answers the cluster's DNS address for the whole machine.
    await this.#untilGateway(signal);
    const ownership = await becomeOwner(table, clock, signal);
    if (!ownership) return;
    log.info({ table }, 'programs the service addresses of this machine');
    while (!signal.aborted) {
      this.#wake = new AbortController();
      const programmed = await this.#attempt();
      if (!programmed) await sleep(clock, retryMs, signal);
      else if (this.#dirty.size === 0) await sleep(clock, resyncMs, AbortSignal.any([signal, this.#wake.signal]));
      await sleep(clock, gatherMs, signal);
    }
    await ownership.release();
  }

  #untilGateway(signal: AbortSignal): Promise<void> {
    const { network } = this.#options;
    return new Promise((resolve) => {
      const look = () => {
        if (network.gateway === undefined && !signal.aborted) return;
        unsubscribe();
        signal.removeEventListener('abort', look);
        resolve();
      };
      const unsubscribe = network.onChange(look);
      signal.addEventListener('abort', look);
      look();
    });
  }

  async #attempt(): Promise<boolean> {
    const { table, log } = this.#options;
    try {
      // Nothing changed: it was time to see whether somebody else emptied the kernel's tables.
      if (!this.#replaceAll && this.#dirty.size === 0) this.#replaceAll = !(await tableExists(table));
      await this.#program();
      this.#complaint = '';
      return true;
    } catch (err) {
      // It may well be the same every second from now on.
      if (String(err) !== this.#complaint) log.error({ err }, 'could not program the service addresses, trying again');
      this.#complaint = String(err);
      this.#replaceAll = true;
      return false;
    }
  }

  async #program(): Promise<void> {
    const replaceAll = this.#replaceAll;
    if (replaceAll) this.#touchAll();
    const keys = [...this.#dirty];
    this.#dirty.clear();
    const isLocal = this.#localNodes();
    const rules = new Map(keys.map((key) => [key, this.#decide(key, isLocal)]));
    const fragments = new Map([...rules].map(([key, value]) => [key, this.#render(value)]));
    const script = replaceAll ? this.#ruleSet.replace(fragments) : this.#ruleSet.change(fragments);
    if (script) await applyScript(script);
    this.#replaceAll = false;
    await this.#remember(rules);
  }

  #decide(key: string, isLocal: (node: string | undefined) => boolean): ServiceRules {
    const { services, endpoints, network, dnsAddress, apiServers } = this.#options;
    if (key === dnsKey) return decideDns(dnsAddress, network.gateway);
    const service = services.get(key);
    // A service with the DNS address would be answered by ours.
    if (service?.spec.clusterIP === dnsAddress) return noRules;
    if (key === apiKey) return decideApi(service, endpoints.get(key), backendOf(apiServers.current));
    return decideService(service, endpoints.get(key), isLocal);
  }

  #render(rules: ServiceRules): Fragment {
    return rules.doors.length === 0 ? emptyFragment : renderFragment(rules, this.#options.clusterNetwork);
  }

  async #remember(rules: ReadonlyMap<string, ServiceRules>): Promise<void> {
    const stale = [...rules].flatMap(([key, next]) => staleFlows(this.#programmed.get(key) ?? noRules, next));
    for (const [key, next] of rules) {
      if (next.doors.length > 0) this.#programmed.set(key, next);
      else this.#programmed.delete(key);
    }
    for (const flow of stale) {
      await forgetFlow(flow).catch((err: unknown) => {
        this.#options.log.warn({ err, ...flow }, 'could not make the kernel forget a UDP flow');
      });
    }
  }

  /** Nodes with this node's own address are other agents of this machine. */
  #localNodes(): (node: string | undefined) => boolean {
    const { nodes, nodeName } = this.#options;
    const own = addressOf(nodes.get(nodeName));
    const local = new Set(
      nodes
        .list()
        .filter((node) => addressOf(node) === own)
        .map(keyOf),
    );
    local.add(nodeName);
    return (node) => node !== undefined && local.has(node);
  }
}

/** Undefined for a host name: such a server tells the cluster in its endpoints where it is found. */
function backendOf(url: string): Backend | undefined {
  const { hostname, port } = new URL(url);
  return isIPv4(hostname) ? { address: hostname, port: Number(port || 443) } : undefined;
}

function addressOf(node: Node | undefined): string | undefined {
  return node?.status?.addresses?.find(({ type }) => type === 'InternalIP')?.address;
}

function keyOf({ metadata: { namespace, name } }: Service | Node): string {
  return namespace ? `${namespace}/${name}` : name;
}
