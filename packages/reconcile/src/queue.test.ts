// The queue's layers: one key once, never by two workers, later when asked, and later still after failures.
import { type Random, systemRandom } from '@berth/host';
import { FakeClock } from '@berth/host/testing';
import { describe, expect, it } from 'vitest';
import { withBackOff } from './back-off.ts';
import { withDelay } from './delay.ts';
import { createQueue } from './queue.ts';

const steady: Random = { ...systemRandom, fraction: () => 0 };

describe('queue', () => {
  it('hands a key out once, however often it was added, in order', async () => {
    const queue = createQueue();
    for (const key of ['a', 'b', 'a', 'c', 'b']) queue.add(key);
    expect(queue.size).toBe(3);
    expect([await queue.take(), await queue.take(), await queue.take()]).toEqual(['a', 'b', 'c']);
  });

  it('hands a key that was added while in work out again only after it is done', async () => {
    const queue = createQueue();
    queue.add('a');
    await queue.take();
    queue.add('a');
    queue.add('a');
    expect(queue.size).toBe(0);
    const taken: (string | undefined)[] = [];
    void queue.take().then((key) => taken.push(key));
    await Promise.resolve();
    expect(taken).toEqual([]);
    queue.done('a');
    await Promise.resolve();
    expect(taken).toEqual(['a']);
    queue.done('a');
    expect(queue.size).toBe(0);
  });

  it('wakes who waits when it closes, and takes nothing more', async () => {
    const queue = createQueue();
    const waiting = queue.take();
    queue.close();
    queue.add('a');
    expect([await waiting, await queue.take(), queue.size]).toEqual([undefined, undefined, 0]);
  });
});

describe('delay', () => {
  it('adds after the shortest of several delays, once', async () => {
    const clock = new FakeClock();
    const queue = withDelay(createQueue(), clock);
    queue.addAfter('a', 500);
    queue.addAfter('a', 100);
    queue.addAfter('a', 300);
    queue.addAfter('now', 0);
    expect(queue.size).toBe(1);
    await clock.advance(99);
    expect(queue.size).toBe(1);
    await clock.advance(1);
    expect(queue.size).toBe(2);
    expect(clock.waiting).toBe(0);
  });

  it('drops its timers when it closes', () => {
    const clock = new FakeClock();
    const queue = withDelay(createQueue(), clock);
    queue.addAfter('a', 100);
    queue.close();
    queue.addAfter('b', 100);
    expect(clock.waiting).toBe(0);
  });
});

describe('back-off', () => {
  it('waits twice as long after each failure, to a minute, and begins anew after a success', async () => {
    const clock = new FakeClock();
    const queue = withBackOff(withDelay(createQueue(), clock), steady);
    async function waited(): Promise<number> {
      const from = clock.now();
      queue.retry('a');
      while (queue.size === 0) await clock.advance(1);
      queue.done((await queue.take())!);
      return clock.now() - from;
    }
    expect([await waited(), await waited(), await waited()]).toEqual([5, 10, 20]);
    for (let i = 0; i < 20; i++) queue.retry('b');
    queue.forget('a');
    expect(await waited()).toBe(5);
  });

  it('never waits longer than a minute and its jitter', async () => {
    const clock = new FakeClock();
    const queue = withBackOff(withDelay(createQueue(), clock), { ...systemRandom, fraction: () => 1 });
    for (let failures = 0; failures < 40; failures++) {
      queue.retry('a');
      await clock.advance(72_000);
      expect(queue.size).toBe(1);
      queue.done((await queue.take())!);
    }
  });
});
