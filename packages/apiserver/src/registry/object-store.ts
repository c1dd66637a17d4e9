// Owns the writes of objects to the store: compare-and-write on the version that a change was decided on, and a new
// decision when another write came first.
import {
  alreadyExistsError,
  type Draft,
  deepFreeze,
  type Kind,
  type KubeObject,
  notFoundError,
  type ObjectName,
  storageOf,
} from '@berth/objects';
import { type Store, WriteConflictError } from '@berth/store';
import { keyOf } from '../watch-cache/keys.ts';
import { toStored } from '../watch-cache/stored-object.ts';
import type { WatchCache } from '../watch-cache/watch-cache.ts';
import { isUnchanged } from './equality.ts';

/** What is to become of an object. */
export type Outcome<T extends KubeObject> =
  | { readonly type: 'write'; readonly draft: Draft<T> }
  /** Remove it; `last` is what the caller is told. */
  | { readonly type: 'remove'; readonly last: T }
  | { readonly type: 'keep' };

export interface Attempt<T extends KubeObject> {
  readonly outcome: Outcome<T>;
  /** Called with whether the outcome was stored. */
  settle(written: boolean): void;
}

export interface ObjectStoreOptions {
  readonly store: Store;
  readonly cache: WatchCache;
  /** Called before an object is changed or removed; what it returns is called when that was stored. */
  beforeChange?<T extends KubeObject>(kind: Kind<T>, old: T): ((next: T | undefined) => void) | undefined;
}

export class ObjectStore {
  readonly #store: Store;
  readonly #cache: WatchCache;
  readonly #beforeChange: ObjectStoreOptions['beforeChange'];

  constructor(options: ObjectStoreOptions) {
    this.#store = options.store;
    this.#cache = options.cache;
    this.#beforeChange = options.beforeChange;
  }

  /** Throws AlreadyExists. The draft is given away. */
  async insert<T extends KubeObject>(kind: Kind<T>, draft: Draft<T>): Promise<T> {
    const object = draft as Draft<KubeObject>;
    const value = storedBytes(kind, draft);
    const key = keyOf(storageOf(kind), object.metadata);
    // Asked for before the write, so that nothing is left behind of a kind that has just gone.
    const cache = this.#cache.objectsOf(kind);
    try {
      const revision = await this.#store.write({ key, value, expect: 0, ttlSeconds: kind.ttlSeconds });
      return cache.revive({ key, value, modRevision: revision });
    } catch (error) {
      if (error instanceof WriteConflictError) await this.checkAbsent(kind, object.metadata);
      throw error instanceof WriteConflictError ? alreadyExistsError(kind.resource, object.metadata.name) : error;
    }
  }

  /** What an insert would say of it now. Throws AlreadyExists. */
  async checkAbsent<T extends KubeObject>(kind: Kind<T>, name: ObjectName): Promise<void> {
    await this.#cache.fresh();
    const there = this.#cache.objectsOf(kind).get(name);
    if (there) throw alreadyExistsError(kind.resource, name.name, there.metadata);
  }

  /**
   * Decides on the current object and stores the outcome; if another write came between, decides again. `decide`
   * throws what ends the attempts, such as Conflict. Throws NotFound.
   */
  async change<T extends KubeObject>(
    kind: Kind<T>,
    target: ObjectName,
    options: { readonly dryRun: boolean; decide(old: T): Promise<Attempt<T>> },
  ): Promise<T> {
    for (;;) {
      await this.#cache.fresh();
      const old = this.#cache.objectsOf(kind).get(target);
      if (!old) throw notFoundError(kind.resource, target.name);
      const { outcome, settle } = await options.decide(old);
      let written = false;
      try {
        if (outcome.type === 'keep') return old;
        if (outcome.type === 'write' && isUnchanged(outcome.draft as Draft<KubeObject>, old)) return old;
        if (options.dryRun) return outcome.type === 'remove' ? outcome.last : deepFreeze(outcome.draft as T);
        const stored = await this.#compareAndWrite(kind, old, outcome);
        written = true;
        return stored;
      } catch (error) {
        if (!(error instanceof WriteConflictError)) throw error;
      } finally {
        settle(written);
      }
    }
  }

  async #compareAndWrite<T extends KubeObject>(
    kind: Kind<T>,
    old: T,
    outcome: Exclude<Outcome<T>, { type: 'keep' }>,
  ): Promise<T> {
    const key = keyOf(storageOf(kind), old.metadata);
    const expect = Number(old.metadata.resourceVersion);
    const cache = this.#cache.objectsOf(kind);
    const stored = this.#beforeChange?.(kind, old);
    if (outcome.type === 'remove') {
      await this.#store.write({ key, value: null, expect });
      stored?.(undefined);
      return outcome.last;
    }
    const value = storedBytes(kind, outcome.draft);
    const revision = await this.#store.write({ key, value, expect, ttlSeconds: kind.ttlSeconds });
    const next = cache.revive({ key, value, modRevision: revision });
    stored?.(next);
    return next;
  }
}

/** In the form in which the kind's objects are kept. The draft is given away. */
function storedBytes<T extends KubeObject>({ view }: Kind<T>, draft: Draft<T>): Uint8Array {
  return toStored((view ? view.store(draft as T) : draft) as Draft<KubeObject>);
}
