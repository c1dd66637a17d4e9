// Owns what the scheduler reads from a pod: computed once for each pod object.
import { type Container, type ContainerPort, milliValue, type Pod, wholeValue } from '@berth/objects';

/** Amounts by resource: CPU in millicores, all else in whole units. */
export type Amounts = ReadonlyMap<string, number>;

export interface HostPort {
  readonly ip: string;
  /** Such as `TCP/80`. */
  readonly port: string;
}

export interface PodFacts {
  readonly uid: string;
  readonly pod: Pod;
  readonly priority: number;
  /** `pods` included, which is 1. */
  readonly requests: Amounts;
  readonly hostPorts: readonly HostPort[];
}

const known = new WeakMap<Pod, PodFacts>();

export function factsOf(pod: Pod): PodFacts {
  let facts = known.get(pod);
  if (!facts) {
    facts = read(pod);
    known.set(pod, facts);
  }
  return facts;
}

/** Admission gives each pod one; those that were there before have none. */
export function priorityOf({ spec }: Pod): number {
  return spec.priority ?? 0;
}

function read(pod: Pod): PodFacts {
  const { uid } = pod.metadata;
  return { uid, pod, priority: priorityOf(pod), requests: requestsOf(pod), hostPorts: hostPortsOf(pod) };
}

const signatures = new WeakMap<Pod, string>();

/** All of the pod's own on which its place depends, so that equal pods need to be weighed only once. */
export function signatureOf(pod: Pod): string {
  let signature = signatures.get(pod);
  if (signature === undefined) {
    const { requests, hostPorts, priority } = factsOf(pod);
    const { affinity, nodeName, nodeSelector, tolerations } = pod.spec;
    const own = [nodeName, nodeSelector, affinity?.nodeAffinity, tolerations];
    // The priority, because of the nominated pods that it yields to.
    signature = JSON.stringify([[...requests], hostPorts, priority, ...own]);
    signatures.set(pod, signature);
  }
  return signature;
}

/** Quantities are few and repeat; reading one is not cheap. */
const amounts = new Map<string, number>();
const maximumAmounts = 10_000;

function amountOf(resource: string, quantity: string): number {
  const key = resource === 'cpu' ? `cpu ${quantity}` : quantity;
  let amount = amounts.get(key);
  if (amount === undefined) {
    amount = resource === 'cpu' ? milliValue(quantity) : wholeValue(quantity);
    if (amounts.size >= maximumAmounts) amounts.clear();
    amounts.set(key, amount);
  }
  return amount;
}

export function amountsOf(quantities: Readonly<Record<string, string>> | undefined): Map<string, number> {
  return new Map(Object.entries(quantities ?? {}).map(([name, quantity]) => [name, amountOf(name, quantity)]));
}

/**
 * What the pod needs at its peak: its containers together with the sidecars, or the neediest init container with the
 * sidecars started before it, and the overhead. Source: Kubernetes, "Pod sharing of resources with sidecars".
 */
function requestsOf({ spec }: Pod): Map<string, number> {
  const sidecars = new Map<string, number>();
  let peak = new Map<string, number>();
  for (const container of spec.initContainers ?? []) {
    const own = amountsOf(container.resources?.requests);
    if (container.restartPolicy === 'Always') {
      add(sidecars, own);
      peak = larger(peak, sidecars);
    } else {
      add(own, sidecars);
      peak = larger(peak, own);
    }
  }
  const running = new Map(sidecars);
  for (const container of spec.containers) add(running, amountsOf(container.resources?.requests));
  const total = larger(peak, running);
  add(total, amountsOf(spec.overhead));
  total.set('pods', 1);
  return total;
}

function add(to: Map<string, number>, amounts: Amounts): void {
  for (const [name, amount] of amounts) to.set(name, (to.get(name) ?? 0) + amount);
}

function larger(a: Amounts, b: Amounts): Map<string, number> {
  const result = new Map(a);
  for (const [name, amount] of b) result.set(name, Math.max(amount, result.get(name) ?? 0));
  return result;
}

function hostPortsOf({ spec }: Pod): HostPort[] {
  const containers: Container[] = [...spec.containers, ...(spec.initContainers ?? []).filter(isSidecar)];
  return containers.flatMap(({ ports = [] }) => ports.flatMap((port) => hostPortOf(port, spec.hostNetwork === true)));
}

function isSidecar({ restartPolicy }: Container): boolean {
  return restartPolicy === 'Always';
}

function hostPortOf(port: ContainerPort, hostNetwork: boolean): HostPort[] {
  const number = port.hostPort || (hostNetwork ? port.containerPort : 0);
  return number ? [{ ip: port.hostIP || '0.0.0.0', port: `${port.protocol ?? 'TCP'}/${number}` }] : [];
}
