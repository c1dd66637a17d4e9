import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import {
  contains,
  difference,
  type FieldSet,
  intersection,
  intersects,
  isFieldSet,
  pathsOf,
  sameSet,
  union,
} from './field-set.ts';

/** A set as a list of paths, and back: the simple reference. */
const paths = fc.uniqueArray(
  fc
    .array(fc.constantFrom('f:a', 'f:b', 'k:{"name":"x"}', 'v:1'), { minLength: 1, maxLength: 4 })
    .map((path) => path.join(' ')),
  { maxLength: 12 },
);

function setOf(list: readonly string[]): FieldSet {
  type Node = { [element: string]: Node };
  const nodes = new Map<string, { member: boolean; children: Set<string> }>();
  const at = (path: string) => {
    if (!nodes.has(path)) nodes.set(path, { member: false, children: new Set() });
    return nodes.get(path)!;
  };
  for (const path of list) {
    at(path).member = true;
    const elements = path.split(' ');
    for (let depth = elements.length; depth > 0; depth--)
      at(elements.slice(0, depth - 1).join(' ')).children.add(elements.slice(0, depth).join(' '));
  }
  const build = (path: string): Node => {
    const { member, children } = at(path);
    const below = Object.fromEntries([...children].map((child) => [child.split(' ').at(-1)!, build(child)]));
    return member && children.size > 0 ? { '.': {}, ...below } : below;
  };
  return build('');
}

describe('sets behave as sets of paths', () => {
  const cases: [string, (a: FieldSet, b: FieldSet) => FieldSet, (a: Set<string>, b: Set<string>) => string[]][] = [
    ['union', union, (a, b) => [...new Set([...a, ...b])]],
    ['intersection', intersection, (a, b) => [...a].filter((path) => b.has(path))],
    ['difference', difference, (a, b) => [...a].filter((path) => !b.has(path))],
  ];
  test.each(cases)('%s', (_name, combine, reference) => {
    fc.assert(
      fc.property(paths, paths, (a, b) => {
        expect(combine(setOf(a), setOf(b))).toEqual(setOf(reference(new Set(a), new Set(b))));
      }),
    );
  });
});

it.each<[string, (a: FieldSet, b: FieldSet) => boolean, (a: Set<string>, b: Set<string>) => boolean]>([
  ['contains', contains, (a, b) => [...b].every((path) => a.has(path))],
  ['intersects', intersects, (a, b) => [...b].some((path) => a.has(path))],
  ['sameSet', sameSet, (a, b) => a.size === b.size && [...b].every((path) => a.has(path))],
])('%s', (_name, holds, reference) => {
  fc.assert(
    fc.property(paths, paths, fc.boolean(), (a, b, same) => {
      const other = same ? [...a].reverse() : b;
      expect(holds(setOf(a), setOf(other))).toBe(reference(new Set(a), new Set(other)));
    }),
  );
});

it('writes paths as messages do', () => {
  const ports = { 'k:{"containerPort":80,"protocol":"TCP"}': { '.': {}, 'f:name': {} } };
  const set = { 'f:metadata': { 'f:finalizers': { 'v:"a/b"': {} } }, 'f:spec': { 'f:ports': ports } };
  expect(pathsOf(set)).toEqual([
    '.metadata.finalizers[="a/b"]',
    '.spec.ports[containerPort=80,protocol="TCP"]',
    '.spec.ports[containerPort=80,protocol="TCP"].name',
  ]);
});

test.each<[string, unknown, boolean]>([
  ['fields, keys and values', { 'f:a': { '.': {}, 'k:{"x":1}': {}, 'v:"y"': {} } }, true],
  ['an element without a type', { a: {} }, false],
  ['a key that is no JSON', { 'k:{x': {} }, false],
  ['a key that is no object', { 'k:1': {} }, false],
  ['a list', [], false],
  ['a value below', { 'f:a': 1 }, false],
])('%s: whether it is a set', (_name, value, expected) => {
  expect(isFieldSet(value)).toBe(expected);
});
