// What becomes of a document that a schema describes: pruned, with defaults, and merged by its types.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { documentOf } from '../documents/facts-form.ts';
import { serverSideApply } from '../managed-fields/server-side-apply.ts';
import { trackedTypeOf } from '../managed-fields/tracked-type.ts';
import { trackCreate } from '../managed-fields/tracking.ts';
import type { KubeObject } from '../object.ts';
import { kindWithSpec, problemsOfSpec, readCustom } from './custom-fixture.ts';
import { pruned } from './prune.ts';
import type { Schema } from './schema.ts';
import { setSchemaDefaults } from './set-defaults.ts';
import { validateValue } from './validate-value.ts';

const object = (properties: Record<string, Schema>, rest: Schema = {}): Schema => ({
  type: 'object',
  properties,
  ...rest,
});
const open = 'x-kubernetes-preserve-unknown-fields';
const specOf = (schema: Schema, spec: unknown) => {
  const { object: read, warnings } = readCustom(kindWithSpec(schema), { spec });
  return { spec: (read as unknown as { spec: unknown }).spec, warnings };
};

describe('unknown fields', () => {
  const schema = object({
    a: object({ b: { type: 'string' } }),
    list: { type: 'array', items: object({ b: { type: 'string' } }) },
    map: { type: 'object', additionalProperties: object({ b: { type: 'string' } }) },
    any: { [open]: true },
    half: object({ known: object({ b: { type: 'string' } }) }, { [open]: true }),
  });
  it.each<[string, unknown, unknown, string[]]>([
    ['are dropped', { x: 1, a: { b: 'b', x: 1 } }, { a: { b: 'b' } }, ['spec.x', 'spec.a.x']],
    ['in lists', { list: [{ b: 'b' }, { x: 1 }] }, { list: [{ b: 'b' }, {}] }, ['spec.list[1].x']],
    ['in maps', { map: { k: { x: 1 } } }, { map: { k: {} } }, ['spec.map.k.x']],
    ['are kept where the schema says so', { any: { x: [{ y: 1 }] } }, { any: { x: [{ y: 1 }] } }, []],
    [
      'below what is kept, but not below what is described',
      { half: { x: { y: 1 }, known: { x: 1 } } },
      { half: { x: { y: 1 }, known: {} } },
      ['spec.half.known.x'],
    ],
  ])('%s', (_, given, spec, dropped) => {
    expect(specOf(schema, given)).toEqual({ spec, warnings: dropped.map((path) => `unknown field "${path}"`) });
  });

  it('of the metadata are dropped too', () => {
    const { object: read, warnings } = readCustom(kindWithSpec(schema), { metadata: { name: 'a', colour: 'red' } });
    expect(warnings).toEqual(['unknown field "metadata.colour"']);
    expect(read.metadata).toEqual({ name: 'a' });
  });

  it('named like parts of JavaScript are fields like others', () => {
    const given = JSON.parse('{"any":{"__proto__":{"polluted":true},"constructor":1},"__proto__":{"x":1}}') as object;
    const { spec, warnings } = specOf(schema, given);
    expect(JSON.stringify(spec)).toBe('{"any":{"__proto__":{"polluted":true},"constructor":1}}');
    expect(warnings).toEqual(['unknown field "spec.__proto__"']);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

describe('defaults', () => {
  const schema = object({
    image: { type: 'string', default: 'busybox' },
    limits: object({ cpu: { type: 'string', default: '1' } }, { default: {} }),
    optional: object({ size: { type: 'integer', default: 3 } }),
    nullable: { type: 'string', default: 'x', nullable: true },
    list: { type: 'array', items: object({ port: { type: 'integer', default: 80 } }) },
  });
  it.each<[string, unknown, unknown]>([
    ['where nothing is said', {}, { image: 'busybox', limits: { cpu: '1' }, nullable: 'x' }],
    [
      'within what there is',
      { optional: {} },
      { optional: { size: 3 }, image: 'busybox', limits: { cpu: '1' }, nullable: 'x' },
    ],
    [
      'in the items of lists',
      { list: [{}, { port: 1 }] },
      { list: [{ port: 80 }, { port: 1 }], image: 'busybox', limits: { cpu: '1' }, nullable: 'x' },
    ],
    ['instead of a null that may not be', { image: null }, { image: 'busybox', limits: { cpu: '1' }, nullable: 'x' }],
    ['but not instead of one that may', { nullable: null }, { image: 'busybox', limits: { cpu: '1' }, nullable: null }],
    [
      'and a null that may not be and has none is dropped',
      { optional: null },
      { image: 'busybox', limits: { cpu: '1' }, nullable: 'x' },
    ],
  ])('%s', (_, given, spec) => {
    expect(specOf(schema, given).spec).toEqual(spec);
  });
});

describe('a merge by the types of the schema', () => {
  const list: Schema = {
    type: 'array',
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': ['name'],
    items: object({ name: { type: 'string' }, port: { type: 'integer' } }, { required: ['name'] }),
  };
  const kind = kindWithSpec(
    object({
      list,
      set: { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
      plain: { type: 'array', items: { type: 'string' } },
      any: { type: 'object', [open]: true },
      whole: object({ a: { type: 'string' }, b: { type: 'string' } }, { 'x-kubernetes-map-type': 'atomic' }),
    }),
  );
  const apply = (manager: string, spec: object, current?: KubeObject) => {
    const configuration = { apiVersion: 'stable.example.com/v1', kind: 'CronTab', metadata: { name: 'a' }, spec };
    const time = '2026-01-01T00:00:00Z';
    return serverSideApply(kind, current, { configuration, manager, time, force: false, decoding: {} })
      .object as KubeObject;
  };
  const both = (one: object, two: object) => (apply('two', two, apply('one', one)) as unknown as { spec: object }).spec;

  it.each<[string, object, object, object]>([
    [
      'lists by keys',
      { list: [{ name: 'a', port: 1 }] },
      { list: [{ name: 'b', port: 2 }] },
      {
        list: [
          { name: 'a', port: 1 },
          { name: 'b', port: 2 },
        ],
      },
    ],
    ['sets', { set: ['a'] }, { set: ['b'] }, { set: ['a', 'b'] }],
    [
      'what is not described, field by field',
      { any: { a: { x: 1 } } },
      { any: { a: { y: 1 } } },
      { any: { a: { x: 1, y: 1 } } },
    ],
  ])('%s', (_, one, two, merged) => {
    expect(both(one, two)).toEqual(merged);
  });

  it.each<[string, object, object, string]>([
    ['a plain list has one owner', { plain: ['a'] }, { plain: ['b'] }, '.spec.plain'],
    ['an atomic map has one owner', { whole: { a: 'x' } }, { whole: { b: 'x' } }, '.spec.whole'],
    [
      'so has a field',
      { list: [{ name: 'a', port: 1 }] },
      { list: [{ name: 'a', port: 2 }] },
      '.spec.list[name="a"].port',
    ],
  ])('%s', (_, one, two, path) => {
    expect(() => both(one, two)).toThrow(`Apply failed with 1 conflict: conflict with "one": ${path}`);
  });

  it('what says null of what is null changes nothing', () => {
    const said = { any: { a: null, b: [null] } };
    expect(both(said, said)).toEqual(said);
  });

  it('the managers of a new object have what it says, and nothing of what it always has', () => {
    const { object } = readCustom(kind, { metadata: { name: 'a' }, spec: { set: ['a'] } });
    const type = trackedTypeOf(documentOf(kind), { hasStatus: false, subresource: undefined });
    const name = { manager: 'me', operation: 'Update', apiVersion: 'stable.example.com/v1' } as const;
    trackCreate(object, { type, name, time: '2026-01-01T00:00:00Z' });
    expect(object.metadata.managedFields?.[0]?.fieldsV1).toEqual({
      'f:spec': { '.': {}, 'f:set': { '.': {}, 'v:"a"': {} } },
    });
  });

  it('a field that is not described is refused', () => {
    expect(() => apply('one', { x: 1 })).toThrow(/: \.spec\.x: field not declared in schema$/);
  });
});

const names = ['a', 'b', 'c'];
/** Structural schemas whose defaults are valid. */
const schemas: fc.Arbitrary<Schema> = fc.letrec<{ schema: Schema; object: Schema }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<Schema>(
      { type: 'string' },
      { type: 'string', default: 'x' },
      { type: 'integer', default: 1, nullable: true },
      { [open]: true },
    ),
    tie('object'),
    tie('schema').map((items): Schema => ({ type: 'array', items: { ...items, default: undefined } })),
    tie('schema').map(
      (values): Schema => ({ type: 'object', additionalProperties: { ...values, default: undefined } }),
    ),
  ),
  object: fc
    .record({
      properties: fc.dictionary(fc.constantFrom(...names), tie('schema'), { noNullPrototype: true }),
      keeps: fc.boolean(),
      preset: fc.boolean(),
    })
    .map(
      ({ properties, keeps, preset }): Schema => ({
        type: 'object',
        properties,
        ...(keeps ? { [open]: true } : {}),
        ...(preset ? { default: {} } : {}),
      }),
    ),
})).object;
const values = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<unknown>('x', 1, null, true),
    fc.array(tie('value'), { maxLength: 3 }),
    tie('object'),
  ),
  object: fc.dictionary(fc.constantFrom(...names, 'd'), tie('value'), { noNullPrototype: true }),
})).object;

describe('of every schema and every value', { timeout: 30_000 }, () => {
  it('pruning twice is pruning once, and leaves the value alone', () => {
    fc.assert(
      fc.property(schemas, values, (schema, value) => {
        const before = JSON.stringify(value);
        const once = pruned(value, schema);
        const dropped: string[] = [];
        expect(pruned(once, schema, (path) => dropped.push(path))).toEqual(once);
        expect(dropped).toEqual([]);
        expect(JSON.stringify(value)).toBe(before);
      }),
    );
  });

  it('setting defaults twice is setting them once', () => {
    fc.assert(
      fc.property(schemas, values, (schema, value) => {
        const once = structuredClone(value);
        setSchemaDefaults(once, schema);
        const twice = structuredClone(once);
        setSchemaDefaults(twice, schema);
        expect(twice).toEqual(once);
      }),
    );
  });

  it('what defaults make of an empty object is valid, and has nothing to prune', () => {
    fc.assert(
      fc.property(schemas, (schema) => {
        const object: Record<string, unknown> = {};
        setSchemaDefaults(object, schema);
        expect(validateValue(schema, object)).toEqual([]);
        expect(pruned(object, schema)).toEqual(object);
      }),
    );
  });

  it('what was valid is valid after pruning', () => {
    fc.assert(
      fc.property(schemas, values, (schema, value) => {
        fc.pre(validateValue(schema, value).length === 0);
        expect(validateValue(schema, pruned(value, schema))).toEqual([]);
      }),
    );
  });
});

it('a spec as deep as a body may be is taken', () => {
  const deep = { type: 'object', [open]: true } as Schema;
  let value: unknown = 1;
  for (let depth = 0; depth < 490; depth++) value = { a: value };
  expect(problemsOfSpec(kindWithSpec(deep), value)).toEqual([]);
});
