// Owns the innermost layer of a loop's queue: keys to look at, each once however often it was added, and never by two
// workers at a time. Delay and back-off are layers around it.

export interface Queue {
  /** Adds a key, unless it waits already. A key that is being worked on is handed out again after `done`. */
  add(key: string): void;
  /** The next key, when there is one; undefined once the queue was closed. */
  take(): Promise<string | undefined>;
  /** Says that the work on a key that was taken has ended. */
  done(key: string): void;
  /** Wakes all who wait; what was still queued is forgotten. */
  close(): void;
  /** How many keys wait, those in work left out. */
  readonly size: number;
}

export function createQueue(): Queue {
  const waiting = new Set<string>();
  const working = new Set<string>();
  /** Added while in work: handed out again later. */
  const again = new Set<string>();
  const takers: ((key: string | undefined) => void)[] = [];
  let closed = false;

  function handOut(key: string): void {
    const taker = takers.shift();
    if (!taker) {
      waiting.add(key);
      return;
    }
    working.add(key);
    taker(key);
  }

  return {
    add(key) {
      if (closed || waiting.has(key)) return;
      if (working.has(key)) again.add(key);
      else handOut(key);
    },
    take() {
      const [first] = waiting;
      if (first === undefined)
        return closed ? Promise.resolve(undefined) : new Promise((resolve) => takers.push(resolve));
      waiting.delete(first);
      working.add(first);
      return Promise.resolve(first);
    },
    done(key) {
      working.delete(key);
      if (again.delete(key)) handOut(key);
    },
    close() {
      closed = true;
      waiting.clear();
      again.clear();
      for (const taker of takers.splice(0)) taker(undefined);
    },
    get size() {
      return waiting.size;
    },
  };
}
