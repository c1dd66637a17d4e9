// Owns which pods were told not ready because their node fell silent: each once in a silence. A pod that is ready again
// afterwards was told so by its kubelet, which then lives and knows better; to contradict it would begin a fight.
import type { Pod } from '@berth/objects';

export class MarkedPods {
  readonly #ofNode = new Map<string, Set<string>>();

  has(node: string, { metadata }: Pod): boolean {
    return this.#ofNode.get(node)?.has(metadata.uid) ?? false;
  }

  add(node: string, { metadata }: Pod): void {
    const marked = this.#ofNode.get(node);
    if (marked) marked.add(metadata.uid);
    else this.#ofNode.set(node, new Set([metadata.uid]));
  }

  /** The node is heard of again, or gone. */
  forget(node: string): void {
    this.#ofNode.delete(node);
  }
}
