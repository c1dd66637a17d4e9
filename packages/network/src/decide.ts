// Owns what a machine's network should be like: the node's bridge, the packet rules and the routes to other machines.
// Pure; `host.ts` and `docker-network.ts` make it so.
import { createHash } from 'node:crypto';
import type { NetworkInterfaceInfo } from 'node:os';
import type { Node } from '@berth/objects';
import { contains, gatewayOf, parseSubnet, within } from './subnet.ts';

export const labels = { cluster: 'berth.cluster', node: 'berth.node' } as const;

/** A Docker network as it should be. */
export interface NetworkPlan {
  readonly name: string;
  /** The name of the bridge's interface; the kernel allows 15 characters. */
  readonly bridge: string;
  readonly subnet: string;
  readonly gateway: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly options: Readonly<Record<string, string>>;
}

export interface NetworkOwner {
  readonly clusterId: string;
  readonly nodeName: string;
}

/** `apiVersion`: the Docker Engine's, such as 1.41. Undefined if the subnet is none that a bridge can have. */
export function decideNetwork(owner: NetworkOwner, podCIDR: string, apiVersion: string): NetworkPlan | undefined {
  const subnet = parseSubnet(podCIDR);
  if (!subnet || subnet.bits > 30) return undefined;
  const bridge = bridgeName(owner);
  return {
    name: `berth-${owner.nodeName}`,
    bridge,
    subnet: podCIDR,
    gateway: gatewayOf(subnet),
    labels: { [labels.cluster]: owner.clusterId, [labels.node]: owner.nodeName },
    options: {
      'com.docker.network.bridge.name': bridge,
      // Docker would hide a pod's address from the pods of other nodes; a rule of ours masks only what leaves the cluster.
      'com.docker.network.bridge.enable_ip_masquerade': 'false',
      // From Docker Engine 28 on, packets that were routed to a container are dropped otherwise.
      ...(atLeast(apiVersion, 1, 48) ? { 'com.docker.network.bridge.gateway_mode_ipv4': 'nat-unprotected' } : {}),
    },
  };
}

export function bridgeName({ clusterId, nodeName }: NetworkOwner): string {
  return `berth-${createHash('sha256').update(`${clusterId}/${nodeName}`).digest('hex').slice(0, 8)}`;
}

function atLeast(version: string, major: number, minor: number): boolean {
  const [ownMajor = 0, ownMinor = 0] = version.split('.').map(Number);
  return ownMajor > major || (ownMajor === major && ownMinor >= minor);
}

/** A rule of iptables, where Docker keeps its own: what Docker drops there, no other table can let pass. */
export interface PacketRule {
  readonly table: 'filter' | 'nat';
  readonly chain: string;
  readonly match: readonly string[];
}

/** How rules say whose they are. */
export function commentOf(clusterId: string): string {
  return `berth:${clusterId}`;
}

export function decideRules(clusterId: string, clusterNetwork: string): readonly PacketRule[] {
  const comment = ['-m', 'comment', '--comment', commentOf(clusterId)];
  return [
    // Pods reach pods of other nodes.
    {
      table: 'filter',
      chain: 'DOCKER-USER',
      match: ['-s', clusterNetwork, '-d', clusterNetwork, ...comment, '-j', 'ACCEPT'],
    },
    // Whoever comes through a service's address or a node port reaches the pod behind it.
    {
      table: 'filter',
      chain: 'DOCKER-USER',
      match: ['-d', clusterNetwork, '-m', 'conntrack', '--ctstate', 'DNAT', ...comment, '-j', 'ACCEPT'],
    },
    // Our bridges carry packets from 127.0.0.1 to pods (route_localnet); nobody may use them the other way round.
    {
      table: 'filter',
      chain: 'INPUT',
      match: [
        ...['!', '-s', '127.0.0.0/8', '-d', '127.0.0.0/8', '-m', 'conntrack'],
        ...['!', '--ctstate', 'RELATED,ESTABLISHED,DNAT', ...comment, '-j', 'DROP'],
      ],
    },
    // What leaves the cluster wears the machine's address.
    {
      table: 'nat',
      chain: 'POSTROUTING',
      match: ['-s', clusterNetwork, '!', '-d', clusterNetwork, ...comment, '-j', 'MASQUERADE'],
    },
  ];
}

export interface Route {
  readonly subnet: string;
  /** The machine that has the subnet. */
  readonly via: string;
}

export interface RoutesDecision {
  readonly routes: readonly Route[];
  /** Nodes whose subnet cannot be reached from here, because their machine is on none of our links. */
  readonly unreachable: readonly string[];
}

/** Only IPv4 interfaces count: `os.networkInterfaces()`, all of them in one list. */
export function decideRoutes(
  nodes: readonly Node[],
  interfaces: readonly Pick<NetworkInterfaceInfo, 'address' | 'cidr'>[],
): RoutesDecision {
  const own = new Set(interfaces.map(({ address }) => address));
  const links = interfaces.map(({ cidr }) => parseSubnet(cidr ?? '')).filter((link) => link !== undefined);
  const routes: Route[] = [];
  const unreachable: string[] = [];
  for (const node of nodes) {
    const via = node.status?.addresses?.find(({ type }) => type === 'InternalIP')?.address;
    const subnet = node.spec?.podCIDR;
    if (!via || !subnet || !parseSubnet(subnet) || own.has(via)) continue;
    if (links.some((link) => contains(link, via))) routes.push({ subnet, via });
    else unreachable.push(node.metadata.name);
  }
  return { routes, unreachable };
}

/** What of the routes that Berth made is no longer wanted. Those outside of the cluster's network are another's. */
export function staleRoutes(
  found: readonly Route[],
  wanted: readonly Route[],
  clusterNetwork: string,
): readonly Route[] {
  const cluster = parseSubnet(clusterNetwork);
  const kept = new Set(wanted.map(({ subnet, via }) => `${subnet} ${via}`));
  return found.filter((route) => {
    const subnet = parseSubnet(route.subnet);
    return cluster && subnet && within(cluster, subnet) && !kept.has(`${route.subnet} ${route.via}`);
  });
}
