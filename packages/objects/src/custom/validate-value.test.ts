// What a value of a custom resource must be, in Kubernetes' words.
import { describe, expect, it } from 'vitest';
import type { JSONSchemaProps } from '../api/types.ts';
import { kindWithSpec, problemsOfSpec } from './custom-fixture.ts';

const object = (properties: Record<string, JSONSchemaProps>, rest: JSONSchemaProps = {}): JSONSchemaProps => ({
  type: 'object',
  properties,
  ...rest,
});

describe('a value of the wrong form', () => {
  it.each<[string, JSONSchemaProps, unknown, string[]]>([
    [
      'a text for a number',
      object({ replicas: { type: 'integer' } }),
      { replicas: 'many' },
      ['spec.replicas: Invalid value: "string": spec.replicas in body must be of type integer: "string"'],
    ],
    [
      'a fraction for a whole number',
      object({ replicas: { type: 'integer' } }),
      { replicas: 1.5 },
      ['spec.replicas: Invalid value: "number": spec.replicas in body must be of type integer: "number"'],
    ],
    ['a whole number for any', object({ ratio: { type: 'number' } }), { ratio: 2 }, []],
    [
      'a list for an object',
      object({ a: { type: 'object' } }),
      { a: [] },
      ['spec.a: Invalid value: "array": spec.a in body must be of type object: "array"'],
    ],
    [
      'null in a list',
      object({ list: { type: 'array', items: { type: 'string' } } }),
      { list: [null] },
      ['spec.list[0]: Invalid value: "null": spec.list[0] in body must be of type string: "null"'],
    ],
    ['null where it may be', object({ a: { type: 'string', nullable: true } }), { a: null }, []],
    ['a number or a text', object({ port: { 'x-kubernetes-int-or-string': true } }), { port: 'http' }, []],
    [
      'neither number nor text',
      object({ port: { 'x-kubernetes-int-or-string': true } }),
      { port: true },
      ['spec.port: Invalid value: "boolean": spec.port in body must be of type integer,string: "boolean"'],
    ],
    [
      'nothing where something must be',
      object({ a: { type: 'string' } }, { required: ['a'] }),
      {},
      ['spec.a: Required value'],
    ],
    [
      'a value of no choice',
      object({ colour: { type: 'string', enum: ['red', 'blue'] } }),
      { colour: 'green' },
      ['spec.colour: Unsupported value: "green": supported values: "red", "blue"'],
    ],
    [
      'a text of the wrong format',
      object({ when: { type: 'string', format: 'date-time' } }),
      { when: 'noon' },
      ['spec.when: Invalid value: "noon": spec.when in body must be of type date-time: "noon"'],
    ],
  ])('%s', (_, schema, spec, problems) => {
    expect(problemsOfSpec(kindWithSpec(schema), spec)).toEqual(problems);
  });
});

describe('a value out of bounds', () => {
  const inBody = (problem: string) => `spec.a in body should ${problem}`;
  it.each<[string, JSONSchemaProps, unknown, string[]]>([
    [
      'too great',
      { type: 'integer', maximum: 10 },
      11,
      [`spec.a: Invalid value: 11: ${inBody('be less than or equal to 10')}`],
    ],
    [
      'as great as it may not be',
      { type: 'integer', maximum: 10, exclusiveMaximum: true },
      10,
      [`spec.a: Invalid value: 10: ${inBody('be less than 10')}`],
    ],
    [
      'too small',
      { type: 'number', minimum: 0.5 },
      0.25,
      [`spec.a: Invalid value: 0.25: ${inBody('be greater than or equal to 0.5')}`],
    ],
    [
      'no multiple',
      { type: 'integer', multipleOf: 3 },
      7,
      [`spec.a: Invalid value: 7: ${inBody('be a multiple of 3')}`],
    ],
    ['a multiple, as far as fractions can be', { type: 'number', multipleOf: 0.1 }, 0.3, []],
    ['too long', { type: 'string', maxLength: 2 }, 'abc', ['spec.a: Too long: may not be more than 2 bytes']],
    ['of so many characters, not halves of them', { type: 'string', maxLength: 2 }, '😀😀', []],
    [
      'too short',
      { type: 'string', minLength: 2 },
      'a',
      [`spec.a: Invalid value: "a": ${inBody('be at least 2 chars long')}`],
    ],
    [
      'of another form',
      { type: 'string', pattern: '^a+$' },
      'b',
      [`spec.a: Invalid value: "b": ${inBody("match '^a+$'")}`],
    ],
    [
      'too many items',
      { type: 'array', maxItems: 1, items: { type: 'integer' } },
      [1, 2],
      ['spec.a: Too many: 2: must have at most 1 items'],
    ],
    [
      'too few items',
      { type: 'array', minItems: 1, items: { type: 'integer' } },
      [],
      [`spec.a: Invalid value: 0: ${inBody('have at least 1 items')}`],
    ],
    [
      'too few properties',
      { type: 'object', minProperties: 1 },
      {},
      [`spec.a: Invalid value: 0: ${inBody('have at least 1 properties')}`],
    ],
    [
      'a value of a map',
      { type: 'object', additionalProperties: { type: 'integer' } },
      { b: 'x' },
      ['spec.a.b: Invalid value: "string": spec.a.b in body must be of type integer: "string"'],
    ],
  ])('%s', (_, schema, value, problems) => {
    expect(problemsOfSpec(kindWithSpec(object({ a: schema })), { a: value })).toEqual(problems);
  });

  it('a pattern that would take JavaScript ages', { timeout: 2_000 }, () => {
    const kind = kindWithSpec(object({ a: { type: 'string', pattern: '^(a+)+$' } }));
    expect(problemsOfSpec(kind, { a: `${'a'.repeat(5_000)}b` })).toHaveLength(1);
  });
});

describe('schemas of schemas', () => {
  const a = { type: 'object', properties: { a: { type: 'integer' }, b: { type: 'integer' } } };
  const must = (what: string) => `<nil>: Invalid value: "": "spec" must ${what}`;
  it.each<[string, JSONSchemaProps, unknown, string[]]>([
    ['any of two', { ...a, anyOf: [{ required: ['a'] }, { required: ['b'] }] }, { b: 1 }, []],
    [
      'none of any',
      { ...a, anyOf: [{ required: ['a'] }, { required: ['b'] }] },
      {},
      [must('validate at least one schema (anyOf)'), 'spec.a: Required value'],
    ],
    [
      'two of one',
      { ...a, oneOf: [{ required: ['a'] }, { required: ['b'] }] },
      { a: 1, b: 1 },
      [must('validate one and only one schema (oneOf). Found 2 valid alternatives')],
    ],
    [
      'none of one',
      { ...a, oneOf: [{ required: ['a'] }, { required: ['b'] }] },
      {},
      [must('validate one and only one schema (oneOf). Found none valid'), 'spec.a: Required value'],
    ],
    [
      'not all',
      { ...a, allOf: [{ required: ['a'] }, { required: ['b'] }] },
      { a: 1 },
      ['spec.b: Required value', must('validate all the schemas (allOf)')],
    ],
    ['what must not be', { ...a, not: { required: ['a'] } }, { a: 1 }, [must('not validate the schema (not)')]],
  ])('%s', (_, schema, spec, problems) => {
    expect(problemsOfSpec(kindWithSpec(schema), spec)).toEqual(problems);
  });
});

describe('an update', () => {
  const items: JSONSchemaProps = {
    type: 'object',
    required: ['name'],
    properties: { name: { type: 'string' }, size: { type: 'integer', maximum: 5 } },
  };
  const list: JSONSchemaProps = {
    type: 'array',
    items,
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': ['name'],
  };
  const kind = kindWithSpec(object({ a: { type: 'integer', maximum: 5 }, b: { type: 'integer', maximum: 5 }, list }));
  it('may leave as it was what is wrong', () => {
    expect(problemsOfSpec(kind, { a: 9, b: 1 }, { a: 9 })).toEqual([]);
    expect(
      problemsOfSpec(
        kind,
        {
          list: [
            { name: 'y', size: 1 },
            { name: 'x', size: 9 },
          ],
        },
        { list: [{ name: 'x', size: 9 }] },
      ),
    ).toEqual([]);
  });
  it('may not change it into something else that is wrong', () => {
    expect(problemsOfSpec(kind, { a: 8 }, { a: 9 })).toHaveLength(1);
    expect(problemsOfSpec(kind, { list: [{ name: 'x', size: 8 }] }, { list: [{ name: 'x', size: 9 }] })).toHaveLength(
      1,
    );
  });
});

describe('lists without duplicates', () => {
  const set: JSONSchemaProps = { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' };
  const entry: JSONSchemaProps = {
    type: 'object',
    required: ['port'],
    properties: { port: { type: 'integer' }, protocol: { type: 'string', default: 'TCP' } },
  };
  const map: JSONSchemaProps = {
    type: 'array',
    items: entry,
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': ['port', 'protocol'],
  };
  it.each<[string, JSONSchemaProps, unknown, string[]]>([
    ['a set', set, ['a', 'b'], []],
    ['a set with one value thrice', set, ['a', 'a', 'a'], ['spec.list[1]: Duplicate value: "a"']],
    ['a list by keys', map, [{ port: 1 }, { port: 1, protocol: 'UDP' }], []],
    [
      'a list by keys with one twice, by its default',
      map,
      [{ port: 1 }, { port: 1, protocol: 'TCP' }],
      ['spec.list[1]: Duplicate value: map[string]interface {}{"port":1, "protocol":"TCP"}'],
    ],
  ])('%s', (_, schema, list, problems) => {
    expect(problemsOfSpec(kindWithSpec(object({ list: schema })), { list })).toEqual(problems);
  });
});

describe('an object in an object', () => {
  const kind = kindWithSpec(
    object({
      template: {
        type: 'object',
        'x-kubernetes-embedded-resource': true,
        'x-kubernetes-preserve-unknown-fields': true,
      },
    }),
  );
  it.each<[string, unknown, string[]]>([
    ['whole', { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' }, spec: { any: 1 } }, []],
    ['without a kind', { apiVersion: 'v1' }, ['spec.template.kind: Required value']],
    [
      'with a bad label',
      { apiVersion: 'v1', kind: 'Pod', metadata: { labels: { a: '-' } } },
      [
        expect.stringMatching(
          /^spec\.template\.metadata\.labels: Invalid value: "-": a valid label/,
        ) as unknown as string,
      ],
    ],
  ])('%s', (_, template, problems) => {
    expect(problemsOfSpec(kind, { template })).toEqual(problems);
  });
});
