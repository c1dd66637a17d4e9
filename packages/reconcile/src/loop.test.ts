// What the loop makes of the three ends of a reconcile: done, again later, failed.
import { type Random, silentLogger, systemRandom } from '@berth/host';
import { FakeClock } from '@berth/host/testing';
import { staleError } from '@berth/objects';
import { describe, expect, it } from 'vitest';
import { createLoop, type Keys, type Reconcile } from './loop.ts';

const steady: Random = { ...systemRandom, fraction: () => 0 };

async function running(reconcile: Reconcile, options: { workers?: number; keys?: string[]; clock?: FakeClock } = {}) {
  const { clock = new FakeClock() } = options;
  const stop = new AbortController();
  let keys: Keys | undefined;
  let subscriptions = 0;
  const loop = createLoop({
    name: 'test',
    clock,
    log: silentLogger,
    random: steady,
    workers: options.workers ?? 1,
    reconcile,
    observe(sink) {
      keys = sink;
      subscriptions++;
      for (const key of options.keys ?? ['a']) sink.add(key);
      return [() => subscriptions--];
    },
  });
  const { done } = await loop.start(stop.signal);
  await clock.advance(0);
  return { clock, stop, done, keys: keys!, loop, subscribed: () => subscriptions };
}

describe('loop', () => {
  it('comes back to a key when asked to, and not otherwise', async () => {
    const at: number[] = [];
    const clock = new FakeClock();
    const begun = clock.now();
    await running(
      async () => {
        at.push(clock.now());
        return at.length < 3 ? { requeueAfterMs: 1_000 } : undefined;
      },
      { clock },
    );
    await clock.advance(60_000);
    expect(at.map((ms) => ms - begun)).toEqual([0, 1_000, 2_000]);
  });

  it.each([
    { name: 'an error', error: new Error('no') },
    { name: 'a conflict', error: staleError({ group: '', plural: 'pods' }, 'a') },
  ])('comes back after $name, the later the more often it failed', async ({ error }) => {
    let failures = 0;
    const { clock } = await running(async () => {
      failures++;
      throw error;
    });
    await clock.advance(5 + 10 + 20);
    expect(failures).toBe(4);
  });

  it('works on several keys at a time, on one key never twice', async () => {
    const active = new Map<string, number>();
    let most = 0;
    const releases: (() => void)[] = [];
    const { clock, keys } = await running(
      async (key) => {
        active.set(key, (active.get(key) ?? 0) + 1);
        most = Math.max(
          most,
          [...active.values()].reduce((sum, count) => sum + count),
        );
        expect(active.get(key)).toBe(1);
        await new Promise<void>((resolve) => releases.push(resolve));
        active.delete(key);
        return undefined;
      },
      { workers: 3, keys: ['a', 'b', 'c', 'd'] },
    );
    keys.add('a');
    for (let i = 0; i < 5; i++) {
      for (const release of releases.splice(0)) release();
      await clock.advance(0);
    }
    expect(most).toBe(3);
    expect(active.size).toBe(0);
  });

  it('ends with its work, its subscriptions gone, and can be started again', async () => {
    let release = () => {};
    const { clock, stop, done, loop, subscribed } = await running(async () => {
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      return { requeueAfterMs: 10 };
    });
    let ended = false;
    void done.then(() => {
      ended = true;
    });
    stop.abort();
    await clock.advance(0);
    expect(ended).toBe(false);
    release();
    await clock.advance(100);
    expect([ended, subscribed(), clock.waiting]).toEqual([true, 0, 0]);
    await loop.start(new AbortController().signal);
    expect(subscribed()).toBe(1);
  });
});
