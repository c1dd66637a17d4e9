// Owns the choice of a node for a pod: filters, then scores, then the best; or why there is none. Equal pods share
// what was found out: a node is weighed again for them only after it changed. Pods that name their nodes, as those of
// daemon sets do, share nothing, and are weighed on these nodes alone.
import { nodesNamedBy, type Pod } from '@berth/objects';
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

interface Weight {
  /** Meaningful only without an objection. */
  readonly score: number;
  /** Undefined: the pod fits. */
  readonly objection: Objection | undefined;
}

/** What is known of one node for one kind of pods. */
interface Verdict extends Weight {
  readonly version: number;
}

interface KnownPods {
  /** In the order of the snapshot's slots. */
  readonly verdicts: Verdict[];
  /** The last failure, and the snapshot's version that it holds for. */
  failure: { readonly version: number; readonly choice: NoChoice } | undefined;
}

/** Of the nodes that a pod leaves out by naming others, in Kubernetes' words. */
const notNamed = "node(s) didn't satisfy plugin(s) [NodeAffinity]";

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

  /**
   * `nominated`: where room was made for the pod, which it takes before any better place. Equal pods that name no nodes
   * get the same NoChoice object as long as nothing changes.
   */
  choose(pod: Pod, nominated?: string): Choice {
    const placed = this.#placed(pod);
    const named = nodesNamedBy(pod.spec);
    if (named) return this.#chooseAmong(placed, { names: named, nominated });
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
    const named = nodesNamedBy(pod.spec);
    if (named)
      return this.#candidates(named).flatMap(({ state, node }) =>
        this.#weigh(placed, { state, node }).objection?.resolvable ? [state] : [],
      );
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
    verdict = { version: slot.version, ...this.#weigh(pod, { node: state.node, state }) };
    known.verdicts[index] = verdict;
    return verdict;
  }

  #weigh(pod: PlacedPod, candidate: Candidate): Weight {
    const objection = objectionTo(pod.facts, { ...candidate, state: candidate.state.seenBy(pod.facts) });
    return { score: objection ? 0 : scoreOf(pod, candidate), objection };
  }

  #chooseAmong(pod: PlacedPod, { names, nominated }: { names: ReadonlySet<string>; nominated?: string }): Choice {
    const candidates = this.#candidates(names);
    const reasons = new Map<string, number>();
    let best: { readonly node: string; readonly score: number } | undefined;
    for (const candidate of candidates) {
      const { name } = candidate.state;
      const { score, objection } = this.#weigh(pod, candidate);
      for (const reason of objection?.reasons ?? []) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
      if (objection) continue;
      if (name === nominated) return { node: name };
      if (!best || score > best.score) best = { node: name, score };
    }
    if (best) return { node: best.node };
    const { nodeCount } = this.#snapshot;
    if (nodeCount > candidates.length) reasons.set(notNamed, nodeCount - candidates.length);
    return { node: undefined, nodeCount, reasons };
  }

  #candidates(names: ReadonlySet<string>): Candidate[] {
    return [...names].flatMap((name) => {
      const state = this.#snapshot.stateOf(name);
      return state?.node ? [{ state, node: state.node }] : [];
    });
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
