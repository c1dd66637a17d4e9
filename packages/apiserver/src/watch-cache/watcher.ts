// Owns one watcher's queue: events go in as they happen and come out in batches when its reader asks. A reader that
// falls too far behind is cut off, so that it can neither slow others nor grow without bound; it lists again.
import type { KubeObject, WatchEvent } from '@berth/objects';
import type { CacheEvent } from './cache-event.ts';
import type { Selection } from './selection.ts';

export interface WatcherOptions<T extends KubeObject> {
  readonly selection: Selection<T>;
  /** Whether it wants to be told now and then how far the cache is. */
  readonly bookmarks: boolean;
  /** What the watch begins with. */
  readonly initial: readonly WatchEvent<T>[];
  /** How many events may wait beside the initial ones. */
  readonly limit: number;
  readonly onEnd: (watcher: Watcher<T>) => void;
  /** Awaited before what has happened is handed over; what happens until then is part of it. */
  readonly turn?: (() => Promise<void>) | undefined;
}

export class Watcher<T extends KubeObject = KubeObject> implements AsyncIterable<readonly WatchEvent<T>[]> {
  readonly selection: Selection<T>;
  readonly bookmarks: boolean;
  readonly #limit: number;
  readonly #onEnd: (watcher: Watcher<T>) => void;
  readonly #turn: (() => Promise<void>) | undefined;
  #queue: WatchEvent<T>[];
  #wake: (() => void) | undefined;
  #ended = false;

  constructor(options: WatcherOptions<T>) {
    this.selection = options.selection;
    this.bookmarks = options.bookmarks;
    this.#queue = [...options.initial];
    this.#limit = options.limit + options.initial.length;
    this.#onEnd = options.onEnd;
    this.#turn = options.turn;
  }

  /** Returns false if the watcher was too slow and has been ended. */
  see(event: CacheEvent<T>): boolean {
    const { selection } = this;
    const seen = selection.kind.view ? event.seenAs(selection.kind) : event;
    const told = seen.for(selection);
    return told === undefined || this.offer(told);
  }

  offer(event: WatchEvent<T>): boolean {
    if (this.#ended) return true;
    if (this.#queue.length >= this.#limit) {
      this.#queue = [];
      this.end();
      return false;
    }
    this.#queue.push(event);
    this.#wake?.();
    return true;
  }

  /** What is queued is still delivered; then the iteration ends. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#onEnd(this);
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<readonly WatchEvent<T>[]> {
    // What it begins with does not wait.
    let waits = this.#queue.length === 0;
    for (;;) {
      if (this.#queue.length > 0) {
        if (waits && !this.#ended) await this.#turn?.();
        waits = true;
        const batch = this.#queue;
        this.#queue = [];
        yield batch;
      } else if (this.#ended) {
        return;
      } else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        this.#wake = undefined;
      }
    }
  }
}
