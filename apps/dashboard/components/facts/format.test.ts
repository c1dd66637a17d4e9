// Owns the tests of how quantities and times are written.
import { describe, expect, it } from 'vitest';
import { ageText, bytesText, cpuText, plural } from './format.ts';

describe('ageText', () => {
  const second = 1000;
  const hour = 3600 * second;
  const cases: readonly (readonly [number, string])[] = [
    [-5 * second, '0s'],
    [119 * second, '119s'],
    [190 * second, '3m 10s'],
    [59 * 60 * second, '59m'],
    [5 * hour + 120 * second, '5h 2m'],
    [30 * hour, '30h'],
    [75 * hour, '3d 3h'],
    [400 * 24 * hour, '400d'],
    [800 * 24 * hour, '2y'],
  ];
  for (const [milliseconds, text] of cases) it(text, () => expect(ageText(milliseconds)).toBe(text));
});

it('cores', () => expect([250, 1000, 1500].map(cpuText)).toEqual(['250 m', '1 core', '1.5 cores']));
it('bytes', () => expect([512, 2 ** 20, 1.5 * 2 ** 30].map(bytesText)).toEqual(['512 B', '1 MiB', '1.5 GiB']));
it('plural', () => expect([plural(1, 'pod'), plural(2000, 'pod')]).toEqual(['1 pod', '2,000 pods']));
