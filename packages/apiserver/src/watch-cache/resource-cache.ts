// Owns the current objects of one resource, its recent events and its watchers. Every method is synchronous: what one
// call sees and registers is one consistent state, which is why a list and the watch that follows it have no gap.
import type { Kind, KubeObject, ObjectName } from '@berth/objects';
import type { Entry } from '@berth/store';
import { CacheEvent } from './cache-event.ts';
import { type CachedObjects, SeenAs } from './cached-objects.ts';
import { EventWindow, type WindowLimits } from './event-window.ts';
import { compareNamespaces } from './keys.ts';
import type { Selection } from './selection.ts';
import { SortedObjects } from './sorted-objects.ts';
import { revive } from './stored-object.ts';
import { WatcherIndex } from './watcher-index.ts';

/** A change of one object of the resource, as the store tells it. */
export interface StoredChange {
  readonly target: ObjectName;
  /** Undefined: the object is gone. */
  readonly value: Uint8Array | undefined;
  readonly revision: number;
  /** Milliseconds of the monotonic clock at which the watch cache learned of it. */
  readonly at: number;
}

export class ResourceCache<T extends KubeObject = KubeObject> implements CachedObjects<T> {
  readonly kind: Kind<T>;
  readonly watchers: WatcherIndex<T>;
  readonly #limits: WindowLimits;
  #window: EventWindow<T>;
  /** By namespace; cluster-wide objects stand under ''. */
  #namespaces = new Map<string, SortedObjects<T>>();
  #size = 0;
  #changed = 0;

  constructor(kind: Kind<T>, limits: WindowLimits) {
    this.kind = kind;
    this.#limits = limits;
    this.#window = new EventWindow(limits, 0);
    this.watchers = new WatcherIndex((object, field) => fieldOf(kind, object, field));
  }

  get size(): number {
    return this.#size;
  }

  /** How many past events are kept at most. */
  get capacity(): number {
    return this.#limits.events;
  }

  get changed(): number {
    return this.#changed;
  }

  get knownAfter(): number {
    return this.#window.after;
  }

  get({ namespace = '', name }: ObjectName): T | undefined {
    return this.#namespaces.get(namespace)?.get(name);
  }

  /** The objects as those of a kind, which has the form of this resource's own kind or a view of it. */
  as<V extends KubeObject>(kind: Kind<V>): CachedObjects<V> {
    return kind.view ? new SeenAs(kind, this as unknown as ResourceCache) : (this as unknown as CachedObjects<V>);
  }

  /** In the order of the keys. */
  *select(selection: Selection<T>): Iterable<T> {
    for (const objects of this.candidates(selection))
      if (selection.everything) yield* objects;
      else for (const object of objects) if (selection.matches(object)) yield object;
  }

  /** What a selection is to be tried on, in the order of the keys and in several parts. */
  candidates({ namespace, name }: Pick<Selection, 'namespace' | 'name'>): Iterable<T>[] {
    const only = namespace ?? (this.kind.resource.namespaced ? undefined : '');
    if (only !== undefined && name !== undefined) {
      const object = this.get({ namespace: only, name });
      return object ? [[object]] : [];
    }
    const within = only === undefined ? [...this.#namespaces.keys()].sort(compareNamespaces) : [only];
    return within.map((each) => this.#namespaces.get(each)?.values() ?? []);
  }

  count(namespace: string | undefined): number {
    return namespace === undefined ? this.#size : (this.#namespaces.get(namespace)?.size ?? 0);
  }

  eventsSince(revision: number): readonly CacheEvent<T>[] {
    return this.#window.since(revision);
  }

  /** Lets go of events that are too old at a time. */
  forget(now: number): void {
    this.#window.forget(now);
  }

  revive({ value, modRevision }: Entry): T {
    return revive(this.kind, value, modRevision);
  }

  /** Begins anew with the state at a revision. */
  reset(entries: readonly Entry[], revision: number): void {
    this.#namespaces = new Map();
    this.#size = 0;
    this.#changed = revision;
    this.#window = new EventWindow(this.#limits, revision);
    for (const entry of entries) this.#put(this.revive(entry));
  }

  /** Applies a change that the store told of; undefined if it changed nothing that the cache knew. */
  apply({ target, value, revision, at }: StoredChange): CacheEvent<T> | undefined {
    const previous = this.get(target);
    const object = value && revive(this.kind, value, revision);
    if (object) this.#put(object);
    else if (previous) this.#remove(target);
    else return undefined;
    this.#changed = revision;
    const event = new CacheEvent<T>({ revision, at, object, previous });
    this.#window.push(event);
    return event;
  }

  #put(object: T): void {
    const { namespace = '', name } = object.metadata;
    let objects = this.#namespaces.get(namespace);
    if (!objects) {
      objects = new SortedObjects();
      this.#namespaces.set(namespace, objects);
    }
    const before = objects.size;
    objects.set(name, object);
    this.#size += objects.size - before;
  }

  #remove({ namespace = '', name }: ObjectName): void {
    const objects = this.#namespaces.get(namespace);
    if (!objects?.get(name)) return;
    objects.delete(name);
    this.#size--;
    if (objects.size === 0) this.#namespaces.delete(namespace);
  }
}

/** The value of a field by which the kind's objects can be selected. */
export function fieldOf<T extends KubeObject>(kind: Kind<T>, object: T, field: string): string | undefined {
  if (field === 'metadata.name') return object.metadata.name;
  if (field === 'metadata.namespace') return object.metadata.namespace ?? '';
  return kind.fieldSelectors[field]?.(object);
}
