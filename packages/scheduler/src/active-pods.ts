// Owns the order in which pods that can be tried are tried: by priority, and of one priority in the order in which they
// came. There are few priorities at a time, so that each keeps a queue of its own.

export interface Prioritized {
  readonly priority: number;
}

export class ActivePods<T extends Prioritized> {
  /** The highest priority first; none is empty. */
  readonly #queues: { readonly priority: number; readonly waiting: Set<T> }[] = [];

  get isEmpty(): boolean {
    return this.#queues.length === 0;
  }

  add(one: T): void {
    const { priority } = one;
    const at = this.#queues.findIndex((queue) => queue.priority <= priority);
    const found = at < 0 ? undefined : this.#queues[at];
    if (found?.priority === priority) found.waiting.add(one);
    else this.#queues.splice(at < 0 ? this.#queues.length : at, 0, { priority, waiting: new Set([one]) });
  }

  delete(one: T): void {
    const at = this.#queues.findIndex((queue) => queue.priority === one.priority);
    const waiting = this.#queues[at]?.waiting;
    waiting?.delete(one);
    if (waiting?.size === 0) this.#queues.splice(at, 1);
  }

  first(): T | undefined {
    const [one] = this.#queues[0]?.waiting ?? [];
    return one;
  }

  clear(): void {
    this.#queues.length = 0;
  }
}
