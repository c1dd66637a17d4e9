// Owns whether, where and at whose cost room is made for a pod that fits nowhere. Decides only.
// Source: Kubernetes' default preemption.
import type { Pod, PodDisruptionBudget } from '@berth/objects';
import { explanationOf, type NoChoice, type Pipeline } from '../pipeline.ts';
import { factsOf, priorityOf } from '../pod-facts.ts';
import type { Snapshot } from '../snapshot.ts';
import { attemptOn, type Candidate, leastLoss, noVictims } from './victims.ts';

export interface Failure {
  readonly pod: Pod;
  readonly choice: NoChoice;
  /** Where room was made for it before. */
  readonly nominated: string | undefined;
}

export type Decision =
  | { readonly type: 'preempt'; readonly candidate: Candidate; readonly displaced: readonly Pod[] }
  /** Room is being made already. */
  | { readonly type: 'wait'; readonly why: string }
  | { readonly type: 'futile'; readonly why: string };

/** So many nodes are enough to choose from; of large clusters, a tenth. */
const enoughCandidates = 100;

export class Preemption {
  readonly #snapshot: Snapshot;
  readonly #pipeline: Pipeline;
  readonly #budgets: () => readonly PodDisruptionBudget[];
  /** Equal pods share the failure, and with it the answer. */
  readonly #futile = new WeakMap<NoChoice, Decision>();
  /** Where the search begins, so that it is not always the same nodes that pay. */
  #offset = 0;

  constructor(options: { snapshot: Snapshot; pipeline: Pipeline; budgets: () => readonly PodDisruptionBudget[] }) {
    this.#snapshot = options.snapshot;
    this.#pipeline = options.pipeline;
    this.#budgets = options.budgets;
  }

  decide({ pod, choice, nominated }: Failure): Decision {
    if (pod.spec.preemptionPolicy === 'Never')
      return { type: 'futile', why: 'not eligible due to preemptionPolicy=Never.' };
    if (nominated !== undefined && this.#isMakingRoom(nominated, pod))
      return { type: 'wait', why: 'not eligible due to a terminating pod on the nominated node.' };
    const known = this.#futile.get(choice);
    if (known) return known;
    const decision = this.#search(pod, choice);
    if (decision.type === 'futile') this.#futile.set(choice, decision);
    return decision;
  }

  #search(pod: Pod, { nodeCount }: NoChoice): Decision {
    const facts = factsOf(pod);
    const crowded = this.#pipeline.crowded(pod);
    const reasons = new Map<string, number>();
    const count = (reason: string, by: number) => {
      if (by > 0) reasons.set(reason, (reasons.get(reason) ?? 0) + by);
    };
    count('Preemption is not helpful for scheduling', nodeCount - crowded.length);
    if (!this.#snapshot.hasBelow(facts.priority)) {
      count(noVictims, crowded.length);
      return { type: 'futile', why: explanationOf({ nodeCount, reasons }) };
    }
    const budgets = this.#budgets();
    const enough = Math.max(enoughCandidates, Math.floor(nodeCount / 10));
    const candidates: Candidate[] = [];
    for (let step = 0; step < crowded.length && candidates.length < enough; step++) {
      const attempt = attemptOn(facts, crowded[(this.#offset + step) % crowded.length]!, budgets);
      if (attempt.node !== undefined) candidates.push(attempt);
      else for (const reason of attempt.reasons) count(reason, 1);
    }
    this.#offset++;
    if (candidates.length === 0) return { type: 'futile', why: explanationOf({ nodeCount, reasons }) };
    const candidate = leastLoss(candidates);
    return { type: 'preempt', candidate, displaced: this.#below(candidate.node, facts.priority) };
  }

  /** Pods of lower priority that were promised the node. */
  #below(node: string, priority: number): Pod[] {
    const nominated = [...(this.#snapshot.stateOf(node)?.nominated.values() ?? [])];
    return nominated
      .map(({ facts }) => facts)
      .filter((facts) => facts.priority < priority)
      .map(({ pod }) => pod);
  }

  #isMakingRoom(node: string, pod: Pod): boolean {
    const pods = [...(this.#snapshot.stateOf(node)?.pods.values() ?? [])];
    return pods.some(({ facts }) => facts.priority < priorityOf(pod) && isPreempted(facts.pod));
  }
}

function isPreempted({ metadata, status }: Pod): boolean {
  return (
    metadata.deletionTimestamp !== undefined &&
    (status.conditions ?? []).some(
      ({ type, status: holds, reason }) =>
        type === 'DisruptionTarget' && holds === 'True' && reason === 'PreemptionByScheduler',
    )
  );
}
