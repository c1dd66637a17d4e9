// Owns the recent events of one resource: what a watch that begins in the past is first told.
import type { KubeObject } from '@berth/objects';
import type { CacheEvent } from './cache-event.ts';

export interface WindowLimits {
  readonly events: number;
  readonly ageMs: number;
}

/** So few forgotten events are not worth cutting off. */
const leastCut = 64;

export class EventWindow<T extends KubeObject = KubeObject> {
  readonly #limits: WindowLimits;
  #events: CacheEvent<T>[] = [];
  /** Where the oldest event stands in `#events`. What is before it was forgotten, and is cut off when it is half of it. */
  #head = 0;
  #after: number;

  constructor(limits: WindowLimits, after: number) {
    this.#limits = limits;
    this.#after = after;
  }

  /** Every event behind this revision is in the window. */
  get after(): number {
    return this.#after;
  }

  push(event: CacheEvent<T>): void {
    this.#events.push(event);
    if (this.#size > this.#limits.events) this.#forgetFirst();
    this.forget(event.at);
  }

  /** Lets go of what is too old at a time. */
  forget(now: number): void {
    const oldest = now - this.#limits.ageMs;
    for (let first = this.#events[this.#head]; first && first.at < oldest; first = this.#events[this.#head])
      this.#forgetFirst();
  }

  get #size(): number {
    return this.#events.length - this.#head;
  }

  #forgetFirst(): void {
    this.#after = this.#events[this.#head]!.revision;
    this.#head++;
    if (this.#head < leastCut || this.#head < this.#size) return;
    this.#events = this.#events.slice(this.#head);
    this.#head = 0;
  }

  /** The events behind a revision, which must not be before `after`. */
  since(revision: number): readonly CacheEvent<T>[] {
    let low = this.#head;
    let high = this.#events.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#events[middle]!.revision > revision) high = middle;
      else low = middle + 1;
    }
    return this.#events.slice(low);
  }
}
