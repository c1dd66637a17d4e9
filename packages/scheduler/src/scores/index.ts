// Owns how good a node is for a pod: a weighted sum of scores. A score depends on this node alone, so that it stays
// valid until the node changes.
import { isTolerated, matchesNodeTerm, type PreferredSchedulingTerm } from '@berth/objects';
import type { Candidate } from '../filters/filter.ts';
import type { PlacedPod } from '../node-state.ts';

/** More is better. */
type Score = (pod: PlacedPod, candidate: Candidate) => number;

/** What a pod that requests nothing is taken to use. Source: Kubernetes' scheduler. */
const assumedRequests: Readonly<Record<string, number>> = { cpu: 100, memory: 200 * 1024 * 1024 };
const weighed = ['cpu', 'memory', 'pods'];

/** The shares of CPU, memory and pod places that would be taken, each 0 to 1. */
function sharesTaken({ facts }: PlacedPod, { state }: Candidate): number[] {
  return weighed.flatMap((resource) => {
    const allocatable = state.allocatable.get(resource) ?? 0;
    if (allocatable === 0) return [];
    const request = facts.requests.get(resource) || (assumedRequests[resource] ?? 0);
    return [Math.min(1, (state.requested(resource) + request) / allocatable)];
  });
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Each pod of the same controller or service on the node makes it worse, without bound. */
const spread: Score = ({ groups }, { state }) => -groups.reduce((sum, group) => sum + state.count(group), 0);

const leastAllocated: Score = (pod, candidate) => 1 - mean(sharesTaken(pod, candidate));

const balanced: Score = (pod, candidate) => {
  const shares = sharesTaken(pod, candidate).slice(0, 2);
  const middle = mean(shares);
  return 1 - Math.sqrt(mean(shares.map((share) => (share - middle) ** 2)));
};

const preferredAffinity: Score = ({ facts }, { node }) => {
  const terms: readonly PreferredSchedulingTerm[] =
    facts.pod.spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  return terms.reduce((sum, { preference, weight }) => sum + (matchesNodeTerm(preference, node) ? weight : 0), 0) / 100;
};

const avoidedTaints: Score = ({ facts }, { node }) =>
  -(node.spec.taints ?? []).filter(
    (taint) => taint.effect === 'PreferNoSchedule' && !isTolerated(facts.pod.spec, taint),
  ).length;

/** Preferences that someone wrote down weigh more than a pod or two more on the node. */
const scores: readonly { readonly score: Score; readonly weight: number }[] = [
  { score: spread, weight: 1 },
  { score: leastAllocated, weight: 1 },
  { score: balanced, weight: 0.5 },
  { score: preferredAffinity, weight: 4 },
  { score: avoidedTaints, weight: 4 },
];

export function scoreOf(pod: PlacedPod, candidate: Candidate): number {
  return scores.reduce((sum, { score, weight }) => sum + weight * score(pod, candidate), 0);
}
