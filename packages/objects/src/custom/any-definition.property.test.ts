// Whatever stands in a definition: it is refused in words, or what it makes can be used with whatever objects.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { StatusError } from '../errors/status-error.ts';
import { created } from '../kinds/manifest-fixture.ts';
import { kindOf } from '../kinds/registry.ts';
import type { KubeObject } from '../object.ts';
import { customResourceDefinitions } from '../resource.ts';
import { manifestOf, readCustom } from './custom-fixture.ts';
import { customKinds } from './custom-kind.ts';

const names = fc.constantFrom('a', 'b', 'name', 'metadata', 'apiVersion', 'kind', '__proto__', 'in', 'x-y');
const few = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 3 });
const scalar = fc.constantFrom<unknown>(null, true, 0, -1, 1.5, 2 ** 40, '', 'a', '2026-01-01T00:00:00Z', '1h', 'YQ==');

function jsonOf(depth: number): fc.Arbitrary<unknown> {
  if (depth === 0) return scalar;
  const part = jsonOf(depth - 1);
  return fc.oneof(
    scalar,
    fc.array(part, { maxLength: 2 }),
    fc.dictionary(names, part, { maxKeys: 3, noNullPrototype: true }),
  );
}

const rule = fc.record({
  rule: fc.constantFrom(
    'self == self',
    'has(self.a) && self.a == oldSelf.a',
    'self.all(x, x != self[0])',
    'size(self) > 0',
    "self.matches('(')",
    'self.a.b.c',
    '1 / 0 == 1',
    'self +',
  ),
  message: few(fc.constantFrom('no', '')),
  messageExpression: few(fc.constantFrom("'no'", 'self.a', '1')),
  fieldPath: few(fc.constantFrom('.a', '.', "['a']")),
  optionalOldSelf: few(fc.boolean()),
});

/** Good schemas among them are likelier than chance would have it. */
function schemaOf(depth: number): fc.Arbitrary<object> {
  const rare = <T>(arbitrary: fc.Arbitrary<T>) => fc.oneof({ arbitrary: fc.constant(undefined), weight: 9 }, arbitrary);
  const shared = {
    nullable: rare(fc.boolean()),
    default: rare(jsonOf(1)),
    enum: rare(fc.array(jsonOf(1), { maxLength: 2 })),
    'x-kubernetes-validations': rare(fc.array(rule, { maxLength: 2 })),
    'x-kubernetes-preserve-unknown-fields': rare(fc.boolean()),
    'x-kubernetes-embedded-resource': rare(fc.boolean()),
    'x-kubernetes-int-or-string': rare(fc.boolean()),
  };
  const text = fc.record({
    ...shared,
    type: fc.constantFrom('string', 'integer', 'number', 'boolean', 'null', 'other'),
    format: rare(fc.constantFrom('date', 'date-time', 'duration', 'byte', 'int32', 'uuid', 'other')),
    pattern: rare(fc.constantFrom('^a', '(', '(a+)+$')),
    minimum: rare(fc.integer()),
    maxLength: rare(fc.nat()),
  });
  if (depth === 0) return text;
  const part = schemaOf(depth - 1);
  const list = fc.record({
    ...shared,
    type: fc.constant('array'),
    items: part,
    'x-kubernetes-list-type': rare(fc.constantFrom('set', 'map', 'atomic', 'other')),
    'x-kubernetes-list-map-keys': rare(fc.array(names, { maxLength: 2 })),
  });
  const object = fc.record({
    ...shared,
    type: fc.constant('object'),
    properties: fc.dictionary(names, part, { maxKeys: 3, noNullPrototype: true }),
    additionalProperties: rare(fc.oneof(fc.boolean(), part)),
    required: rare(fc.array(names, { maxLength: 2 })),
    allOf: rare(fc.array(part, { maxLength: 1 })),
    not: rare(part),
    'x-kubernetes-map-type': rare(fc.constantFrom('atomic', 'granular', 'other')),
  });
  return fc.oneof(text, list, object);
}

const value = jsonOf(3);
const schema = schemaOf(2).map((parts) => JSON.parse(JSON.stringify(parts)) as object);

/** Undefined where it is refused. */
function unlessRefused<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch (error) {
    if (error instanceof StatusError) return undefined;
    throw error;
  }
}

it('is refused, or makes kinds', { timeout: 30_000 }, () => {
  let made = 0;
  fc.assert(
    fc.property(schema, value, value, (spec, first, second) => {
      const openAPIV3Schema = { type: 'object', properties: { spec } };
      const definition = unlessRefused(() =>
        created(customResourceDefinitions, manifestOf([{ schema: openAPIV3Schema as object }])),
      );
      if (!definition || kindOf(customResourceDefinitions).validate(definition).length > 0) return;
      made++;
      const { storage } = customKinds(definition);
      const [old, now] = [first, second].map((said) => unlessRefused(() => readCustom(storage, { spec: said }).object));
      if (now) {
        const errors = storage.validate(now as KubeObject, old as KubeObject | undefined);
        for (const { field, message } of errors) expect([typeof field, typeof message]).toEqual(['string', 'string']);
      }
      storage.documents!.unknownFields({ spec: second });
      for (const dialect of ['v2', 'v3'] as const) JSON.stringify(storage.documents!.schema!(dialect));
    }),
    { numRuns: 500 },
  );
  expect(made).toBeGreaterThan(30);
});
