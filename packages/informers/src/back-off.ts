// Owns how long a client waits before it tries again: exponential with full-range jitter, so that many that failed
// together do not come back together.
import type { Random } from '@berth/host';

const firstMs = 200;
const maximumMs = 30_000;

export class BackOff {
  readonly #random: Random;
  #failures = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /** The next wait in milliseconds: between half and the whole of a value that doubles from 200 ms to 30 s. */
  next(): number {
    const whole = Math.min(maximumMs, firstMs * 2 ** Math.min(this.#failures, 16));
    this.#failures++;
    return whole * (0.5 + 0.5 * this.#random.fraction());
  }

  reset(): void {
    this.#failures = 0;
  }
}
