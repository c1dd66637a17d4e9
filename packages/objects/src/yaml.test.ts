import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseYaml } from './decode/parse-yaml.ts';
import { toYaml } from './yaml.ts';

test.each([
  ['a set of managed fields', { 'f:labels': { '.': {}, 'f:app': {} } }],
  ['words that are booleans to some', { yes: 'no', on: 'off', y: 'n', true: 'TRUE' }],
  ['digits that are strings', { octal: '0777', sexagesimal: '12:30:45', float: '1e3', grouped: '1_000', hex: '0x1F' }],
  ['a day', { at: '2026-11-24', time: '2026-11-24T10:00:00Z' }],
  ['nothing', { tilde: '~', null: 'null', empty: '', really: null }],
  ['lines', { text: 'one\ntwo\n', more: '  indented\n\n', tab: '\t', ends: 'a\n\n\n', none: '\n', crlf: 'a\r\nb' }],
  [
    'what begins like something else',
    { a: '- x', b: '# no comment', c: '&a', d: '*a', e: '!t', f: '@', g: '`', h: '%' },
  ],
  ['what begins or ends a document', { '... é': false, '---': ['--- a', '...'], text: '... b' }],
  ['the same part twice', (({ ...part }) => ({ one: part, two: part }))({ key: ['value'] })],
])('%s is read as it was written', (_name, value) => {
  expect(parseYaml(Buffer.from(toYaml(value))).value).toEqual(value);
});

test('a point alone is no number', () => {
  expect(parseYaml(Buffer.from('f:labels:\n  .: {}\n')).value).toEqual({ 'f:labels': { '.': {} } });
  expect(parseYaml(Buffer.from('[1., .5, 1.5, -.5]')).value).toEqual([1, 0.5, 1.5, -0.5]);
});

test('objects and lists stand in blocks', () => {
  const value = {
    kind: 'Pod',
    metadata: { name: 'a', labels: {}, annotations: { 'a b': 'yes', empty: '' } },
    script: '#!/bin/sh\necho hi\n\n  true\n',
    list: [{ name: 'x', ports: [1, 2], none: [] }, ['a', ['b']], 'it is', true, null],
  };
  expect(toYaml(value)).toBe(
    [
      'kind: Pod',
      'metadata:',
      '  name: a',
      '  labels: {}',
      '  annotations:',
      '    a b: "yes"',
      '    empty: ""',
      'script: |',
      '  #!/bin/sh',
      '  echo hi',
      '',
      '    true',
      'list:',
      '- name: x',
      '  ports:',
      '  - 1',
      '  - 2',
      '  none: []',
      '- - a',
      '  - - b',
      '- it is',
      '- true',
      '- null',
      '',
    ].join('\n'),
  );
});

test('any value is read back as it was', () => {
  fc.assert(
    fc.property(
      fc.jsonValue({ maxDepth: 5, stringUnit: fc.constantFrom(...' \tab:-#"\'0.yn~|>\r\u2028é💥{[&*!') }),
      (value) => {
        const json = JSON.parse(JSON.stringify(value)) as unknown;
        expect(parseYaml(Buffer.from(toYaml(json))).value).toEqual(json);
      },
    ),
    { numRuns: 500 },
  );
});
