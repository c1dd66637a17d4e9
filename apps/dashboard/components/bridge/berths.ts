// Owns which pods lie at which node, in an order that keeps those of one controller together. Pure.
import type { NodeRow, PodRow } from '@berth/dashboard-api';

export interface Berth {
  /** Undefined for the roads: pods that no node has taken yet. */
  readonly node: NodeRow | undefined;
  readonly key: string;
  readonly pods: readonly PodRow[];
}

/** What pods of one controller share. */
export function groupKey(pod: PodRow): string {
  return `${pod.namespace}/${pod.owner?.name ?? pod.name}`;
}

/** What a row is sorted by; made once per row, as a large cluster is sorted several times a second. */
const keys = new WeakMap<PodRow, string>();

function sortKey(pod: PodRow): string {
  const known = keys.get(pod);
  if (known !== undefined) return known;
  const key = `${groupKey(pod)} ${String(pod.createdAt).padStart(15, '0')} ${pod.uid}`;
  keys.set(pod, key);
  return key;
}

function sorted(pods: PodRow[]): PodRow[] {
  return pods.sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
}

/** A berth per node, in the nodes' order; before them the roads, when pods wait there. */
export function berthsOf(nodes: readonly NodeRow[], pods: readonly PodRow[]): Berth[] {
  const byNode = new Map<string, PodRow[]>(nodes.map((node) => [node.name, []]));
  const roads: PodRow[] = [];
  for (const pod of pods) (byNode.get(pod.node ?? '') ?? roads).push(pod);
  const berths: Berth[] = nodes.map((node) => {
    return { node, key: node.uid, pods: sorted(byNode.get(node.name)!) };
  });
  if (roads.length === 0) return berths;
  return [{ node: undefined, key: 'roads', pods: sorted(roads) }, ...berths];
}
