// Owns the embedded store: the contract over LMDB, for one process.
import { chmod, mkdir } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { type Clock, type Logger, Registry, silentLogger, systemClock } from '@berth/host';
import type { Change, Entry, Listing, ListOptions, Store, StoreEvent, WatchOptions } from '../contract.ts';
import { keyOf, revisionOf } from '../event.ts';
import { defaultLimits, EventBuffer } from './buffer.ts';
import { Committer } from './committer.ts';
import { checkDataFile } from './data-file.ts';
import { Expiry } from './expiry.ts';
import { type Committed, storeFigures } from './figures.ts';
import { assertReadable, entryAt, eventsBehind, keysAt } from './history.ts';
import { lockDirectory } from './lock.ts';
import { Tables } from './tables.ts';

/** How many records one step of a compaction looks at, so that writers get their turn in between. */
const compactionStep = 2_000;

export interface LmdbStoreOptions {
  /** Made if it does not exist; readable by the owner alone. */
  readonly directory: string;
  readonly clock?: Clock;
  readonly log?: Logger;
  /** Where its figures go; left out: nobody asks. */
  readonly metrics?: Registry;
}

/** Throws if another process has the directory open, or if what is in it is damaged. */
export async function openLmdbStore(options: LmdbStoreOptions): Promise<Store> {
  const { directory, clock = systemClock, log = silentLogger, metrics } = options;
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await chmod(directory, 0o700);
  const unlock = await lockDirectory(directory);
  try {
    await checkDataFile(directory);
    const committed = storeFigures(metrics ?? new Registry(), directory);
    return new LmdbStore(new Tables(directory), { unlock, clock, log, committed });
  } catch (error) {
    await unlock();
    throw error;
  }
}

/** A running watch. Its `position` is the revision up to which its buffer, or its consumer, has everything. */
interface Watcher {
  readonly prefix: string;
  readonly buffer: EventBuffer;
  position: number;
}

interface LmdbSurroundings {
  readonly unlock: () => Promise<void>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly committed: Committed;
}

class LmdbStore implements Store {
  readonly #tables: Tables;
  readonly #committer: Committer;
  readonly #expiry: Expiry;
  readonly #watchers = new Set<Watcher>();
  readonly #unlock: () => Promise<void>;
  #compacting: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(tables: Tables, options: LmdbSurroundings) {
    const { clock, log } = options;
    this.#tables = tables;
    this.#unlock = options.unlock;
    this.#expiry = new Expiry(tables, { clock, log, write: (change) => this.#committer.write(change) });
    this.#committer = new Committer(tables, {
      clock,
      committed: options.committed,
      publish: (events) => this.#publish(events),
      expires: (at) => this.#expiry.schedule(at),
    });
    this.#expiry.start();
  }

  async revision(): Promise<number> {
    this.#assertOpen();
    return this.#tables.mark('revision');
  }

  async get(key: string): Promise<Entry | undefined> {
    this.#assertOpen();
    const current = this.#tables.current(key);
    return current && entryAt(this.#tables, key, current.modRevision);
  }

  async list(prefix: string, options: ListOptions = {}): Promise<Listing> {
    this.#assertOpen();
    const { after, limit } = options;
    const newest = this.#tables.mark('revision');
    const revision = options.revision ?? newest;
    if (revision > newest) throw new RangeError(`revision ${revision} is in the future, the newest is ${newest}`);
    assertReadable(this.#tables, revision);
    const entries: Entry[] = [];
    for (const { key, modRevision } of keysAt(this.#tables, { prefix, after, revision })) {
      if (entries.length === limit) return { revision, entries, more: true };
      const entry = entryAt(this.#tables, key, modRevision);
      if (!entry) throw new Error(`the log has lost ${key} at revision ${modRevision}`);
      entries.push(entry);
    }
    return { revision, entries, more: false };
  }

  write(change: Change): Promise<number> {
    return this.#committer.write(change);
  }

  async *watch(prefix: string, { after, signal }: WatchOptions): AsyncIterable<readonly StoreEvent[]> {
    this.#assertOpen();
    const buffer = new EventBuffer(defaultLimits);
    // Behind until the log has been read: events that are published meanwhile are found there.
    buffer.fallBehind();
    const watcher: Watcher = { prefix, buffer, position: after };
    const wake = () => buffer.wake();
    signal.addEventListener('abort', wake);
    this.#watchers.add(watcher);
    try {
      while (!signal.aborted && !this.#closed) {
        if (!buffer.behind) {
          const events = buffer.take();
          if (events.length > 0) {
            watcher.position = revisionOf(events.at(-1)!);
            yield events;
          } else await buffer.wait();
          continue;
        }
        const { events, upTo, more } = eventsBehind(this.#tables, prefix, watcher.position);
        watcher.position = upTo;
        if (!more) buffer.caughtUp();
        if (events.length > 0) yield events;
        else if (buffer.behind) await setImmediate();
      }
    } finally {
      this.#watchers.delete(watcher);
      signal.removeEventListener('abort', wake);
    }
  }

  async compact(revision: number): Promise<void> {
    this.#assertOpen();
    const newest = this.#tables.mark('revision');
    if (revision > newest) throw new RangeError(`revision ${revision} is in the future, the newest is ${newest}`);
    // One after the other; the failure of one does not concern the next.
    const previous = this.#compacting.catch(() => undefined);
    this.#compacting = previous.then(() => this.#sweep(revision));
    await this.#compacting;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const { buffer } of this.#watchers) buffer.wake();
    await this.#expiry.stop();
    await this.#committer.close();
    await this.#compacting.catch(() => undefined);
    await this.#tables.close();
    await this.#unlock();
  }

  #publish(events: readonly StoreEvent[]): void {
    const before = revisionOf(events[0]!) - 1;
    for (const watcher of this.#watchers) {
      const { prefix, buffer } = watcher;
      // Should the buffer overflow, the log is read from here: not from long ago, where it may have been compacted.
      if (buffer.empty) watcher.position = Math.max(watcher.position, before);
      for (const event of events) {
        if (revisionOf(event) > watcher.position && keyOf(event).startsWith(prefix)) buffer.push(event);
      }
    }
  }

  async #sweep(revision: number): Promise<void> {
    const tables = this.#tables;
    if (revision <= tables.mark('compacted')) return;
    await tables.commit((writer) => writer.mark('compacted', revision));
    while (tables.mark('swept') < revision && !this.#closed) {
      await tables.commit((writer) => {
        let swept = tables.mark('swept');
        let steps = 0;
        for (const { revision: at, record } of tables.records(swept)) {
          if (at > revision || steps++ >= compactionStep) break;
          if (record.replaces > 0) writer.forgetRecord(record.replaces);
          if (record.value === null) writer.forgetRecord(at);
          swept = at;
        }
        writer.mark('swept', steps > compactionStep ? swept : revision);
      });
    }
  }

  #assertOpen(): void {
    if (this.#closed) throw new Error('the store is closed');
  }
}
