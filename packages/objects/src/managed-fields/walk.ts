// Owns the ways from values to sets of fields: what a value says, and what is new in it against another. They run on
// every write, so shared parts of two values are not looked into, and nothing is made for what does not change.
import { getKey, isObject, type JsonObject, sameJson } from '../json-value.ts';
import { elementText, emptySet, type FieldSet, nodeOf } from './field-set.ts';
import type { ItemsType, MergeType, StructType } from './merge-type.ts';

/** How a field set names an item of a list. */
export function itemElement({ keys }: ItemsType, item: JsonObject): string {
  const [first] = keys;
  if (keys.length === 1 && typeof item[first!.name] === 'string')
    return `k:{"${first!.name}":${JSON.stringify(item[first!.name])}}`;
  const named = keys.map(({ name, preset }) => [name, item[name] ?? preset]);
  return `k:${JSON.stringify(Object.fromEntries(named))}`;
}

export function valueElement(value: unknown): string {
  return `v:${JSON.stringify(value)}`;
}

/** A list's items by their names; of those with the same name, the first. */
export function itemsByElement(type: ItemsType, list: unknown): Map<string, JsonObject> {
  const items = new Map<string, JsonObject>();
  if (Array.isArray(list))
    for (const item of list) {
      if (!isObject(item)) continue;
      const element = itemElement(type, item);
      if (!items.has(element)) items.set(element, item);
    }
  return items;
}

/** The first item of a list that has the name of another one, as messages write it: `.spec.ports: [port=80]`. */
export function duplicateIn(type: MergeType, value: unknown, path = ''): string | undefined {
  if ((type.form === 'set' || type.form === 'items') && Array.isArray(value)) {
    const seen = new Set<string>();
    for (const item of value) {
      const element = type.form === 'items' && isObject(item) ? itemElement(type, item) : valueElement(item);
      if (seen.has(element)) return `${path}: duplicate entries for key ${elementText(element)}`;
      seen.add(element);
      const below = type.form === 'items' ? duplicateIn(type.element, item, path + elementText(element)) : undefined;
      if (below) return below;
    }
  }
  if ((type.form !== 'struct' && type.form !== 'map') || !isObject(value)) return undefined;
  for (const key of Object.keys(value)) {
    const below = type.form === 'map' ? type.element : type.fields.get(key)?.type;
    const found = below && duplicateIn(below, value[key], `${path}.${key}`);
    if (found) return found;
  }
  return undefined;
}

/** All that an object says: every leaf, every item of its lists and maps, and what it says to be empty. */
export function fieldsOf(type: StructType, object: JsonObject): FieldSet {
  return saidBy(type, object) ?? emptySet;
}

function saidBy(type: MergeType, value: unknown): FieldSet | undefined {
  if (value === undefined) return undefined;
  if (type.form === 'leaf' || value === null) return emptySet;
  const children: Record<string, FieldSet> = {};
  if (type.form === 'set') {
    if (!Array.isArray(value)) return emptySet;
    for (const item of value) children[valueElement(item)] = emptySet;
  } else if (type.form === 'items') {
    for (const [element, item] of itemsByElement(type, value)) children[element] = memberOf(saidBy(type.element, item));
  } else {
    if (!isObject(value)) return emptySet;
    for (const key of Object.keys(value)) {
      const child = saidUnder(type, key, value[key]);
      if (child) children[`f:${key}`] = child;
    }
  }
  return isEmpty(children) ? undefined : children;
}

function saidUnder(type: Extract<MergeType, { form: 'struct' | 'map' }>, key: string, value: unknown) {
  const below = type.form === 'map' ? type.element : type.fields.get(key)?.type;
  if (!below) return undefined;
  const said = saidBy(below, value);
  if (type.form === 'map') return memberOf(said);
  return said ?? (isObject(value) && isEmpty(value) ? emptySet : undefined);
}

function memberOf(said: FieldSet | undefined): FieldSet {
  return nodeOf(true, said && isEmpty(said) ? undefined : said)!;
}

function isEmpty(value: object): boolean {
  for (const _ in value) return false;
  return true;
}

/**
 * What `to` has and `from` has not and, if `changes` are wanted, what has another value in it. Without a `from`, `to` is
 * a new object, which is compared with an empty one of its type.
 */
export function additions(
  type: StructType,
  { from, to, changes }: { readonly from: JsonObject | undefined; readonly to: JsonObject; readonly changes: boolean },
): FieldSet {
  return added(type, from ?? {}, to, { changes, zeros: from === undefined }) ?? emptySet;
}

interface Mode {
  readonly changes: boolean;
  /** What is not in `from` has what an empty struct has there. */
  readonly zeros: boolean;
}

const withoutZeros: Readonly<Record<'true' | 'false', Mode>> = {
  true: { changes: true, zeros: false },
  false: { changes: false, zeros: false },
};

function added(type: MergeType, from: unknown, to: unknown, mode: Mode): FieldSet | undefined {
  if (from === to || to === undefined) return undefined;
  switch (type.form) {
    case 'leaf':
      return isLeafAdded(from, to, mode) ? emptySet : undefined;
    case 'struct':
    case 'map': {
      const [old, object] = [isObject(from) ? from : undefined, isObject(to) ? to : undefined];
      if ((!old || isEmpty(old)) && (!object || isEmpty(object)))
        return isLeafAdded(from, to, mode) ? emptySet : undefined;
      const children =
        type.form === 'struct' ? addedFields(type, old, object, mode) : addedEntries(type, old, object, mode);
      return nodeOf(from === undefined, children);
    }
    case 'set':
    case 'items': {
      const [old, list] = [listOf(from), listOf(to)];
      if (old.length === 0 && list.length === 0) return isLeafAdded(from, to, mode) ? emptySet : undefined;
      const children = type.form === 'set' ? addedValues(old, list) : addedItems(type, old, list, mode);
      return nodeOf(from === undefined, children);
    }
  }
}

function isLeafAdded(from: unknown, to: unknown, { changes }: Mode): boolean {
  return from === undefined || (changes && !sameJson(from, to));
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

type Children = Record<string, FieldSet> | undefined;

function addedFields(
  type: StructType,
  old: JsonObject | undefined,
  object: JsonObject | undefined,
  mode: Mode,
): Children {
  let children: Children;
  for (const key in object) {
    const field = type.fields.get(key);
    if (!field) continue;
    const known = old?.[key];
    const before = known === undefined && mode.zeros ? field.zero : known;
    // Below what is not even in an empty struct, nothing is.
    const below = mode.zeros && before === undefined ? withoutZeros[`${mode.changes}`] : mode;
    const child = added(field.type, before, object[key], below);
    if (child === undefined) continue;
    children ??= {};
    children[field.element] = child;
  }
  return children;
}

function addedEntries(
  { element }: Extract<MergeType, { form: 'map' }>,
  old: JsonObject | undefined,
  object: JsonObject | undefined,
  mode: Mode,
): Children {
  let children: Children;
  for (const key in object) {
    const child = added(element, old && getKey(old, key), object[key], mode);
    if (child === undefined) continue;
    children ??= {};
    children[`f:${key}`] = child;
  }
  return children;
}

function addedValues(old: readonly unknown[], list: readonly unknown[]): Children {
  let children: Children;
  for (const value of list) {
    if (old.includes(value)) continue;
    children ??= {};
    children[valueElement(value)] = emptySet;
  }
  return children;
}

function addedItems(type: ItemsType, old: readonly unknown[], list: readonly unknown[], mode: Mode): Children {
  const before = itemsByElement(type, old);
  let children: Children;
  for (const [element, item] of itemsByElement(type, list)) {
    const child = added(type.element, before.get(element), item, withoutZeros[`${mode.changes}`]);
    if (child === undefined) continue;
    children ??= {};
    children[element] = child;
  }
  return children;
}
