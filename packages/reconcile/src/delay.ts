// Owns the layer that adds keys to a queue later.
import type { Clock, Timer } from '@berth/host';
import type { Queue } from './queue.ts';

export interface DelayingQueue extends Queue {
  /** Adds the key after `delayMs`; of several delays of one key the shortest counts. */
  addAfter(key: string, delayMs: number): void;
}

export function withDelay(queue: Queue, clock: Clock): DelayingQueue {
  const pending = new Map<string, { readonly due: number; readonly timer: Timer }>();
  let closed = false;
  return {
    add: queue.add,
    take: queue.take,
    done: queue.done,
    addAfter(key, delayMs) {
      if (closed) return;
      if (delayMs <= 0) return queue.add(key);
      const due = clock.monotonic() + delayMs;
      const earlier = pending.get(key);
      if (earlier && earlier.due <= due) return;
      earlier?.timer.cancel();
      const timer = clock.after(delayMs, () => {
        pending.delete(key);
        queue.add(key);
      });
      pending.set(key, { due, timer });
    },
    close() {
      closed = true;
      for (const { timer } of pending.values()) timer.cancel();
      pending.clear();
      queue.close();
    },
    get size() {
      return queue.size;
    },
  };
}
