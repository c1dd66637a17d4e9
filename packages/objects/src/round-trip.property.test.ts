// Objects of every kind that is served, generated from the API facts, written in each encoding and read again.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Scalar, type Shape, structOf } from './api/schema.ts';
import { decode } from './decode/decode.ts';
import { parseJson } from './decode/parse-json.ts';
import { parseYaml } from './decode/parse-yaml.ts';
import { kinds } from './kinds/registry.ts';
import type { KubeObject } from './object.ts';
import { decodeProtobuf } from './protobuf/decode-protobuf.ts';
import { hasProtobuf, protobufDocument, protobufMessage } from './protobuf/encode-protobuf.ts';
import { apiVersionOf, type Resource } from './resource.ts';
import { toYaml } from './yaml.ts';

const integer32 = fc.oneof(fc.constantFrom(0, -1, 127, 128, 2 ** 31 - 1, -(2 ** 31)), fc.integer());
const text = fc.oneof(fc.constantFrom('', 'web', 'ä', '__proto__', 'x'.repeat(200)), fc.string({ unit: 'grapheme' }));
const scalars: Readonly<Record<Scalar, fc.Arbitrary<unknown>>> = {
  string: text,
  bool: fc.boolean(),
  int32: integer32,
  int64: fc.oneof(fc.constantFrom(2 ** 40, -(2 ** 40), Number.MAX_SAFE_INTEGER), fc.maxSafeInteger()),
  float64: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
  bytes: fc.uint8Array({ maxLength: 8 }).map((bytes) => Buffer.from(bytes).toString('base64')),
  any: fc.constant(undefined),
};
const seconds = fc.integer({ min: -1e9, max: 4e9 }).map((at) => new Date(at * 1000).toISOString());
const micros = fc.tuple(seconds, fc.integer({ min: 0, max: 999_999 }));
const opaques = {
  Time: seconds.map((time) => time.replace('.000', '')),
  MicroTime: micros.map(([time, digits]) => time.replace(/\.000/, `.${String(digits).padStart(6, '0')}`)),
  Quantity: fc.constantFrom('0', '1', '100m', '1Gi', '-2'),
  IntOrString: fc.oneof(
    integer32.filter((value) => Math.abs(value) < 2 ** 31),
    text,
  ),
  Duration: fc.constantFrom('0s', '15.012s', '1m0s', '-2h0m0s'),
  FieldsV1: fc.constant({ 'f:a': { '.': {} } }),
  RawExtension: fc.constantFrom<unknown>({ a: [1, 'x'] }, {}),
  JSON: fc.constantFrom<unknown>({ a: [1, 'x'] }, 'x', 0, false, []),
  JSONSchemaPropsOrArray: fc.constantFrom<unknown>({ type: 'string' }, [{ type: 'string' }, { minimum: 1 }]),
  JSONSchemaPropsOrBool: fc.constantFrom<unknown>({ type: 'string' }, true, false),
  JSONSchemaPropsOrStringArray: fc.constantFrom<unknown>({ type: 'string' }, ['a', 'b']),
} as const;

/** Some value of a shape; nested structs become rarer with depth. */
function generated(shape: Shape, depth: number): fc.Arbitrary<unknown> {
  switch (shape.form) {
    case 'scalar':
      return scalars[shape.scalar];
    case 'opaque':
      return opaques[shape.opaque];
    case 'list':
      return depth <= 0 ? fc.constant([]) : fc.array(generated(shape.element, depth - 1), { maxLength: 2 });
    case 'map':
      return fc.dictionary(text, generated(shape.element, depth - 1), { maxKeys: 2, noNullPrototype: true });
    case 'struct':
      return structValue(shape.type, depth - 1);
  }
}

function structValue(type: string, depth: number): fc.Arbitrary<object> {
  if (depth < 0) return fc.constant({});
  const fields = structOf(type).fields.map(({ name, shape }) => [
    name,
    fc.option(generated(shape, depth), { nil: undefined, freq: 2 }),
  ]);
  return fc.record(Object.fromEntries(fields)).map((object) => JSON.parse(JSON.stringify(object)) as object);
}

/** As the server writes an object, and how it reads that again: the value that `decode` gets. */
const encodings: Readonly<Record<string, (object: object, resource: Resource<KubeObject>) => unknown>> = {
  JSON: (object) => parseJson(JSON.stringify(object), 'Object').value,
  YAML: (object) => parseYaml(Buffer.from(toYaml(object))).value,
  protobuf: (object, resource) => {
    const type = { kind: resource.kind, apiVersion: apiVersionOf(resource) };
    return decodeProtobuf(protobufDocument(type, protobufMessage(object, resource.type)), resource);
  },
};

const cases = kinds.flatMap(({ resource }) =>
  Object.entries(encodings)
    .filter(([encoding]) => encoding !== 'protobuf' || hasProtobuf(resource.type))
    .map(([encoding, again]) => ({ kind: resource.kind, version: apiVersionOf(resource), encoding, resource, again })),
);

test.each(cases)('$kind of $version in $encoding', ({ resource, again }) => {
  fc.assert(
    fc.property(structValue(resource.type, 7), (body) => {
      const object = decode(resource, body).object as object;
      expect(decode(resource, again(object, resource)).object).toEqual(object);
    }),
    { numRuns: 50 },
  );
});
