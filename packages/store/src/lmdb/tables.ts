// Owns the layout of the LMDB environment: which tables there are and what their keys and values mean.
//
//   log      revision → record. A record stays until a compaction passes the write that replaced it.
//   current  key → the revision of its record, and when it expires. Only keys that exist.
//   expiry   [when, key] → nothing. One row for every key in `current` that expires.
//   meta     name → number.
//
// Every read is synchronous, and reads that follow one another without an await see one snapshot.
import { setImmediate } from 'node:timers/promises';
import { type Database, open, type RootDatabase } from 'lmdb';
import { probeDisk } from './disk-probe.ts';
import { decodeRecord, encodeRecord, type Record } from './record.ts';

/** Where a key stands now. */
export interface Current {
  readonly modRevision: number;
  /** Milliseconds of wall time; 0: never. */
  readonly expiresAt: number;
}

/** `swept`: the revision up to which compaction has removed what it had to. */
type Mark = 'revision' | 'compacted' | 'swept';

const maxRevision = Number.MAX_SAFE_INTEGER;

export class Tables {
  readonly #root: RootDatabase<Buffer, string>;
  readonly #log: Database<Buffer, number>;
  readonly #current: Database<Buffer, string>;
  readonly #expiry: Database<Buffer, [number, string]>;
  readonly #meta: Database<Buffer, string>;
  readonly #directory: string;
  /** The last commit failed. */
  #failed = false;

  constructor(directory: string) {
    this.#directory = directory;
    this.#root = open<Buffer, string>({
      path: directory,
      noSubdir: false,
      encoding: 'binary',
      // A commit is reported when it is on disk, not when it is on its way there.
      overlappingSync: false,
      // Writes are batched here; of a batch of the binding's own, nobody would hear that it failed.
      eventTurnBatching: false,
      ...{ permissionsMode: 0o600 },
    });
    this.#log = this.#root.openDB<Buffer, number>({ name: 'log', encoding: 'binary' });
    this.#current = this.#root.openDB<Buffer, string>({ name: 'current', encoding: 'binary' });
    this.#expiry = this.#root.openDB<Buffer, [number, string]>({ name: 'expiry', encoding: 'binary' });
    this.#meta = this.#root.openDB<Buffer, string>({ name: 'meta', encoding: 'binary' });
  }

  mark(name: Mark): number {
    return this.#meta.get(name)?.readDoubleBE(0) ?? 0;
  }

  record(revision: number): Record | undefined {
    const bytes = this.#log.get(revision);
    return bytes && decodeRecord(bytes);
  }

  current(key: string): Current | undefined {
    const bytes = this.#current.get(key);
    return bytes && decodeCurrent(bytes);
  }

  /** Records of revisions greater than `after`, rising. */
  *records(after: number): Iterable<{ readonly revision: number; readonly record: Record }> {
    for (const { key, value } of this.#log.getRange({ start: after, exclusiveStart: true, end: maxRevision }))
      yield { revision: key, record: decodeRecord(value) };
  }

  /** Existing keys that begin with `prefix` and stand behind `after`, in their order. */
  *keys(prefix: string, after = ''): Iterable<{ readonly key: string; readonly current: Current }> {
    const behind = Buffer.compare(Buffer.from(after), Buffer.from(prefix)) >= 0 && after !== '';
    const start = behind ? after : prefix;
    const range = start === '' ? {} : { start, exclusiveStart: behind };
    for (const { key, value } of this.#current.getRange(range)) {
      if (!key.startsWith(prefix)) return;
      yield { key, current: decodeCurrent(value) };
    }
  }

  /** Keys in the order of their expiry. */
  *expiring(): Iterable<{ readonly key: string; readonly expiresAt: number }> {
    for (const [expiresAt, key] of this.#expiry.getKeys()) yield { key, expiresAt };
  }

  /** Runs `change` and commits what it put, all or nothing. Resolves when it is durable. */
  async commit(change: (writer: TableWriter) => void): Promise<void> {
    try {
      if (this.#failed) await probeDisk(this.#directory);
      await this.#root.batch(() => change(this.#writer));
      this.#failed = false;
    } catch (error) {
      this.#failed = true;
      const cause = await reasonOf(error);
      throw new Error(`the store could not commit: ${cause instanceof Error ? cause.message : String(cause)}`, {
        cause,
      });
    }
  }

  readonly #writer: TableWriter = {
    put: (revision, record, current) => {
      shared(this.#log.put(revision, encodeRecord(record) as Buffer));
      shared(this.#current.put(record.key, encodeCurrent(current)));
      if (current.expiresAt) shared(this.#expiry.put([current.expiresAt, record.key], Buffer.alloc(0)));
    },
    delete: (revision, record) => {
      shared(this.#log.put(revision, encodeRecord(record) as Buffer));
      shared(this.#current.remove(record.key));
    },
    forgetExpiry: (key, expiresAt) => {
      shared(this.#expiry.remove([expiresAt, key]));
    },
    forgetRecord: (revision) => {
      shared(this.#log.remove(revision));
    },
    mark: (name, value) => {
      shared(this.#meta.put(name, number(value)));
    },
  };

  close(): Promise<void> {
    return this.#root.close();
  }
}

/** A write within a batch fails with the batch, which tells it: nobody need hear of it twice. */
function shared(write: Promise<boolean>): void {
  write.catch(() => {});
}

/** Why a commit failed; LMDB's binding tells it in a promise beside its error, a little later. */
async function reasonOf(error: unknown): Promise<unknown> {
  const { commitError } = error as { commitError?: Promise<never> };
  if (!commitError) return error;
  return Promise.race([commitError.catch((reason: unknown) => reason), setImmediate(error)]);
}

/** What a commit may do. Nothing that it writes is visible to reads before the commit. */
export interface TableWriter {
  put(revision: number, record: Record, current: Current): void;
  delete(revision: number, record: Record): void;
  forgetExpiry(key: string, expiresAt: number): void;
  forgetRecord(revision: number): void;
  mark(name: Mark, value: number): void;
}

function number(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeDoubleBE(value);
  return bytes;
}

function encodeCurrent({ modRevision, expiresAt }: Current): Buffer {
  const bytes = Buffer.allocUnsafe(16);
  bytes.writeDoubleBE(modRevision, 0);
  bytes.writeDoubleBE(expiresAt, 8);
  return bytes;
}

function decodeCurrent(bytes: Buffer): Current {
  return { modRevision: bytes.readDoubleBE(0), expiresAt: bytes.readDoubleBE(8) };
}
