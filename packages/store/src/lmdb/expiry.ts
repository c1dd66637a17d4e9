// Owns the deletion of keys whose time has come.
import type { Clock, Logger, Timer } from '@berth/host';
import { type Change, WriteConflictError } from '../contract.ts';
import type { Tables } from './tables.ts';

const largestBatch = 1_000;
const retryMs = 1_000;
/** Node's timers hold no longer delay. */
const longestDelayMs = 2 ** 31 - 1;

export interface ExpiryOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly write: (change: Change) => Promise<number>;
}

export class Expiry {
  #next = Number.POSITIVE_INFINITY;
  #timer: Timer | undefined;
  #stopped = false;
  #deleting: Promise<void> | undefined;
  readonly #tables: Tables;
  readonly #options: ExpiryOptions;

  constructor(tables: Tables, options: ExpiryOptions) {
    this.#tables = tables;
    this.#options = options;
  }

  /** Takes up what an earlier process left. */
  start(): void {
    for (const { expiresAt } of this.#tables.expiring()) {
      this.schedule(expiresAt);
      return;
    }
  }

  /** Something expires at `at`, milliseconds of wall time. */
  schedule(at: number): void {
    if (this.#stopped || at >= this.#next) return;
    this.#next = at;
    this.#timer?.cancel();
    const delay = Math.min(Math.max(0, at - this.#options.clock.now()), longestDelayMs);
    this.#timer = this.#options.clock.after(delay, () => {
      this.#deleting = this.#deleteDue();
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#timer?.cancel();
    await this.#deleting;
  }

  async #deleteDue(): Promise<void> {
    const { clock, log } = this.#options;
    try {
      await Promise.all(this.#due().map((key) => this.#delete(key)));
      this.#next = Number.POSITIVE_INFINITY;
      this.start();
    } catch (err) {
      if (this.#stopped) return;
      log.error({ err }, 'could not delete expired keys, trying again');
      this.#next = Number.POSITIVE_INFINITY;
      this.schedule(clock.now() + retryMs);
    }
  }

  #due(): string[] {
    const now = this.#options.clock.now();
    const keys: string[] = [];
    for (const { key, expiresAt } of this.#tables.expiring()) {
      if (expiresAt > now || keys.length >= largestBatch) break;
      keys.push(key);
    }
    return keys;
  }

  async #delete(key: string): Promise<void> {
    const current = this.#tables.current(key);
    if (!current) return;
    try {
      await this.#options.write({ key, value: null, expect: current.modRevision });
    } catch (error) {
      // Somebody wrote the key meanwhile: it has a new time of its own.
      if (!(error instanceof WriteConflictError)) throw error;
    }
  }
}
