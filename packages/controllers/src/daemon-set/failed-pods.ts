// Owns how long a daemon pod that failed is left on its node before it is replaced, the longer the more often that
// happened: a node that turns a daemon away is not to be kept busy with it. Source: Kubernetes' daemon set controller.
import type { Clock } from '@berth/host';
import type { DaemonSet } from '@berth/objects';

const firstMs = 1_000;
const longestMs = 15 * 60_000;

interface Failures {
  readonly delayMs: number;
  /** Monotonic milliseconds. */
  readonly since: number;
}

export class FailedPods {
  readonly #clock: Clock;
  /** uid of the daemon set → what is known by node. What the daemon set wants changed: it begins anew. */
  readonly #known = new Map<string, { readonly generation?: number; readonly nodes: Map<string, Failures> }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Milliseconds for which the next failed pod stays; not positive: it is replaced at once. */
  patience(daemonSet: DaemonSet, node: string): number {
    const failures = this.#of(daemonSet).get(node);
    return failures ? failures.since + failures.delayMs - this.#clock.monotonic() : 0;
  }

  replaced(daemonSet: DaemonSet, node: string): void {
    const nodes = this.#of(daemonSet);
    const now = this.#clock.monotonic();
    for (const [name, { since }] of nodes) if (now - since > 2 * longestMs) nodes.delete(name);
    const before = nodes.get(node);
    nodes.set(node, { delayMs: before ? Math.min(longestMs, before.delayMs * 2) : firstMs, since: now });
  }

  forget(uid: string): void {
    this.#known.delete(uid);
  }

  #of({ metadata: { uid, generation } }: DaemonSet): Map<string, Failures> {
    let known = this.#known.get(uid);
    if (!known || known.generation !== generation) {
      known = { generation, nodes: new Map() };
      this.#known.set(uid, known);
    }
    return known.nodes;
  }
}
