import { describe, expect, it } from 'vitest';
import { compareResourceVersions, deepFreeze, draftOf, objectKey, splitKey } from './object.ts';

describe('a draft', () => {
  it('is a copy of a frozen value that may be changed', () => {
    const value = deepFreeze({ a: [{ b: 1 }], c: null });
    const draft = draftOf(value);
    draft.a[0]!.b = 2;
    expect(value).toEqual({ a: [{ b: 1 }], c: null });
    expect(draft).toEqual({ a: [{ b: 2 }], c: null });
  });
  it('keeps a key that JavaScript would take for the prototype', () => {
    const draft = draftOf(JSON.parse('{"data":{"a":"1","__proto__":"x"}}'));
    expect(JSON.stringify(draft)).toBe('{"data":{"a":"1","__proto__":"x"}}');
  });
});

describe('resource versions', () => {
  it.each([
    ['9', '10', -1],
    ['10', '10', 0],
    ['101', '99', 1],
  ] as const)('%s against %s', (a, b, order) => {
    expect(Math.sign(compareResourceVersions(a, b))).toBe(order);
  });
});

describe('an object’s key', () => {
  it.each([
    [{ namespace: 'a', name: 'b' }, 'a/b'],
    [{ name: 'b' }, 'b'],
  ])('of %j', (metadata, key) => {
    expect(objectKey({ metadata })).toBe(key);
    expect(splitKey(key)).toEqual(metadata);
  });
});
