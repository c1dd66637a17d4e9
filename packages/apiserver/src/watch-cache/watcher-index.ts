// Owns which watchers of a resource an event concerns. A watcher that asks for one value of a field (the pods of one
// node, one object by name, one namespace) stands under that value, so that an event costs work only for the watchers
// that it may concern.
import type { KubeObject } from '@berth/objects';
import type { CacheEvent } from './cache-event.ts';
import type { Watcher } from './watcher.ts';

type FieldOf<T> = (object: T, field: string) => string | undefined;

export class WatcherIndex<T extends KubeObject = KubeObject> {
  readonly #fieldOf: FieldOf<T>;
  readonly #unrouted = new Set<Watcher<T>>();
  readonly #routed = new Map<string, Map<string, Set<Watcher<T>>>>();
  #size = 0;

  constructor(fieldOf: FieldOf<T>) {
    this.#fieldOf = fieldOf;
  }

  get size(): number {
    return this.#size;
  }

  add(watcher: Watcher<T>): void {
    this.#size++;
    const { route } = watcher.selection;
    if (!route) {
      this.#unrouted.add(watcher);
      return;
    }
    let byValue = this.#routed.get(route.field);
    if (!byValue) {
      byValue = new Map();
      this.#routed.set(route.field, byValue);
    }
    const watchers = byValue.get(route.value);
    if (watchers) watchers.add(watcher);
    else byValue.set(route.value, new Set([watcher]));
  }

  remove(watcher: Watcher<T>): void {
    const { route } = watcher.selection;
    const byValue = route && this.#routed.get(route.field);
    const watchers = route ? byValue?.get(route.value) : this.#unrouted;
    if (!watchers?.delete(watcher)) return;
    this.#size--;
    if (!route || !byValue || watchers.size > 0) return;
    byValue.delete(route.value);
    if (byValue.size === 0) this.#routed.delete(route.field);
  }

  /** Tells the watchers that the event may concern. Returns how many were too slow and were ended. */
  dispatch(event: CacheEvent<T>): number {
    let slow = tell(this.#unrouted, event);
    for (const [field, byValue] of this.#routed) {
      const is = event.object && this.#fieldOf(event.object, field);
      const was = event.previous && this.#fieldOf(event.previous, field);
      if (is !== undefined) slow += tell(byValue.get(is), event);
      if (was !== undefined && was !== is) slow += tell(byValue.get(was), event);
    }
    return slow;
  }

  *[Symbol.iterator](): Iterator<Watcher<T>> {
    yield* this.#unrouted;
    for (const byValue of this.#routed.values()) for (const watchers of byValue.values()) yield* watchers;
  }
}

function tell<T extends KubeObject>(watchers: Iterable<Watcher<T>> | undefined, event: CacheEvent<T>): number {
  let slow = 0;
  for (const watcher of watchers ?? []) if (!watcher.see(event)) slow++;
  return slow;
}
