// Owns when the store forgets its past: at each interval, what was overwritten before the last one began.
import { type Clock, type Component, type Logger, type Running, sleep } from '@berth/host';
import type { Store } from '@berth/store';

export interface CompactionOptions {
  readonly store: Pick<Store, 'revision' | 'compact'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly intervalMs: number;
}

export function createCompaction({ store, clock, log, intervalMs }: CompactionOptions): Component {
  async function run(signal: AbortSignal): Promise<void> {
    for (let before = 0; !signal.aborted; await sleep(clock, intervalMs, signal)) {
      try {
        if (before > 0) await store.compact(before);
        before = await store.revision();
      } catch (error) {
        log.warn({ err: error }, 'could not compact the store; trying again at the next interval');
      }
    }
  }
  return { name: 'compaction', start: async (signal): Promise<Running> => ({ done: run(signal) }) };
}
