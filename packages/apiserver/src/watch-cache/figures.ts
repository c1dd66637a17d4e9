// Owns the figures about the watch cache, under the names that Kubernetes 1.32 gives them.
import { addGauge, type Count, Counts, type Registry } from '@berth/host';
import { type Kind, qualifiedName } from '@berth/objects';
import type { ResourceCache } from './resource-cache.ts';

export interface WatchCacheFigures {
  /** By the resource's qualified name. */
  readonly received: (resource: string) => Count;
  readonly dispatched: (resource: string) => Count;
  readonly slow: (resource: string) => Count;
  /** The cache was filled. */
  readonly initialized: (resource: string) => Count;
}

/** `caches`: of all resources, as they are when somebody asks. */
export function watchCacheFigures(metrics: Registry, caches: () => Iterable<ResourceCache>): WatchCacheFigures {
  const ofEach = (value: (cache: ResourceCache) => number) =>
    [...caches()].map((each) => [{ resource: qualifiedName(each.kind.resource) }, value(each)] as const);
  addGauge(metrics, {
    name: 'apiserver_storage_objects',
    help: 'Objects stored, by resource.',
    read: () => ofEach(({ size }) => size),
  });
  addGauge(metrics, {
    name: 'berth_watchers',
    help: 'Watches that are open, by the kind of their objects.',
    read: () => [...caches()].map(({ kind, watchers }) => [namesOf(kind), watchers.size] as const),
  });
  addGauge(metrics, {
    name: 'watch_cache_capacity',
    help: 'How many past events are kept at most, by resource.',
    read: () => ofEach(({ capacity }) => capacity),
  });
  const counter = (name: string, help: string) => {
    const counts = new Counts(metrics, { name, help });
    const known = new Map<string, Count>();
    return (resource: string) => {
      let count = known.get(resource);
      if (!count) {
        count = counts.of({ resource });
        known.set(resource, count);
      }
      return count;
    };
  };
  return {
    received: counter('apiserver_watch_cache_events_received_total', 'Changes that came from the store, by resource.'),
    dispatched: counter('apiserver_watch_cache_events_dispatched_total', 'Changes passed on to watches, by resource.'),
    slow: counter(
      'apiserver_terminated_watchers_total',
      'Watches ended because their reader was too slow, by resource.',
    ),
    initialized: counter('apiserver_watch_cache_initializations_total', 'How often the cache was filled, by resource.'),
  };
}

export interface ListFigures {
  /** A list was answered from the cache. */
  listed(resource: string, how: { readonly fetched: number; readonly returned: number }): void;
}

export function listFigures(metrics: Registry): ListFigures {
  const counts = (name: string, help: string) => new Counts(metrics, { name, help });
  const lists = counts('apiserver_cache_list_total', 'Lists answered from the watch cache.');
  const fetched = counts('apiserver_cache_list_fetched_objects_total', 'Objects looked at for such lists.');
  const returned = counts('apiserver_cache_list_returned_objects_total', 'Objects answered in such lists.');
  return {
    listed(resource, how) {
      const prefix = { resource_prefix: `/${resource}` };
      lists.of({ ...prefix, index: '' }).add();
      fetched.of({ ...prefix, index: '' }).add(how.fetched);
      returned.of(prefix).add(how.returned);
    },
  };
}

function namesOf({ resource: { group, version, kind } }: Kind) {
  return { group, version, kind };
}
