import { InvalidArgumentError } from 'commander';
import { describe, expect, it } from 'vitest';
import { duration, port, wholeNumber } from './arguments.ts';

describe('duration', () => {
  it.each([
    ['90', 90],
    ['90s', 90],
    ['5m', 300],
    ['1h30m', 5_400],
  ])('%s is %d seconds', (text, seconds) => {
    expect(duration(text)).toBe(seconds);
  });

  it.each(['', 's', '5x', '-5s', '5m!', '1.5h'])('refuses "%s"', (text) => {
    expect(() => duration(text)).toThrow(InvalidArgumentError);
  });
});

describe.each([
  { name: 'wholeNumber', read: wholeNumber, good: ['0', '12'], bad: ['-1', '1.5', '', 'x'] },
  { name: 'port', read: port, good: ['1', '65535'], bad: ['0', '65536', '8e3', ''] },
])('$name', ({ read, good, bad }) => {
  it.each(good)('takes %s', (text) => {
    expect(read(text)).toBe(Number(text));
  });
  it.each(bad)('refuses "%s"', (text) => {
    expect(() => read(text)).toThrow(InvalidArgumentError);
  });
});
