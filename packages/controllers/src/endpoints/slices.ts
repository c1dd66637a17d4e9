// Owns how a service's endpoints are cut into EndpointSlices, so that a change touches one small object and not all of
// the service's addresses. Pure. Source: Kubernetes' endpoint slice controllers.
import { createHash } from 'node:crypto';
import { isIP } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import type {
  Endpoint,
  DiscoveryV1EndpointPort as EndpointPort,
  EndpointSlice,
  Endpoints,
  New,
  Pod,
  Service,
} from '@berth/objects';
import { controllerReference } from '../ownership.ts';
import { isReady } from '../pod-state.ts';
import { belongsWhileItGoes, hostnameOf, labelsOf, portsOf, targetOf } from './decide.ts';

/** The index of the slices' informer: by the key of their service. */
export const slicesOfService = 'service';

const serviceName = 'kubernetes.io/service-name';
const managedBy = 'endpointslice.kubernetes.io/managed-by';
/** Who fills a slice: from pods, or from Endpoints that somebody else keeps. */
const managers = {
  pods: 'endpointslice-controller.k8s.io',
  mirror: 'endpointslicemirroring-controller.k8s.io',
} as const;

/** A slice has as many as this. */
const capacity = 100;

/** Endpoints that offer the same ports, and so can share a slice. */
export interface Group {
  readonly addressType: 'IPv4' | 'IPv6';
  readonly ports: readonly EndpointPort[];
  readonly endpoints: readonly Endpoint[];
}

export interface SlicesDecision {
  readonly create: readonly New<EndpointSlice>[];
  /** As they are to be; their versions are those that were decided on. */
  readonly update: readonly EndpointSlice[];
  readonly delete: readonly EndpointSlice[];
}

/** Empty for a slice of no service. */
export function serviceKeyOf({ metadata }: EndpointSlice): string {
  const name = metadata.labels?.[serviceName];
  return name ? `${metadata.namespace}/${name}` : '';
}

/** `pods`: those that the service's selector matches. */
export function groupsOfPods(service: Service, pods: readonly Pod[]): Group[] {
  const members = pods.filter((pod) => belongsWhileItGoes(pod));
  return grouped(
    members.flatMap((pod) => {
      const ports = portsOf(service, pod);
      return ports ? [{ ports, endpoint: endpointOf(service, pod) }] : [];
    }),
  );
}

function endpointOf(service: Service, pod: Pod): Endpoint {
  const terminating = pod.metadata.deletionTimestamp !== undefined;
  const serving = isReady(pod);
  const ready = service.spec.publishNotReadyAddresses === true || (serving && !terminating);
  const hostname = hostnameOf(service, pod);
  return {
    addresses: [pod.status.podIP ?? ''],
    conditions: { ready, serving, terminating },
    ...(hostname ? { hostname } : {}),
    ...(pod.spec.nodeName ? { nodeName: pod.spec.nodeName } : {}),
    targetRef: targetOf(pod),
  };
}

/** Endpoints that somebody else keeps, for a service without a selector. */
export function groupsOfEndpoints({ subsets = [] }: Pick<Endpoints, 'subsets'>): Group[] {
  return grouped(
    subsets.flatMap(({ addresses = [], notReadyAddresses = [], ports = [] }) =>
      [...addresses, ...notReadyAddresses].map(({ ip, ...rest }) => {
        const ready = addresses.some((address) => address.ip === ip);
        return { ports, endpoint: { addresses: [ip], conditions: { ready }, ...rest } };
      }),
    ),
  );
}

function grouped(all: readonly { readonly ports: readonly EndpointPort[]; readonly endpoint: Endpoint }[]): Group[] {
  const groups = new Map<string, Group & { endpoints: Endpoint[] }>();
  for (const { ports, endpoint } of all) {
    const addressType = isIP(endpoint.addresses[0] ?? '') === 6 ? 'IPv6' : 'IPv4';
    const named = ports.map((port) => ({ ...port, name: port.name ?? '' }));
    const key = keyOf({ addressType, ports: named });
    const group = groups.get(key) ?? { addressType, ports: named, endpoints: [] };
    groups.set(key, group);
    group.endpoints.push(endpoint);
  }
  return [...groups.values()];
}

const nobody: Group = { addressType: 'IPv4', ports: [], endpoints: [] };

/** `known`: all slices of the service; those of other managers stay as they are. */
export function decideSlices(
  service: Service,
  groups: readonly Group[],
  { known, manager }: { readonly known: readonly EndpointSlice[]; readonly manager: keyof typeof managers },
): SlicesDecision {
  const own = known.filter(({ metadata }) =>
    Object.values<string>(managers).includes(metadata.labels?.[managedBy] ?? ''),
  );
  // A service whose selector finds nobody has one empty slice, which tells so.
  const wanted = groups.length === 0 && manager === 'pods' ? [nobody] : groups;
  const labels = { ...labelsOf(service), [serviceName]: service.metadata.name, [managedBy]: managers[manager] };
  const taken = new Set(known.map(({ metadata }) => metadata.name));
  const create: New<EndpointSlice>[] = [];
  const kept = new Map<EndpointSlice, readonly Endpoint[]>();
  for (const group of wanted) {
    const fitting = own.filter((slice) => keyOf(slice) === keyOf(group));
    for (const endpoints of cut(group.endpoints, fitting, kept)) {
      const metadata = {
        name: freeName(service, group, taken),
        namespace: service.metadata.namespace,
        labels,
        ownerReferences: [controllerReference(service)],
      };
      create.push({ metadata, addressType: group.addressType, endpoints, ports: group.ports });
    }
  }
  const update = [...kept].flatMap(([slice, endpoints]) => {
    const isSame = isDeepStrictEqual(slice.endpoints, endpoints) && isDeepStrictEqual(slice.metadata.labels, labels);
    return isSame ? [] : [{ ...slice, metadata: { ...slice.metadata, labels }, endpoints }];
  });
  return { create, update, delete: own.filter((slice) => !kept.has(slice)) };
}

/** Leaves endpoints where they are, fills what has room, and gives what needs slices of its own. */
function cut(
  endpoints: readonly Endpoint[],
  slices: readonly EndpointSlice[],
  kept: Map<EndpointSlice, readonly Endpoint[]>,
): Endpoint[][] {
  const waiting = new Map(endpoints.map((endpoint) => [identityOf(endpoint), endpoint]));
  const filled = slices.map((slice) => {
    const staying = slice.endpoints.flatMap((endpoint) => {
      const now = waiting.get(identityOf(endpoint));
      waiting.delete(identityOf(endpoint));
      return now ? [now] : [];
    });
    return { slice, endpoints: staying };
  });
  const left = [...waiting.values()];
  for (const { slice, endpoints: staying } of filled) {
    const room = Math.max(0, capacity - staying.length);
    const next = [...staying, ...left.splice(0, room)];
    if (next.length > 0) kept.set(slice, next);
  }
  const [first] = slices;
  if (endpoints.length === 0 && first) kept.set(first, []);
  else if (endpoints.length === 0) return [[]];
  const further: Endpoint[][] = [];
  while (left.length > 0) further.push(left.splice(0, capacity));
  return further;
}

function identityOf({ addresses, targetRef }: Endpoint): string {
  return `${targetRef?.uid ?? ''} ${addresses.join()}`;
}

function keyOf({ addressType, ports = [] }: Pick<EndpointSlice, 'addressType' | 'ports'>): string {
  const texts = ports.map(({ name = '', port, protocol, appProtocol }) =>
    JSON.stringify([name, port, protocol, appProtocol]),
  );
  return [addressType, ...texts.sort()].join(' ');
}

/** Told by what the slice is for, so that two attempts never make two slices for the same. */
function freeName(service: Service, group: Group, taken: Set<string>): string {
  for (let attempt = 0; ; attempt++) {
    const text = [service.metadata.uid, keyOf(group), attempt].join(' ');
    const name = `${service.metadata.name}-${createHash('sha256').update(text).digest('hex').slice(0, 5)}`;
    if (taken.has(name)) continue;
    taken.add(name);
    return name;
  }
}
