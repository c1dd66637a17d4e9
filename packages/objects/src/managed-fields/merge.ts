// Owns what server-side apply does to an object: laying a configuration over it, and taking out of it what a set of
// fields names. Values are never changed in place.
import { copyOf, getKey, isObject, type JsonObject, setKey } from '../json-value.ts';
import { emptySet, type FieldSet, isEmptySet, isMember, nodeOf } from './field-set.ts';
import type { ItemsType, MergeType, StructType } from './merge-type.ts';
import { itemElement, itemsByElement, valueElement } from './walk.ts';

/** The object with the configuration laid over it: what the configuration does not say stays. */
export function mergeObjects(type: StructType, object: JsonObject, configuration: JsonObject): JsonObject {
  return merged(type, object, configuration) as JsonObject;
}

function merged(type: MergeType, old: unknown, said: unknown): unknown {
  if (said === undefined) return old;
  switch (type.form) {
    case 'leaf':
      return said;
    case 'struct':
    case 'map': {
      if (!isObject(old)) return said;
      if (!isObject(said)) return isEmptySet(old as FieldSet) ? said : old;
      const result = copyOf(old);
      for (const key of Object.keys(said)) {
        const below = type.form === 'map' ? type.element : type.fields.get(key)?.type;
        setKey(result, key, below ? merged(below, getKey(old, key), said[key]) : said[key]);
      }
      return result;
    }
    case 'set':
    case 'items': {
      if (!Array.isArray(old) || old.length === 0) return said;
      if (!Array.isArray(said)) return old;
      return type.form === 'set' ? inOrder(old, said, valueElement) : mergedItems(type, old, said);
    }
  }
}

function mergedItems(type: ItemsType, old: readonly unknown[], said: readonly unknown[]): unknown[] {
  const before = itemsByElement(type, old);
  const nameOf = (item: unknown) => (isObject(item) ? itemElement(type, item) : '');
  const items = said.map((item) => merged(type.element, before.get(nameOf(item)), item));
  return inOrder(old, items, nameOf);
}

/** What is said comes in its own order; an item that is only in the old list stays before the one that it stood before. */
function inOrder(old: readonly unknown[], said: readonly unknown[], nameOf: (item: unknown) => string): unknown[] {
  const names = said.map(nameOf);
  const wanted = new Set(names);
  const known = new Set(old.map(nameOf));
  /** The next said item that the old list has too. */
  const nextKnown = (from: number) => names.findIndex((name, index) => index >= from && known.has(name));
  const result: unknown[] = [];
  let placed = 0;
  for (const item of old) {
    const name = nameOf(item);
    if (!wanted.has(name)) {
      result.push(item);
      continue;
    }
    const next = nextKnown(placed);
    if (next < 0 || names[next] !== name) continue;
    while (placed <= next) result.push(said[placed++]);
  }
  return [...result, ...said.slice(placed)];
}

/** The object without what is in the set. A list or a map of which nothing is left is null. */
export function withoutFields(type: StructType, object: JsonObject, set: FieldSet): JsonObject {
  return (without(type, object, set) ?? {}) as JsonObject;
}

function without(type: MergeType, value: unknown, set: FieldSet): unknown {
  if (type.form === 'leaf') return value;
  if (type.form === 'set' || type.form === 'items') {
    if (!Array.isArray(value) || value.length === 0) return value;
    const kept = value.flatMap((item: unknown) => {
      const isItem = type.form === 'items' && isObject(item);
      const node = set[isItem ? itemElement(type, item) : valueElement(item)];
      if (node === undefined) return [item];
      if (isMember(node)) return [];
      return [isItem ? without(type.element, item, node) : item];
    });
    return kept.length > 0 ? kept : null;
  }
  if (!isObject(value) || isEmptySet(value as FieldSet)) return value;
  const result: JsonObject = {};
  for (const key of Object.keys(value)) {
    const node = set[`f:${key}`];
    const below = type.form === 'map' ? type.element : type.fields.get(key)?.type;
    if (node === undefined || !below) setKey(result, key, value[key]);
    else if (!isMember(node)) setKey(result, key, without(below, value[key], node));
  }
  return isEmptySet(result as FieldSet) ? null : result;
}

/** The set, and with it the struct fields that it only leads through. */
export function withNamedFields(type: StructType, set: FieldSet): FieldSet {
  return named(type, set) ?? emptySet;
}

function named(type: MergeType, set: FieldSet): FieldSet | undefined {
  const children: Record<string, FieldSet> = {};
  for (const [element, node] of Object.entries(set)) {
    if (element === '.') continue;
    const field = type.form === 'struct' ? type.fields.get(element.slice(2)) : undefined;
    const below = field?.type ?? (type.form === 'map' || type.form === 'items' ? type.element : undefined);
    const inner = below ? named(below, node) : node;
    const child = nodeOf(field !== undefined || isMember(node), inner && isEmptySet(inner) ? undefined : inner);
    if (child) children[element] = child;
  }
  return isEmptySet(children) ? undefined : children;
}
