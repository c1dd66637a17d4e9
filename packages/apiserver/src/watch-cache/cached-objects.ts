// Owns what readers may ask of the objects of one kind: the cache of a resource answers for its own kind, and `SeenAs`
// for a kind that is another one's objects in a form of its own.
import type { Kind, KubeObject, ObjectName } from '@berth/objects';
import type { Entry } from '@berth/store';
import type { CacheEvent } from './cache-event.ts';
import type { ResourceCache } from './resource-cache.ts';
import type { Selection } from './selection.ts';
import { shownAs } from './view.ts';
import type { Watcher } from './watcher.ts';

export interface CachedObjects<T extends KubeObject = KubeObject> {
  readonly kind: Kind<T>;
  /** The revision of the last change: a read at a revision since then shows what the cache holds now. */
  readonly changed: number;
  /** Every event behind this revision is known. */
  readonly knownAfter: number;
  get(name: ObjectName): T | undefined;
  /** In the order of the keys. */
  select(selection: Selection<T>): Iterable<T>;
  /** How many objects there are in a namespace, or in all. */
  count(namespace: string | undefined): number;
  eventsSince(revision: number): readonly CacheEvent<T>[];
  /** The object of an entry that was read from the store. */
  revive(entry: Entry): T;
  readonly watchers: {
    add(watcher: Watcher<T>): void;
    remove(watcher: Watcher<T>): void;
  };
}

/** The objects of a resource as those of a kind with a view. */
export class SeenAs<T extends KubeObject> implements CachedObjects<T> {
  readonly kind: Kind<T>;
  readonly #stored: ResourceCache;

  constructor(kind: Kind<T>, stored: ResourceCache) {
    this.kind = kind;
    this.#stored = stored;
  }

  get changed(): number {
    return this.#stored.changed;
  }

  get knownAfter(): number {
    return this.#stored.knownAfter;
  }

  get(name: ObjectName): T | undefined {
    const stored = this.#stored.get(name);
    return stored && shownAs(this.kind, stored);
  }

  *select(selection: Selection<T>): Iterable<T> {
    for (const objects of this.#stored.candidates(selection))
      for (const stored of objects) {
        const object = shownAs(this.kind, stored);
        if (selection.matches(object)) yield object;
      }
  }

  count(namespace: string | undefined): number {
    return this.#stored.count(namespace);
  }

  eventsSince(revision: number): readonly CacheEvent<T>[] {
    return this.#stored.eventsSince(revision).map((event) => event.seenAs(this.kind));
  }

  revive(entry: Entry): T {
    return shownAs(this.kind, this.#stored.revive(entry));
  }

  /** They stand among those of the resource; their selection tells what they see. */
  get watchers(): CachedObjects<T>['watchers'] {
    return this.#stored.watchers as unknown as CachedObjects<T>['watchers'];
  }
}
