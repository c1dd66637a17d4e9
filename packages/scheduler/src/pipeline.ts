// Owns the choice of a node for a pod: filters, then scores, then the best; or why there is none. Equal pods share
// what was found out: a node is weighed again for them only after it changed.
import type { Pod } from '@berth/objects';
import type { Candidate } from './filters/filter.ts';
import { filters } from './filters/index.ts';
import type { PlacedPod } from './node-state.ts';
import { factsOf, signatureOf } from './pod-facts.ts';
import { scoreOf } from './scores/index.ts';
import type { Snapshot } from './snapshot.ts';

export type Choice =
  | { readonly node: string }
  /** How many nodes each reason rules out. */
  | { readonly node: undefined; readonly nodeCount: number; readonly reasons: ReadonlyMap<string, number> };

/** What is known of one node for one kind of pods. */
interface Verdict {
  version: number;
  /** Meaningful only without reasons. */
  score: number;
  /** Undefined: the pod fits. */
  reasons: readonly string[] | undefined;
}

interface KnownPods {
  /** In the order of the snapshot's slots. */
  readonly verdicts: Verdict[];
  /** The last failure, and the snapshot's version that it holds for. */
  failure: { readonly version: number; readonly choice: Choice } | undefined;
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

  choose(pod: Pod): Choice {
    const placed: PlacedPod = { facts: factsOf(pod), groups: this.#snapshot.groupsOf(pod) };
    const known = this.#knownFor(placed);
    const { version } = this.#snapshot;
    if (known.failure?.version === version) return known.failure.choice;
    const { slots } = this.#snapshot;
    let best: string | undefined;
    let bestScore = Number.NEGATIVE_INFINITY;
    for (let step = 0; step < slots.length; step++) {
      const index = (this.#offset + step) % slots.length;
      const verdict = this.#verdict(known, placed, index);
      if (!verdict || verdict.reasons || verdict.score <= bestScore) continue;
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

  #verdict(known: KnownPods, pod: PlacedPod, index: number): Verdict | undefined {
    const slot = this.#snapshot.slots[index];
    const { state } = slot ?? {};
    if (!slot || !state?.node) return undefined;
    let verdict = known.verdicts[index];
    if (verdict?.version === slot.version) return verdict;
    const candidate: Candidate = { node: state.node, state };
    const reasons = reasonsAgainst(pod, candidate);
    const score = reasons ? 0 : scoreOf(pod, candidate);
    verdict = { version: slot.version, score, reasons };
    known.verdicts[index] = verdict;
    return verdict;
  }

  #explain(known: KnownPods, pod: PlacedPod): Choice {
    const counts = new Map<string, number>();
    for (let index = 0; index < this.#snapshot.slots.length; index++) {
      for (const reason of this.#verdict(known, pod, index)?.reasons ?? [])
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

function reasonsAgainst(pod: PlacedPod, candidate: Candidate): readonly string[] | undefined {
  for (const filter of filters) {
    const reasons = filter(pod.facts, candidate);
    if (reasons !== undefined) return typeof reasons === 'string' ? [reasons] : reasons;
  }
  return undefined;
}

/** In the words of Kubernetes' events: `0/3 nodes are available: 1 Insufficient cpu, 2 Too many pods.` */
export function explanationOf({ nodeCount, reasons }: Extract<Choice, { node: undefined }>): string {
  if (nodeCount === 0) return 'no nodes available to schedule pods';
  const counted = [...reasons].map(([reason, count]) => `${count} ${reason}`).sort();
  return `0/${nodeCount} nodes are available: ${counted.join(', ')}.`;
}
