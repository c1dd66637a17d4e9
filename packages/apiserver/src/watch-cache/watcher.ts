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

type Batch<T extends KubeObject> = IteratorResult<readonly WatchEvent<T>[], undefined>;

/** For one reader, who asks for a batch when it has the one before. */
export class Watcher<T extends KubeObject = KubeObject>
  implements AsyncIterableIterator<readonly WatchEvent<T>[], undefined>
{
  readonly selection: Selection<T>;
  readonly bookmarks: boolean;
  readonly #limit: number;
  readonly #onEnd: (watcher: Watcher<T>) => void;
  readonly #turn: (() => Promise<void>) | undefined;
  #queue: WatchEvent<T>[];
  /** Of the reader that waits for a batch. */
  #take: ((batch: Batch<T>) => void) | undefined;
  /** Whether it is about to get one. */
  #due = false;
  /** What it begins with does not wait for its turn. */
  #waits: boolean;
  #ended = false;

  constructor(options: WatcherOptions<T>) {
    this.selection = options.selection;
    this.bookmarks = options.bookmarks;
    this.#queue = [...options.initial];
    this.#waits = options.initial.length === 0;
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
    this.#deliver();
    return true;
  }

  /** What is queued is still delivered; then the iteration ends. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#onEnd(this);
    this.#deliver();
  }

  next(): Promise<Batch<T>> {
    return new Promise((take) => {
      this.#take = take;
      if (this.#queue.length > 0 || this.#ended) this.#deliver();
    });
  }

  /** The reader wants no more. */
  return(): Promise<Batch<T>> {
    this.#queue = [];
    this.end();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Hands the reader, if it waits, all that there is when it is its turn: not in this step, which may bring more. */
  #deliver(): void {
    if (!this.#take || this.#due) return;
    this.#due = true;
    const turn = this.#waits && !this.#ended ? this.#turn?.() : undefined;
    (turn ?? ready).then(() => {
      const take = this.#take;
      const batch = this.#queue;
      this.#take = undefined;
      this.#due = false;
      this.#waits = true;
      this.#queue = [];
      take?.(batch.length > 0 ? { done: false, value: batch } : { done: true, value: undefined });
    });
  }
}

const ready = Promise.resolve();
