// Sets of completion indexes: how they are written, and that what is done with them is what is done with sets.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  countIndexes,
  countShared,
  firstShared,
  hasIndex,
  parseIndexes,
  readIndexes,
  showIndexes,
  withIndexes,
} from './completion-indexes.ts';

describe('a text that names no set', () => {
  it.each([
    [
      '1-2-3',
      `the fragment "1-2-3" violates the requirement that an index interval can have at most two parts separated by '-'`,
    ],
    ['a', 'cannot convert string to integer for index: "a"'],
    ['1-', 'cannot convert string to integer for index: ""'],
    ['10', 'too large index: "10"'],
    ['1-10', 'too large index: "10"'],
    ['3-3', 'non-increasing order, previous: 3, current: 3'],
    ['1,4-5,5', 'non-increasing order, previous: 5, current: 5'],
  ])('%s', (text, message) => {
    expect(() => parseIndexes(text, 10)).toThrow(message);
  });
});

describe('what can be read of a text', () => {
  it.each([
    ['1,3-5,7', '1,3-5,7'],
    ['', ''],
    [undefined, ''],
    ['a,1,2-x,3', '1,3'],
    ['8-20,30', '8,9'],
    ['5,1-3,2', '1-3,5'],
  ])('%s: %s', (text, read) => {
    expect(showIndexes(readIndexes(text, 10))).toBe(read);
  });
});

describe('sets of indexes', () => {
  const some = fc.uniqueArray(fc.integer({ min: 0, max: 29 }));
  const setOf = (indexes: readonly number[]) => withIndexes([], indexes);

  it('are read as they are shown', () => {
    fc.assert(
      fc.property(some, (indexes) => {
        const set = setOf(indexes);
        expect(parseIndexes(showIndexes(set), 30).flatMap(({ first, last }) => range(first, last))).toEqual(
          [...indexes].sort((a, b) => a - b),
        );
        expect(countIndexes(set)).toBe(indexes.length);
        for (let index = 0; index < 30; index++) expect(hasIndex(set, index)).toBe(indexes.includes(index));
      }),
    );
  });

  it('share what both have', () => {
    fc.assert(
      fc.property(some, some, (a, b) => {
        const both = a.filter((index) => b.includes(index));
        expect(countShared(setOf(a), setOf(b))).toBe(both.length);
        expect(firstShared(setOf(a), setOf(b))).toBe(both.length > 0 ? Math.min(...both) : undefined);
      }),
    );
  });
});

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, offset) => first + offset);
}
