// Owns the choice of a node for a pod: filters, then scores, then the best; or why there is none. Equal pods share
// what was found out: a node is weighed again for them only after it changed.
import type { Pod } from '@berth/objects';
import type { Candidate } from './filters/filter.ts';
import { type Objection, objectionTo } from './filters/index.ts';
import type { NodeState, PlacedPod } from './node-state.ts';
import { factsOf, signatureOf } from './pod-facts.ts';
import { scoreOf } from './scores/index.ts';
import type { Snapshot } from './snapshot.ts';

/** There is no node: how many of them each reason rules out. */
export interface NoChoice {
  readonly node: undefined;
  readonly nodeCount: number;
  readonly reasons: ReadonlyMap<string, number>;
}

export type Choice = { readonly node: string } | NoChoice;

/** What is known of one node for one kind of pods. */
interface Verdict {
  version: number;
  /** Meaningful only without an objection. */
  score: number;
  /** Undefined: the pod fits. */
  objection: Objection | undefined;
}

interface KnownPods {
  /** In the order of the snapshot's slots. */
  readonly verdicts: Verdict[];
  /** The last failure, and the snapshot's version that it holds for. */
  failure: { readonly version: number; readonly choice: NoChoice } | undefined;
}

/** So many kinds of pods are remembered at a time. */
const maximumKinds = 64;

export class Pipeline {
  readonly #snapshot: Snapshot;
  readonly #kinds = new Map<string, KnownPods>();
  /** Where the search begins: among equally good nodes each gets its turn. */
  #offset = 0;

  constructor(snapshot: Snapshot) {
    this.#snapshot = snapshot;
  }

  /** `nominated`: where room was made for the pod, which it takes before any better place. Equal pods, as long as nothing
   * changes, get the same NoChoice object. */
  choose(pod: Pod, nominated?: string): Choice {
    const placed = this.#placed(pod);
    const known = this.#knownFor(placed);
    const { version } = this.#snapshot;
    if (known.failure?.version === version) return known.failure.choice;
    const { slots } = this.#snapshot;
    let best: string | undefined;
    let bestScore = Number.NEGATIVE_INFINITY;
    for (let step = 0; step < slots.length; step++) {
      const index = (this.#offset + step) % slots.length;
      const verdict = this.#verdict(known, placed, index);
      if (!verdict || verdict.objection) continue;
      if (nominated !== undefined && slots[index]?.state?.name === nominated) return { node: nominated };
      if (verdict.score <= bestScore) continue;
      bestScore = verdict.score;
      best = slots[index]?.state?.name;
    }
    if (best !== undefined) {
      this.#offset = slots.length > 0 ? (this.#offset + 1) % slots.length : 0;
      return { node: best };
    }
    const choice = this.#explain(known, placed);
    known.failure = { version, choice };
    return choice;
  }

  /** The nodes where it is only other pods that stand in the pod's way. */
  crowded(pod: Pod): NodeState[] {
    const placed = this.#placed(pod);
    const known = this.#knownFor(placed);
    return this.#snapshot.slots.flatMap(({ state }, index) =>
      state && this.#verdict(known, placed, index)?.objection?.resolvable ? [state] : [],
    );
  }

  #placed(pod: Pod): PlacedPod {
    return { facts: factsOf(pod), groups: this.#snapshot.groupsOf(pod) };
  }

  #verdict(known: KnownPods, pod: PlacedPod, index: number): Verdict | undefined {
    const slot = this.#snapshot.slots[index];
    const { state } = slot ?? {};
    if (!slot || !state?.node) return undefined;
    let verdict = known.verdicts[index];
    if (verdict?.version === slot.version) return verdict;
    const candidate: Candidate = { node: state.node, state };
    const objection = objectionTo(pod.facts, { ...candidate, state: state.seenBy(pod.facts) });
    const score = objection ? 0 : scoreOf(pod, candidate);
    verdict = { version: slot.version, score, objection };
    known.verdicts[index] = verdict;
    return verdict;
  }

  #explain(known: KnownPods, pod: PlacedPod): NoChoice {
    const counts = new Map<string, number>();
    for (let index = 0; index < this.#snapshot.slots.length; index++) {
      for (const reason of this.#verdict(known, pod, index)?.objection?.reasons ?? [])
        counts.set(reason, (counts.get(reason) ?? 0) + 1);
    }
    return { node: undefined, nodeCount: this.#snapshot.nodeCount, reasons: counts };
  }

  #knownFor({ facts, groups }: PlacedPod): KnownPods {
    const signature = `${signatureOf(facts.pod)}${groups.join()}`;
    const known = this.#kinds.get(signature) ?? { verdicts: [], failure: undefined };
    this.#kinds.delete(signature);
    this.#kinds.set(signature, known);
    if (this.#kinds.size > maximumKinds) {
      const [oldest] = this.#kinds.keys();
      if (oldest !== undefined) this.#kinds.delete(oldest);
    }
    return known;
  }
}

/** In the words of Kubernetes' events: `0/3 nodes are available: 1 Insufficient cpu, 2 Too many pods.` */
export function explanationOf({ nodeCount, reasons }: Omit<NoChoice, 'node'>): string {
  if (nodeCount === 0) return 'no nodes available to schedule pods';
  const counted = [...reasons].map(([reason, count]) => `${count} ${reason}`).sort();
  return `0/${nodeCount} nodes are available: ${counted.join(', ')}.`;
}
