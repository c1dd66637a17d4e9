// Owns which pods would have to leave one node for another pod, and which of several nodes loses least by it. Pure.
// Source: Kubernetes' default preemption.
import type { Node, Pod, PodDisruptionBudget } from '@berth/objects';
import { type Objection, objectionTo } from '../filters/index.ts';
import type { NodeState, PlacedPod } from '../node-state.ts';
import { type PodFacts, priorityOf } from '../pod-facts.ts';
import { splitByBudgets } from './budgets.ts';

/** A node that the pod could go to, and what it costs. */
export interface Candidate {
  readonly node: string;
  /** The most important first; never empty. */
  readonly victims: readonly Pod[];
  /** How many of the victims a disruption budget would have kept. */
  readonly violations: number;
}

/** What the pod needs of a node, or the reasons for which nothing helps. */
export type Attempt = Candidate | { readonly node: undefined; readonly reasons: readonly string[] };

export const noVictims = 'No preemption victims found for incoming pod';

/** As few pods of lower priority as possible; those that matter more, or have a budget, stay before the others. */
export function attemptOn(pod: PodFacts, state: NodeState, budgets: readonly PodDisruptionBudget[]): Attempt {
  const { node } = state;
  const lower = [...state.pods.values()].filter(({ facts }) => facts.priority < pod.priority);
  if (!node || lower.length === 0) return { node: undefined, reasons: [noVictims] };
  // A copy even if nobody is nominated here: pods are about to be taken away.
  const trial = state.seenBy(pod).copy();
  for (const { facts } of lower) trial.remove(facts.uid);
  const objection = objectionOn(trial, node, pod);
  if (objection) return { node: undefined, reasons: objection.reasons };
  const placed = new Map<string, PlacedPod>(lower.map((one) => [one.facts.uid, one]));
  const victims: Pod[] = [];
  const spare = (one: Pod): boolean => {
    trial.put(placed.get(one.metadata.uid)!);
    if (!objectionOn(trial, node, pod)) return true;
    trial.remove(one.metadata.uid);
    victims.push(one);
    return false;
  };
  const ordered = lower.map(({ facts }) => facts.pod).sort(byImportance);
  const { violating, harmless } = splitByBudgets(ordered, budgets);
  const violations = violating.filter((one) => !spare(one)).length;
  for (const one of harmless) spare(one);
  return { node: state.name, victims: victims.sort(byImportance), violations };
}

function objectionOn(state: NodeState, node: Node, pod: PodFacts): Objection | undefined {
  return objectionTo(pod, { node, state });
}

/** The one that loses least; of equals the first. Throws without any. */
export function leastLoss(candidates: readonly Candidate[]): Candidate {
  const [first, ...others] = candidates.map((candidate) => ({ candidate, loss: lossOf(candidate) }));
  if (!first) throw new Error('there is no candidate');
  return others.reduce((best, one) => (isLess(one.loss, best.loss) ? one : best), first).candidate;
}

/** What counts, the weightiest first; less is better. */
function lossOf({ victims, violations }: Candidate): readonly number[] {
  const highest = victims.length > 0 ? priorityOf(victims[0]!) : Number.NEGATIVE_INFINITY;
  // Priorities may be negative: each victim still makes the sum larger.
  const sum = victims.reduce((total, pod) => total + priorityOf(pod) + 2 ** 31, 0);
  const started = victims.filter((pod) => priorityOf(pod) === highest).map(startOf);
  return [violations, highest, sum, victims.length, -Math.min(...started)];
}

function isLess(a: readonly number[], b: readonly number[]): boolean {
  const at = a.findIndex((value, index) => value !== b[index]);
  return at >= 0 && a[at]! < b[at]!;
}

/** Higher priority first, then who runs longer. */
function byImportance(a: Pod, b: Pod): number {
  const [startA, startB] = [startOf(a), startOf(b)];
  return priorityOf(b) - priorityOf(a) || (startA === startB ? 0 : startA - startB);
}

/** Milliseconds; who has not started yet starts last. */
function startOf({ status }: Pod): number {
  return status.startTime ? Date.parse(status.startTime) : Number.POSITIVE_INFINITY;
}
