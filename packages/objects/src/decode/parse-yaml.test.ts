import { describe, expect, it } from 'vitest';
import { parseYaml } from './parse-yaml.ts';

describe('parseYaml', () => {
  const cases: [string, string, unknown][] = [
    ['booleans of YAML 1.1', 'a: yes\nb: off', { a: true, b: false }],
    ['no times and no base 60', 'a: 2026-01-01\nb: 22:22', { a: '2026-01-01', b: '22:22' }],
    ['octal file modes', 'a: 0644', { a: 420 }],
    ['JSON', '{"a": [1]}', { a: [1] }],
    ['an anchor', 'a: &x {b: 1}\nc: *x', { a: { b: 1 }, c: { b: 1 } }],
  ];
  it.each(cases)('reads %s', (_, text, value) => {
    expect(parseYaml(Buffer.from(text))).toEqual({ value, duplicateFields: [] });
  });
  it('finds duplicate keys', () => {
    expect(parseYaml(Buffer.from('a: 1\nb:\n- c: 1\n  c: 2\n')).duplicateFields).toEqual(['b[0].c']);
  });
  const bad: [string, string][] = [
    ['bad indentation', 'a: 1\n b: 2'],
    ['several documents', 'a: 1\n---\nb: 2'],
    [
      'a bomb',
      `a: &a [1]\n${'bcdefghij'
        .split('')
        .map((key, index) => `${key}: &${key} [${`*${'abcdefghij'[index]},`.repeat(9)}]`)
        .join('\n')}`,
    ],
    ['what is nested too deep', '['.repeat(20_000)],
  ];
  it.each(bad)('refuses %s', (_, text) => {
    expect(() => parseYaml(Buffer.from(text))).toThrow(
      expect.objectContaining({
        reason: 'BadRequest',
        message: expect.stringMatching(/^error converting YAML to JSON: yaml: /),
      }),
    );
  });
  // Found by the fuzzer: each key of a map was compared with all others.
  it('takes a map of thousands of keys in time', () => {
    const text = Array.from({ length: 10_000 }, (_, key) => `k${key}: v`).join('\n');
    const started = performance.now();
    expect(Object.keys(parseYaml(Buffer.from(text)).value as object)).toHaveLength(10_000);
    expect(performance.now() - started).toBeLessThan(5_000);
  });
  it('takes no more than it can read in time', () => {
    expect(() => parseYaml(Buffer.from(`a: "${'x'.repeat(300_000)}"`))).toThrow(
      expect.objectContaining({ reason: 'RequestEntityTooLarge', code: 413 }),
    );
  });
});
