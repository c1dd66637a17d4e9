// Owns the tests of colours in logs and of searching them.
import { describe, expect, it } from 'vitest';
import { ansiPieces, ansiText } from './ansi.ts';
import { matchesOf, splitAt } from './log-search.ts';

const sequence = '\u001b[';

describe('ansiPieces', () => {
  const cases = [
    { name: 'plain text is one piece', line: 'plain', pieces: [{ text: 'plain' }] },
    {
      name: 'a colour lasts until it is taken back',
      line: `a${sequence}31mb${sequence}0mc`,
      pieces: [{ text: 'a' }, { text: 'b', tone: 'red' }, { text: 'c' }],
    },
    {
      name: 'bright and bold together',
      line: `${sequence}1;92mok`,
      pieces: [{ text: 'ok', tone: 'green', bold: true }],
    },
    {
      name: 'an empty sequence resets',
      line: `${sequence}31ma${sequence}mb`,
      pieces: [{ text: 'a', tone: 'red' }, { text: 'b' }],
    },
    { name: 'other sequences are left out', line: `a${sequence}2Kb`, pieces: [{ text: 'a' }, { text: 'b' }] },
  ];
  for (const { name, line, pieces } of cases) it(name, () => expect(ansiPieces(line)).toEqual(pieces));

  it('text without colours', () => expect(ansiText(`${sequence}31mred${sequence}0m`)).toBe('red'));
});

describe('search', () => {
  const items = ['Error: timed out', `${sequence}31merr${sequence}0mor`, 'fine'].map((text) => ({
    kind: 'line' as const,
    source: 'p',
    at: undefined,
    text,
  }));
  const cases = [
    { text: 'error', found: [0, 1] },
    { text: 'Error', found: [0] },
    { text: '', found: [] },
    { text: 'nowhere', found: [] },
  ];
  for (const { text, found } of cases) it(`'${text}'`, () => expect(matchesOf(items, text)).toEqual(found));

  it('splits at every match', () => expect(splitAt('a-A-b', 'a')).toEqual(['', 'a', '-', 'A', '-b']));
});
