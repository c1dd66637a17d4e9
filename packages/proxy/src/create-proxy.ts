// Owns what makes a machine's service addresses and names work: the rules and the DNS server as one component.
import { type Clock, type Component, type Logger, type Random, startInOrder, systemRandom } from '@berth/host';
import type { Informer } from '@berth/informers';
import type { Endpoints, Node, Service } from '@berth/objects';
import { Forwarder } from './dns/forwarder.ts';
import { ClusterRecords } from './dns/records.ts';
import { respond } from './dns/respond.ts';
import { DnsServer } from './dns/server.ts';
import type { GatewaySource } from './gateway.ts';
import { type ApiServers, ServiceProxy } from './rules/service-proxy.ts';

export const defaultTable = 'berth';

export interface ProxyOptions {
  /** Started before the proxy. */
  readonly services: Informer<Service>;
  readonly endpoints: Informer<Endpoints>;
  readonly nodes: Informer<Node>;
  readonly nodeName: string;
  readonly network: GatewaySource;
  /** Such as 10.244.0.0/16: pods. */
  readonly clusterNetwork: string;
  /** Such as 10.96.0.0/16. */
  readonly serviceNetwork: string;
  /** Such as 10.96.0.10: leads to the DNS server of whichever machine a pod is on. */
  readonly dnsAddress: string;
  /** Such as `cluster.local`. */
  readonly clusterDomain: string;
  /** As the agent reaches the API now: `https://127.0.0.1:6443`. */
  readonly apiServers: ApiServers;
  /** The agents of a machine that name the same table take turns in owning it: one cluster, one table. */
  readonly table?: string;
  readonly resolvConf?: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly random?: Random;
}

const dnsPort = 53;

export function createProxy(options: ProxyOptions): Component {
  const { services, endpoints, network, dnsAddress, clusterDomain: domain, clock, log } = options;
  const { table = defaultTable, resolvConf = '/etc/resolv.conf', random = systemRandom } = options;
  const records = new ClusterRecords({ services, endpoints, domain });
  const forwarder = new Forwarder({
    resolvConf,
    isOwn: (address) => address === dnsAddress || address === network.gateway,
    port: dnsPort,
    clock,
  });
  const dns = new DnsServer({
    network,
    port: dnsPort,
    respond: (message, transport) => respond(message, transport, { records, forwarder, random }),
    clock,
    log,
  });
  const proxy = new ServiceProxy({ ...options, table });
  return { name: 'proxy', start: (signal) => startInOrder([dns, proxy], signal, log) };
}
