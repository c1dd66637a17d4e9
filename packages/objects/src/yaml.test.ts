import { expect, test } from 'vitest';
import { parseYaml } from './decode/parse-json.ts';
import { toYaml } from './yaml.ts';

test.each([
  ['a set of managed fields', { 'f:labels': { '.': {}, 'f:app': {} } }],
  ['words that are booleans to some', { yes: 'no', on: 'off', y: 'n', true: 'TRUE' }],
  ['digits that are strings', { octal: '0777', sexagesimal: '12:30:45', float: '1e3', grouped: '1_000', hex: '0x1F' }],
  ['a day', { at: '2026-11-24', time: '2026-11-24T10:00:00Z' }],
  ['nothing', { tilde: '~', null: 'null', empty: '', really: null }],
  ['lines', { text: 'one\ntwo\n', more: '  indented\n\n', tab: '\t' }],
  [
    'what begins like something else',
    { a: '- x', b: '# no comment', c: '&a', d: '*a', e: '!t', f: '@', g: '`', h: '%' },
  ],
  ['the same part twice', (({ ...part }) => ({ one: part, two: part }))({ key: ['value'] })],
])('%s is read as it was written', (_name, value) => {
  expect(parseYaml(toYaml(value)).value).toEqual(value);
});

test('a point alone is no number', () => {
  expect(parseYaml('f:labels:\n  .: {}\n').value).toEqual({ 'f:labels': { '.': {} } });
  expect(parseYaml('[1., .5, 1.5, -.5]').value).toEqual([1, 0.5, 1.5, -0.5]);
});
