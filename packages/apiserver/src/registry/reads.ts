// Owns get, list and watch. The present is answered from the watch cache; the past, which a list in several parts and
// an exact resourceVersion ask for, from the store.
import { setMaxListeners } from 'node:events';
import type { Clock } from '@berth/host';
import {
  expiredContinuationError,
  expiredError,
  type Kind,
  type KubeObject,
  type ListOptions,
  notFoundError,
  type ObjectList,
  type ObjectName,
  objectKey,
  type PacedWatchOptions,
  qualifiedName,
  StatusError,
  storageOf,
  type WatchEvent,
} from '@berth/objects';
import { type Entry, type Store, TooOldError } from '@berth/store';
import { bookmark, initialEventsEnd } from '../watch-cache/bookmark.ts';
import type { CachedObjects } from '../watch-cache/cached-objects.ts';
import type { ListFigures } from '../watch-cache/figures.ts';
import { prefixOf, readKey } from '../watch-cache/keys.ts';
import { Selection } from '../watch-cache/selection.ts';
import { parseVersion, tooOld } from '../watch-cache/versions.ts';
import type { WatchCache } from '../watch-cache/watch-cache.ts';
import { Watcher } from '../watch-cache/watcher.ts';
import { decodeContinuation, encodeContinuation } from './continue-token.ts';
import { LateWatch } from './late-watch.ts';

/** How many events may wait for one slow watcher. */
const watcherLimit = 10_000;
/** How many entries of the past are read at a time. */
const pageSize = 1_000;

/** Where a list goes on: behind this key (empty: at the beginning), at this revision, with at most so many objects. */
interface Position {
  readonly revision: number;
  readonly after: string;
  readonly limit: number | undefined;
}

export class Reads {
  readonly #store: Store;
  readonly #cache: WatchCache;
  readonly #clock: Clock;
  readonly #figures: ListFigures;

  constructor(options: { store: Store; cache: WatchCache; clock: Clock; figures: ListFigures }) {
    this.#store = options.store;
    this.#cache = options.cache;
    this.#clock = options.clock;
    this.#figures = options.figures;
  }

  /** The object as it is after every write that was acknowledged before the call. Throws NotFound. */
  async get<T extends KubeObject>(kind: Kind<T>, target: ObjectName): Promise<T> {
    await this.#cache.fresh();
    const object = this.#cache.objectsOf(kind).get(target);
    if (!object) throw notFoundError(kind.resource, target.name);
    return object;
  }

  async list<T extends KubeObject>(kind: Kind<T>, options: ListOptions): Promise<ObjectList<T>> {
    const selection = new Selection(kind, options);
    const limit = options.limit && options.limit > 0 ? options.limit : undefined;
    if (options.continue) {
      if (options.resourceVersion && options.resourceVersion !== '0')
        throw new StatusError('BadRequest', 'specifying resource version is not allowed when using continue');
      const { revision, after } = decodeContinuation(options.continue);
      const expired = () => expiredContinuationError(encodeContinuation({ revision: undefined, after }));
      if (revision !== undefined) return this.#at(kind, selection, { revision, after, limit, expired });
      await this.#cache.fresh();
      return this.#page(kind, selection, { revision: this.#cache.revision, after, limit });
    }
    const version = parseVersion(options.resourceVersion);
    if (version !== undefined && options.resourceVersionMatch === 'Exact')
      return this.#at(kind, selection, { revision: version, after: '', limit, expired: expiredVersion });
    if (version === undefined) await this.#cache.fresh();
    else await this.#cache.reach(version);
    return this.#page(kind, selection, { revision: this.#cache.revision, after: '', limit });
  }

  #page<T extends KubeObject>(kind: Kind<T>, selection: Selection<T>, from: Position): ObjectList<T> {
    const cache = this.#cache.objectsOf(kind);
    const list = page(cache, selection, from);
    const fetched = selection.everything ? list.items.length : cache.count(selection.namespace);
    this.#figures.listed(qualifiedName(kind.resource), { fetched, returned: list.items.length });
    return list;
  }

  /** A list as of a revision: from the cache, if nothing of the resource has changed since. */
  async #at<T extends KubeObject>(
    kind: Kind<T>,
    selection: Selection<T>,
    from: Position & { readonly expired: () => StatusError },
  ): Promise<ObjectList<T>> {
    await this.#cache.reach(from.revision);
    const cache = this.#cache.objectsOf(kind);
    if (cache.changed <= from.revision) return this.#page(kind, selection, from);
    try {
      return await this.#past(cache, selection, from);
    } catch (error) {
      if (error instanceof TooOldError) throw from.expired();
      throw error;
    }
  }

  async #past<T extends KubeObject>(
    cache: CachedObjects<T>,
    selection: Selection<T>,
    from: Position,
  ): Promise<ObjectList<T>> {
    const { revision, limit } = from;
    const root = prefixOf(storageOf(cache.kind));
    const prefix = prefixOf(storageOf(cache.kind), selection.namespace);
    const items: T[] = [];
    let after = from.after ? root + from.after : undefined;
    for (let more = true; more; ) {
      const read = await this.#store.list(prefix, {
        revision,
        after,
        limit: Math.min(pageSize, (limit ?? pageSize) + 1),
      });
      for (const entry of read.entries) {
        const object = current(cache, entry);
        if (!selection.matches(object)) continue;
        if (items.length === limit) return listOf(items, { revision, more: true });
        items.push(object);
      }
      after = read.entries.at(-1)?.key;
      more = read.more;
    }
    return listOf(items, { revision, more: false });
  }

  /** Throws at once what is wrong with the request; the iteration throws what the cache cannot give. */
  watch<T extends KubeObject>(kind: Kind<T>, options: PacedWatchOptions): AsyncIterable<readonly WatchEvent<T>[]> {
    const selection = new Selection(kind, options);
    const version = parseVersion(options.resourceVersion);
    this.#cache.objectsOf(kind);
    return new LateWatch(() => this.#open(kind, options, { selection, version }));
  }

  /** Undefined: the reader has gone, or what it wants to watch. */
  async #open<T extends KubeObject>(
    kind: Kind<T>,
    options: PacedWatchOptions,
    from: { selection: Selection<T>; version: number | undefined },
  ): Promise<Watcher<T> | undefined> {
    if (from.version === undefined) await this.#cache.fresh();
    else await this.#cache.reach(from.version);
    if (options.signal.aborted || this.#cache.stopped || !this.#cache.serves(kind)) return undefined;
    const cache = this.#cache.objectsOf(kind);
    const watcher = new Watcher<T>({
      selection: from.selection,
      bookmarks: options.allowWatchBookmarks ?? false,
      initial: this.#initial(cache, options, from),
      limit: watcherLimit,
      onEnd: (ended) => {
        cache.watchers.remove(ended);
        timer?.cancel();
        options.signal.removeEventListener('abort', end);
      },
      turn: options.turn,
    });
    cache.watchers.add(watcher);
    const end = () => watcher.end();
    const timer = this.#deadline(watcher, cache, options.timeoutSeconds);
    // A caller may end all of its watches with one signal.
    setMaxListeners(0, options.signal);
    options.signal.addEventListener('abort', end, { once: true });
    return watcher;
  }

  /** What the watch begins with. Registering the watcher in the same step is what leaves no gap. */
  #initial<T extends KubeObject>(
    cache: CachedObjects<T>,
    { sendInitialEvents, allowWatchBookmarks }: PacedWatchOptions,
    { selection, version }: { selection: Selection<T>; version: number | undefined },
  ): WatchEvent<T>[] {
    if (sendInitialEvents ?? !version) {
      const events: WatchEvent<T>[] = [];
      for (const object of cache.select(selection)) events.push({ type: 'ADDED', object });
      if (sendInitialEvents && allowWatchBookmarks)
        events.push(initialEventsEnd(cache.kind.resource, this.#cache.revision));
      return events;
    }
    const after = version || this.#cache.revision;
    if (after < cache.knownAfter) throw tooOld(after, cache.knownAfter);
    return cache.eventsSince(after).flatMap((event) => event.for(selection) ?? []);
  }

  #deadline<T extends KubeObject>(watcher: Watcher<T>, cache: CachedObjects<T>, timeoutSeconds: number | undefined) {
    if (!timeoutSeconds) return undefined;
    return this.#clock.after(timeoutSeconds * 1000, () => {
      if (watcher.bookmarks) watcher.offer(bookmark(cache.kind.resource, this.#cache.revision));
      watcher.end();
    });
  }
}

const expiredVersion = () => expiredError('The resourceVersion for the provided list is too old.');

/** The part of the current state that a list shows next. */
function page<T extends KubeObject>(
  cache: CachedObjects<T>,
  selection: Selection<T>,
  { revision, after, limit }: Position,
): ObjectList<T> {
  const items: T[] = [];
  let behind = after === '';
  let skipped = 0;
  for (const object of cache.select(selection)) {
    if (!behind && !isBehind(object, after)) {
      skipped++;
      continue;
    }
    behind = true;
    if (items.length === limit) {
      const rest = selection.everything ? cache.count(selection.namespace) - items.length - skipped : undefined;
      return listOf(items, { revision, more: true, rest });
    }
    items.push(object);
  }
  return listOf(items, { revision, more: false });
}

/** Whether the object's key comes behind another key. */
function isBehind(object: KubeObject, after: string): boolean {
  return objectKey(object) > after;
}

function listOf<T extends KubeObject>(
  items: T[],
  { revision, more, rest }: { revision: number; more: boolean; rest?: number },
): ObjectList<T> {
  const last = items.at(-1);
  const token = more && last ? encodeContinuation({ revision, after: objectKey(last) }) : undefined;
  return {
    metadata: {
      resourceVersion: String(revision),
      ...(token ? { continue: token } : {}),
      ...(token && rest ? { remainingItemCount: rest } : {}),
    },
    items,
  };
}

/** The object of an entry: the cache's own, if it is still the same version. */
function current<T extends KubeObject>(cache: CachedObjects<T>, entry: Entry): T {
  const cached = cache.get(readKey(entry.key).target);
  return cached?.metadata.resourceVersion === String(entry.modRevision) ? cached : cache.revive(entry);
}
