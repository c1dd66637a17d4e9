// Owns the checks of what a pod gets of its host: namespaces, ports, paths, privileges.
// Source: Kubernetes, "Pod Security Standards".
import { type Check, containersOf, plural, quoted, setters, sorted, told } from './check.ts';

export const hostNamespaces: Check = {
  id: 'hostNamespaces',
  level: 'baseline',
  since: 0,
  violation({ spec }) {
    const names = (['hostNetwork', 'hostPID', 'hostIPC'] as const).filter((name) => spec[name]);
    if (names.length === 0) return undefined;
    return { reason: 'host namespaces', detail: names.map((name) => `${name}=true`).join(', ') };
  },
};

export const hostPathVolumes: Check = {
  id: 'hostPathVolumes',
  level: 'baseline',
  since: 0,
  violation({ spec }) {
    const names = (spec.volumes ?? []).filter(({ hostPath }) => hostPath).map(({ name }) => name);
    if (names.length === 0) return undefined;
    return { reason: 'hostPath volumes', detail: `${plural('volume', 'volumes', names.length)} ${quoted(names)}` };
  },
};

export const hostPorts: Check = {
  id: 'hostPorts',
  level: 'baseline',
  since: 0,
  violation(subject) {
    const bad = containersOf(subject).filter(({ ports }) => ports?.some(({ hostPort }) => hostPort));
    if (bad.length === 0) return undefined;
    const ports = sorted(
      bad.flatMap(({ ports = [] }) => ports.flatMap(({ hostPort }) => (hostPort ? [String(hostPort)] : []))),
    );
    const uses = `${plural('uses', 'use', bad.length)} ${plural('hostPort', 'hostPorts', ports.length)}`;
    return { reason: 'hostPort', detail: `${told(bad)} ${uses} ${ports.join(', ')}` };
  },
};

export const privileged: Check = {
  id: 'privileged',
  level: 'baseline',
  since: 0,
  violation(subject) {
    const bad = containersOf(subject).filter(({ securityContext }) => securityContext?.privileged);
    if (bad.length === 0) return undefined;
    return { reason: 'privileged', detail: `${told(bad)} must not set securityContext.privileged=true` };
  },
};

export const procMount: Check = {
  id: 'procMount',
  level: 'baseline',
  since: 0,
  violation(subject) {
    const bad = containersOf(subject).filter(
      ({ securityContext }) => securityContext?.procMount && securityContext.procMount !== 'Default',
    );
    if (bad.length === 0) return undefined;
    const types = sorted(bad.map(({ securityContext }) => securityContext?.procMount ?? ''));
    return { reason: 'procMount', detail: `${told(bad)} must not set securityContext.procMount to ${quoted(types)}` };
  },
};

export const windowsHostProcess: Check = {
  id: 'windowsHostProcess',
  level: 'baseline',
  since: 0,
  violation(subject) {
    const bad = containersOf(subject).filter(({ securityContext }) => securityContext?.windowsOptions?.hostProcess);
    const who = setters(subject.spec.securityContext?.windowsOptions?.hostProcess ?? false, bad);
    return who
      ? { reason: 'hostProcess', detail: `${who} must not set securityContext.windowsOptions.hostProcess=true` }
      : undefined;
  },
};

const safeSysctls = [
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.ping_group_range',
  'net.ipv4.tcp_syncookies',
];
const since27 = [...safeSysctls, 'net.ipv4.ip_local_reserved_ports'];
const since29 = [
  ...since27,
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_keepalive_time',
];
const since32 = [...since29, 'net.ipv4.tcp_rmem', 'net.ipv4.tcp_wmem'];

function sysctlsSince(since: number, allowed: readonly string[]): Check {
  return {
    id: 'sysctls',
    level: 'baseline',
    since,
    violation({ spec }) {
      const bad = (spec.securityContext?.sysctls ?? []).filter(({ name }) => !allowed.includes(name));
      if (bad.length === 0) return undefined;
      return { reason: 'forbidden sysctls', detail: bad.map(({ name }) => name).join(', ') };
    },
  };
}

export const sysctls: readonly Check[] = [
  sysctlsSince(0, safeSysctls),
  sysctlsSince(27, since27),
  sysctlsSince(29, since29),
  sysctlsSince(32, since32),
];
