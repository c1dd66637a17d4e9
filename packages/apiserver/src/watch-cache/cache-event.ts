// Owns one change of one object as watchers see it. The event objects that leave here are shared by all watchers, so
// that each is encoded once.
import type { Kind, KubeObject, View, WatchEvent } from '@berth/objects';
import type { Selection } from './selection.ts';
import { shownAs } from './view.ts';

export class CacheEvent<T extends KubeObject = KubeObject> {
  readonly revision: number;
  /** Milliseconds of the monotonic clock at which the cache learned of it. */
  readonly at: number;
  /** Undefined: the object is gone. */
  readonly object: T | undefined;
  /** Undefined: the object is new. */
  readonly previous: T | undefined;
  #added: WatchEvent<T> | undefined;
  #modified: WatchEvent<T> | undefined;
  #deleted: WatchEvent<T> | undefined;
  #views: Map<View<KubeObject>, CacheEvent> | undefined;

  constructor(change: { revision: number; at: number; object: T | undefined; previous: T | undefined }) {
    this.revision = change.revision;
    this.at = change.at;
    this.object = change.object;
    this.previous = change.previous;
  }

  /** The same change, as those see it to whom the objects are of another kind. */
  seenAs<V extends KubeObject>(kind: Kind<V>): CacheEvent<V> {
    const view = kind.view as View<KubeObject> | undefined;
    if (!view) return this as unknown as CacheEvent<V>;
    this.#views ??= new Map();
    let event = this.#views.get(view) as CacheEvent<V> | undefined;
    if (!event) {
      const object = this.object && shownAs(kind, this.object);
      const previous = this.previous && shownAs(kind, this.previous);
      event = new CacheEvent({ revision: this.revision, at: this.at, object, previous });
      this.#views.set(view, event as unknown as CacheEvent);
    }
    return event;
  }

  /** What a watcher with this selection is told, if anything: an object that stops matching is a DELETED one. */
  for(selection: Selection<T>): WatchEvent<T> | undefined {
    const { object, previous } = this;
    const is = object !== undefined && selection.matches(object);
    const was = previous !== undefined && selection.matches(previous);
    if (is && was) {
      this.#modified ??= Object.freeze({ type: 'MODIFIED', object });
      return this.#modified;
    }
    if (is) {
      this.#added ??= Object.freeze({ type: 'ADDED', object });
      return this.#added;
    }
    if (was) {
      this.#deleted ??= Object.freeze({ type: 'DELETED', object: atRevision(previous, this.revision) });
      return this.#deleted;
    }
    return undefined;
  }
}

/** The last state of an object, with the revision at which it went. */
function atRevision<T extends KubeObject>(object: T, revision: number): T {
  const metadata = Object.freeze({ ...object.metadata, resourceVersion: String(revision) });
  return Object.freeze({ ...object, metadata });
}
