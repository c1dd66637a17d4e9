// Owns the uniqueness of what stands in lists that are sets, or that are maps by some of their items' fields.
import type { FieldError } from '../errors/field-error.ts';
import { getKey, isObject, type JsonObject } from '../json-value.ts';
import { duplicateValue, valueError } from './go-value.ts';
import { additionalOf, itemsOf, propertyOf, type Schema } from './schema.ts';

/** Each value that stands there more than once is told once. */
export function listDuplicates(schema: Schema | undefined, value: unknown, path = ''): FieldError[] {
  if (!schema) return [];
  if (Array.isArray(value)) {
    const items = itemsOf(schema);
    return [
      ...ownDuplicates(schema, value, path),
      ...value.flatMap((item, index) => listDuplicates(items, item, `${path}[${index}]`)),
    ];
  }
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    const property = propertyOf(schema, key);
    if (property) return listDuplicates(property, item, path ? `${path}.${key}` : key);
    return listDuplicates(additionalOf(schema), item, `${path}[${key}]`);
  });
}

function ownDuplicates(schema: Schema, list: readonly unknown[], path: string): FieldError[] {
  const listType = schema['x-kubernetes-list-type'];
  if (listType === 'set') return repeatedAt(list).map((index) => duplicateValue(`${path}[${index}]`, list[index]));
  if (listType !== 'map') return [];
  const wrong = list.findIndex((item) => item !== null && !isObject(item));
  if (wrong >= 0)
    return [valueError(`${path}[${wrong}]`, list[wrong], 'must be an object for an array of list-type map')];
  const keys = list.map((item) => keysOf(schema, item));
  return repeatedAt(keys).map((index) => duplicateValue(`${path}[${index}]`, keys[index]));
}

/** The fields by which an item of a list is known. */
export function keysOf(schema: Schema, item: unknown): JsonObject {
  const names = schema['x-kubernetes-list-map-keys'] ?? [];
  const source = isObject(item) ? item : {};
  return Object.fromEntries(
    names.filter((name) => Object.hasOwn(source, name)).map((name) => [name, getKey(source, name)]),
  );
}

/** Where a value stands for the second time. */
function repeatedAt(values: readonly unknown[]): number[] {
  const times = new Map<string, number>();
  return values.flatMap((value, index) => {
    const key = canonical(value);
    const seen = (times.get(key) ?? 0) + 1;
    times.set(key, seen);
    return seen === 2 ? [index] : [];
  });
}

/** The same text for values that say the same. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (!isObject(value)) return JSON.stringify(value) ?? 'null';
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join()}}`;
}
