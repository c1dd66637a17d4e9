// Owns when the store forgets its past: at each interval, what was overwritten before the last one began.
import { type Clock, type Component, type Logger, type Running, sleep } from '@berth/host';
import { type Store, TooOldError } from '@berth/store';

export interface CompactionOptions {
  readonly store: Pick<Store, 'revision' | 'compact'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly intervalMs: number;
}

export function createCompaction({ store, clock, log, intervalMs }: CompactionOptions): Component {
  async function run(signal: AbortSignal): Promise<void> {
    let before = await store.revision();
    for (;;) {
      await sleep(clock, intervalMs, signal);
      if (signal.aborted) return;
      try {
        if (before > 0) await store.compact(before);
        before = await store.revision();
      } catch (error) {
        // Another server of the same store has compacted further.
        if (error instanceof TooOldError) before = await store.revision();
        else log.warn({ err: error }, 'could not compact the store; trying again at the next interval');
      }
    }
  }
  return { name: 'compaction', start: async (signal): Promise<Running> => ({ done: run(signal) }) };
}
