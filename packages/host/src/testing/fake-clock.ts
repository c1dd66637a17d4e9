// A clock that moves only when a test says so.
import type { Clock, Timer } from '../clock.ts';

interface Pending {
  readonly due: number;
  readonly order: number;
  readonly fire: () => void;
}

export class FakeClock implements Clock {
  #now: number;
  /** By how much somebody has set the wall clock. */
  #setMs = 0;
  #order = 0;
  readonly #start: number;
  readonly #pending = new Set<Pending>();

  constructor(start = Date.UTC(2026, 0, 1)) {
    this.#start = start;
    this.#now = start;
  }

  now(): number {
    return this.#now + this.#setMs;
  }

  monotonic(): number {
    return this.#now - this.#start;
  }

  after(delayMs: number, fire: () => void): Timer {
    const pending = { due: this.#now + Math.max(0, delayMs), order: this.#order++, fire };
    this.#pending.add(pending);
    return { cancel: () => this.#pending.delete(pending) };
  }

  /** Moves time forward, firing due timers in order; awaits what they set off in microtasks between two of them. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (let next = this.#next(end); next; next = this.#next(end)) {
      this.#pending.delete(next);
      this.#now = next.due;
      next.fire();
      await settle();
    }
    this.#now = end;
    await settle();
  }

  /** Sets the wall clock forward or, by a negative number, back; what has begun takes as long as it would have. */
  set(ms: number): void {
    this.#setMs += ms;
  }

  /** How many timers wait. */
  get waiting(): number {
    return this.#pending.size;
  }

  #next(end: number): Pending | undefined {
    let first: Pending | undefined;
    for (const pending of this.#pending) {
      if (pending.due > end) continue;
      if (!first || pending.due < first.due || (pending.due === first.due && pending.order < first.order))
        first = pending;
    }
    return first;
  }
}

/** Lets promise chains that are already resolved run to their end. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
