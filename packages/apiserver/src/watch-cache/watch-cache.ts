// Owns the cache of everything that the store holds, one ResourceCache a kind, and keeps it current: one listing, then
// one watch of the store that feeds them all in the order of revisions. Who needs a state that is not older than some
// revision waits here until the cache has got there.
import type { Clock, Component, Counter, Logger, Running, Timer } from '@berth/host';
import {
  type Kind,
  type KubeObject,
  qualifiedName,
  type Resource,
  resourceVersionTooLargeError,
  storageOf,
} from '@berth/objects';
import { type Entry, type Store, type StoreEvent, TooOldError } from '@berth/store';
import { bookmark } from './bookmark.ts';
import type { CacheEvent } from './cache-event.ts';
import type { CachedObjects } from './cached-objects.ts';
import type { WindowLimits } from './event-window.ts';
import { readKey, registryPrefix } from './keys.ts';
import { ResourceCache } from './resource-cache.ts';
import { revive } from './stored-object.ts';

/** How long a read waits for a version that the cache has not reached. */
const patienceMs = 3_000;
/** How many entries are read from the store at a time. */
const pageSize = 5_000;
const bookmarkIntervalMs = 60_000;
/** How long the store may take to tell of a revision before the cache asks for it with a write. */
const nudgeMs = 100;
const progressKey = `${registryPrefix}watch-cache/progress`;

type CacheListener = (resource: Resource, event: CacheEvent) => void;

interface Waiter {
  readonly revision: number;
  readonly arrive: () => void;
}

export interface WatchCacheOptions {
  readonly store: Store;
  readonly kinds: readonly Kind[];
  readonly clock: Clock;
  readonly log: Logger;
  /** How much of the past is kept for each resource. */
  readonly window: WindowLimits;
  /** Called in the order of revisions, before watchers are told. */
  readonly onEvent: CacheListener;
  /** Called when everything was read anew. */
  readonly onReset: () => void;
  readonly figures: { readonly dispatched: Counter<'resource'>; readonly slow: Counter<'resource'> };
}

export class WatchCache implements Component {
  readonly name = 'watch-cache';
  readonly #options: WatchCacheOptions;
  readonly #caches = new Map<string, ResourceCache>();
  readonly #waiters = new Set<Waiter>();
  #revision = 0;
  #stopped = false;
  #nudge: Timer | undefined;

  constructor(options: WatchCacheOptions) {
    this.#options = options;
    for (const kind of options.kinds.filter(({ view }) => !view))
      this.#caches.set(qualifiedName(kind.resource), new ResourceCache(kind, options.window));
  }

  /** Everything up to this revision is in the caches. */
  get revision(): number {
    return this.#revision;
  }

  of<T extends KubeObject>(resource: Resource<T>): ResourceCache<T> {
    const cache = this.#caches.get(qualifiedName(resource));
    if (!cache) throw new Error(`${qualifiedName(resource)} is not served`);
    return cache as unknown as ResourceCache<T>;
  }

  /** The objects of a kind, which has a cache of its own or a view of another's. Throws if it is not served. */
  objectsOf<T extends KubeObject>(kind: Kind<T>): CachedObjects<T> {
    return this.of(storageOf(kind)).as(kind);
  }

  all(): Iterable<ResourceCache> {
    return this.#caches.values();
  }

  /** Waits until the caches hold every write that was acknowledged before the call. */
  async fresh(): Promise<void> {
    const revision = await this.#options.store.revision();
    if (revision <= this.#revision) return;
    this.#nudge ??= this.#options.clock.after(nudgeMs, () => this.#markProgress());
    await this.reach(revision);
  }

  /** Waits until the caches have reached a revision. Throws Timeout, `ResourceVersionTooLarge`, if they do not. */
  async reach(revision: number): Promise<void> {
    if (revision <= this.#revision) return;
    await new Promise<void>((resolve, reject) => {
      const waiter: Waiter = {
        revision,
        arrive: () => {
          timer.cancel();
          resolve();
        },
      };
      const timer = this.#options.clock.after(patienceMs, () => {
        this.#waiters.delete(waiter);
        reject(resourceVersionTooLargeError(String(revision), String(this.#revision)));
      });
      this.#waiters.add(waiter);
    });
  }

  /**
   * In a store that others write to as well, the newest revision may be of a key that is no business of the cache, and
   * no event would ever tell that it has been passed. A write of the cache's own does.
   */
  async #markProgress(): Promise<void> {
    this.#nudge = undefined;
    if (this.#waiters.size === 0) return;
    try {
      await this.#options.store.write({ key: progressKey, value: Buffer.from('{}') });
    } catch (error) {
      this.#options.log.warn({ err: error }, 'could not mark how far the watch cache is');
    }
  }

  async start(signal: AbortSignal): Promise<Running> {
    await this.#load();
    const ticker = this.#bookmarks();
    const done = this.#follow(signal).finally(() => {
      ticker.cancel();
      this.#nudge?.cancel();
      this.#stopped = true;
      this.#endWatchers();
    });
    return { done };
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const { store, log } = this.#options;
    while (!signal.aborted) {
      try {
        for await (const batch of store.watch(registryPrefix, { after: this.#revision, signal })) this.#feed(batch);
      } catch (error) {
        if (!(error instanceof TooOldError)) throw error;
        log.warn({ err: error }, 'the store has forgotten what the watch cache missed: reading everything again');
        this.#endWatchers();
        await this.#load();
      }
    }
  }

  /** Reads everything at one revision. */
  async #load(): Promise<void> {
    const byResource = new Map<string, KubeObject[]>();
    let revision: number | undefined;
    let after: string | undefined;
    for (let more = true; more; ) {
      const page = await this.#options.store.list(registryPrefix, { revision, after, limit: pageSize });
      for (const entry of page.entries) this.#sort(entry, byResource);
      revision ??= page.revision;
      after = page.entries.at(-1)?.key;
      more = page.more;
    }
    this.#revision = revision ?? 0;
    for (const [name, cache] of this.#caches) cache.reset(byResource.get(name) ?? [], this.#revision);
    this.#options.onReset();
    this.#arrived();
  }

  #sort(entry: Entry, byResource: Map<string, KubeObject[]>): void {
    const { resource } = readKey(entry.key);
    if (!this.#caches.has(resource)) return;
    const objects = byResource.get(resource);
    if (objects) objects.push(revive(entry.value, entry.modRevision));
    else byResource.set(resource, [revive(entry.value, entry.modRevision)]);
  }

  #feed(batch: readonly StoreEvent[]): void {
    const at = this.#options.clock.now();
    for (const event of batch) {
      this.#apply(event, at);
      this.#revision = event.type === 'put' ? event.entry.modRevision : event.modRevision;
    }
    this.#arrived();
  }

  #apply(event: StoreEvent, at: number): void {
    const { resource: name, target } = readKey(event.type === 'put' ? event.entry.key : event.key);
    const cache = this.#caches.get(name);
    if (!cache) return;
    const object = event.type === 'put' ? revive(event.entry.value, event.entry.modRevision) : undefined;
    const revision = event.type === 'put' ? event.entry.modRevision : event.modRevision;
    const change = cache.apply({ target, object, revision, at });
    if (!change) return;
    this.#options.onEvent(cache.kind.resource, change);
    const slow = cache.watchers.dispatch(change);
    this.#options.figures.dispatched.inc({ resource: name });
    if (slow > 0) this.#options.figures.slow.inc({ resource: name }, slow);
  }

  #arrived(): void {
    for (const waiter of this.#waiters) {
      if (waiter.revision > this.#revision) continue;
      this.#waiters.delete(waiter);
      waiter.arrive();
    }
  }

  #endWatchers(): void {
    for (const cache of this.#caches.values()) for (const watcher of cache.watchers) watcher.end();
  }

  /** Every minute, tells the watchers that want to know how far the cache is, so that they can resume from there. */
  #bookmarks(): { cancel(): void } {
    const tick = () => {
      for (const cache of this.#caches.values())
        for (const watcher of cache.watchers)
          if (watcher.bookmarks) watcher.offer(bookmark(watcher.selection.kind.resource, this.#revision));
      timer = this.#options.clock.after(bookmarkIntervalMs, tick);
    };
    let timer = this.#options.clock.after(bookmarkIntervalMs, tick);
    return { cancel: () => timer.cancel() };
  }
}
