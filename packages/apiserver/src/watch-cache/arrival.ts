// Owns a resource on its way into the watch cache: while its objects are read from the store, it keeps what changes, so
// that between the two nothing is missed and nothing seen twice.
import type { Kind } from '@berth/objects';
import type { Entry } from '@berth/store';
import type { WindowLimits } from './event-window.ts';
import { ResourceCache, type StoredChange } from './resource-cache.ts';

export class Arrival {
  readonly cache: ResourceCache;
  /** Called in the step in which the cache takes its place. */
  readonly arrived: () => void;
  readonly #missed: StoredChange[] = [];

  constructor(kind: Kind, limits: WindowLimits, arrived: () => void) {
    this.cache = new ResourceCache(kind, limits);
    this.arrived = arrived;
  }

  note(change: StoredChange): void {
    this.#missed.push(change);
  }

  /** Brings the cache from what was read at a revision to what the watch cache has been told since. */
  fill(entries: readonly Entry[], revision: number): void {
    this.cache.reset(entries, revision);
    for (const change of this.#missed) if (change.revision > revision) this.cache.apply(change);
  }
}
