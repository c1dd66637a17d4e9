import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addQuantities,
  canonicalQuantity,
  compareQuantities,
  formatQuantity,
  milliValue,
  parseQuantity,
  wholeValue,
} from './quantity.ts';

describe('the canonical text', () => {
  const cases: [string, string][] = [
    ['0', '0'],
    ['0Ki', '0'],
    ['100m', '100m'],
    ['0.1', '100m'],
    ['.5', '500m'],
    ['1.', '1'],
    ['1000m', '1'],
    ['1500m', '1500m'],
    ['1000', '1k'],
    ['1500000', '1500k'],
    ['1024', '1024'],
    ['1024Ki', '1Mi'],
    ['1.5Gi', '1536Mi'],
    ['1Ki', '1Ki'],
    ['1025Ki', '1025Ki'],
    ['0.5Ki', '512'],
    ['0.5Mi', '512Ki'],
    ['1e3', '1e3'],
    ['1E3', '1e3'],
    ['12e6', '12e6'],
    ['1e-3', '1e-3'],
    ['1500e0', '1500'],
    ['1n', '1n'],
    ['0.1n', '1n'],
    ['-1.5', '-1500m'],
    ['+2', '2'],
    ['1E', '1E'],
    ['1000Ei', '9223372036854775807'],
  ];
  it.each(cases)('of %s is %s', (text, expected) => {
    expect(canonicalQuantity(text)).toEqual({ text: expected });
  });

  const form = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
  const suffix = "unable to parse quantity's suffix";
  const bad: [string, string][] = [
    ['', form],
    ['much', form],
    ['1 Gi', form],
    ['1.2.3', form],
    ['.', form],
    ['1x', form],
    ['1KiB', form],
    ['1K', suffix],
    ['1mi', suffix],
    ['1Gi1', suffix],
  ];
  it.each(bad)('there is none of "%s"', (text, error) => {
    expect(canonicalQuantity(text)).toEqual({ error });
  });

  it('stands for the same amount, and is its own canonical text', () => {
    const suffixes = fc.constantFrom('', 'm', 'k', 'M', 'G', 'Ki', 'Mi', 'Gi', 'e2', 'e-2');
    const number = fc.tuple(fc.integer({ min: -1_000_000, max: 1_000_000 }), fc.integer({ min: 0, max: 999 }));
    fc.assert(
      fc.property(number, suffixes, ([whole, fraction], end) => {
        const text = `${whole}.${String(fraction).padStart(3, '0')}${end}`;
        const once = formatQuantity(parseQuantity(text));
        expect(parseQuantity(once).nano).toBe(parseQuantity(text).nano);
        expect(formatQuantity(parseQuantity(once))).toBe(once);
      }),
    );
  });
});

describe('arithmetic', () => {
  it.each([
    ['1', '1000m', 0],
    ['1Gi', '1G', 1],
    ['100m', '0.2', -1],
    ['-1', '1', -1],
  ] as const)('%s against %s', (a, b, order) => {
    expect(compareQuantities(a, b)).toBe(order);
  });
  it.each([
    ['500m', '1500m', '2'],
    ['1Gi', '1Gi', '2Gi'],
    ['0', '512Mi', '512Mi'],
    ['0.1', '0.2', '300m'],
  ] as const)('%s and %s make %s', (a, b, sum) => {
    expect(addQuantities(a, b)).toBe(sum);
  });
  it('counts in thousandths and in whole units, rounded up', () => {
    expect(milliValue('1.5')).toBe(1500);
    expect(milliValue('1u')).toBe(1);
    expect(wholeValue('1Gi')).toBe(2 ** 30);
    expect(wholeValue('1500m')).toBe(2);
    expect(wholeValue('-1500m')).toBe(-1);
  });
});
