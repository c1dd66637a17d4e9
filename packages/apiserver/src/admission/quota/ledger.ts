// Owns the booking of charges and refunds on the quotas of a namespace, by compare-and-write of their statuses, so that
// several servers of one store book exactly. What comes in while a booking is on its way shares the next one.
//
// What is used is never less than what is there: a charge is booked before its object is stored, a refund after its
// object is gone. When a server dies in between, or a refund comes too late, too much is booked, until the quota
// controller has seen for a while that it stays so.
import type { Clock, Logger } from '@berth/host';
import { type Amounts, type Draft, isReason, type ResourceQuota } from '@berth/objects';
import { type Booking, book, type Entry } from './account.ts';

export interface LedgerOptions {
  /** The quotas of a namespace as this server knows them, in the order of their names. */
  quotas(namespace: string): readonly ResourceQuota[];
  /** Changes the status of a quota; `change` is called again, with a newer quota, when another write came between. */
  update(quota: ResourceQuota, change: (current: ResourceQuota) => Draft<ResourceQuota>): Promise<unknown>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** What was booked on which quota, by its uid. */
export type Receipt = ReadonlyMap<string, Amounts>;

interface Waiting {
  readonly entry: Entry;
  readonly receipt: Map<string, Amounts>;
  /** Monotonic milliseconds after which it is not booked any more. */
  readonly until: number;
  problem: string | undefined;
  resolve(result: Result): void;
  reject(error: unknown): void;
}

export type Result = { readonly receipt: Receipt } | { readonly problem: string };

/** Longer than this a refund does not wait. Less than what the quota controller waits before it counts anew. */
const refundForMs = 5_000;

export class QuotaLedger {
  readonly #options: LedgerOptions;
  readonly #waiting = new Map<string, Waiting[]>();

  constructor(options: LedgerOptions) {
    this.#options = options;
  }

  /** Resolves when the entry is booked on all quotas, or on none of them. */
  charge(namespace: string, entry: Entry): Promise<Result> {
    return this.#enter(namespace, entry, Number.POSITIVE_INFINITY);
  }

  /** `since`: monotonic milliseconds at which what gives it back began. Never throws. */
  refund(namespace: string, amountsOf: Entry['amountsOf'], since: number): void {
    const entry: Entry = { type: 'refund', amountsOf, dryRun: false };
    void this.#enter(namespace, entry, since + refundForMs).catch((err: unknown) => {
      this.#options.log.warn({ err, namespace }, 'could not give back what a quota was charged');
    });
  }

  #enter(namespace: string, entry: Entry, until: number): Promise<Result> {
    return new Promise((resolve, reject) => {
      const waiting: Waiting = { entry, receipt: new Map(), until, problem: undefined, resolve, reject };
      const queue = this.#waiting.get(namespace);
      if (queue) queue.push(waiting);
      else {
        this.#waiting.set(namespace, [waiting]);
        void this.#run(namespace);
      }
    });
  }

  /** Never throws. */
  async #run(namespace: string): Promise<void> {
    // One microtask later, so that what comes in the same turn is booked together.
    await Promise.resolve();
    for (;;) {
      const batch = this.#waiting.get(namespace)!.splice(0);
      if (batch.length === 0) {
        this.#waiting.delete(namespace);
        return;
      }
      try {
        await this.#bookBatch(namespace, batch);
        for (const one of batch)
          one.resolve(one.problem === undefined ? { receipt: one.receipt } : { problem: one.problem });
      } catch (error) {
        for (const one of batch) one.reject(error);
      }
    }
  }

  async #bookBatch(namespace: string, batch: readonly Waiting[]): Promise<void> {
    for (const quota of this.#options.quotas(namespace)) {
      const concerned = batch.filter(
        ({ entry, problem }) => problem === undefined && Object.keys(entry.amountsOf(quota)).length > 0,
      );
      if (concerned.length > 0) await this.#bookOn(quota, concerned);
    }
    const now = this.#options.clock.monotonic();
    for (const { problem, receipt } of batch)
      if (problem !== undefined && receipt.size > 0) this.refund(namespace, giveBack(receipt), now);
  }

  async #bookOn(quota: ResourceQuota, concerned: readonly Waiting[]): Promise<void> {
    const { uid } = quota.metadata;
    let bookings: readonly Booking[] = [];
    let inTime: readonly Waiting[] = concerned;
    try {
      await this.#options.update(quota, (current) => {
        const now = this.#options.clock.monotonic();
        inTime = current.metadata.uid === uid ? concerned.filter(({ until }) => now <= until) : [];
        const booked = book(
          current,
          inTime.map(({ entry }) => entry),
        );
        bookings = booked.bookings;
        return booked.quota;
      });
    } catch (error) {
      if (isReason(error, 'NotFound')) return;
      throw error;
    }
    for (const [index, one] of inTime.entries()) {
      const { booked, problem } = bookings[index]!;
      if (booked === undefined) one.problem = problem;
      else if (!one.entry.dryRun) one.receipt.set(uid, booked);
    }
  }
}

/** What was booked, of each quota. */
export function giveBack(receipt: Receipt): Entry['amountsOf'] {
  return ({ metadata }) => receipt.get(metadata.uid) ?? {};
}
