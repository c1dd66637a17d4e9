// Owns the machine's own part of the network: packet rules, routes and kernel settings, through iptables, ip and /proc.
import { writeFile } from 'node:fs/promises';
import type { Run } from './command.ts';
import { commentOf, type PacketRule, type Route } from './decide.ts';

/** The number by which the kernel tells that a route is ours (`ip route show proto 152`). */
const routeProtocol = '152';

interface ShownRoute {
  readonly dst: string;
  readonly gateway?: string;
}

/** Several agents of one machine do this at once, so looking and adding are one step. */
const addUnlessPresent = `
  table=$1 chain=$2
  shift 2
  iptables -w -t "$table" -C "$chain" "$@" 2>/dev/null || iptables -w -t "$table" -I "$chain" "$@"`;

export async function ensureRules(run: Run, rules: readonly PacketRule[]): Promise<void> {
  for (const { table, chain, match } of rules)
    await run('flock', ['/run/lock/berth-rules.lock', 'sh', '-c', addUnlessPresent, 'sh', table, chain, ...match]);
}

/** Removes the rules of one cluster, or of all. */
export async function removeRules(run: Run, clusterId: string | undefined): Promise<void> {
  const mark = clusterId === undefined ? `--comment ${commentOf('')}` : `--comment ${commentOf(clusterId)} `;
  for (const table of ['filter', 'nat']) {
    for (const line of (await run('iptables-save', ['-t', table])).split('\n')) {
      if (!line.startsWith('-A ') || !line.replaceAll('"', '').includes(mark)) continue;
      await run('iptables', ['-w', '-t', table, '-D', ...line.replaceAll('"', '').split(' ').slice(1)]);
    }
  }
}

export async function ownRoutes(run: Run): Promise<readonly Route[]> {
  const shown = await run('ip', ['-4', '-j', 'route', 'show', 'proto', routeProtocol]);
  const routes = JSON.parse(shown || '[]') as readonly ShownRoute[];
  return routes.flatMap(({ dst, gateway }) => (gateway ? [{ subnet: dst, via: gateway }] : []));
}

export async function setRoute(run: Run, { subnet, via }: Route): Promise<void> {
  await run('ip', ['route', 'replace', subnet, 'via', via, 'proto', routeProtocol]);
}

export async function removeRoute(run: Run, { subnet, via }: Route): Promise<void> {
  await run('ip', ['route', 'del', subnet, 'via', via, 'proto', routeProtocol]);
}

export async function enableForwarding(run: Run): Promise<void> {
  await writeFile('/proc/sys/net/ipv4/ip_forward', '1');
  const bridged = '/proc/sys/net/bridge/bridge-nf-call-iptables';
  // Pods of one bridge answer each other directly; only so does the answer get its service's address back.
  await writeFile(bridged, '1').catch(async () => {
    await run('modprobe', ['br_netfilter']);
    await writeFile(bridged, '1');
  });
}

/** What node ports on 127.0.0.1 need: packets of that address may leave over the bridge. */
export function allowLoopbackSource(bridge: string): Promise<void> {
  return writeFile(`/proc/sys/net/ipv4/conf/${bridge}/route_localnet`, '1');
}

interface ShownPort {
  readonly ifname: string;
  readonly linkinfo?: { readonly info_slave_data?: { readonly hairpin?: boolean } };
}

/** What a pod needs to reach itself through a service: its packets may leave the bridge where they came in. */
export async function allowHairpins(run: Run, bridge: string): Promise<void> {
  const shown = await run('ip', ['-d', '-j', 'link', 'show', 'master', bridge]);
  for (const { ifname, linkinfo } of JSON.parse(shown || '[]') as readonly ShownPort[]) {
    if (linkinfo?.info_slave_data?.hairpin) continue;
    await run('ip', ['link', 'set', 'dev', ifname, 'type', 'bridge_slave', 'hairpin', 'on']).catch((error: Error) => {
      // The container went away in between.
      if (!/Cannot find device|No such device|not a slave/i.test(error.message)) throw error;
    });
  }
}
