// Owns the row of a node, with what the pods on it request.
import { milliValue, type Node, nodeStatus, type Pod, wholeValue } from '@berth/objects';
import type { NodeRow } from '../contract.ts';
import { rowMeta } from './meta.ts';

export function nodeRow(node: Node, pods: readonly Pod[]): NodeRow {
  const { spec, status } = node;
  const ready = status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
  const runtime = status?.nodeInfo?.containerRuntimeVersion ?? '';
  const occupying = pods.filter(occupies);
  let cpu = 0;
  let memory = 0;
  for (const pod of occupying) {
    const requested = requestedBy(pod);
    cpu += requested.cpu;
    memory += requested.memory;
  }
  const allocatable = status?.allocatable ?? status?.capacity ?? {};
  const address = status?.addresses?.find(({ type }) => type === 'InternalIP')?.address;
  return {
    ...rowMeta(node),
    ready,
    schedulable: !spec?.unschedulable,
    status: nodeStatus(node),
    runtime,
    simulated: runtime.startsWith('simulated://'),
    ...(address ? { address } : {}),
    ...(spec?.podCIDR ? { podCidr: spec.podCIDR } : {}),
    pods: occupying.length,
    capacity: {
      cpu: milliValue(allocatable.cpu ?? '0'),
      memory: wholeValue(allocatable.memory ?? '0'),
      pods: wholeValue(allocatable.pods ?? '0'),
    },
    requested: { cpu, memory },
  };
}

/** Whether the pod takes room on its node: until it has ended for good. */
export function occupies(pod: Pod): boolean {
  return pod.status?.phase !== 'Succeeded' && pod.status?.phase !== 'Failed';
}

interface Requested {
  readonly cpu: number;
  readonly memory: number;
}

/** A pod's requests never change while its object stays the same. */
const known = new WeakMap<Pod, Requested>();

/** Millicores and bytes. Source: Kubernetes' pod resource accounting: the sum, or the largest init container. */
export function requestedBy(pod: Pod): Requested {
  let requested = known.get(pod);
  if (!requested) {
    requested = { cpu: podTotal(pod, 'cpu', milliValue), memory: podTotal(pod, 'memory', wholeValue) };
    known.set(pod, requested);
  }
  return requested;
}

function podTotal({ spec }: Pod, resource: 'cpu' | 'memory', amount: (text: string) => number): number {
  const of = (requests: Readonly<Record<string, string>> | undefined) => amount(requests?.[resource] ?? '0');
  let running = spec.containers.reduce((sum, { resources }) => sum + of(resources?.requests), 0);
  let peak = 0;
  let sidecars = 0;
  for (const { resources, restartPolicy } of spec.initContainers ?? []) {
    if (restartPolicy === 'Always') {
      sidecars += of(resources?.requests);
      peak = Math.max(peak, sidecars);
    } else peak = Math.max(peak, sidecars + of(resources?.requests));
  }
  running += sidecars;
  return Math.max(running, peak) + of(spec.overhead);
}
