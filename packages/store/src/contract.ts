// Owns the store's contract: etcd's semantics in seven methods. `lmdb/` and `etcd/` implement it, and `testing/` holds
// the one suite that both pass.
//
// There is a single revision that grows by one with every acknowledged write. A key carries the revision of its last
// modification. A write is acknowledged only when it is durable.

/** A key's value as it was at some revision. */
export interface Entry {
  readonly key: string;
  /** Never changed after it was handed out. */
  readonly value: Uint8Array;
  /** The revision of the write that put this value. */
  readonly modRevision: number;
}

/** A compare-and-write of one key. */
export interface Change {
  readonly key: string;
  /** The new value, which the caller leaves unchanged from now on; `null` deletes the key. */
  readonly value: Uint8Array | null;
  /** The modRevision that the key must have; 0: the key must not exist. Left out: whatever it is. */
  readonly expect?: number;
  /** Seconds after which the key deletes itself, unless it is written again before. */
  readonly ttlSeconds?: number;
}

export interface ListOptions {
  /** Read as of this revision; left out: the newest. Throws TooOldError if it was compacted. */
  readonly revision?: number;
  /** Start behind this key. */
  readonly after?: string;
  /** Return at most so many entries. */
  readonly limit?: number;
}

export interface Listing {
  /** The revision at which this was read. */
  readonly revision: number;
  /** In the order of their keys (UTF-8 bytes). */
  readonly entries: readonly Entry[];
  /** Whether `limit` cut the listing short. */
  readonly more: boolean;
}

export type StoreEvent =
  | { readonly type: 'put'; readonly entry: Entry; readonly previous: Entry | undefined }
  | { readonly type: 'delete'; readonly key: string; readonly modRevision: number; readonly previous: Entry };

export interface WatchOptions {
  /** Events of revisions greater than this one are delivered. */
  readonly after: number;
  readonly signal: AbortSignal;
}

export interface Store {
  /** The newest acknowledged revision; in a shared store, read so that no acknowledged write anywhere is missed. */
  revision(): Promise<number>;
  get(key: string): Promise<Entry | undefined>;
  list(prefix: string, options?: ListOptions): Promise<Listing>;
  /**
   * Puts or deletes one key; resolves with its new revision when durable. Throws WriteConflictError if `expect` does
   * not hold, and UnknownOutcomeError if it may have happened and nobody can tell. Deleting a key that does not exist,
   * without `expect`, resolves with the current revision.
   */
  write(change: Change): Promise<number>;
  /**
   * The events under a prefix, in batches of rising revision without gap or duplicate, until the signal aborts. The
   * iteration throws TooOldError when `after` was compacted, and survives a store that goes away and comes back.
   */
  watch(prefix: string, options: WatchOptions): AsyncIterable<readonly StoreEvent[]>;
  /**
   * Forgets values that were overwritten or deleted before `revision`, which becomes the oldest that can be read. Does
   * nothing if that has been done already.
   */
  compact(revision: number): Promise<void>;
  close(): Promise<void>;
}

/** `expect` did not hold. `current` is what the key holds instead, undefined if it does not exist. */
export class WriteConflictError extends Error {
  override readonly name = 'WriteConflictError';
  readonly key: string;
  readonly current: Entry | undefined;
  constructor(key: string, current: Entry | undefined) {
    super(`${key} is at revision ${current?.modRevision ?? 'none'}`);
    this.key = key;
    this.current = current;
  }
}

/** The store was asked to write and did not say what came of it: the write happened, or did not, or will. */
export class UnknownOutcomeError extends Error {
  override readonly name = 'UnknownOutcomeError';

  constructor(key: string, cause: unknown) {
    super(`whether ${key} was written is not known`, { cause });
  }
}

/** The revision was compacted. `compacted` is the oldest revision that can still be read. */
export class TooOldError extends Error {
  override readonly name = 'TooOldError';
  readonly compacted: number;
  constructor(revision: number, compacted: number) {
    super(`revision ${revision} has been compacted, the oldest is ${compacted}`);
    this.compacted = compacted;
  }
}
