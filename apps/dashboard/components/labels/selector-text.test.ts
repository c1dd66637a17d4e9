// Owns the tests of editing a selector by chips.
import { describe, expect, it } from 'vitest';
import { choiceOf, requirementsOf, selectorOf, toggle, without } from './selector-text.ts';

describe('requirementsOf', () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['', []],
    ['a=b', ['a=b']],
    ['a=b, c != d ,!e', ['a=b', 'c != d', '!e']],
    ['tier in (front, back),app', ['tier in (front, back)', 'app']],
    ['a,,b', ['a', 'b']],
  ];
  for (const [text, requirements] of cases) it(`'${text}'`, () => expect(requirementsOf(text)).toEqual(requirements));
});

describe('toggle', () => {
  const label = { key: 'app', value: 'web' };
  const cases = [
    { name: 'includes', from: '', choice: 'include', to: 'app=web' },
    { name: 'excludes', from: '', choice: 'exclude', to: 'app!=web' },
    { name: 'takes away what stands there', from: 'app=web', choice: 'include', to: '' },
    { name: 'takes away an exclusion', from: 'app!=web,tier', choice: 'exclude', to: 'tier' },
    { name: 'turns one round', from: 'app=web', choice: 'exclude', to: 'app!=web' },
    { name: 'knows == as well', from: 'app==web', choice: 'include', to: '' },
    { name: 'takes the place of another value', from: 'app=db,tier=x', choice: 'include', to: 'tier=x,app=web' },
    { name: 'excludes next to another exclusion', from: 'app!=db', choice: 'exclude', to: 'app!=db,app!=web' },
    { name: 'leaves sets alone', from: 'app in (web,db)', choice: 'exclude', to: 'app in (web,db),app!=web' },
  ] as const;
  for (const { name, from, choice, to } of cases) it(name, () => expect(toggle(from, label, choice)).toBe(to));

  it('serves a label without a value', () =>
    expect(toggle('', { key: 'canary', value: '' }, 'include')).toBe('canary='));
});

describe('choiceOf', () => {
  const cases = [
    { from: 'app=web', is: 'include' },
    { from: 'app != web', is: 'exclude' },
    { from: 'app=db', is: undefined },
    { from: 'application=web', is: undefined },
  ];
  for (const { from, is } of cases) it(`of '${from}'`, () => expect(choiceOf(from, 'app', 'web')).toBe(is));
});

it('without takes one requirement away', () => expect(without('a=b,c in (d,e)', 'c in (d,e)')).toBe('a=b'));
it('selectorOf joins labels', () => expect(selectorOf({ a: 'b', c: 'd' })).toBe('a=b,c=d'));
