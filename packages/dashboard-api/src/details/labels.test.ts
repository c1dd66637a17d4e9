import { expect, test } from 'vitest';
import { labelArguments, labelDiff } from './labels.ts';

type Labels = Readonly<Record<string, string>>;

const cases: { title: string; previous: Labels; next: Labels; diff: string[]; arguments: string[] }[] = [
  { title: 'nothing', previous: { app: 'web' }, next: { app: 'web' }, diff: [], arguments: [] },
  { title: 'a new one', previous: {}, next: { app: 'web' }, diff: ['+ app=web'], arguments: ['app=web'] },
  { title: 'one less', previous: { app: 'web' }, next: {}, diff: ['- app=web'], arguments: ['app-'] },
  { title: 'another value', previous: { app: 'web' }, next: { app: '' }, diff: ['app: web → '], arguments: ['app='] },
  {
    title: 'several, in order',
    previous: { b: '1', c: '1' },
    next: { a: '1', c: '2' },
    diff: ['+ a=1', '- b=1', 'c: 1 → 2'],
    arguments: ['a=1', 'b-', 'c=2'],
  },
];

test.each(cases)('$title', ({ previous, next, diff, arguments: expected }) => {
  expect(labelDiff(previous, next)).toEqual(diff);
  expect(labelArguments(previous, next)).toEqual(expected);
});
