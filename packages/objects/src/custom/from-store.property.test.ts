// Whatever was stored under an older definition is read by a newer one, however little the two have in common.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type CustomResourceDefinition, customKinds, type Draft, type KubeObject } from '../index.ts';

const leaf = fc.constantFrom(
  { type: 'string', default: 'x' },
  { type: 'integer', default: 1 },
  { type: 'boolean' },
  { type: 'number', nullable: true },
  { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
  { type: 'object', 'x-kubernetes-embedded-resource': true, 'x-kubernetes-preserve-unknown-fields': true },
  { 'x-kubernetes-int-or-string': true },
);
const { schema } = fc.letrec<{ schema: object }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.record({
      type: fc.constant('object'),
      properties: fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('schema')),
    }),
    fc.record({ type: fc.constant('array'), items: tie('schema') }),
    fc.record({ type: fc.constant('object'), additionalProperties: tie('schema') }),
  ),
}));
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<unknown>('text', 7, true, null),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'c', 'kind', 'metadata', 'name', 'labels', '__proto__'), tie('value')),
  ),
}));
const fields = fc.dictionary(fc.constantFrom('spec', 'status', 'a', 'b'), value);

test('a definition reads what another one stored', () => {
  fc.assert(
    fc.property(schema, fields, (spec, stored) => {
      const names = { plural: 'boxes', kind: 'Box' };
      const openAPIV3Schema = { type: 'object', properties: { spec, a: spec } };
      const versions = [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema } }];
      const definition = {
        metadata: { name: 'boxes.example.com' },
        spec: { group: 'example.com', scope: 'Cluster', names, versions },
        status: { acceptedNames: names },
      };
      const { storage } = customKinds(definition as unknown as CustomResourceDefinition);
      const metadata = { name: 'a', uid: 'u', resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' };
      const object = { ...stored, apiVersion: 'example.com/v0', kind: 'Box', metadata };
      const read = storage.fromStore?.(object as unknown as Draft<KubeObject>);
      expect(read).toMatchObject({ apiVersion: 'example.com/v1', kind: 'Box', metadata });
    }),
    { numRuns: 500 },
  );
});
