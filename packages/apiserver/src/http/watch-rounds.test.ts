// Rounds in which watches are told: at once where nothing else goes on, together where something does.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { FakeClock } from '@berth/host/testing';
import { configMaps, objectKey } from '@berth/objects';
import { beforeEach, describe, expect, test } from 'vitest';
import { startTestApi } from '../testing/index.ts';
import { createWatchRounds, type WatchTurn } from './watch-rounds.ts';

let clock: FakeClock;
let turn: WatchTurn;
let told: string[];
beforeEach(() => {
  clock = new FakeClock();
  turn = createWatchRounds(clock);
  told = [];
});

/** A reader to tell whom takes so long. */
function tell(name: string, forMs = 0): void {
  void turn().then(() => {
    told.push(name);
    if (forMs > 0) void clock.advance(forMs);
  });
}

/** Both what is due and what measures it have run. */
async function idle(): Promise<void> {
  for (let turns = 0; turns < 4; turns++) await nextTurn();
}

describe('rounds', () => {
  test('begin at once, but not before what is under way', async () => {
    tell('a');
    await Promise.resolve();
    expect(told).toEqual([]);
    await idle();
    expect(told).toEqual(['a']);
  });

  test('are shared by all who wait for one', async () => {
    expect(turn()).toBe(turn());
    await idle();
    tell('a');
    tell('b');
    await idle();
    expect(told).toEqual(['a', 'b']);
  });

  test('leave as much time between them as the last one took', async () => {
    tell('a', 8);
    await idle();
    tell('b');
    await idle();
    expect(told).toEqual(['a']);
    await clock.advance(7);
    expect(told).toEqual(['a']);
    await clock.advance(1);
    expect(told).toEqual(['a', 'b']);
  });

  test('follow at once on one that took no time', async () => {
    tell('a');
    await idle();
    tell('b');
    await idle();
    expect(told).toEqual(['a', 'b']);
  });

  test('do not wait for long after the process was held up in one', async () => {
    tell('a', 3_600_000);
    await idle();
    tell('b');
    await clock.advance(25);
    expect(told).toEqual(['a', 'b']);
  });
});

test('a watch hands over, in its turn, what has come until then', async () => {
  await using api = await startTestApi();
  const begin: (() => void)[] = [];
  const held = () => new Promise<void>((resolve) => begin.push(resolve));
  const stop = new AbortController();
  const watch = api.api.watch(api.admin, configMaps, { signal: stop.signal, resourceVersion: '0', turn: held });
  const batches = watch[Symbol.asyncIterator]();
  const create = (name: string) =>
    api.api.create(api.admin, configMaps, { namespace: 'default' }, { metadata: { name } });
  const first = batches.next();
  await create('a');
  await create('b');
  await expect.poll(() => begin.length).toBe(1);
  begin[0]?.();
  const { value } = await first;
  expect(value?.map(({ object }: { object: Parameters<typeof objectKey>[0] }) => objectKey(object))).toEqual([
    'default/a',
    'default/b',
  ]);
  stop.abort();
});
