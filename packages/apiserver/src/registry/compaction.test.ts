import { silentLogger } from '@berth/host';
import { FakeClock } from '@berth/host/testing';
import { expect, test } from 'vitest';
import { createCompaction } from './compaction.ts';

/** A store at a revision that the test sets. */
class Revisions {
  now = 10;
  readonly compacted: number[] = [];
  readonly failures = { revision: [] as Error[], compact: [] as Error[] };

  async revision(): Promise<number> {
    const failure = this.failures.revision.shift();
    if (failure) throw failure;
    return this.now;
  }

  async compact(revision: number): Promise<void> {
    const failure = this.failures.compact.shift();
    if (failure) throw failure;
    this.compacted.push(revision);
  }
}

async function run(
  steps: (store: Revisions, clock: FakeClock) => Promise<void>,
  prepare: (store: Revisions) => void = () => {},
): Promise<number[]> {
  const store = new Revisions();
  prepare(store);
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
  { name: 'a store that cannot compact', call: 'compact', compacted: [10] },
  { name: 'a store that does not tell its revision', call: 'revision', compacted: [10, 10] },
] as const)('goes on after $name', async ({ call, compacted }) => {
  const result = await run(async (store, clock) => {
    store.failures[call].push(new Error('away'));
    store.now = 20;
    await clock.advance(60_000);
    await clock.advance(60_000);
  });
  expect(result).toEqual(compacted);
});

test('begins with a store that is away', async () => {
  const compacted = await run(
    async (store, clock) => {
      store.now = 20;
      await clock.advance(60_000);
      await clock.advance(60_000);
    },
    (store) => store.failures.revision.push(new Error('away')),
  );
  expect(compacted).toEqual([20]);
});
