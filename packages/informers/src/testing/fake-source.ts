// Owns a Reader and Watcher over objects that a test puts in it, which can drop its watches, delay, expire and fail:
// for tests of what follows the API server. What writes to it is tested over the real core.
import type { Reader, Watcher } from '@berth/client';
import {
  deepFreeze,
  expiredError,
  type KubeObject,
  type ListOptions,
  notFoundError,
  type ObjectList,
  type ObjectName,
  objectKey,
  type Resource,
  type WatchEvent,
  type WatchOptions,
} from '@berth/objects';

type Verb = 'get' | 'list' | 'watch';

interface Recorded {
  readonly plural: string;
  readonly version: number;
  readonly event: WatchEvent;
}

/** An open watch: what it has still to deliver, and whom to wake. */
interface OpenWatch {
  readonly plural: string;
  queue: WatchEvent[];
  ended: Error | 'normally' | undefined;
  wake: () => void;
}

export class FakeSource implements Reader, Watcher {
  /** What was asked, in order, such as `list pods @0` and `watch pods @7`. */
  readonly requests: string[] = [];
  #version = 1;
  #expiredBefore = 0;
  #held: Promise<void> | undefined;
  readonly #objects = new Map<string, Map<string, KubeObject>>();
  #history: Recorded[] = [];
  readonly #watches = new Set<OpenWatch>();
  readonly #failures: { readonly verb: Verb; readonly error: Error }[] = [];

  /** Stores an object under the next version, and tells those who watch. */
  put<T extends KubeObject>(resource: Resource<T>, object: T): T {
    const stored = deepFreeze({
      ...object,
      metadata: { ...object.metadata, resourceVersion: String(++this.#version) },
    }) as T;
    const known = this.#of(resource).has(objectKey(stored));
    this.#of(resource).set(objectKey(stored), stored);
    this.#record(resource, { type: known ? 'MODIFIED' : 'ADDED', object: stored });
    return stored;
  }

  remove(resource: Resource, key: string): void {
    const object = this.#of(resource).get(key);
    if (!object) return;
    this.#of(resource).delete(key);
    const metadata = { ...object.metadata, resourceVersion: String(++this.#version) };
    this.#record(resource, { type: 'DELETED', object: deepFreeze({ ...object, metadata }) });
  }

  /** Tells those who watch how far they are. */
  bookmark(resource: Resource): void {
    const metadata = { resourceVersion: String(this.#version) };
    this.#tell(resource, { type: 'BOOKMARK', object: { apiVersion: 'v1', kind: resource.kind, metadata } });
  }

  /** Ends every open watch: as a server does that closes it, or with an error. */
  dropWatches(error?: Error): void {
    for (const watch of this.#watches) {
      watch.ended = error ?? 'normally';
      watch.wake();
    }
  }

  /** Makes every version so far too old to watch from. */
  expire(): void {
    this.#expiredBefore = ++this.#version;
    this.#history = [];
  }

  /** The next request of this verb fails so; several calls queue up. */
  failNext(verb: Verb, error: Error): void {
    this.#failures.push({ verb, error });
  }

  /** Keeps every get and list waiting until the function that it returns is called. */
  hold(): () => void {
    let release = () => {};
    this.#held = new Promise((resolve) => {
      release = resolve;
    });
    return () => {
      this.#held = undefined;
      release();
    };
  }

  get openWatches(): number {
    return this.#watches.size;
  }

  async get<T extends KubeObject>(resource: Resource<T>, name: ObjectName): Promise<T> {
    await this.#begin('get', `${resource.plural} ${name.name}`);
    const object = this.#of(resource).get(objectKey({ metadata: name }));
    if (!object) throw notFoundError(resource, name.name);
    return object as T;
  }

  async list<T extends KubeObject>(resource: Resource<T>, options: ListOptions = {}): Promise<ObjectList<T>> {
    await this.#begin('list', `${resource.plural} @${options.resourceVersion ?? ''}`);
    const items = [...this.#of(resource).values()] as T[];
    return { metadata: { resourceVersion: String(this.#version) }, items: items.slice(0, options.limit) };
  }

  async *watch<T extends KubeObject>(
    resource: Resource<T>,
    options: WatchOptions,
  ): AsyncIterable<readonly WatchEvent<T>[]> {
    await this.#begin('watch', `${resource.plural} @${options.resourceVersion ?? ''}`);
    const after = Number(options.resourceVersion ?? 0);
    if (after < this.#expiredBefore) throw expiredError(`too old resource version: ${after} (${this.#version})`);
    const missed = this.#history.filter(({ plural, version }) => plural === resource.plural && version > after);
    const watch: OpenWatch = {
      plural: resource.plural,
      queue: missed.map(({ event }) => event),
      ended: undefined,
      wake: () => {},
    };
    const wake = () => watch.wake();
    options.signal.addEventListener('abort', wake);
    this.#watches.add(watch);
    try {
      while (!options.signal.aborted) {
        if (watch.queue.length > 0) {
          const batch = watch.queue;
          watch.queue = [];
          yield batch as WatchEvent<T>[];
        } else if (watch.ended === 'normally') {
          return;
        } else if (watch.ended) {
          throw watch.ended;
        } else {
          await new Promise<void>((resolve) => {
            watch.wake = resolve;
          });
        }
      }
    } finally {
      this.#watches.delete(watch);
      options.signal.removeEventListener('abort', wake);
    }
  }

  async #begin(verb: Verb, what: string): Promise<void> {
    this.requests.push(`${verb} ${what}`);
    if (verb !== 'watch') await this.#held;
    const next = this.#failures.findIndex((failure) => failure.verb === verb);
    const [failure] = next < 0 ? [] : this.#failures.splice(next, 1);
    if (failure) throw failure.error;
  }

  #record(resource: Resource, event: WatchEvent): void {
    this.#history.push({ plural: resource.plural, version: this.#version, event });
    this.#tell(resource, event);
  }

  #tell(resource: Resource, event: WatchEvent): void {
    for (const watch of this.#watches) {
      if (watch.plural !== resource.plural) continue;
      watch.queue.push(event);
      watch.wake();
    }
  }

  #of(resource: Resource): Map<string, KubeObject> {
    let objects = this.#objects.get(resource.plural);
    if (!objects) {
      objects = new Map();
      this.#objects.set(resource.plural, objects);
    }
    return objects;
  }
}
