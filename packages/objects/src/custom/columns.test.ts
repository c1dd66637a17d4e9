// What stands in the tables of custom resources.
import { expect, it } from 'vitest';
import type { KubeObject } from '../object.ts';
import { kindWithSpec, readCustom } from './custom-fixture.ts';

const now = Date.parse('2026-01-01T01:00:00Z');
const column = (name: string, type: string, jsonPath: string, more: object = {}) => ({ name, type, jsonPath, ...more });

it('a column shows what its path leads to, if it is of its type', () => {
  const kind = kindWithSpec(
    { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    {
      additionalPrinterColumns: [
        column('Size', 'integer', '.spec.size'),
        column('Ratio', 'number', '.spec.ratio'),
        column('On', 'boolean', '.spec.on'),
        column('Colour', 'string', '.spec.colour'),
        column('Ports', 'string', '.spec.ports[*].port'),
        column('All', 'string', '.spec.ports'),
        column('When', 'date', '.spec.when', { priority: 1 }),
        column('Bad', 'date', '.spec.colour'),
        column('Wrong', 'integer', '.spec.colour'),
        column('None', 'string', '.spec.none'),
      ],
    },
  );
  const spec = {
    size: 3,
    ratio: 0.5,
    on: false,
    colour: 'red',
    ports: [{ port: 1 }, { port: 2 }],
    when: '2026-01-01T00:30:00Z',
  };
  const object = readCustom(kind, { spec }).object as KubeObject;
  expect(kind.columns.map(({ name, priority, cell }) => [name, priority, cell(object, now)])).toEqual([
    ['Name', 0, 'a'],
    ['Size', 0, 3],
    ['Ratio', 0, 0.5],
    ['On', 0, false],
    ['Colour', 0, 'red'],
    ['Ports', 0, '1'],
    ['All', 0, '[{"port":1},{"port":2}]'],
    ['When', 1, '30m'],
    ['Bad', 0, '<invalid>'],
    ['Wrong', 0, null],
    ['None', 0, null],
  ]);
});

it('without columns of its own a kind shows its age', () => {
  const kind = kindWithSpec({ type: 'object' });
  expect(kind.columns.map(({ name }) => name)).toEqual(['Name', 'Age']);
});
