// Owns a watch until it is open: it is opened when its reader first asks, since the cache may have to catch up first.
import type { KubeObject, WatchEvent } from '@berth/objects';
import type { Watcher } from '../watch-cache/watcher.ts';

type Batch<T extends KubeObject> = IteratorResult<readonly WatchEvent<T>[], undefined>;

/** No generator: each of its steps would be several for every event of every watch. */
export class LateWatch<T extends KubeObject> implements AsyncIterableIterator<readonly WatchEvent<T>[], undefined> {
  readonly #open: () => Promise<Watcher<T> | undefined>;
  #watcher: Watcher<T> | undefined;
  #begun = false;
  #left = false;

  /** `open` may resolve with nothing: the watch is over before it begins. */
  constructor(open: () => Promise<Watcher<T> | undefined>) {
    this.#open = open;
  }

  next(): Promise<Batch<T>> {
    if (this.#watcher) return this.#watcher.next();
    if (this.#begun) return Promise.resolve(over);
    this.#begun = true;
    return this.#first();
  }

  async #first(): Promise<Batch<T>> {
    const watcher = await this.#open();
    if (this.#left) watcher?.end();
    if (!watcher || this.#left) return over;
    this.#watcher = watcher;
    return watcher.next();
  }

  return(): Promise<Batch<T>> {
    this.#begun = true;
    this.#left = true;
    return this.#watcher?.return() ?? Promise.resolve(over);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

const over = { done: true, value: undefined } as const;
