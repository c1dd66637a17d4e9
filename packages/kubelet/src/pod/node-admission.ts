// Owns which pods a node refuses to run though they were given to it: those that ask for kernel parameters that are not
// the pod's own. Pure. Source: Kubernetes' "Using sysctls in a Kubernetes Cluster", and the kubelet's words.
import type { Pod } from '@berth/objects';
import type { Failure } from './decide.ts';

/** Kernel parameters that pods may set, and the namespace that keeps each to the pod. */
const safeSysctls: ReadonlyMap<string, 'IPC' | 'net'> = new Map([
  ['kernel.shm_rmid_forced', 'IPC'],
  ['net.ipv4.ip_local_port_range', 'net'],
  ['net.ipv4.ip_local_reserved_ports', 'net'],
  ['net.ipv4.ip_unprivileged_port_start', 'net'],
  ['net.ipv4.ping_group_range', 'net'],
  ['net.ipv4.tcp_fin_timeout', 'net'],
  ['net.ipv4.tcp_keepalive_intvl', 'net'],
  ['net.ipv4.tcp_keepalive_probes', 'net'],
  ['net.ipv4.tcp_keepalive_time', 'net'],
  ['net.ipv4.tcp_rmem', 'net'],
  ['net.ipv4.tcp_syncookies', 'net'],
  ['net.ipv4.tcp_wmem', 'net'],
]);

/** Undefined: the node takes the pod. */
export function refusalOf(pod: Pod): Failure | undefined {
  for (const { name } of pod.spec.securityContext?.sysctls ?? []) {
    const why = sysctlProblem(pod, name);
    if (why) return { reason: 'SysctlForbidden', message: `forbidden sysctl: ${why}`, refused: true };
  }
  return undefined;
}

function sysctlProblem({ spec }: Pod, name: string): string | undefined {
  const namespace = safeSysctls.get(withDots(name));
  if (!namespace) return `"${name}" not allowlisted`;
  const shared = namespace === 'IPC' ? spec.hostIPC : spec.hostNetwork;
  return shared ? `"${name}" not allowed with host ${namespace} enabled` : undefined;
}

/** `net/ipv4/tcp_rmem` is another way to write `net.ipv4.tcp_rmem`: what separates stands first. */
function withDots(name: string): string {
  return name[name.search(/[./]/)] === '/' ? name.replace(/[./]/g, (mark) => (mark === '/' ? '.' : '/')) : name;
}
