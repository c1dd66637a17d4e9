import { describe, expect, test } from 'vitest';
import { goDuration, parseGoDuration } from './go-duration.ts';

const durations: [bigint, string][] = [
  [0n, '0s'],
  [1n, '1ns'],
  [1_500n, '1.5µs'],
  [250_000_000n, '250ms'],
  [15_000_000_000n, '15s'],
  [15_012_000_000n, '15.012s'],
  [60_000_000_000n, '1m0s'],
  [90_500_000_000n, '1m30.5s'],
  [3_600_000_000_001n, '1h0m0.000000001s'],
  [-2_000_000_000n, '-2s'],
];

describe('a duration', () => {
  test.each(durations)('of %d ns is %s, and is read as that', (nanoseconds, text) => {
    expect(goDuration(nanoseconds)).toBe(text);
    expect(parseGoDuration(text)).toBe(nanoseconds);
  });

  test.each([
    ['0', 0n],
    ['1.5h', 5_400_000_000_000n],
    ['.5s', 500_000_000n],
    ['+1m', 60_000_000_000n],
    ['2us', 2_000n],
  ])('%s is read, too', (text, nanoseconds) => {
    expect(parseGoDuration(text)).toBe(nanoseconds);
  });

  test.each(['', '1', 's', '1x', '1s 2s', '.s', '1 s'])('%j is none', (text) => {
    expect(parseGoDuration(text)).toBeUndefined();
  });
});
