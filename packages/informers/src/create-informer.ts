// Owns how an informer follows the API server: list, watch, resume, relist. What it knows stands in the indexed cache.
//
//   list ──► watch ──► watch (from the last version) ──► …
//    ▲         │ Expired
//    └─────────┘           any other error: wait, probe the server, then watch from the last version
import type { Reader, Watcher } from '@berth/client';
import { aborted, type Clock, type Logger, type Random, type Running, sleep, systemRandom } from '@berth/host';
import { compareResourceVersions, isReason, type KubeObject, objectKey, type Resource } from '@berth/objects';
import { BackOff } from './back-off.ts';
import { IndexedCache, type Indexes } from './indexed-cache.ts';
import type { Change, Freshness, Informer } from './informer.ts';

export interface InformerOptions<T extends KubeObject> {
  readonly client: Reader & Watcher;
  readonly resource: Resource<T>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly indexes?: Indexes<T>;
  readonly random?: Random;
}

/** A watch asks to be ended by the server after this long, times one to two, so that a dead connection is noticed. */
const watchSeconds = 300;
/** A watch that outlives its time by this much is taken for dead. */
const overdueMs = 30_000;
/** A watch that ended earlier than this without an event waits before it begins again. */
const shortMs = 1_000;

export function createInformer<T extends KubeObject>(options: InformerOptions<T>): Informer<T> {
  return new ReflectingInformer(options);
}

class ReflectingInformer<T extends KubeObject> implements Informer<T> {
  readonly name: string;
  freshness: Freshness = { state: 'starting' };
  resourceVersion = '';
  readonly #options: InformerOptions<T>;
  readonly #random: Random;
  readonly #backOff: BackOff;
  readonly #log: Logger;
  readonly #cache: IndexedCache<T>;
  readonly #listeners = new Set<(changes: readonly Change<T>[]) => void>();

  constructor(options: InformerOptions<T>) {
    this.name = `informer ${options.resource.plural}`;
    this.#options = options;
    this.#random = options.random ?? systemRandom;
    this.#backOff = new BackOff(this.#random);
    this.#log = options.log.child({ informer: options.resource.plural });
    this.#cache = new IndexedCache(options.indexes);
  }

  get(key: string): T | undefined {
    return this.#cache.get(key);
  }

  list(namespace?: string): readonly T[] {
    return this.#cache.list(namespace);
  }

  byIndex(index: string, value: string): readonly T[] {
    return this.#cache.byIndex(index, value);
  }

  get size(): number {
    return this.#cache.size;
  }

  onChange(listener: (changes: readonly Change<T>[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async start(signal: AbortSignal): Promise<Running> {
    const stopped = aborted(signal);
    const { promise: listed, resolve: onListed } = deferred();
    const done = this.#follow(signal, stopped, onListed);
    await Promise.race([listed, stopped]);
    return { done };
  }

  async #follow(signal: AbortSignal, stopped: Promise<void>, onListed: () => void): Promise<void> {
    let relist = true;
    let failed = false;
    while (!signal.aborted) {
      try {
        if (relist) {
          await orStopped(this.#list(signal), stopped);
          relist = false;
          onListed();
        } else if (failed) {
          await orStopped(this.#probe(), stopped);
        }
        failed = false;
        if (await this.#watch(signal)) this.#backOff.reset();
        else await sleep(this.#options.clock, this.#backOff.next(), signal);
      } catch (error) {
        if (signal.aborted) return;
        if (isReason(error, 'Expired') || isReason(error, 'Gone')) {
          this.#log.info({ resourceVersion: this.resourceVersion }, 'the version is too old, listing again');
          // A server that says so at once and for ever must not be asked in a tight loop.
          if (relist) await sleep(this.#options.clock, this.#backOff.next(), signal);
          relist = true;
          continue;
        }
        failed = true;
        this.#interrupted(error);
        await sleep(this.#options.clock, this.#backOff.next(), signal);
      }
    }
  }

  /** Consistent, as who decides on what it shows must not miss what was written before: by itself, or by another. */
  async #list(signal: AbortSignal): Promise<void> {
    const listing = await this.#options.client.list(this.#options.resource, this.#scope());
    if (signal.aborted) return;
    this.resourceVersion = listing.metadata.resourceVersion;
    this.#alive();
    this.#publish(this.#cache.replace(listing.items));
  }

  /** Asks for next to nothing, to know that the server answers again: a watch without events cannot tell. */
  async #probe(): Promise<void> {
    await this.#options.client.list(this.#options.resource, { ...this.#scope(), limit: 1 });
    this.#alive();
  }

  /** Whether the watch was of use: it brought something, or stood for a while. */
  async #watch(signal: AbortSignal): Promise<boolean> {
    const { client, clock, resource } = this.#options;
    const begun = clock.monotonic();
    const timeoutSeconds = Math.ceil(watchSeconds * (1 + this.#random.fraction()));
    const ending = new AbortController();
    const end = () => ending.abort();
    signal.addEventListener('abort', end, { once: true });
    const overdue = clock.after(timeoutSeconds * 1_000 + overdueMs, end);
    let received = false;
    try {
      const batches = client.watch(resource, {
        ...this.#scope(),
        resourceVersion: this.resourceVersion,
        allowWatchBookmarks: true,
        timeoutSeconds,
        signal: ending.signal,
      });
      for await (const batch of batches) {
        if (signal.aborted) break;
        received = true;
        const changes: Change<T>[] = [];
        for (const event of batch) {
          if (event.type === 'DELETED') changes.push(...this.#cache.remove(objectKey(event.object)));
          else if (event.type !== 'BOOKMARK') changes.push(...this.#cache.put(event.object));
          const { resourceVersion } = event.object.metadata;
          if (compareResourceVersions(resourceVersion, this.resourceVersion) > 0)
            this.resourceVersion = resourceVersion;
        }
        this.#publish(changes);
      }
    } finally {
      overdue.cancel();
      signal.removeEventListener('abort', end);
    }
    return received || clock.monotonic() - begun >= shortMs;
  }

  #scope() {
    const { namespace, labelSelector, fieldSelector } = this.#options;
    return { namespace, labelSelector, fieldSelector };
  }

  #alive(): void {
    if (this.freshness.state !== 'live') this.freshness = { state: 'live', since: this.#options.clock.now() };
  }

  #interrupted(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    this.#log.warn({ err: error }, 'lost the API server, trying again');
    if (this.freshness.state === 'starting') return;
    const since = this.freshness.state === 'reconnecting' ? this.freshness.since : this.#options.clock.now();
    this.freshness = { state: 'reconnecting', since, error: message };
  }

  #publish(changes: readonly Change<T>[]): void {
    if (changes.length === 0) return;
    for (const listener of this.#listeners) {
      try {
        listener(changes);
      } catch (error) {
        this.#log.error({ err: error }, 'a listener of the informer failed');
      }
    }
  }
}

/** Waits for `work`, unless the informer stops first: then it throws, and what comes of `work` is ignored. */
function orStopped(work: Promise<void>, stopped: Promise<void>): Promise<void> {
  const interrupted = stopped.then(() => {
    throw new Error('the informer was stopped');
  });
  return Promise.race([work, interrupted]);
}

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
