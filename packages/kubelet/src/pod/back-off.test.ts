import { expect, test } from 'vitest';
import { heldBackUntil, longer } from './back-off.ts';
import type { BackOff } from './memory.ts';

test('doubles from ten seconds to five minutes', () => {
  const delays: number[] = [];
  let backOff: BackOff | undefined;
  for (let time = 0; delays.length < 8; time += 300_000) {
    backOff = longer(backOff, time, time);
    delays.push(backOff.delayMs / 1000);
  }
  expect(delays).toEqual([10, 20, 40, 80, 160, 300, 300, 300]);
});

test('begins again after ten minutes without a failure', () => {
  const old: BackOff = { delayMs: 160_000, since: 0 };
  expect(heldBackUntil(old, 600_000, 600_001)).toBe(760_000);
  expect(heldBackUntil(old, 600_001, 600_002)).toBeUndefined();
  expect(longer(old, 600_001, 600_002)).toEqual({ delayMs: 10_000, since: 600_002 });
});

test('counts from the failure, and holds nothing back before the first', () => {
  expect(heldBackUntil(undefined, 5, 5)).toBeUndefined();
  expect(heldBackUntil({ delayMs: 10_000, since: 0 }, 5_000, 14_999)).toBe(15_000);
  expect(heldBackUntil({ delayMs: 10_000, since: 0 }, 5_000, 15_000)).toBeUndefined();
  // A failure that lies in the future: the clock was set back.
  expect(heldBackUntil({ delayMs: 10_000, since: 0 }, 5_000, 4_999)).toBeUndefined();
});
