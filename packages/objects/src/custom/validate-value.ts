// Owns checking a value against a schema, with the messages of Kubernetes' validator. A part that an update leaves as it
// was may be wrong, as it may have become by a newer schema.
import { RE2JS } from 're2js';
import { type FieldError, required, tooLong, tooMany } from '../errors/field-error.ts';
import { getKey, isObject, type JsonObject, sameJson } from '../json-value.ts';
import { hasFormat } from './formats.ts';
import { unsupportedValue, valueError } from './go-value.ts';
import { keysOf } from './list-types.ts';
import { itemsOf, propertyOf, type Schema } from './schema.ts';

/** `old`: the value that an update replaces. */
export function validateValue(schema: Schema, value: unknown, old?: unknown): FieldError[] {
  return check(schema, value, '', old).errors;
}

interface Outcome {
  readonly errors: FieldError[];
  /** How much of the schema was about the value: the best of several alternatives has the most. */
  matches: number;
}

function check(schema: Schema, value: unknown, path: string, old?: unknown): Outcome {
  const outcome: Outcome = { errors: [], matches: 1 };
  if (old !== undefined && sameJson(value, old)) return outcome;
  const { errors } = outcome;
  const add = (found: readonly FieldError[]) => {
    outcome.matches++;
    errors.push(...found);
  };
  add(typeErrors(schema, value, path));
  if (value === null) {
    add(enumErrors(schema, value, path));
    return outcome;
  }
  merge(outcome, combined(schema, value, path));
  if (typeof value === 'string') add([...textErrors(schema, value, path), ...formatErrors(schema, value, path)]);
  if (typeof value === 'number') add(numberErrors(schema, value, path));
  if (Array.isArray(value)) merge(outcome, listOutcome(schema, value, { path, old }));
  add(enumErrors(schema, value, path));
  if (isObject(value)) merge(outcome, objectOutcome(schema, value, { path, old }));
  return outcome;
}

function merge(outcome: Outcome, { errors, matches }: Outcome): void {
  outcome.errors.push(...errors);
  outcome.matches += matches;
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

/** The value in the message is the name of the type that stands there. */
function wrongType(path: string, wanted: string, shown: string): FieldError {
  const detail = `${path} in body must be of type ${wanted}: ${JSON.stringify(shown)}`;
  return valueError(path, shown, detail, 'FieldValueTypeInvalid');
}

function typeErrors(schema: Schema, value: unknown, path: string): FieldError[] {
  const { type, nullable } = schema;
  const given = typeOf(value);
  if (given === 'null') return !type || nullable ? [] : [wrongType(path, type, 'null')];
  if (!type && schema['x-kubernetes-int-or-string'])
    return given === 'string' || given === 'integer' ? [] : [wrongType(path, 'integer,string', given)];
  if (!type || type === given || (type === 'number' && given === 'integer')) return [];
  return [wrongType(path, type, given)];
}

function enumErrors(schema: Schema, value: unknown, path: string): FieldError[] {
  const { enum: values } = schema;
  if (!values || values.length === 0 || values.some((item) => sameJson(item, value))) return [];
  return [unsupportedValue(path, value, values)];
}

const patterns = new WeakMap<Schema, RE2JS>();

function patternOf(schema: Schema): RE2JS {
  let pattern = patterns.get(schema);
  if (!pattern) {
    pattern = RE2JS.compile(schema.pattern!);
    patterns.set(schema, pattern);
  }
  return pattern;
}

function textErrors(schema: Schema, text: string, path: string): FieldError[] {
  const { maxLength, minLength, pattern } = schema;
  if (maxLength !== undefined && lengthOf(text) > maxLength) return [tooLong(path || '<nil>', maxLength)];
  if (minLength !== undefined && lengthOf(text) < minLength)
    return [valueError(path, text, `${path} in body should be at least ${minLength} chars long`)];
  if (pattern && !patternOf(schema).matcher(text).find())
    return [valueError(path, text, `${path} in body should match '${pattern}'`)];
  return [];
}

/** In characters, not in JavaScript's halves of them. */
function lengthOf(text: string): number {
  let length = text.length;
  for (let at = 0; at < text.length; at++) if ((text.charCodeAt(at) & 0xfc00) === 0xdc00) length--;
  return length;
}

function formatErrors({ type, format }: Schema, text: string, path: string): FieldError[] {
  if (!format || (type && type !== 'string') || hasFormat(format, text)) return [];
  return [
    valueError(
      path,
      text,
      `${path} in body must be of type ${format}: ${JSON.stringify(text)}`,
      'FieldValueTypeInvalid',
    ),
  ];
}

const ranges: Readonly<Record<string, number>> = { int32: 2 ** 31, int64: 2 ** 63 };

function numberErrors(schema: Schema, value: number, path: string): FieldError[] {
  const { type, format = '', maximum, minimum, exclusiveMaximum, exclusiveMinimum, multipleOf } = schema;
  const errors: FieldError[] = [];
  const wrong = (detail: string) => errors.push(valueError(path, value, `${path} in body should be ${detail}`));
  const range = type === 'integer' ? (ranges[format] ?? ranges.int64!) : Number.POSITIVE_INFINITY;
  if (value < -range || value >= range)
    errors.push(
      valueError('', '', `Checked value must be of type ${type} with format ${format || 'int64'} in ${path}`),
    );
  if (multipleOf !== undefined && !isMultiple(value, multipleOf)) wrong(`a multiple of ${multipleOf}`);
  if (maximum !== undefined && (exclusiveMaximum ? value >= maximum : value > maximum))
    wrong(`less than ${exclusiveMaximum ? '' : 'or equal to '}${maximum}`);
  if (minimum !== undefined && (exclusiveMinimum ? value <= minimum : value < minimum))
    wrong(`greater than ${exclusiveMinimum ? '' : 'or equal to '}${minimum}`);
  return errors;
}

function isMultiple(value: number, factor: number): boolean {
  const times = value / factor;
  return Math.abs(times - Math.round(times)) <= Number.EPSILON * Math.max(1, Math.abs(times));
}

interface Change {
  readonly path: string;
  readonly old: unknown;
}

function listOutcome(schema: Schema, list: readonly unknown[], { path, old }: Change): Outcome {
  const outcome: Outcome = { errors: [], matches: 1 };
  const items = itemsOf(schema);
  const before = oldItems(schema, list, old);
  if (items)
    for (const [index, item] of list.entries()) merge(outcome, check(items, item, `${path}[${index}]`, before[index]));
  const { minItems, maxItems } = schema;
  if (minItems !== undefined && list.length < minItems)
    outcome.errors.push(valueError(path, list.length, `${path} in body should have at least ${minItems} items`));
  if (maxItems !== undefined && list.length > maxItems) outcome.errors.push(tooMany(path, list.length, maxItems));
  return outcome;
}

/** What each item of a list was: known only where the items have keys. */
function oldItems(schema: Schema, list: readonly unknown[], old: unknown): unknown[] {
  if (schema['x-kubernetes-list-type'] !== 'map' || !Array.isArray(old)) return [];
  return list.map((item) => {
    const keys = keysOf(schema, item);
    return old.find((before) => sameJson(keysOf(schema, before), keys));
  });
}

function objectOutcome(schema: Schema, object: JsonObject, { path, old }: Change): Outcome {
  const outcome: Outcome = { errors: [], matches: 1 };
  const { minProperties, maxProperties, required: names = [], additionalProperties: additional } = schema;
  const count = Object.keys(object).length;
  if (minProperties !== undefined && count < minProperties) {
    const detail = `${path} in body should have at least ${minProperties} properties`;
    return { errors: [valueError(path, count, detail)], matches: 1 };
  }
  if (maxProperties !== undefined && count > maxProperties)
    return { errors: [tooMany(path || '<nil>', count, maxProperties)], matches: 1 };
  const before = isObject(old) && schema['x-kubernetes-map-type'] !== 'atomic' ? old : {};
  for (const [key, value] of Object.entries(object)) {
    const at = path ? `${path}.${key}` : key;
    const property = propertyOf(schema, key);
    if (property) merge(outcome, check(property, value, at, getKey(before, key)));
    else if (typeof additional === 'object') merge(outcome, check(additional, value, at, getKey(before, key)));
    else if (additional === false) outcome.errors.push(valueError(at, '', `${at} in body is a forbidden property`));
  }
  for (const name of names)
    if (!Object.hasOwn(object, name)) outcome.errors.push(required(path ? `${path}.${name}` : name));
  return outcome;
}

/** What a schema says by other schemas. */
function combined(schema: Schema, value: unknown, path: string): Outcome {
  const outcome: Outcome = { errors: [], matches: 1 };
  const { anyOf, oneOf, allOf, not } = schema;
  const quoted = JSON.stringify(path);
  const wrong = (detail: string) => outcome.errors.push(valueError('', '', `${quoted} must ${detail}`));
  if (anyOf && anyOf.length > 0) {
    const tried = anyOf.map((part) => check(part, value, path));
    if (!tried.some(isValid)) {
      wrong('validate at least one schema (anyOf)');
      merge(outcome, best(tried));
    }
  }
  if (oneOf && oneOf.length > 0) {
    const tried = oneOf.map((part) => check(part, value, path));
    const valid = tried.filter(isValid);
    if (valid.length !== 1) {
      const found = valid.length === 0 ? 'Found none valid' : `Found ${valid.length} valid alternatives`;
      wrong(`validate one and only one schema (oneOf). ${found}`);
      if (valid.length === 0) merge(outcome, best(tried));
    }
  }
  if (allOf && allOf.length > 0) {
    const tried = allOf.map((part) => check(part, value, path));
    for (const part of tried) merge(outcome, part);
    const valid = tried.filter(isValid).length;
    if (valid < tried.length) wrong(`validate all the schemas (allOf)${valid === 0 ? '. None validated' : ''}`);
  }
  if (not && isValid(check(not, value, path))) wrong('not validate the schema (not)');
  return outcome;
}

function isValid({ errors }: Outcome): boolean {
  return errors.length === 0;
}

/** The alternative that had the most to say about the value; of several, the first. */
function best(tried: readonly Outcome[]): Outcome {
  return tried.reduce((a, b) => (b.matches > a.matches ? b : a));
}
