// Owns how the parts of the core see the cluster, besides whom they serve: out of the watch cache, or as it is now.
import type { KubeObject, ObjectName, Resource } from '@berth/objects';
import { Selection } from '../watch-cache/selection.ts';
import type { WatchCache } from '../watch-cache/watch-cache.ts';

export class ClusterView {
  readonly #cache: () => WatchCache;

  constructor(cache: () => WatchCache) {
    this.#cache = cache;
  }

  /** As far as the cache knows. */
  readonly cached = <T extends KubeObject>(resource: Resource<T>, name: ObjectName): T | undefined =>
    this.#cache().of(resource).get(name);

  /** The object as it is after every write that was acknowledged before the call. */
  readonly newest = async <T extends KubeObject>(resource: Resource<T>, name: ObjectName): Promise<T | undefined> => {
    await this.fresh();
    return this.cached(resource, name);
  };

  /** As far as the cache knows; where it knows none, what is there now. */
  readonly lookup = async <T extends KubeObject>(resource: Resource<T>, name: ObjectName): Promise<T | undefined> =>
    this.cached(resource, name) ?? this.newest(resource, name);

  /** In the order of their keys; left out, of all namespaces. */
  readonly all = <T extends KubeObject>(resource: Resource<T>, namespace?: string): Iterable<T> => {
    const cache = this.#cache().of(resource);
    return cache.select(new Selection(cache.kind, { namespace }));
  };

  readonly fresh = (): Promise<void> => this.#cache().fresh();
}
