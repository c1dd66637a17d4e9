// Owns in which order pods go when there are too many: those that serve least first. Source: Kubernetes' ranking of
// active pods. Unlike there, each pod that goes counts when the next is compared to the others of its node, so that what
// remains is spread evenly.
import type { Pod } from '@berth/objects';
import { isReady, readySince } from './pod-state.ts';

const deletionCost = 'controller.kubernetes.io/pod-deletion-cost';
const phaseOrder: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 };

/** Negative if `a` goes before `b`; each answers 0 where it cannot tell. */
type Comparison = (a: Pod, b: Pod) => number;

const byUsefulness: readonly Comparison[] = [
  by((pod) => (pod.spec.nodeName ? 1 : 0)),
  by((pod) => phaseOrder[pod.status.phase ?? 'Pending'] ?? 0),
  by((pod) => (isReady(pod) ? 1 : 0)),
  by(costOf),
];

const byAge: readonly Comparison[] = [
  by((pod) => -(readySince(pod) ?? 0)),
  by((pod) => -restartsOf(pod)),
  by((pod) => -Date.parse(pod.metadata.creationTimestamp)),
  (a, b) => (a.metadata.name < b.metadata.name ? 1 : -1),
];

/** The pods in the order in which they go. */
export function inOrderOfDeletion(pods: readonly Pod[]): Pod[] {
  const doubledUp = positionsOnNodes(pods);
  const crowding: Comparison = by((pod) => -(doubledUp.get(pod) ?? 0));
  return [...pods].sort(firstOf([...byUsefulness, crowding, ...byAge]));
}

/** How many pods of the same node stay longer than this one. */
function positionsOnNodes(pods: readonly Pod[]): Map<Pod, number> {
  const onNode = new Map<string, number>();
  const positions = new Map<Pod, number>();
  for (const pod of [...pods].sort(firstOf([...byUsefulness, ...byAge])).reverse()) {
    const node = pod.spec.nodeName;
    if (!node) continue;
    const before = onNode.get(node) ?? 0;
    positions.set(pod, before);
    onNode.set(node, before + 1);
  }
  return positions;
}

function by(value: (pod: Pod) => number): Comparison {
  return (a, b) => value(a) - value(b);
}

function firstOf(comparisons: readonly Comparison[]): Comparison {
  return (a, b) => {
    for (const compare of comparisons) {
      const order = compare(a, b);
      if (order !== 0) return order;
    }
    return 0;
  };
}

function costOf(pod: Pod): number {
  const cost = Number(pod.metadata.annotations?.[deletionCost] ?? 0);
  return Number.isSafeInteger(cost) ? cost : 0;
}

function restartsOf(pod: Pod): number {
  return Math.max(0, ...(pod.status.containerStatuses ?? []).map(({ restartCount }) => restartCount));
}
