// Whose turn it is, who has to wait, and who is sent away.
import { FakeClock } from '@berth/host/testing';
import { describe, expect, it } from 'vitest';
import { FairQueue, type FairQueueLimits } from './fair-queue.ts';
import type { Level, Schema } from './levels.ts';

const levels: Level[] = [
  { name: 'high', shares: 50, lendable: 0.5 },
  { name: 'low', shares: 50, lendable: 1 },
];
const schemas: Schema[] = [
  { name: 'high', level: 'high' },
  { name: 'low', level: 'low' },
  { name: 'free', level: undefined },
];

interface Asked {
  readonly schema?: string;
  readonly seats?: number;
}

function opened(limits: Partial<FairQueueLimits> = {}) {
  const clock = new FakeClock();
  const queue = new FairQueue({
    levels,
    schemas,
    clock,
    limits: { seats: 8, queuedPerFlow: 3, queuedPerLevel: 5, maxWaitMs: 1_000, ...limits },
  });
  /** Who got a seat, in the order in which they did. */
  const turns: string[] = [];
  const leaves = new Map<string, () => void>();
  const gone = new Map<string, () => void>();
  const failures = new Map<string, string>();
  const got = (who: string, leave: () => void) => {
    turns.push(who);
    leaves.set(who, leave);
  };
  /** `who`: `a1` is the first request of flow a. */
  const enter = (who: string, { schema = 'low', seats = 1 }: Asked = {}) => {
    const failed = (error: unknown) => failures.set(who, (error as { reason: string }).reason);
    const flow = { schema: schemas.find(({ name }) => name === schema)!, key: who[0]! };
    try {
      const entered = queue.enter(flow, { seats, onGone: (cancel) => gone.set(who, cancel) });
      if (entered instanceof Promise) void entered.then((leave) => got(who, leave), failed);
      else got(who, entered);
    } catch (error) {
      failed(error);
    }
  };
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  const leave = async (who: string) => {
    leaves.get(who)!();
    await settled();
    await settled();
  };
  const figuresOf = (name: string) => [...queue.figures].find(({ schema }) => schema.name === name)!;
  return { clock, turns, enter, leave, failures, gone, settled, figuresOf };
}

/** Of 8 seats 2 are the high level's own, so that the low one can have 6, and one of its flows 3. */
const full = ['a1', 'a2', 'a3', 'b1', 'b2', 'b3'];

describe('seats', () => {
  it('are taken at once while there are any', () => {
    const { enter, turns, figuresOf } = opened();
    for (const who of [...full, 'c1']) enter(who);
    expect(turns).toEqual(full);
    expect(figuresOf('low')).toMatchObject({ dispatched: 6, executing: 6, executingSeats: 6, queued: 1 });
  });

  it('are not all for one flow, and others do not wait for it', async () => {
    const { enter, turns, settled } = opened();
    for (const who of ['a1', 'a2', 'a3', 'a4', 'b1']) enter(who);
    await settled();
    expect(turns).toEqual(['a1', 'a2', 'a3', 'b1']);
  });

  it('that are a level’s own are not lent', () => {
    const { enter, turns } = opened();
    for (const who of [...full, 'c1']) enter(who);
    enter('n1', { schema: 'high' });
    expect(turns).toEqual([...full, 'n1']);
  });

  it('go to the flow that has the fewest, and in turn where several have as many', async () => {
    const { enter, leave, turns } = opened();
    for (const who of [...full, 'a4', 'a5', 'b4', 'c1']) enter(who);
    for (const who of ['a1', 'a2', 'b1', 'a3']) await leave(who);
    expect(turns.slice(6)).toEqual(['c1', 'a4', 'b4', 'a5']);
  });

  it('are taken several at a time by what is much work, which nothing smaller overtakes', async () => {
    const { enter, leave, turns, settled, figuresOf } = opened();
    enter('a1', { seats: 3 });
    enter('b1', { seats: 2 });
    enter('c1', { seats: 2 });
    enter('d1');
    await settled();
    expect(turns).toEqual(['a1', 'b1']);
    await leave('b1');
    expect(turns).toEqual(['a1', 'b1', 'c1', 'd1']);
    expect(figuresOf('low').executingSeats).toBe(6);
  });

  it('are never asked for in vain: what wants more than there may be takes what it can', () => {
    const { enter, turns, figuresOf } = opened();
    enter('a1', { seats: 10 });
    expect(turns).toEqual(['a1']);
    expect(figuresOf('low').executingSeats).toBe(3);
  });

  it('are not needed by what is exempt', () => {
    const { enter, turns, figuresOf } = opened();
    for (let at = 0; at < 20; at++) enter(`x${at}`, { schema: 'free' });
    expect(turns).toHaveLength(20);
    expect(figuresOf('free')).toMatchObject({ dispatched: 20, executing: 20 });
  });

  it('go to the level that has less of its own', async () => {
    const { enter, leave, turns } = opened();
    for (const who of full) enter(who);
    for (const who of ['n1', 'n2', 'n3']) enter(who, { schema: 'high' });
    enter('c1');
    await leave('a1');
    expect(turns).toEqual([...full, 'n1', 'n2', 'n3']);
  });
});

describe('a request is sent away', () => {
  it('when its flow has too many that wait', () => {
    const { enter, failures, figuresOf } = opened();
    for (let at = 1; at <= 7; at++) enter(`a${at}`);
    expect([...failures]).toEqual([['a7', 'queue-full']]);
    expect(figuresOf('low')).toMatchObject({ queued: 3, rejected: { 'queue-full': 1 } });
  });

  it('when its level has', () => {
    const { enter, failures } = opened();
    for (const who of [...full, 'a4', 'a5', 'a6', 'b4', 'b5', 'c1']) enter(who);
    expect([...failures]).toEqual([['c1', 'queue-full']]);
  });

  it('when it has waited too long', async () => {
    const { enter, clock, failures, settled, figuresOf } = opened();
    for (const who of ['a1', 'a2', 'a3', 'a4']) enter(who);
    await clock.advance(999);
    expect(failures.size).toBe(0);
    await clock.advance(1);
    await settled();
    expect([...failures]).toEqual([['a4', 'time-out']]);
    expect(figuresOf('low')).toMatchObject({ queued: 0, rejected: { 'time-out': 1 } });
    expect(clock.waiting).toBe(0);
  });

  it('when nobody waits for it any more, and what stood behind it goes on', async () => {
    const { enter, gone, failures, turns, settled, clock } = opened();
    enter('a1', { seats: 3 });
    enter('b1', { seats: 2 });
    enter('c1', { seats: 2 });
    enter('d1');
    await settled();
    gone.get('c1')!();
    await settled();
    await settled();
    expect([...failures]).toEqual([['c1', 'cancelled']]);
    expect(turns).toEqual(['a1', 'b1', 'd1']);
    expect(clock.waiting).toBe(0);
  });
});
