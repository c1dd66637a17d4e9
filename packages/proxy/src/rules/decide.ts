// Owns which addresses lead where: from a service and its endpoints to balancers and the doors to them. Pure, and it
// knows nothing of nftables.
import type { EndpointAddress, EndpointPort, Endpoints, Service, ServicePort } from '@berth/objects';

type Protocol = 'tcp' | 'udp';

export interface Backend {
  readonly address: string;
  readonly port: number;
}

/**
 * Whose address is replaced by the machine's, so that the answer comes back the way the question went:
 * everybody's, only that of callers outside of the pods' network, or only that of the machine's own loopback.
 */
export type Masquerade = 'always' | 'outside' | 'loopback';

/** Spreads new connections over its backends in turn. */
export interface Balancer {
  /** Unique, and tells a person what it is for. */
  readonly name: string;
  readonly protocol: Protocol;
  /** In the order of their addresses; never empty. */
  readonly backends: readonly Backend[];
  readonly masquerade: Masquerade;
  /** Callers stay with their backend until they were silent for so long; undefined: every connection for itself. */
  readonly affinitySeconds: number | undefined;
}

/** Where callers come in. `balancer` undefined: nobody is there to answer, and callers are told so. */
export interface Door {
  /** Undefined: on every address of the machine (a node port). */
  readonly address: string | undefined;
  readonly protocol: Protocol;
  readonly port: number;
  readonly balancer: string | undefined;
}

export interface ServiceRules {
  readonly balancers: readonly Balancer[];
  readonly doors: readonly Door[];
}

export const noRules: ServiceRules = { balancers: [], doors: [] };

const defaultAffinitySeconds = 10_800;

/** A service that has one of them is no business of the cluster's own proxy, whatever stands in it. */
const othersLabels = ['service.kubernetes.io/service-proxy-name', 'service.kubernetes.io/headless'];

/** `isLocal`: whether a node is on this machine. */
export function decideService(
  service: Service | undefined,
  endpoints: Endpoints | undefined,
  isLocal: (nodeName: string | undefined) => boolean,
): ServiceRules {
  const { clusterIP, type, ports = [] } = service?.spec ?? {};
  if (!service || !clusterIP || clusterIP === 'None' || type === 'ExternalName') return noRules;
  if (othersLabels.some((label) => service.metadata.labels?.[label] !== undefined)) return noRules;
  const balancers: Balancer[] = [];
  const doors: Door[] = [];
  for (const port of ports) {
    const protocol = protocolOf(port);
    if (!protocol) continue;
    const rules = decidePort({ service, port, protocol, found: backendsOf(endpoints, port), isLocal });
    balancers.push(...rules.balancers);
    doors.push(...rules.doors);
  }
  return { balancers, doors };
}

/** The cluster's DNS address leads to the DNS server of this machine, whether or not a service says so. */
export function decideDns(address: string, server: string | undefined): ServiceRules {
  const protocols: readonly Protocol[] = ['tcp', 'udp'];
  const name = (protocol: Protocol) => `dns/${protocol}`;
  return {
    balancers: protocols.flatMap((protocol) =>
      server
        ? [
            {
              name: name(protocol),
              protocol,
              backends: [{ address: server, port: 53 }],
              masquerade: 'loopback',
              affinitySeconds: undefined,
            },
          ]
        : [],
    ),
    doors: protocols.map((protocol) => ({
      address,
      protocol,
      port: 53,
      balancer: server ? name(protocol) : undefined,
    })),
  };
}

/**
 * The API's own service. A server that listens on a loopback address has no endpoints that others could use; the pods of
 * its machine reach it as their agent does.
 */
export function decideApi(
  service: Service | undefined,
  endpoints: Endpoints | undefined,
  agentReaches: Backend | undefined,
): ServiceRules {
  const hasEndpoints = endpoints?.subsets?.some(({ addresses = [] }) => addresses.length > 0);
  if (!service || hasEndpoints || !agentReaches) return decideService(service, endpoints, () => true);
  const subsets = (service.spec.ports ?? []).map(({ name, protocol }) => ({
    addresses: [{ ip: agentReaches.address }],
    ports: [{ name, protocol, port: agentReaches.port }],
  }));
  const reached: Endpoints = { apiVersion: 'v1', kind: 'Endpoints', metadata: service.metadata, subsets };
  return decideService(service, reached, () => true);
}

interface PortInput {
  readonly service: Service;
  readonly port: ServicePort;
  readonly protocol: Protocol;
  readonly found: readonly Found[];
  readonly isLocal: (nodeName: string | undefined) => boolean;
}

function decidePort({ service, port, protocol, found, isLocal }: PortInput): ServiceRules {
  const { spec } = service;
  const title = `${service.metadata.namespace}/${service.metadata.name}/${protocol}/${port.name || port.port}`;
  const affinitySeconds =
    spec.sessionAffinity === 'ClientIP'
      ? (spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? defaultAffinitySeconds)
      : undefined;
  const balancers: Balancer[] = [];
  const balancer = (name: string, policy: string | undefined, masquerade: Masquerade): string | undefined => {
    const eligible = policy === 'Local' ? found.filter(({ nodeName }) => isLocal(nodeName)) : found;
    if (eligible.length === 0) return undefined;
    const backends = eligible.map(({ backend }) => backend);
    balancers.push({ name, protocol, backends, masquerade, affinitySeconds });
    return name;
  };

  const inside = balancer(`service/${title}`, spec.internalTrafficPolicy, 'outside');
  const doors: Door[] = [{ address: spec.clusterIP, protocol, port: port.port, balancer: inside }];
  const addresses = externalAddresses(service);
  if (port.nodePort || addresses.length > 0) {
    const keepsSource = spec.externalTrafficPolicy === 'Local';
    const outside = balancer(`external/${title}`, spec.externalTrafficPolicy, keepsSource ? 'loopback' : 'always');
    for (const address of addresses) doors.push({ address, protocol, port: port.port, balancer: outside });
    if (port.nodePort) doors.push({ address: undefined, protocol, port: port.nodePort, balancer: outside });
  }
  return { balancers, doors };
}

function externalAddresses({ spec, status }: Service): readonly string[] {
  const ingress = status?.loadBalancer?.ingress?.flatMap(({ ip }) => (ip ? [ip] : [])) ?? [];
  return [...new Set([...(spec.externalIPs ?? []), ...ingress])].filter(isIPv4);
}

interface Found {
  readonly backend: Backend;
  readonly nodeName: string | undefined;
}

/** A service's port finds its endpoints by name: the endpoints controller has resolved the target port by then. */
function backendsOf(endpoints: Endpoints | undefined, port: ServicePort): readonly Found[] {
  const found = new Map<string, Found>();
  for (const { addresses = [], ports = [] } of endpoints?.subsets ?? []) {
    for (const target of ports.filter((candidate) => matches(candidate, port)))
      for (const address of addresses) add(found, address, target.port);
  }
  return [...found.values()].sort((one, other) => inOrder(one.backend, other.backend));
}

function add(found: Map<string, Found>, { ip, nodeName }: EndpointAddress, port: number): void {
  if (isIPv4(ip)) found.set(`${ip}:${port}`, { backend: { address: ip, port }, nodeName });
}

function matches(target: EndpointPort, port: ServicePort): boolean {
  return (target.name ?? '') === (port.name ?? '') && (target.protocol ?? 'TCP') === (port.protocol ?? 'TCP');
}

function protocolOf(port: ServicePort): Protocol | undefined {
  const protocol = port.protocol ?? 'TCP';
  if (protocol === 'SCTP') return undefined;
  return protocol === 'TCP' ? 'tcp' : 'udp';
}

function inOrder(one: Backend, other: Backend): number {
  if (one.address !== other.address) return one.address < other.address ? -1 : 1;
  return one.port - other.port;
}

function isIPv4(address: string): boolean {
  return /^\d+\.\d+\.\d+\.\d+$/.test(address);
}
