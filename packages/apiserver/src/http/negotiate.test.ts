import { StatusError } from '@berth/objects';
import { describe, expect, test } from 'vitest';
import { negotiate } from './negotiate.ts';

const everything = { protobuf: true, table: true };
const kubectl =
  'application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json';

describe('the best form that is offered', () => {
  test.each([
    ['nothing said', undefined, { encoding: 'json', version: 'v1' }],
    ['anything', '*/*', { encoding: 'json', version: 'v1' }],
    ['application/*', 'application/*', { encoding: 'json', version: 'v1' }],
    ['YAML', 'application/yaml', { encoding: 'yaml', version: 'v1' }],
    ['kubectl get', kubectl, { encoding: 'json', as: 'Table', version: 'v1' }],
    [
      'an older Table',
      'application/json;as=Table;v=v1beta1;g=meta.k8s.io',
      { encoding: 'json', as: 'Table', version: 'v1beta1' },
    ],
    [
      'an unknown version before a known one',
      'application/json;as=Table;v=v7;g=meta.k8s.io,application/json',
      { encoding: 'json', version: 'v1' },
    ],
    [
      'metadata',
      'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io',
      { encoding: 'json', as: 'PartialObjectMetadataList', version: 'v1' },
    ],
    [
      'protobuf first, JSON second',
      'application/vnd.kubernetes.protobuf,application/json',
      { encoding: 'protobuf', version: 'v1' },
    ],
    [
      'metadata as protobuf',
      'application/vnd.kubernetes.protobuf;as=PartialObjectMetadata;g=meta.k8s.io;v=v1',
      { encoding: 'protobuf', as: 'PartialObjectMetadata', version: 'v1' },
    ],
    [
      'a Table as protobuf, which it cannot be',
      'application/vnd.kubernetes.protobuf;as=Table;g=meta.k8s.io;v=v1,application/json;as=Table;g=meta.k8s.io;v=v1',
      { encoding: 'json', as: 'Table', version: 'v1' },
    ],
    ['qualities', 'application/json;q=0.3, application/yaml;q=0.8', { encoding: 'yaml', version: 'v1' }],
  ])('%s', (_name, accept, form) => {
    expect(negotiate(accept, everything)).toEqual(form);
  });
});

test('what has no protobuf form goes as JSON', () => {
  const form = { encoding: 'json', version: 'v1' };
  const offer = { ...everything, protobuf: false };
  expect(negotiate('application/vnd.kubernetes.protobuf,application/json', offer)).toEqual(form);
});

test('what has no rows goes as itself where that is taken too', () => {
  expect(negotiate(kubectl, { ...everything, table: false })).toEqual({ encoding: 'json', version: 'v1' });
});

test.each([
  ['protobuf alone', 'application/vnd.kubernetes.protobuf'],
  ['HTML', 'text/html'],
  ['JSON refused', 'application/json;q=0'],
  ['an unknown form alone', 'application/json;as=Chart;v=v1;g=meta.k8s.io'],
  ['a Table alone, of what has no rows', 'application/json;as=Table;v=v1;g=meta.k8s.io'],
])('%s is not acceptable', (_name, accept) => {
  const offer = { protobuf: false, table: false };
  expect(() => negotiate(accept, offer)).toThrow(StatusError);
  try {
    negotiate(accept, offer);
  } catch (error) {
    expect(error).toMatchObject({ reason: 'NotAcceptable', code: 406 });
  }
});
