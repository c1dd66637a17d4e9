// Owns how a watch hands its events on: a buffer of bounded size between whoever produces events and the consumer.
// It knows nothing of a store.
import type { StoreEvent } from '../contract.ts';

export interface BufferLimits {
  readonly events: number;
  readonly bytes: number;
}

export const defaultLimits: BufferLimits = { events: 8_192, bytes: 16 << 20 };

/**
 * Events that wait for their consumer. When more wait than the limits allow, all of them are dropped and the buffer
 * says that it is `behind`: the consumer then reads from the log, from the last revision that it was given.
 */
export class EventBuffer {
  #events: StoreEvent[] = [];
  #bytes = 0;
  #behind = false;
  #wake: (() => void) | undefined;
  readonly #limits: BufferLimits;

  constructor(limits: BufferLimits) {
    this.#limits = limits;
  }

  get behind(): boolean {
    return this.#behind;
  }

  /** Nothing waits, in memory or in the log. */
  get empty(): boolean {
    return this.#events.length === 0 && !this.#behind;
  }

  push(event: StoreEvent): void {
    if (!this.#behind) {
      this.#events.push(event);
      this.#bytes += event.type === 'put' ? event.entry.value.length : 0;
      if (this.#events.length > this.#limits.events || this.#bytes > this.#limits.bytes) this.fallBehind();
    }
    this.wake();
  }

  fallBehind(): void {
    this.#behind = true;
    this.#clear();
  }

  caughtUp(): void {
    this.#behind = false;
  }

  /** Everything that waits. */
  take(): readonly StoreEvent[] {
    const events = this.#events;
    this.#clear();
    return events;
  }

  /** Resolves when something was pushed or `wake` was called; at once if events wait. */
  wait(): Promise<void> {
    if (this.#events.length > 0 || this.#behind) return Promise.resolve();
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  wake(): void {
    this.#wake?.();
    this.#wake = undefined;
  }

  #clear(): void {
    this.#events = [];
    this.#bytes = 0;
  }
}
