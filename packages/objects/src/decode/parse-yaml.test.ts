// What a body of YAML means, where that differs between dialects, and what a client may not make of one. The expected
// values are those of sigs.k8s.io/yaml.
import { describe, expect, it } from 'vitest';
import { parseYaml } from './parse-yaml.ts';

const read = (text: string) => parseYaml(Buffer.from(text));

describe('parseYaml', () => {
  const cases: [string, string, unknown][] = [
    [
      'booleans of YAML 1.1',
      '[y, Yes, on, TRUE, n, no, Off, false]',
      [true, true, true, true, false, false, false, false],
    ],
    ['what is no boolean', '[yEs, "yes", oN]', ['yEs', 'yes', 'oN']],
    ['nothing', '[~, null, NULL, nUll]', [null, null, null, 'nUll']],
    [
      'no times and no base 60',
      'a: 2026-01-01\nb: 22:22\nc: 2026-01-01T10:00:00Z',
      { a: '2026-01-01', b: '22:22', c: '2026-01-01T10:00:00Z' },
    ],
    ['octal numbers', '[0644, 0o17, -010, 08, 0]', [420, 15, -8, 8, 0]],
    [
      'other numbers',
      '[0x1F, -0xa, 0b101, 1_000, +5, 1e3, 1., .5, -.5, 1_0.5, .1_0]',
      [31, -10, 5, 1000, 5, 1000, 1, 0.5, -0.5, 10.5, 0.1],
    ],
    [
      'what is no number',
      '[., 1.2.3, 0x, 10Gi, 100m, 1e, +, 1e400]',
      ['.', '1.2.3', '0x', '10Gi', '100m', '1e', '+', '1e400'],
    ],
    [
      'explicit tags',
      'a: !!str 5\nb: !!binary aGk=\nc: !!int "5"\nd: !!timestamp 2026-01-01',
      { a: '5', b: 'hi', c: 5, d: '2026-01-01' },
    ],
    ['tags of others', 'a: !mine b\nc: !mine {d: !!set {e}}\nf: !mine [1]', { a: 'b', c: { d: { e: null } }, f: [1] }],
    ['keys that are no strings', '1: a\nyes: b\n1.50: c', { 1: 'a', true: 'b', 1.5: 'c' }],
    ['JSON', '{"a": [1], "b": "\\u00e9"}', { a: [1], b: 'é' }],
    ['half a character', 'a: "\\ud800"', { a: '\ufffd' }],
    ['a key that objects have already', '__proto__: {a: 1}', JSON.parse('{"__proto__": {"a": 1}}')],
    ['an anchor', 'a: &x {b: 1}\nc: *x', { a: { b: 1 }, c: { b: 1 } }],
    ['merged keys', 'a: &x {b: 1, c: 2}\nd: {<<: *x, c: 3}', { a: { b: 1, c: 2 }, d: { b: 1, c: 3 } }],
    ['text in blocks', 'a: |\n  one\n  two\nb: >-\n  three\n  four', { a: 'one\ntwo\n', b: 'three four' }],
    ['a document with its marks', '---\na: 1\n---\n', { a: 1 }],
    ['nothing at all', '', null],
  ];
  it.each(cases)('reads %s', (_, text, value) => {
    expect(read(text)).toEqual({ value, duplicates: [] });
  });

  it('shares nothing between the parts of a value', () => {
    const { a, b } = read('a: &x {c: 1}\nb: *x').value as Record<string, object>;
    expect(a).not.toBe(b);
  });

  it.each([
    ['in a block', 'a: 1\nb:\n- c: 1\n  c: 2\n', ['line 4: key "c" already set in map'], { a: 1, b: [{ c: 2 }] }],
    ['in one line', '{a: 1, "a" : 2}', ['line 1: key "a" already set in map'], { a: 2 }],
    [
      'several times',
      'a: x\nb: {}\na: y\nb: {c: d, c: e}\na: z',
      [
        'line 3: key "a" already set in map',
        'line 4: key "c" already set in map',
        'line 4: key "b" already set in map',
        'line 5: key "a" already set in map',
      ],
      { a: 'z', b: { c: 'e' } },
    ],
    [
      'but not in maps beside each other',
      'a: {b: 1}\nc: [{b: 1}, {b: 1, b: 2}]',
      ['line 2: key "b" already set in map'],
      { a: { b: 1 }, c: [{ b: 1 }, { b: 2 }] },
    ],
    [
      'but not what merging gives',
      'a: &x {b: 1}\nc: {<<: *x, b: 2, d: 1, d: 2}',
      ['line 2: key "d" already set in map'],
      { a: { b: 1 }, c: { b: 2, d: 2 } },
    ],
  ])('finds keys that stand twice: %s', (_, text, duplicates, value) => {
    expect(read(text)).toEqual({ value, duplicates: expect.arrayContaining(duplicates) });
    expect(read(text).duplicates).toHaveLength(duplicates.length);
  });

  const nested = 'bcdefghij'
    .split('')
    .map((key, index) => `${key}: &${key} [${`*${'abcdefghij'[index]},`.repeat(9)}]`)
    .join('\n');
  const deep = (inner: string) => `${'['.repeat(400)}${inner}${']'.repeat(400)}`;
  const bad: [string, string, string][] = [
    ['bad indentation', 'a: 1\n b: 2', 'line 2: '],
    ['what is no map', 'a: 1\nb\nc: 2', 'line 3: '],
    ['a text that does not end', 'a: "b\n', 'line '],
    ['an alias of nothing', 'a: *b', 'line 1: unidentified alias "b"'],
    ['several documents', 'a: 1\n---\nb: 2', 'expected a single document'],
    ['infinity', 'a: 1\nb: .inf', 'unsupported value: .inf'],
    ['a bomb', `a: &a [1]\n${nested}`, 'document contains excessive aliasing'],
    [
      'a long text many times',
      `a: &a "${'x'.repeat(50_000)}"\nb: [${'*a,'.repeat(100)}]`,
      'document contains excessive aliasing',
    ],
    [
      'a text as many keys',
      `a: &a "${'x'.repeat(50_000)}"\nb:\n${'- {*a : 1}\n'.repeat(100)}`,
      'document contains excessive aliasing',
    ],
    [
      'a bomb of merged keys',
      `a: &a {${Array.from({ length: 1_000 }, (_, key) => `k${key}: 1,`).join('')}}\n${Array.from({ length: 1_000 }, (_, key) => `m${key}: {<<: *a}`).join('\n')}`,
      '',
    ],
    ['what contains itself', 'a: &a [1, *a]', 'the value of an anchor contains itself'],
    ['what merges itself', 'a: &a {<<: *a, b: 1}', 'the value of an anchor contains itself'],
    ['what is nested too deep', '['.repeat(20_000), 'line 1: nesting exceeded'],
    ['what aliases nest too deep', `a: &a ${deep('1')}\nb: ${deep('*a')}`, 'exceeded max depth'],
    ['what cannot be printed', 'a: \u0001', 'line 1: '],
  ];
  it.each(bad)('refuses %s', (_, text, problem) => {
    expect(() => read(text)).toThrow(
      expect.objectContaining({
        reason: 'BadRequest',
        message: expect.stringContaining(`error converting YAML to JSON: yaml: ${problem}`),
      }),
    );
  });

  // Found by the fuzzer: each key of a map was compared with all others.
  it('takes a map of thousands of keys in time', () => {
    const text = Array.from({ length: 100_000 }, (_, key) => `k${key}: v`).join('\n');
    const started = performance.now();
    expect(Object.keys(read(text).value as object)).toHaveLength(100_000);
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});
