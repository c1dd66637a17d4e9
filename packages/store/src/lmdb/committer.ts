// Owns how writes become durable: whoever writes while a transaction is on its way to the disk shares the next one.
import type { Clock } from '@berth/host';
import { type Change, type Entry, type StoreEvent, WriteConflictError } from '../contract.ts';
import type { Committed } from './figures.ts';
import type { Current, Tables, TableWriter } from './tables.ts';

/** Bounds how long one transaction keeps the event loop and the disk. */
const largestBatch = 2_000;

interface Waiting {
  readonly change: Change;
  readonly resolve: (revision: number) => void;
  readonly reject: (error: unknown) => void;
}

/** A key as the transaction sees it: with what the earlier writes of the same batch did to it. */
interface Seen extends Current {
  readonly value: Uint8Array;
}

export interface CommitterOptions {
  readonly clock: Clock;
  readonly committed: Committed;
  /** Called with a batch's events, after it is durable and before its writers are told. */
  readonly publish: (events: readonly StoreEvent[]) => void;
  /** Called when a key was put that expires. */
  readonly expires: (at: number) => void;
}

export class Committer {
  #waiting: Waiting[] = [];
  #running: Promise<void> | undefined;
  #closed = false;
  readonly #tables: Tables;
  readonly #options: CommitterOptions;

  constructor(tables: Tables, options: CommitterOptions) {
    this.#tables = tables;
    this.#options = options;
  }

  write(change: Change): Promise<number> {
    if (this.#closed) return Promise.reject(new Error('the store is closed'));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ change, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  /** Refuses further writes; resolves when those under way are settled. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    // One microtask later, so that writes of the same turn share the first transaction as well.
    await Promise.resolve();
    while (this.#waiting.length > 0) await this.#commit(this.#waiting.splice(0, largestBatch));
    this.#running = undefined;
  }

  async #commit(waiting: readonly Waiting[]): Promise<void> {
    const settle: (() => void)[] = [];
    const events: StoreEvent[] = [];
    const { clock, committed } = this.#options;
    const started = clock.monotonic();
    try {
      await this.#tables.commit((writer) => {
        const batch = new Batch(this.#tables, writer, this.#options);
        for (const { change, resolve, reject } of waiting) {
          try {
            const revision = batch.apply(change);
            settle.push(() => resolve(revision));
          } catch (error) {
            settle.push(() => reject(error));
          }
        }
        if (batch.events.length > 0) writer.mark('revision', batch.revision);
        events.push(...batch.events);
      });
    } catch (error) {
      for (const { reject } of waiting) reject(error);
      return;
    }
    committed(waiting.length, (clock.monotonic() - started) / 1000);
    if (events.length > 0) this.#options.publish(events);
    for (const done of settle) done();
  }
}

/** Decides the changes of one transaction, each on top of those before it. */
class Batch {
  readonly events: StoreEvent[] = [];
  revision: number;
  readonly #seen = new Map<string, Seen | undefined>();
  readonly #tables: Tables;
  readonly #writer: TableWriter;
  readonly #options: CommitterOptions;

  constructor(tables: Tables, writer: TableWriter, options: CommitterOptions) {
    this.#tables = tables;
    this.#writer = writer;
    this.#options = options;
    this.revision = tables.mark('revision');
  }

  /** Returns the revision that the change leads to. */
  apply(change: Change): number {
    const { key, value, expect, ttlSeconds } = change;
    const before = this.#look(key);
    const previous: Entry | undefined = before && { key, value: before.value, modRevision: before.modRevision };
    if (expect !== undefined && expect !== (before?.modRevision ?? 0)) throw new WriteConflictError(key, previous);
    if (value === null && !previous) return this.revision;

    const modRevision = ++this.revision;
    const replaces = previous?.modRevision ?? 0;
    if (before?.expiresAt) this.#writer.forgetExpiry(key, before.expiresAt);
    if (value) {
      const expiresAt = ttlSeconds ? this.#options.clock.now() + ttlSeconds * 1_000 : 0;
      this.#writer.put(modRevision, { key, value, replaces }, { modRevision, expiresAt });
      this.#seen.set(key, { value, modRevision, expiresAt });
      this.events.push({ type: 'put', entry: { key, value, modRevision }, previous });
      if (expiresAt) this.#options.expires(expiresAt);
    } else if (previous) {
      this.#writer.delete(modRevision, { key, value: null, replaces });
      this.#seen.set(key, undefined);
      this.events.push({ type: 'delete', key, modRevision, previous });
    }
    return modRevision;
  }

  #look(key: string): Seen | undefined {
    if (this.#seen.has(key)) return this.#seen.get(key);
    const current = this.#tables.current(key);
    const value = current && this.#tables.record(current.modRevision)?.value;
    return current && value ? { ...current, value } : undefined;
  }
}
