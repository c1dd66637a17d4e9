// The rules of schemas: what they may say, what they see of a value, and what they cost.
import { describe, expect, it } from 'vitest';
import type { ValidationRule } from '../../api/types.ts';
import { problemsOfCreate } from '../../kinds/manifest-fixture.ts';
import { customResourceDefinitions } from '../../resource.ts';
import { kindWithSpec, manifestOf, problemsOfSpec } from '../custom-fixture.ts';
import type { Schema } from '../schema.ts';

const withRules = (schema: Schema, ...rules: ValidationRule[]): Schema => ({
  ...schema,
  'x-kubernetes-validations': rules,
});
const object = (properties: Record<string, Schema>): Schema => ({ type: 'object', properties });
const integer: Schema = { type: 'integer' };
const text: Schema = { type: 'string' };

describe('a rule that holds not', () => {
  const bounds = object({ min: integer, max: integer });
  it.each<[string, ValidationRule, string]>([
    ['is told', { rule: 'self.min <= self.max' }, 'spec: Invalid value: "object": failed rule: self.min <= self.max'],
    [
      'in its words',
      { rule: 'self.min <= self.max', message: 'min is more' },
      'spec: Invalid value: "object": min is more',
    ],
    [
      'in words of the value',
      { rule: 'self.min <= self.max', messageExpression: "'%d > %d'.format([self.min, self.max])" },
      'spec: Invalid value: "object": 2 > 1',
    ],
    [
      'in its words, where those of the value fail',
      { rule: 'self.min <= self.max', message: 'no', messageExpression: 'string(1 / (self.min - 2))' },
      'spec: Invalid value: "object": no',
    ],
    [
      'of its field',
      { rule: 'self.min <= self.max', fieldPath: '.max' },
      'spec.max: Invalid value: "object": failed rule: self.min <= self.max',
    ],
    [
      'for its reason',
      { rule: 'self.min <= self.max', reason: 'FieldValueForbidden', message: 'no' },
      'spec: Forbidden: no',
    ],
    [
      'or that it fails',
      { rule: '1 / (self.min - 2) > 0' },
      'spec: Invalid value: "object": division by zero evaluating rule: 1 / (self.min - 2) > 0',
    ],
  ])('%s', (_, rule, problem) => {
    expect(problemsOfSpec(kindWithSpec(withRules(bounds, rule)), { min: 2, max: 1 })).toEqual([problem]);
  });
});

describe('what a rule sees', () => {
  const schema = object({
    name: text,
    ratio: { type: 'number' },
    when: { type: 'string', format: 'date-time' },
    span: { type: 'string', format: 'duration' },
    port: { 'x-kubernetes-int-or-string': true },
    list: { type: 'array', items: object({ name: text, size: integer }) },
    set: { type: 'array', items: text },
    map: { type: 'object', additionalProperties: integer },
    'with-dash': text,
    namespace: text,
    maybe: { type: 'string', nullable: true },
    inner: object({ a: text, b: text }),
  });
  const spec = {
    name: 'web-1',
    ratio: 0.5,
    when: '2026-01-01T00:00:00Z',
    span: '1h30m',
    port: 80,
    list: [
      { name: 'a', size: 1 },
      { name: 'b', size: 2 },
    ],
    set: ['x', 'y'],
    map: { a: 1 },
    'with-dash': 'd',
    namespace: 'n',
    maybe: null,
    inner: { a: '1', b: '2' },
  };
  it.each([
    "self.name.startsWith('web') && self.name.matches('^web-[0-9]+$') && size(self.name) == 5",
    'self.ratio < 1.0',
    "self.when < timestamp('2027-01-01T00:00:00Z')",
    "self.span == duration('90m') && self.span > duration('1h')",
    'type(self.port) == int && self.port == 80',
    "self.list.all(item, item.size > 0) && self.list.exists_one(item, item.name == 'b')",
    "self.list.map(item, item.size).sum() == 3 && self.list.filter(item, item.size > 1)[0].name == 'b'",
    "'x' in self.set && self.set.isSorted() && self.set.indexOf('y') == 1",
    "self.map['a'] == 1 && self.map.all(key, self.map[key] > 0) && !('b' in self.map)",
    "self.with__dash__dash == 'd'",
    "self.__namespace__ == 'n'",
    '!has(self.maybe)',
    "self.inner == self.inner && self.?maybe.orValue('none') == 'none'",
    "isURL('https://example.com:80/a?b=c') && url('https://example.com:80/a?b=c').getPort() == '80'",
    "quantity('1Gi').isGreaterThan(quantity('500Mi')) && !isQuantity('x')",
    "ip('10.0.0.1').family() == 4 && !isIP('x')",
    "'abcabc'.replace('a', 'x', 1) == 'xbcabc' && 'abc 123'.find('[0-9]+') == '123'",
    "sets.contains(self.set, ['x']) && sets.intersects(self.set, ['y', 'z'])",
  ])('%s', (rule) => {
    expect(problemsOfSpec(kindWithSpec(withRules(schema, { rule })), spec)).toEqual([]);
  });

  it('the metadata of the object itself', () => {
    const schemaOf = (rule: string): Schema =>
      withRules({ type: 'object', properties: { spec: object({}) } }, { rule });
    const created = (rule: string) =>
      problemsOfCreate(customResourceDefinitions, manifestOf([{ schema: schemaOf(rule) }]));
    expect(created("self.metadata.name.startsWith('a') && self.kind == 'CronTab'")).toEqual([]);
    expect(created("self.metadata.labels['a'] == 'b'")).toEqual([expect.stringContaining("undefined field 'labels'")]);
  });
});

describe('a rule about the value before', () => {
  const kind = kindWithSpec(
    object({ size: withRules(integer, { rule: 'self >= oldSelf', message: 'must not shrink' }) }),
  );
  it('is asked where there was one', () => {
    expect(problemsOfSpec(kind, { size: 1 })).toEqual([]);
    expect(problemsOfSpec(kind, { size: 1 }, {})).toEqual([]);
    expect(problemsOfSpec(kind, { size: 1 }, { size: 2 })).toEqual([
      'spec.size: Invalid value: "integer": must not shrink',
    ]);
    expect(problemsOfSpec(kind, { size: 3 }, { size: 2 })).toEqual([]);
  });

  it('is asked of each item of a list by keys', () => {
    const items = withRules(
      { ...object({ name: text, size: integer }), required: ['name'] },
      { rule: 'self.size == oldSelf.size' },
    );
    const list: Schema = {
      type: 'array',
      items,
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['name'],
    };
    const old = {
      list: [
        { name: 'a', size: 1 },
        { name: 'b', size: 2 },
      ],
    };
    const now = {
      list: [
        { name: 'b', size: 3 },
        { name: 'c', size: 4 },
      ],
    };
    expect(problemsOfSpec(kindWithSpec(object({ list })), now, old)).toEqual([
      'spec.list[0]: Invalid value: "object": failed rule: self.size == oldSelf.size',
    ]);
  });

  it('may ask for it where there may be none', () => {
    const rule = { rule: '!oldSelf.hasValue() || oldSelf.value() == self', optionalOldSelf: true };
    const optional = kindWithSpec(object({ size: withRules(integer, rule) }));
    expect(problemsOfSpec(optional, { size: 1 })).toEqual([]);
    expect(problemsOfSpec(optional, { size: 1 }, { size: 2 })).toHaveLength(1);
  });
});

it('what an update leaves as it was may break a rule', () => {
  const kind = kindWithSpec(object({ a: withRules(text, { rule: "self != 'old'" }), b: text }));
  expect(problemsOfSpec(kind, { a: 'old', b: 'new' }, { a: 'old' })).toEqual([]);
  expect(problemsOfSpec(kind, { a: 'old' }, { a: 'x' })).toHaveLength(1);
});

it('a value of the wrong form is told instead of what rules make of it', () => {
  const kind = kindWithSpec(withRules(object({ a: integer }), { rule: 'self.a > 1' }));
  expect(problemsOfSpec(kind, { a: 'x' })).toEqual([
    'spec.a: Invalid value: "string": spec.a in body must be of type integer: "string"',
    '<nil>: Invalid value: "null": some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
  ]);
});

describe('a rule that takes too long', () => {
  const list = object({ list: { type: 'array', items: integer }, text });
  const cost = /actual cost limit exceeded/;
  it.each<[string, string, object]>([
    [
      'loops in loops',
      'self.list.all(a, self.list.all(b, self.list.all(c, a + b + c >= 0)))',
      { list: Array.from({ length: 400 }, (_, at) => at) },
    ],
    [
      'loops whose failures are let go',
      'self.list.exists(a, self.list.exists(b, self.list.exists(c, a / 0 > b)))',
      { list: Array.from({ length: 400 }, (_, at) => at) },
    ],
    [
      'texts of texts',
      'cel.bind(a, self.text + self.text, cel.bind(b, a + a, cel.bind(c, b + b, cel.bind(d, c + c, d + d))).size() > 0)',
      { text: 'x'.repeat(1_000_000) },
    ],
  ])('%s', { timeout: 5_000 }, (_, rule, spec) => {
    expect(problemsOfSpec(kindWithSpec(withRules(list, { rule })), spec)).toEqual([expect.stringMatching(cost)]);
  });

  it('is the last one that is asked', () => {
    const rule = 'self.list.all(a, self.list.all(b, self.list.all(c, a + b + c >= 0)))';
    const rules = Array.from({ length: 50 }, () => ({ rule }));
    const spec = { list: Array.from({ length: 400 }, (_, at) => at) };
    expect(problemsOfSpec(kindWithSpec(withRules(list, ...rules)), spec)).toHaveLength(1);
  });

  it('patterns are matched in linear time', { timeout: 2_000 }, () => {
    const kind = kindWithSpec(withRules(list, { rule: "!self.text.matches('^(a+)+$')" }));
    expect(problemsOfSpec(kind, { text: `${'a'.repeat(5_000)}b` })).toEqual([]);
  });
});

describe('a rule that cannot be', () => {
  const problems = (schema: Schema) =>
    problemsOfCreate(customResourceDefinitions, manifestOf([{ schema: object({ spec: schema }) }]));
  const at = 'spec.validation.openAPIV3Schema.properties[spec].x-kubernetes-validations[0]';
  it.each<[string, ValidationRule, string]>([
    ['of no text', { rule: ' ' }, `${at}.rule: Required value: rule is not specified`],
    [
      'of more than one line without a message',
      { rule: 'true\n&& true' },
      `${at}.message: Required value: message must be specified if rule contains line breaks`,
    ],
    [
      'with a message of more than one line',
      { rule: 'true', message: 'a\nb' },
      `${at}.message: Invalid value: "a\\nb": message must not contain line breaks`,
    ],
    [
      'about an unknown field',
      { rule: 'self.nope == 1' },
      "compilation failed: ERROR: <input>:1:6: undefined field 'nope'\n | self.nope == 1\n | .....^",
    ],
    [
      'that asks whether an unknown field is there',
      { rule: 'has(self.a) && has(self.nope)' },
      "ERROR: <input>:1:20: undefined field 'nope'",
    ],
    ['about something unknown', { rule: 'nobody == 1' }, "undeclared reference to 'nobody' (in container '')"],
    ['of different types', { rule: 'self.a == 1' }, "found no matching overload for '_==_' applied to '(string, int)'"],
    ['that is no question', { rule: 'self.a' }, 'cel expression must evaluate to a bool'],
    [
      'with a message that is no text',
      { rule: 'true', messageExpression: '1' },
      'messageExpression must evaluate to a string',
    ],
    ['for an unknown reason', { rule: 'true', reason: 'Because' as never }, 'Unsupported value: "Because"'],
    [
      'of a field that there is not',
      { rule: 'true', fieldPath: '.nope' },
      `${at}.fieldPath: Invalid value: ".nope": fieldPath must be a valid path`,
    ],
    [
      'that needs no old value',
      { rule: 'true', optionalOldSelf: true },
      `${at}.optionalOldSelf: Invalid value: true: may not be set if oldSelf is not used in rule`,
    ],
  ])('%s', (_, rule, problem) => {
    expect(problems(withRules(object({ a: text }), rule))).toEqual([expect.stringContaining(problem)]);
  });

  it('about the value before, where it cannot be known which', () => {
    const items = withRules(integer, { rule: 'self == oldSelf' });
    expect(problems(object({ list: { type: 'array', items } }))).toEqual([
      expect.stringContaining(
        'oldSelf cannot be used on the uncorrelatable portion of the schema within spec.validation.openAPIV3Schema.properties[spec].properties[list]',
      ),
    ]);
  });
});
