// What may stand in a ControllerRevision, and what it says of itself in a table.
import { describe, expect, it } from 'vitest';
import { controllerRevisions, type KubeObject, kindOf } from '../index.ts';
import { created, problemsOfCreate, problemsOfUpdate } from './manifest-fixture.ts';

const manifest = (fields: object) => ({
  apiVersion: 'apps/v1',
  kind: 'ControllerRevision',
  metadata: { name: 'log-1' },
  ...fields,
});
const data = { spec: { template: { $patch: 'replace' } } };

describe('a controller revision', () => {
  it.each<[string, object, string[]]>([
    ['right', { data, revision: 3 }, []],
    ['of anything', { data: ['a', 1], revision: 0 }, []],
    ['of nothing', { data: null, revision: 1 }, ['data: Required value: data is mandatory']],
    ['below zero', { data, revision: -1 }, ['revision: Invalid value: -1: must be greater than or equal to 0']],
  ])('%s', (_, fields, problems) => {
    expect(problemsOfCreate(controllerRevisions, manifest(fields))).toEqual(problems);
  });

  it('may become the latest again, and never another', () => {
    const old = manifest({ data, revision: 1 });
    expect(problemsOfUpdate(controllerRevisions, old, manifest({ data, revision: 4 }))).toEqual([]);
    expect(problemsOfUpdate(controllerRevisions, old, manifest({ data: { spec: {} }, revision: 1 }))).toEqual([
      'data: Invalid value: {"spec":{}}: field is immutable',
    ]);
    expect(problemsOfUpdate(controllerRevisions, old, manifest({ revision: 1 }))).toEqual([
      'data: Required value: data is mandatory',
      'data: Invalid value: "null": field is immutable',
    ]);
  });

  it.each([
    [
      'of a daemon set',
      { apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'log', controller: true },
      'daemonset.apps/log',
    ],
    ['of one of the core group', { apiVersion: 'v1', kind: 'Thing', name: 'x', controller: true }, 'thing/x'],
    ['that nobody controls', { apiVersion: 'v1', kind: 'Thing', name: 'x' }, '<none>'],
  ])('in a table: %s', (_, owner, shown) => {
    const body = manifest({ data, revision: 2 });
    const object = created(controllerRevisions, { ...body, metadata: { ...body.metadata, ownerReferences: [owner] } });
    const cells = kindOf<KubeObject>(controllerRevisions).columns.map(({ name, cell }) => [
      name,
      cell(object, Date.parse('2026-01-01T00:01:00Z')),
    ]);
    expect(cells).toEqual([
      ['Name', 'log-1'],
      ['Controller', shown],
      ['Revision', 2],
      ['Age', '60s'],
    ]);
  });
});
