// Owns the cache of everything that the store holds, one ResourceCache a kind, and keeps it current: one listing, then
// one watch of the store that feeds them all in the order of revisions. Who needs a state that is not older than some
// revision waits here until the cache has got there.
import type { Clock, Component, Logger, Running, Timer } from '@berth/host';
import {
  type Kind,
  type KubeObject,
  notServedError,
  qualifiedName,
  type Resource,
  resourceVersionTooLargeError,
  StatusError,
  storageOf,
} from '@berth/objects';
import { type Entry, type Store, type StoreEvent, TooOldError } from '@berth/store';
import { Arrival } from './arrival.ts';
import { bookmark } from './bookmark.ts';
import type { CacheEvent } from './cache-event.ts';
import type { CachedObjects } from './cached-objects.ts';
import { readEntries } from './entries.ts';
import type { WindowLimits } from './event-window.ts';
import type { WatchCacheFigures } from './figures.ts';
import { prefixOf, readKey, registryPrefix } from './keys.ts';
import { ResourceCache } from './resource-cache.ts';

/** How long a read waits for a version that the cache has not reached. */
const patienceMs = 3_000;
const minuteMs = 60_000;
/** How long the store may take to tell of a revision before the cache asks for it with a write. */
const nudgeMs = 100;
const progressKey = `${registryPrefix}watch-cache/progress`;

/** Whoever began with one definition of a kind has to begin again with the next. */
export class KindReplacedError extends StatusError {
  constructor() {
    super('ServiceUnavailable', 'the definition of the resource has just changed, please try again');
  }
}

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
  readonly figures: WatchCacheFigures;
}

export class WatchCache implements Component {
  readonly name = 'watch-cache';
  readonly #options: WatchCacheOptions;
  readonly #caches = new Map<string, ResourceCache>();
  /** Resources that are being read; those of the same name are served from the old cache until then. */
  readonly #arrivals = new Map<string, Arrival>();
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

  /** Throws NotFound if there is no such resource (any more). */
  of<T extends KubeObject>(resource: Resource<T>): ResourceCache<T> {
    const cache = this.#caches.get(qualifiedName(resource));
    if (!cache) throw notServedError();
    return cache as unknown as ResourceCache<T>;
  }

  /** How many objects of a kind there are; 0 of what is not kept here. */
  sizeOf(kind: Kind): number {
    return this.#caches.get(qualifiedName(storageOf(kind)))?.size ?? 0;
  }

  /**
   * The objects of a kind, which has a cache of its own or a view of another's. Throws NotFound if it is not served any
   * more, and KindReplacedError if another one of its name is, whose objects have another form.
   */
  objectsOf<T extends KubeObject>(kind: Kind<T>): CachedObjects<T> {
    const storage = storageOf(kind);
    const cache = this.of(storage);
    if (cache.kind.resource !== storage) throw new KindReplacedError();
    return cache.as(kind);
  }

  /** Whether this very kind is served still. */
  serves<T extends KubeObject>(kind: Kind<T>): boolean {
    const storage = storageOf(kind);
    return this.#caches.get(qualifiedName(storage))?.kind.resource === storage;
  }

  /**
   * Holds the objects of a kind from now on, and resolves when they are there; `arrived` is called in that very step.
   * What was held for the resource before is replaced, and its watches end.
   */
  async add(kind: Kind, arrived: () => void): Promise<void> {
    const name = qualifiedName(kind.resource);
    const arrival = new Arrival(kind, this.#options.window, arrived);
    this.#arrivals.set(name, arrival);
    // When it is read anew together with everything, or overtaken by another of its name, nothing is left to do here.
    const isWanted = () => this.#arrivals.get(name) === arrival;
    try {
      const entries: Entry[] = [];
      const revision = await readEntries(this.#options.store, prefixOf(kind.resource), (entry) => entries.push(entry));
      await this.#passed(revision);
      if (isWanted()) this.#settle(name, arrival, { entries, revision });
    } finally {
      if (isWanted()) this.#arrivals.delete(name);
    }
  }

  /** Lets a resource go: its watches end, and whatever else comes for it is answered with NotFound. */
  remove(resource: Pick<Resource, 'group' | 'plural'>): void {
    const name = qualifiedName(resource);
    this.#arrivals.delete(name);
    const cache = this.#caches.get(name);
    this.#caches.delete(name);
    if (cache) endWatchers(cache);
  }

  #settle(
    name: string,
    arrival: Arrival,
    { entries, revision }: { readonly entries: readonly Entry[]; readonly revision: number },
  ): void {
    const replaced = this.#caches.get(name);
    arrival.fill(entries, revision);
    this.#caches.set(name, arrival.cache);
    this.#arrivals.delete(name);
    arrival.arrived();
    if (replaced) endWatchers(replaced);
  }

  all(): Iterable<ResourceCache> {
    return this.#caches.values();
  }

  /** Waits until the caches hold every write that was acknowledged before the call. */
  async fresh(): Promise<void> {
    const revision = await this.#options.store.revision();
    await this.#passed(revision);
  }

  /** Waits until the caches have reached a revision of the store. */
  async #passed(revision: number): Promise<void> {
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
    const ticker = this.#everyMinute();
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
    const byResource = new Map<string, Entry[]>();
    const revision = await readEntries(this.#options.store, registryPrefix, (entry) => {
      const { resource } = readKey(entry.key);
      const entries = byResource.get(resource);
      if (entries) entries.push(entry);
      else byResource.set(resource, [entry]);
    });
    this.#revision = revision;
    for (const [name, cache] of this.#caches) {
      cache.reset(byResource.get(name) ?? [], revision);
      this.#options.figures.initialized(name).add();
    }
    for (const [name, arrival] of this.#arrivals)
      this.#settle(name, arrival, { entries: byResource.get(name) ?? [], revision });
    this.#options.onReset();
    this.#arrived();
  }

  #feed(batch: readonly StoreEvent[]): void {
    const at = this.#options.clock.monotonic();
    for (const event of batch) {
      this.#apply(event, at);
      this.#revision = event.type === 'put' ? event.entry.modRevision : event.modRevision;
    }
    this.#arrived();
  }

  #apply(event: StoreEvent, at: number): void {
    const { key, modRevision: revision, value } = event.type === 'put' ? event.entry : { ...event, value: undefined };
    const { resource: name, target } = readKey(key);
    const stored = { target, value, revision, at };
    if (this.#arrivals.size > 0) this.#arrivals.get(name)?.note(stored);
    const cache = this.#caches.get(name);
    const { figures } = this.#options;
    if (cache) figures.received(name).add();
    const change = cache?.apply(stored);
    if (!cache || !change) return;
    this.#options.onEvent(cache.kind.resource, change);
    const slow = cache.watchers.dispatch(change);
    figures.dispatched(name).add();
    if (slow > 0) figures.slow(name).add(slow);
  }

  #arrived(): void {
    for (const waiter of this.#waiters) {
      if (waiter.revision > this.#revision) continue;
      this.#waiters.delete(waiter);
      waiter.arrive();
    }
  }

  #endWatchers(): void {
    for (const cache of this.#caches.values()) endWatchers(cache);
  }

  /** What is done now and then while the cache runs. */
  #everyMinute(): Timer {
    const { clock } = this.#options;
    const tick = () => {
      for (const cache of this.#caches.values()) {
        cache.forget(clock.monotonic());
        this.#tellProgress(cache);
      }
      timer = clock.after(minuteMs, tick);
    };
    let timer = clock.after(minuteMs, tick);
    return { cancel: () => timer.cancel() };
  }

  /** Tells the watchers that want to know how far the cache is, so that they can resume from there. */
  #tellProgress({ watchers }: ResourceCache): void {
    for (const watcher of watchers)
      if (watcher.bookmarks) watcher.offer(bookmark(watcher.selection.kind.resource, this.#revision));
  }
}

/** What a watcher has been told already it still gets. */
function endWatchers(cache: ResourceCache): void {
  for (const watcher of cache.watchers) watcher.end();
}
