// Owns what a service's Endpoints should be, from the service and the pods that its selector matches. Pure.
// Source: Kubernetes' endpoints controller.
import { isDeepStrictEqual } from 'node:util';
import type {
  EndpointAddress,
  EndpointPort,
  EndpointSubset,
  Endpoints,
  ObjectReference,
  Pod,
  Service,
  ServicePort,
} from '@berth/objects';
import { isFinished, isReady } from '../pod-state.ts';

export interface Desired {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly subsets: readonly EndpointSubset[];
}

const headlessLabel = 'service.kubernetes.io/headless';
const overCapacity = 'endpoints.kubernetes.io/over-capacity';
/** More addresses than this in one object harm all who watch it. */
const capacity = 1_000;

/** `known`: the Endpoints as they are, whose foreign annotations stay. */
export function decide(service: Service, pods: readonly Pod[], known?: Endpoints): Desired {
  const members = pods.filter((pod) => belongs(service, pod)).sort((a, b) => compare(uidOf(a), uidOf(b)));
  const isUp = (pod: Pod) => service.spec.publishNotReadyAddresses === true || isReady(pod);
  const ready = members.filter(isUp);
  const notReady = members.filter((pod) => !isUp(pod));
  const kept = new Set([...ready, ...notReady].slice(0, capacity));
  const { [overCapacity]: _, ...annotations } = known?.metadata.annotations ?? {};
  return {
    labels: labelsOf(service),
    annotations: members.length > capacity ? { ...annotations, [overCapacity]: 'truncated' } : annotations,
    subsets: subsetsOf(service, {
      ready: ready.filter((pod) => kept.has(pod)),
      notReady: notReady.filter((pod) => kept.has(pod)),
    }),
  };
}

/** The service's own, and whether it is headless. */
export function labelsOf({ metadata, spec }: Service): Readonly<Record<string, string>> {
  const { [headlessLabel]: _, ...labels } = metadata.labels ?? {};
  return spec.clusterIP === 'None' ? { ...labels, [headlessLabel]: '' } : labels;
}

/** Whether the Endpoints are as they should be. */
export function isAsDesired({ metadata, subsets }: Endpoints, desired: Desired): boolean {
  return (
    isDeepStrictEqual(subsets ?? [], desired.subsets) &&
    isDeepStrictEqual(metadata.labels ?? {}, desired.labels) &&
    isDeepStrictEqual(metadata.annotations ?? {}, desired.annotations)
  );
}

function belongs(service: Service, pod: Pod): boolean {
  if (!belongsWhileItGoes(pod)) return false;
  return !pod.metadata.deletionTimestamp || service.spec.publishNotReadyAddresses === true;
}

/** Whether somebody may still speak with the pod, be it that it goes. */
export function belongsWhileItGoes(pod: Pod): boolean {
  return Boolean(pod.status.podIP) && !isFinished(pod);
}

interface PodsByReadiness {
  readonly ready: readonly Pod[];
  readonly notReady: readonly Pod[];
}

/** One subset for all pods that offer the same ports. */
function subsetsOf(service: Service, { ready, notReady }: PodsByReadiness): EndpointSubset[] {
  const byPorts = new Map<string, { ports: EndpointPort[]; ready: EndpointAddress[]; notReady: EndpointAddress[] }>();
  for (const [state, pods] of [
    ['ready', ready],
    ['notReady', notReady],
  ] as const) {
    for (const pod of pods) {
      const ports = portsOf(service, pod);
      if (!ports) continue;
      const key = JSON.stringify(ports);
      const subset = byPorts.get(key) ?? { ports, ready: [], notReady: [] };
      byPorts.set(key, subset);
      subset[state].push(addressOf(service, pod));
    }
  }
  return [...byPorts.entries()]
    .sort(([a], [b]) => compare(a, b))
    .map(([, { ports, ready: addresses, notReady: notReadyAddresses }]) => ({
      ...(addresses.length > 0 ? { addresses } : {}),
      ...(notReadyAddresses.length > 0 ? { notReadyAddresses } : {}),
      ...(ports.length > 0 ? { ports } : {}),
    }));
}

/** The service's ports as they are on this pod; undefined if it offers none of them. */
export function portsOf({ spec }: Service, pod: Pod): EndpointPort[] | undefined {
  const ports = spec.ports ?? [];
  if (ports.length === 0) return spec.clusterIP === 'None' ? [] : undefined;
  const offered = ports.flatMap((port) => endpointPort(port, pod));
  return offered.length > 0 ? offered : undefined;
}

function endpointPort(
  { name, port, targetPort, protocol = 'TCP', appProtocol }: ServicePort,
  pod: Pod,
): EndpointPort[] {
  const number = typeof targetPort === 'string' ? portNamed(targetPort, protocol, pod) : targetPort || port;
  if (!number) return [];
  return [{ ...(name ? { name } : {}), port: number, protocol, ...(appProtocol ? { appProtocol } : {}) }];
}

function portNamed(name: string, protocol: string, { spec }: Pod): number | undefined {
  const sidecars = (spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
  for (const { ports = [] } of [...spec.containers, ...sidecars]) {
    const found = ports.find((port) => port.name === name && (port.protocol ?? 'TCP') === protocol);
    if (found) return found.containerPort;
  }
  return undefined;
}

function addressOf(service: Service, pod: Pod): EndpointAddress {
  const hostname = hostnameOf(service, pod);
  return {
    ...(hostname ? { hostname } : {}),
    ip: pod.status.podIP ?? '',
    ...(pod.spec.nodeName ? { nodeName: pod.spec.nodeName } : {}),
    targetRef: targetOf(pod),
  };
}

/** The pod's own name within the service, if it has one there. */
export function hostnameOf(service: Service, { spec }: Pod): string | undefined {
  return spec.hostname && spec.subdomain === service.metadata.name ? spec.hostname : undefined;
}

export function targetOf({ metadata: { name, namespace, uid } }: Pod): ObjectReference {
  return { kind: 'Pod', name, namespace, uid };
}

function uidOf({ metadata }: Pod): string {
  return metadata.uid;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
