// Owns how one service's rules read in nftables: its chains, its sets, and its elements of the shared maps.
import { createHash } from 'node:crypto';
import type { Backend, Balancer, Masquerade, ServiceRules } from './decide.ts';

/** The bit of a packet's mark that says: replace its source by the machine's address when it leaves. */
export const masqueradeMark = '0x4000';

/** The shared maps and sets, and what an element of each is made of. */
export const maps = {
  'service-addresses': 'ipv4_addr . inet_proto . inet_service : verdict',
  'node-ports': 'inet_proto . inet_service : verdict',
} as const;
export const sets = {
  'refused-node-ports': 'inet_proto . inet_service',
  hairpins: 'ipv4_addr . ipv4_addr',
} as const;

export type ElementTable = keyof typeof maps | 'refused-node-ports';

export interface Fragment {
  /** Name → rules, in order. Later chains may be jumped to by earlier ones. */
  readonly chains: ReadonlyMap<string, readonly string[]>;
  /** Name → seconds: who was sent to a backend lately. */
  readonly affinitySets: ReadonlyMap<string, number>;
  /** Table → key → what it leads to; empty where the table is a set. */
  readonly elements: Readonly<Record<ElementTable, ReadonlyMap<string, string>>>;
  /** Backends, which may call themselves. */
  readonly addresses: ReadonlySet<string>;
}

export const emptyFragment = renderFragment({ balancers: [], doors: [] }, '0.0.0.0/0');

export function renderFragment({ balancers, doors }: ServiceRules, clusterNetwork: string): Fragment {
  const chains = new Map<string, readonly string[]>();
  const affinitySets = new Map<string, number>();
  for (const balancer of balancers) {
    if (balancer.affinitySeconds === undefined) {
      chains.set(chainName(balancer.name), [...markRules(balancer.masquerade, clusterNetwork), spread(balancer)]);
      continue;
    }
    const sticky = renderSticky(balancer, balancer.affinitySeconds, clusterNetwork);
    for (const [name, rules] of sticky.chains) chains.set(name, rules);
    for (const name of sticky.sets) affinitySets.set(name, balancer.affinitySeconds);
  }
  const elements = {
    'service-addresses': new Map<string, string>(),
    'node-ports': new Map<string, string>(),
    'refused-node-ports': new Map<string, string>(),
  };
  for (const { address, protocol, port, balancer } of doors) {
    // Who calls a service's address that is in no map is refused by the table's own rules.
    if (address && balancer)
      elements['service-addresses'].set(`${address} . ${protocol} . ${port}`, `goto ${chainName(balancer)}`);
    if (!address && balancer) elements['node-ports'].set(`${protocol} . ${port}`, `goto ${chainName(balancer)}`);
    if (!address && !balancer) elements['refused-node-ports'].set(`${protocol} . ${port}`, '');
  }
  const addresses = new Set(balancers.flatMap(({ backends }) => backends.map(({ address }) => address)));
  return { chains, affinitySets, elements, addresses };
}

function markRules(masquerade: Masquerade, clusterNetwork: string): readonly string[] {
  const mark = `meta mark set meta mark or ${masqueradeMark}`;
  switch (masquerade) {
    case 'always':
      return [mark];
    case 'outside':
      return [`ip saddr != ${clusterNetwork} ${mark}`];
    case 'loopback':
      return [`ip saddr 127.0.0.0/8 ${mark}`];
  }
}

function spread({ protocol, backends }: Balancer): string {
  const [only, ...others] = backends;
  if (only && others.length === 0) return sendTo(protocol, only);
  const turns = backends.map(({ address, port }, turn) => `${turn} : ${address} . ${port}`);
  return `meta l4proto ${protocol} dnat ip addr . port to numgen inc mod ${turns.length} map { ${turns.join(', ')} }`;
}

function sendTo(protocol: string, { address, port }: Backend): string {
  return `meta l4proto ${protocol} dnat to ${address}:${port}`;
}

/** A chain for the balancer and one for each backend, which remembers whom it served. */
function renderSticky(balancer: Balancer, seconds: number, clusterNetwork: string) {
  const name = chainName(balancer.name);
  const chains = new Map<string, readonly string[]>();
  const served = balancer.backends.map((backend) => {
    const chain = `${name}/${backend.address}-${backend.port}`;
    const set = chain;
    chains.set(chain, [`update @${set} { ip saddr timeout ${seconds}s }`, sendTo(balancer.protocol, backend)]);
    return { chain, set };
  });
  chains.set(name, [
    ...markRules(balancer.masquerade, clusterNetwork),
    ...served.map(({ chain, set }) => `ip saddr @${set} goto ${chain}`),
    `numgen inc mod ${served.length} vmap { ${served.map(({ chain }, turn) => `${turn} : goto ${chain}`).join(', ')} }`,
  ]);
  return { chains, sets: served.map(({ set }) => set) };
}

/** The kernel allows 127 characters; namespace, name and port alone may have more. */
const longestName = 100;

function chainName(balancer: string): string {
  if (balancer.length <= longestName) return balancer;
  return `${balancer.slice(0, longestName - 9)}-${createHash('sha256').update(balancer).digest('hex').slice(0, 8)}`;
}
