import { silentLogger } from '@berth/host';
import { FakeClock } from '@berth/host/testing';
import { TooOldError } from '@berth/store';
import { expect, test } from 'vitest';
import { createCompaction } from './compaction.ts';

/** A store at a revision that the test sets. */
class Revisions {
  now = 10;
  readonly compacted: number[] = [];
  readonly failures: Error[] = [];

  async revision(): Promise<number> {
    return this.now;
  }

  async compact(revision: number): Promise<void> {
    const failure = this.failures.shift();
    if (failure) throw failure;
    this.compacted.push(revision);
  }
}

async function run(steps: (store: Revisions, clock: FakeClock) => Promise<void>): Promise<number[]> {
  const store = new Revisions();
  const clock = new FakeClock();
  const stop = new AbortController();
  const compaction = createCompaction({ store, clock, log: silentLogger, intervalMs: 60_000 });
  const { done } = await compaction.start(stop.signal);
  await clock.advance(0);
  await steps(store, clock);
  stop.abort();
  await done;
  return store.compacted;
}

test('forgets what was overwritten an interval ago', async () => {
  const compacted = await run(async (store, clock) => {
    store.now = 20;
    await clock.advance(60_000);
    store.now = 30;
    await clock.advance(60_000);
    await clock.advance(59_999);
  });
  expect(compacted).toEqual([10, 20]);
});

test.each([
  { name: 'a store that cannot', failure: new Error('disk'), compacted: [10] },
  { name: 'another server that went further', failure: new TooOldError(10, 15), compacted: [20] },
])('goes on after $name', async ({ failure, compacted }) => {
  const result = await run(async (store, clock) => {
    store.failures.push(failure);
    store.now = 20;
    await clock.advance(60_000);
    await clock.advance(60_000);
  });
  expect(result).toEqual(compacted);
});
