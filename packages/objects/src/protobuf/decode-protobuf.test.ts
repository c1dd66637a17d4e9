import { describe, expect, test } from 'vitest';
import { StatusError } from '../errors/status-error.ts';
import { decodeProtobuf } from './decode-protobuf.ts';

function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  do {
    const more = rest > 0x7fn;
    bytes.push(Number(rest & 0x7fn) | (more ? 0x80 : 0));
    rest >>= 7n;
  } while (rest > 0n);
  return Buffer.from(bytes);
}

/** A field: a number as a varint; text, bytes or a list of fields length-delimited. */
function field(number: number, value: number | boolean | string | Buffer | Buffer[]): Buffer {
  if (typeof value === 'number' || typeof value === 'boolean')
    return Buffer.concat([varint(BigInt(number) << 3n), varint(BigInt(value))]);
  const bytes = Array.isArray(value) ? Buffer.concat(value) : Buffer.from(value);
  return Buffer.concat([varint((BigInt(number) << 3n) | 2n), varint(BigInt(bytes.length)), bytes]);
}

function document(apiVersion: string, kind: string, fields: Buffer[]): Buffer {
  const typeMeta = [field(1, apiVersion), field(2, kind)];
  return Buffer.concat([Buffer.from('k8s\0'), field(1, typeMeta), field(2, fields)]);
}

const type = (kind: string) => ({ kind, type: `io.k8s.api.core.v1.${kind}` });
const podOf = (fields: Buffer[]) => document('v1', 'Pod', [field(1, [field(1, 'web')]), field(2, fields)]);
const decodePod = (fields: Buffer[]) => (decodeProtobuf(podOf(fields), type('Pod')) as { spec: unknown }).spec;

describe('a document', () => {
  test('gives what its JSON would: maps, bytes, and nothing that is empty', () => {
    const secret = document('v1', 'Secret', [
      field(1, [
        field(1, 's'),
        field(2, ''),
        field(3, ''),
        field(8, []),
        field(11, [field(1, 'app'), field(2, 'web')]),
      ]),
      field(2, [field(1, 'a'), field(2, Buffer.from('b'))]),
      field(2, [field(1, '__proto__'), field(2, Buffer.from([0xff]))]),
      field(3, 'Opaque'),
      field(5, false),
    ]);
    const decoded = decodeProtobuf(secret, type('Secret')) as { data: object };
    expect(decoded).toEqual({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 's', labels: { app: 'web' } },
      data: JSON.parse('{"a":"Yg==","__proto__":"/w=="}'),
      type: 'Opaque',
      // A pointer: false is something else than nothing.
      immutable: false,
    });
    expect(Object.getPrototypeOf(decoded.data)).toBe(Object.prototype);
  });

  test.each([
    [
      'lists, in order',
      [field(2, [field(1, 'a')]), field(2, [field(1, 'b')])],
      { containers: [{ name: 'a' }, { name: 'b' }] },
    ],
    [
      'an embedded struct',
      [field(1, [field(1, 'v'), field(2, [field(2, [field(1, 'Memory')])])])],
      { volumes: [{ name: 'v', emptyDir: { medium: 'Memory' } }] },
    ],
    [
      'quantities',
      [field(2, [field(1, 'a'), field(8, [field(1, [field(1, 'cpu'), field(2, [field(1, '500m')])])])])],
      { containers: [{ name: 'a', resources: { limits: { cpu: '500m' } } }] },
    ],
    [
      'integers or strings',
      [
        field(2, [
          field(1, 'a'),
          field(10, [field(1, [field(2, [field(1, '/'), field(2, [field(1, 0), field(2, 80), field(3, '')])])])]),
        ]),
        field(2, [
          field(1, 'b'),
          field(10, [field(1, [field(2, [field(1, '/'), field(2, [field(1, 1), field(2, 0), field(3, 'http')])])])]),
        ]),
      ],
      {
        containers: [
          { name: 'a', livenessProbe: { httpGet: { path: '/', port: 80 } } },
          { name: 'b', livenessProbe: { httpGet: { path: '/', port: 'http' } } },
        ],
      },
    ],
    ['negative numbers', [field(25, -5)], { priority: -5 }],
    ['unknown fields', [field(9999, 'new'), field(10, 'n1')], { nodeName: 'n1' }],
  ])('%s', (_what, fields, spec) => {
    expect(decodePod(fields)).toEqual(spec);
  });

  test('times', () => {
    const lease = document('coordination.k8s.io/v1', 'Lease', [
      field(1, [field(1, 'l'), field(8, [field(1, 1_767_225_600), field(2, 0)])]),
      field(2, [field(4, [field(1, 1_767_225_600), field(2, 1_500_000)])]),
    ]);
    expect(decodeProtobuf(lease, { kind: 'Lease', type: 'io.k8s.api.coordination.v1.Lease' })).toEqual({
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: 'l', creationTimestamp: '2026-01-01T00:00:00Z' },
      spec: { renewTime: '2026-01-01T00:00:00.001500Z' },
    });
  });
});

describe('what cannot be read is the caller’s fault', () => {
  const whole = podOf([field(2, [field(1, 'main')])]);
  test.each([
    ['no envelope', Buffer.from('{"kind":"Pod"}')],
    ['nothing', Buffer.alloc(0)],
    ['cut short', whole.subarray(0, whole.length - 3)],
    ['a text where a struct is', document('v1', 'Pod', [field(2, 'spec')])],
    ['a number where a text is', podOf([field(10, 7)])],
    [
      'a length beyond all bounds',
      Buffer.concat([Buffer.from('k8s\0'), Buffer.from([0x12, 0xff, 0xff, 0xff, 0xff, 0x7f])]),
    ],
    ['a number without end', Buffer.concat([Buffer.from('k8s\0'), Buffer.alloc(20, 0xff)])],
    ['a time beyond all calendars', document('v1', 'Pod', [field(1, [field(8, [field(1, Number.MAX_SAFE_INTEGER)])])])],
  ])('%s', (_what, bytes) => {
    expect(() => decodeProtobuf(bytes, type('Pod'))).toThrow(StatusError);
    expect(() => decodeProtobuf(bytes, type('Pod'))).toThrow(/protobuf document/);
  });

  test('many small items take no more than their time', () => {
    const count = 200_000;
    const finalizers = Array.from({ length: count }, () => field(14, 'a'));
    const bytes = document('v1', 'Pod', [field(1, [field(1, 'web'), ...finalizers])]);
    const { metadata } = decodeProtobuf(bytes, type('Pod')) as { metadata: { finalizers: string[] } };
    expect(metadata.finalizers).toHaveLength(count);
  });
});
