// Owns which of a daemon set's pods are where. Pure.
import type { Node, Pod } from '@berth/objects';
import { isFinished, isGoing } from '../pod-state.ts';
import { type Eligibility, nodeOf } from './placement.ts';

export interface Observed {
  readonly nodes: readonly Node[];
  /** All that the daemon set owns, what its controller has just made or deleted included. */
  readonly pods: readonly Pod[];
  /** Of the revision that the template is. */
  readonly hash: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  eligibility(node: Node): Eligibility;
  /** For how many milliseconds a pod that failed on the node is still left there; not positive: it is replaced. */
  patience(node: string): number;
}

/** One node, with the daemon set's pods on it, the oldest first. */
export interface Place extends Eligibility {
  readonly node: string;
  readonly pods: readonly Pod[];
}

/** Every node that there is, and the pods that are, or wait, elsewhere. */
export function placesOf({ nodes, pods, eligibility }: Pick<Observed, 'nodes' | 'pods' | 'eligibility'>): {
  readonly places: readonly Place[];
  readonly elsewhere: readonly Pod[];
} {
  const byNode = new Map<string, Pod[]>();
  for (const pod of pods) {
    // What ended and goes is only waiting for its finalizers.
    if (isFinished(pod) && isGoing(pod)) continue;
    const node = nodeOf(pod) ?? '';
    const there = byNode.get(node);
    if (there) there.push(pod);
    else byNode.set(node, [pod]);
  }
  const places = nodes.map((node): Place => {
    const { name } = node.metadata;
    const there = byNode.get(name) ?? [];
    byNode.delete(name);
    return { node: name, pods: there.sort(byAge), ...eligibility(node) };
  });
  return { places, elsewhere: [...byNode.values()].flat() };
}

/** What is on a node goes before what only waits for one; else the oldest first. */
function byAge(a: Pod, b: Pod): number {
  const onNode = Number(Boolean(b.spec.nodeName)) - Number(Boolean(a.spec.nodeName));
  const created = Date.parse(a.metadata.creationTimestamp) - Date.parse(b.metadata.creationTimestamp);
  return onNode || created || (a.metadata.name < b.metadata.name ? -1 : 1);
}
