import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lastApplied, threeWayPatch } from './last-applied.ts';
import { lineDiff } from './line-diff.ts';

describe('a patch from what was applied last', () => {
  test.each([
    { title: 'what is said is set', last: undefined, next: { a: 1, b: { c: 2 } }, patch: { a: 1, b: { c: 2 } } },
    {
      title: 'what is said no more is removed',
      last: { a: 1, b: { c: 2, d: 3 } },
      next: { b: { d: 3 } },
      patch: { a: null, b: { c: null, d: 3 } },
    },
    { title: 'what others set stays', last: { a: 1 }, next: { a: 2 }, patch: { a: 2 } },
    { title: 'lists are replaced whole', last: { a: [1, 2] }, next: { a: [2] }, patch: { a: [2] } },
    { title: 'a map in place of a value', last: { a: 1 }, next: { a: { b: 1 } }, patch: { a: { b: 1 } } },
  ])('$title', ({ last, next, patch }) => {
    expect(threeWayPatch(last, next)).toEqual(patch);
  });

  test('the note is of the object without the note, and comes out as it went in', () => {
    const object = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'a', annotations: { mine: 'x' } } as never,
      data: { a: '1' },
    };
    const noted = lastApplied.put(lastApplied.put(object));
    expect(lastApplied.get(noted)).toEqual(object);
    expect(lastApplied.remove(noted)).toEqual(object);
  });

  test.each([
    { title: 'no note', annotations: {} },
    { title: 'a note that is no JSON', annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{' } },
  ])('$title: nothing is known to be removed', ({ annotations }) => {
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', annotations } as never };
    expect(lastApplied.get(object)).toBeUndefined();
  });
});

describe('the difference of two texts', () => {
  test.each([
    { title: 'the same', before: 'a\nb', after: 'a\nb', diff: '' },
    { title: 'a line changed', before: 'a\nb\nc', after: 'a\nx\nc', diff: '- b\n+ x' },
    { title: 'lines came and went apart', before: 'a\nb\nc\nd', after: 'b\nc\nnew\nd', diff: '- a\n+ new' },
  ])('$title', ({ before, after, diff }) => {
    expect(lineDiff(before, after)).toBe(diff);
  });

  test('a long one is cut', () => {
    expect(lineDiff('', 'x\n'.repeat(50), 10).split('\n')).toHaveLength(11);
  });

  test('what goes and comes accounts for the two texts', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(text, text, (before, after) => {
        const lines = lineDiff(before.join('\n'), after.join('\n')).split('\n').filter(Boolean);
        const gone = lines.filter((line) => line.startsWith('-')).length;
        const come = lines.filter((line) => line.startsWith('+')).length;
        expect(before.length - gone).toBe(after.length - come);
      }),
    );
  });
});
