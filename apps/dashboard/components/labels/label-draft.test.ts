// Owns the tests of labels while they are edited.
import { describe, expect, it } from 'vitest';
import { draftFrom, labelArguments, labelsFrom, problemOf } from './label-draft.ts';

describe('problemOf', () => {
  const cases: { key: string; value: string; bad: boolean }[] = [
    { key: 'app', value: 'web', bad: false },
    { key: 'example.org/app', value: '', bad: false },
    { key: '', value: '', bad: false },
    { key: '', value: 'web', bad: true },
    { key: '-app', value: 'web', bad: true },
    { key: 'app', value: 'two words', bad: true },
    { key: 'app', value: 'a'.repeat(64), bad: true },
    { key: 'Not DNS/app', value: 'web', bad: true },
  ];
  for (const { key, value, bad } of cases) {
    it(`${key}=${value} is ${bad ? 'refused' : 'taken'}`, () => {
      const label = { id: 0, key, value };
      expect(problemOf(label, [label]) !== undefined).toBe(bad);
    });
  }

  it('refuses a key that is there twice', () => {
    const all = [
      { id: 0, key: 'a', value: '1' },
      { id: 1, key: 'a', value: '2' },
    ];
    expect(problemOf(all[0]!, all)).toMatch(/twice/);
  });
});

it('a draft goes there and back', () => expect(labelsFrom(draftFrom({ a: '1', b: '' }))).toEqual({ a: '1', b: '' }));
it('rows without a key are left out', () => expect(labelsFrom([{ id: 0, key: '', value: '' }])).toEqual({}));
it('kubectl gets what changed and what went', () => {
  expect(labelArguments({ a: '1', b: '2', c: '3' }, { a: '1', b: '4', d: '5' })).toBe('b=4 d=5 c-');
});
