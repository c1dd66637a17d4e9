// Owns the layer that adds a key again after its work failed, the later the more often it failed in a row.
import type { Random } from '@berth/host';
import type { DelayingQueue } from './delay.ts';

export interface RetryingQueue extends DelayingQueue {
  /** Adds a key whose work failed: after 5 ms the first time, doubling to a minute, with a fifth of jitter. */
  retry(key: string): void;
  /** The key's work succeeded: its next failure counts as the first. */
  forget(key: string): void;
}

const firstMs = 5;
const maximumMs = 60_000;

export function withBackOff(queue: DelayingQueue, random: Random): RetryingQueue {
  const failures = new Map<string, number>();
  return {
    add: queue.add,
    addAfter: queue.addAfter,
    take: queue.take,
    done: queue.done,
    close: queue.close,
    retry(key) {
      const before = failures.get(key) ?? 0;
      failures.set(key, before + 1);
      const delay = Math.min(maximumMs, firstMs * 2 ** Math.min(before, 30));
      queue.addAfter(key, delay * (1 + random.fraction() / 5));
    },
    forget(key) {
      failures.delete(key);
    },
    get size() {
      return queue.size;
    },
  };
}
