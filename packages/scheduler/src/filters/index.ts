// Owns the order of the filters: the first that objects explains why.
import type { PodFacts } from '../pod-facts.ts';
import type { Candidate, Filter } from './filter.ts';
import { hostPorts, resources } from './fit.ts';
import { nodeAffinity, nodeName } from './node-affinity.ts';
import { ready, schedulable, taints } from './taints.ts';

const filters: readonly Filter[] = [schedulable, nodeName, ready, taints, nodeAffinity, hostPorts, resources];
/** What other pods on the node decide: with some of them gone, the answer may be another. */
const aboutOthers: ReadonlySet<Filter> = new Set([hostPorts, resources]);

export interface Objection {
  readonly reasons: readonly string[];
  /** Whether the pod might fit if other pods left the node. */
  readonly resolvable: boolean;
}

/** Why the pod cannot go to the node; undefined if it can. */
export function objectionTo(pod: PodFacts, candidate: Candidate): Objection | undefined {
  for (const filter of filters) {
    const reasons = filter(pod, candidate);
    if (reasons === undefined) continue;
    return { reasons: typeof reasons === 'string' ? [reasons] : reasons, resolvable: aboutOthers.has(filter) };
  }
  return undefined;
}
