// What may stand in an EndpointSlice, and its row in a table.
import { describe, expect, it } from 'vitest';
import { draftOf, endpointSlices, kindOf } from '../index.ts';
import { created, problemsOfCreate, problemsOfUpdate } from './manifest-fixture.ts';

function manifest(fields: object = {}): object {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'web-1' },
    addressType: 'IPv4',
    endpoints: [{ addresses: ['10.0.0.1'] }],
    ports: [{ port: 80 }],
    ...fields,
  };
}

const endpoint = (address: string) => ({ endpoints: [{ addresses: [address] }] });

describe('an endpoint slice', () => {
  const cases: [string, object, string[]][] = [
    ['right', {}, []],
    ['of names', { addressType: 'FQDN', ...endpoint('db.example.com') }, []],
    ['of no type', { addressType: undefined }, ['addressType: Required value']],
    [
      'of another family',
      endpoint('2001:db8::1'),
      ['endpoints[0].addresses[0]: Invalid value: "2001:db8::1": must be a valid IPv4 address'],
    ],
    [
      'of the node itself',
      endpoint('127.0.0.1'),
      [
        'endpoints[0].addresses[0]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)',
      ],
    ],
    [
      'without addresses',
      { endpoints: [{ addresses: [] }] },
      ['endpoints[0].addresses: Required value: must contain at least 1 address'],
    ],
    [
      'with too much in it',
      { endpoints: Array.from({ length: 1_001 }, () => ({ addresses: ['10.0.0.1'] })) },
      ['endpoints: Too many: 1001: must have at most 1000 items'],
    ],
    ['of two ports without names', { ports: [{ port: 80 }, { port: 81 }] }, ['ports[1].name: Duplicate value: ""']],
    [
      'of a protocol that nobody speaks',
      { ports: [{ port: 80, protocol: 'ICMP' }] },
      ['ports[0].protocol: Unsupported value: "ICMP": supported values: "SCTP", "TCP", "UDP"'],
    ],
  ];
  it.each(cases)('%s', (_, fields, problems) => {
    expect(problemsOfCreate(endpointSlices, manifest(fields))).toEqual(problems);
  });

  it('keeps its type, and has ports of TCP', () => {
    const other = manifest({ addressType: 'FQDN', ...endpoint('db.example.com') });
    expect(problemsOfUpdate(endpointSlices, manifest(), other)).toEqual([
      'addressType: Invalid value: "FQDN": field is immutable',
    ]);
    expect(created(endpointSlices, manifest()).ports).toEqual([{ name: '', port: 80, protocol: 'TCP' }]);
  });

  it.each([
    ['endpoints', endpoint('10.0.0.2'), 2],
    ['labels', { metadata: { name: 'web-1', labels: { a: 'b' } } }, 2],
    ['nothing', {}, 1],
  ])('counts changes of its content: %s', (_, fields, generation) => {
    const kind = kindOf(endpointSlices);
    const old = created(endpointSlices, manifest());
    const draft = draftOf(created(endpointSlices, manifest(fields)));
    draft.metadata.generation = 1;
    kind.prepareForUpdate?.(draft, { ...old, metadata: { ...old.metadata, generation: 1 } });
    expect(draft.metadata.generation).toBe(generation);
  });

  it.each([
    ['a few', {}, 'IPv4', '80', '10.0.0.1'],
    ['none', { endpoints: [], ports: [] }, 'IPv4', '<unset>', '<unset>'],
    [
      'many',
      { endpoints: ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4'].map((address) => ({ addresses: [address] })) },
      'IPv4',
      '80',
      '10.0.0.1,10.0.0.2,10.0.0.3 + 1 more...',
    ],
  ])('a row of %s', (_, fields, addressType, ports, endpoints) => {
    const object = created(endpointSlices, manifest(fields));
    const row = kindOf(endpointSlices).columns.map(({ name, cell }) => [name, cell(object, 0)]);
    expect(row.slice(1, 4)).toEqual([
      ['AddressType', addressType],
      ['Ports', ports],
      ['Endpoints', endpoints],
    ]);
  });
});
