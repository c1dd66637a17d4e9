// Owns how often somebody may try to sign in: a few free tries, then each failure doubles the wait. Counted per address
// and, more generously, per name, so that many addresses cannot share the work and nobody can lock another out for long.
import type { Clock } from '@berth/host';

interface Limit {
  readonly freeTries: number;
  readonly longestWaitMs: number;
}

const limits = {
  address: { freeTries: 5, longestWaitMs: 15 * 60_000 },
  name: { freeTries: 20, longestWaitMs: 30_000 },
} satisfies Record<string, Limit>;

/** Failures are forgotten after so long without another. */
const memoryMs = 60 * 60_000;
/** Beyond so many keys the oldest are forgotten: the table is bounded, whoever fills it. */
const maxKeys = 10_000;

interface Failures {
  readonly count: number;
  readonly lastAt: number;
  readonly waitMs: number;
}

export interface Attempt {
  readonly address: string;
  readonly name: string;
}

export class SignInAttempts {
  readonly #clock: Clock;
  /** By `address …` or `name …`, the one that failed longest ago first. */
  readonly #failures = new Map<string, Failures>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Milliseconds until the next try; 0: now. */
  waitMs(attempt: Attempt): number {
    return Math.max(0, ...keysOf(attempt).map(({ key }) => this.#waitOf(key)));
  }

  failed(attempt: Attempt): void {
    const now = this.#clock.monotonic();
    for (const { key, limit } of keysOf(attempt)) {
      const count = (this.#recent(key)?.count ?? 0) + 1;
      const over = count - limit.freeTries;
      const waitMs = over < 0 ? 0 : Math.min(limit.longestWaitMs, 1_000 * 2 ** Math.min(over, 30));
      this.#failures.delete(key);
      this.#failures.set(key, { count, lastAt: now, waitMs });
    }
    for (const key of this.#failures.keys()) {
      if (this.#failures.size <= maxKeys) break;
      this.#failures.delete(key);
    }
  }

  /** The person behind an address has the password: nothing is held against either any more. */
  succeeded(attempt: Attempt): void {
    for (const { key } of keysOf(attempt)) this.#failures.delete(key);
  }

  #waitOf(key: string): number {
    const failures = this.#recent(key);
    return failures ? failures.lastAt + failures.waitMs - this.#clock.monotonic() : 0;
  }

  #recent(key: string): Failures | undefined {
    const failures = this.#failures.get(key);
    if (failures && this.#clock.monotonic() - failures.lastAt < memoryMs) return failures;
    this.#failures.delete(key);
    return undefined;
  }
}

function keysOf({ address, name }: Attempt): { readonly key: string; readonly limit: Limit }[] {
  return [
    { key: `address ${networkOf(address)}`, limit: limits.address },
    { key: `name ${name}`, limit: limits.name },
  ];
}

/** A person with one IPv6 address has 2⁶⁴ of them. */
function networkOf(address: string): string {
  if (!address.includes(':') || address.startsWith('::ffff:')) return address;
  const [head = '', tail] = address.split('::');
  const front = head.split(':').filter(Boolean);
  const back = (tail ?? '').split(':').filter(Boolean);
  const zeros = tail === undefined ? [] : Array<string>(Math.max(0, 8 - front.length - back.length)).fill('0');
  return [...front, ...zeros, ...back].slice(0, 4).join(':');
}
