// Owns what the fields of a service that hold allocated numbers mean for each other, and what an update that leaves
// them out keeps. Source: Kubernetes API reference, Service.
import type { Draft, Service } from '@berth/objects';

type Subject = Draft<Service> | Service;

export function needsAddress({ spec }: Subject): boolean {
  return spec.type !== 'ExternalName';
}

export function needsNodePorts({ spec }: Subject): boolean {
  return spec.type === 'NodePort' || (spec.type === 'LoadBalancer' && spec.allocateLoadBalancerNodePorts !== false);
}

/** `clusterIPs` has `clusterIP` as its first; an old client knows only the latter. */
export function normalizeAddresses({ spec }: Draft<Service>, old: Service | undefined): void {
  const unchanged = old !== undefined && same(spec.clusterIPs, old.spec.clusterIPs);
  if (!old || (unchanged && spec.clusterIP !== old.spec.clusterIP)) {
    if (spec.clusterIP && (old || !spec.clusterIPs?.length)) spec.clusterIPs = [spec.clusterIP];
    else if (old && !spec.clusterIP) delete spec.clusterIPs;
  }
  if (!old && !spec.clusterIP && spec.clusterIPs?.[0]) spec.clusterIP = spec.clusterIPs[0];
}

/** Keeps what was allocated where the update leaves it out, and drops what the new type has no use for. */
export function carryOver(draft: Draft<Service>, old: Service): void {
  const { spec } = draft;
  if (needsAddress(old) && needsAddress(draft)) {
    spec.clusterIP ||= old.spec.clusterIP;
    if (!spec.clusterIPs?.length && spec.clusterIP === old.spec.clusterIP)
      spec.clusterIPs = old.spec.clusterIPs && [...old.spec.clusterIPs];
  } else if (needsAddress(old) && spec.clusterIP === old.spec.clusterIP) {
    delete spec.clusterIP;
    delete spec.clusterIPs;
    delete spec.ipFamilies;
    delete spec.ipFamilyPolicy;
  }
  if (needsNodePorts(old) && needsNodePorts(draft)) keepNodePorts(draft, old);
  else if (needsNodePorts(old)) dropNodePorts(draft, old);
}

function keepNodePorts(draft: Draft<Service>, old: Service): void {
  const used = new Set(draft.spec.ports?.map(({ nodePort }) => nodePort));
  for (const port of draft.spec.ports ?? []) {
    if (port.nodePort) continue;
    const before = old.spec.ports?.find((other) => other.port === port.port && other.protocol === port.protocol);
    if (before?.nodePort && !used.has(before.nodePort)) port.nodePort = before.nodePort;
  }
}

/** Only those that the client sent back as it got them: a new one is its mistake, which validation names. */
function dropNodePorts(draft: Draft<Service>, old: Service): void {
  const before = new Set(old.spec.ports?.map(({ nodePort }) => nodePort));
  for (const port of draft.spec.ports ?? []) if (before.has(port.nodePort)) delete port.nodePort;
}

function same(a: readonly string[] | undefined, b: readonly string[] | undefined): boolean {
  return (a?.length ?? 0) === (b?.length ?? 0) && (a ?? []).every((item, index) => item === b?.[index]);
}
