import { expect, test } from 'vitest';
import { valuesUnder } from '../testing/protobuf-fields.ts';
import { asProtobuf } from './v2-protobuf.ts';

const document = {
  swagger: '2.0',
  info: { title: 'Kubernetes', version: 'v1' },
  paths: {
    '/api/v1/pods/{name}': {
      patch: {
        consumes: ['application/json-patch+json', 'application/merge-patch+json'],
        parameters: [
          { name: 'body', in: 'body', required: true, schema: { $ref: '#/definitions/Pod' } },
          { name: 'dryRun', in: 'query', description: 'With All', type: 'string', uniqueItems: true },
        ],
        responses: { 200: { description: 'OK', schema: { $ref: '#/definitions/Pod' } } },
        'x-kubernetes-action': 'patch',
        'x-kubernetes-group-version-kind': { group: '', version: 'v1', kind: 'Pod' },
      },
      parameters: [{ name: 'name', in: 'path', required: true, type: 'string', uniqueItems: true }],
    },
  },
  definitions: {
    Pod: {
      type: 'object',
      required: ['spec'],
      properties: {
        labels: { type: 'object', additionalProperties: { type: 'string' } },
        ports: { type: 'array', items: { type: 'integer', format: 'int32', default: 80 } },
      },
      'x-kubernetes-list-map-keys': ['a', 'b'],
    },
  },
};

const shown = (value: number | Buffer) => (typeof value === 'number' ? value : value.toString());
const [paths, definitions] = [8, 9];
const patch = [paths, 2, 2, 8];
const schema = [definitions, 1, 2];

test.each<[string, readonly number[], (number | string)[]]>([
  ['the version', [1], ['2.0']],
  ['the title', [2, 1], ['Kubernetes']],
  ['the path', [paths, 2, 1], ['/api/v1/pods/{name}']],
  ['what a patch may be, in order', [...patch, 7], document.paths['/api/v1/pods/{name}'].patch.consumes],
  ['the body', [...patch, 8, 1, 1, 5, 1], ['#/definitions/Pod']],
  ['a parameter in the query', [...patch, 8, 1, 2, 3, 4], ['dryRun']],
  ['the parameter in the path', [paths, 2, 2, 9, 1, 2, 4, 4], ['name']],
  ['a code', [...patch, 9, 1, 1], ['200']],
  ['what is answered', [...patch, 9, 1, 2, 1, 2, 1, 1], ['#/definitions/Pod']],
  ['extensions', [...patch, 13, 1], ['x-kubernetes-action', 'x-kubernetes-group-version-kind']],
  ['their values, as YAML', [...patch, 13, 2, 2], ['patch\n', 'group: ""\nversion: v1\nkind: Pod\n']],
  ['the name of a definition', [definitions, 1, 1], ['Pod']],
  ['its type', [...schema, 22, 1], ['object']],
  ['what it must have', [...schema, 19], ['spec']],
  ['its properties', [...schema, 25, 1, 1], ['labels', 'ports']],
  ['the values of a map', [...schema, 25, 1, 2, 21, 1, 22, 1], ['string']],
  ['the items of a list', [...schema, 25, 1, 2, 23, 1, 2], ['int32']],
  ['a default', [...schema, 25, 1, 2, 23, 1, 5, 2], ['80\n']],
  ['a list in an extension', [...schema, 31, 2, 2], ['- a\n- b\n']],
])('%s', (_name, path, expected) => {
  expect(valuesUnder(asProtobuf(document), path).map(shown)).toEqual(expected);
});
