import { describe, expect, it } from 'vitest';
import { fitted } from './live-table.ts';

const table = ['NAME  READY', 'a     1/1', 'b     1/1', 'c     1/1'];

describe('fitted', () => {
  it.each([
    { name: 'all of it', rows: 24, columns: 80, text: [...table, '', 'live'] },
    {
      name: 'as many rows as there is room for',
      rows: 6,
      columns: 80,
      text: [...table.slice(0, 2), '… 2 more', '', 'live'],
    },
    { name: 'as many columns', rows: 24, columns: 6, text: ['NAME …', 'a    …', 'b    …', 'c    …', '', 'live'] },
  ])('shows $name', ({ rows, columns, text }) => {
    expect(fitted(table, 'live', { rows, columns }).split('\n')).toEqual(text);
  });

  it('shows the status alone where there is nothing', () => {
    expect(fitted([], 'live', { rows: 24, columns: 80 })).toBe('live');
  });

  it('counts what one sees, and ends the colour of what it cuts', () => {
    const green = '\u001b[32mRunning\u001b[39m and more';
    expect(fitted([green], 'live', { columns: 5 }).split('\n')[0]).toBe('\u001b[32mRunn\u001b[39m…');
  });
});
