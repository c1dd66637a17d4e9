// Owns the form of a filter.
import type { Node } from '@berth/objects';
import type { NodeState } from '../node-state.ts';
import type { PodFacts } from '../pod-facts.ts';

/** A node that is there: what filters and scores look at. */
export interface Candidate {
  readonly node: Node;
  readonly state: NodeState;
}

/**
 * Why the pod cannot go to the node, in Kubernetes' words; undefined if it can, as far as this filter knows. Several
 * reasons where the filter knows several.
 */
export type Filter = (pod: PodFacts, candidate: Candidate) => string | readonly string[] | undefined;
