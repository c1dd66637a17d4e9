// Owns strategic merge patch: a merge patch that knows from the API facts which lists are merged, by which key, and
// that has directives: `$patch`, `$retainKeys`, `$deleteFromPrimitiveList/x`, `$setElementOrder/x`.
// Source: Kubernetes' "strategic merge patch" API documentation.
import { type Field, type Shape, structOf } from '../api/schema.ts';
import { badRequestError } from '../errors/status-error.ts';
import { copyOf, getKey, isObject, type JsonObject, sameJson, setKey } from '../json-value.ts';
import { inOrder } from './element-order.ts';
import { unprocessablePatch } from './json-patch.ts';

const PATCH = '$patch';
const RETAIN_KEYS = '$retainKeys';
const DELETE_FROM_LIST = '$deleteFromPrimitiveList/';
const SET_ORDER = '$setElementOrder/';

/** The patched object. `type` is the object's key in the API facts. Throws BadRequest or Invalid. */
export function applyStrategicMergePatch(target: JsonObject, patch: unknown, type: string): JsonObject {
  if (!isObject(patch)) throw badRequestError('invalid JSON document');
  return mergeObject(target, patch, { form: 'struct', type, goName: type });
}

function fieldOf(shape: Shape | undefined, name: string): Field | undefined {
  return shape?.form === 'struct' ? structOf(shape.type).field(name) : undefined;
}

function valueShape(shape: Shape | undefined, name: string): Shape | undefined {
  if (shape?.form === 'map') return shape.element;
  return fieldOf(shape, name)?.shape;
}

/** How the items of a list are merged; undefined when the list is replaced. */
interface ListMerge {
  readonly element: Shape;
  /** Undefined for lists of plain values. */
  readonly key: string | undefined;
}

function listMerge(field: Field | undefined): ListMerge | undefined {
  if (field?.shape.form !== 'list' || !field.patchStrategies.includes('merge')) return undefined;
  return { element: field.shape.element, key: field.patchMergeKey };
}

function mergeObject(target: JsonObject, patch: JsonObject, shape: Shape | undefined): JsonObject {
  const directive = getKey(patch, PATCH);
  if (directive !== undefined) return directed(directive, patch);
  const result = retained(target, patch);
  const ordered = setElementOrders(result, patch, shape);
  for (const [key, value] of Object.entries(patch)) {
    if (key === RETAIN_KEYS || key.startsWith(SET_ORDER) || ordered.has(key)) continue;
    if (key.startsWith(DELETE_FROM_LIST)) deleteFromList(result, key.slice(DELETE_FROM_LIST.length), value);
    else mergeKey(result, key, value, shape);
  }
  return result;
}

function directed(directive: unknown, patch: JsonObject): JsonObject {
  if (directive === 'delete') return {};
  if (directive === 'replace') {
    const { [PATCH]: _, ...replacement } = patch;
    return replacement;
  }
  throw unprocessablePatch(`unknown patch type: ${directive} in map: ${JSON.stringify(patch)}`);
}

/** A copy of the target with nothing but the keys that `$retainKeys` lists, if it is there. */
function retained(target: JsonObject, patch: JsonObject): JsonObject {
  const keys = getKey(patch, RETAIN_KEYS);
  const result = copyOf(target);
  if (keys === undefined) return result;
  if (!Array.isArray(keys)) throw badRequestError('invalid patch format of retainKeys');
  for (const [key, value] of Object.entries(patch))
    if (!key.startsWith('$') && value !== null && !keys.includes(key))
      throw badRequestError('invalid patch format of retainKeys');
  for (const key of Object.keys(result)) if (!keys.includes(key)) delete result[key];
  return result;
}

function deleteFromList(result: JsonObject, key: string, values: unknown): void {
  if (!Array.isArray(values)) throw badRequestError('invalid patch format of primitive list');
  const list = getKey(result, key);
  if (Array.isArray(list)) result[key] = list.filter((item) => !values.includes(item));
}

function mergeKey(result: JsonObject, key: string, value: unknown, shape: Shape | undefined): void {
  if (value === null) {
    delete result[key];
    return;
  }
  const old = getKey(result, key);
  const field = fieldOf(shape, key);
  if (isObject(old) && isObject(value) && !field?.patchStrategies.includes('replace')) {
    result[key] = mergeObject(old, value, valueShape(shape, key));
    return;
  }
  const merge = listMerge(field);
  if (Array.isArray(old) && Array.isArray(value) && merge) {
    result[key] = mergeList(old, value, merge);
    return;
  }
  const added = withoutDirectives(value);
  if (added === undefined) delete result[key];
  else setKey(result, key, added);
}

/** A value that has nothing to be merged with: directives and nulls say nothing. Undefined for one to be deleted. */
function withoutDirectives(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDirectives).filter((item) => item !== undefined);
  if (!isObject(value)) return value;
  if (getKey(value, PATCH) === 'delete') return undefined;
  const result: JsonObject = {};
  for (const [key, item] of Object.entries(value)) {
    if (item === null || isDirective(key)) continue;
    const kept = withoutDirectives(item);
    if (kept !== undefined) setKey(result, key, kept);
  }
  return result;
}

function isDirective(key: string): boolean {
  return key === PATCH || key === RETAIN_KEYS || key.startsWith(DELETE_FROM_LIST) || key.startsWith(SET_ORDER);
}

function mergeList(old: readonly unknown[], patch: readonly unknown[], merge: ListMerge): unknown[] {
  const { key } = merge;
  if (key === undefined) {
    const merged = [...new Set([...old, ...patch])];
    return inOrder(merged, patch, old, undefined);
  }
  const { kept, merging, replaces } = readListDirectives(old, patch, key);
  if (replaces) return merging;
  const merged = [...kept];
  for (const item of merging) {
    const at = merged.findIndex((existing) => isObject(existing) && sameJson(existing[key], item[key]));
    if (at < 0) merged.push(withoutDirectives(item));
    else merged[at] = mergeObject(merged[at] as JsonObject, item, merge.element);
  }
  return inOrder(merged, merging, kept, key);
}

/** Splits a patch list into its directives, carried out, and the items that are merged. */
function readListDirectives(old: readonly unknown[], patch: readonly unknown[], key: string) {
  const items = patch.map((item) => {
    if (!isObject(item)) throw badRequestError('invalid JSON document');
    return item;
  });
  const replaces = items.some((item) => getKey(item, PATCH) === 'replace');
  let kept = [...old];
  const merging: JsonObject[] = [];
  for (const item of items) {
    const directive = getKey(item, PATCH);
    if (directive === 'replace') continue;
    if (directive === 'merge') throw unprocessablePatch('merging lists cannot yet be specified in the patch');
    if (directive !== undefined && directive !== 'delete')
      throw unprocessablePatch(`unknown patch type: ${directive} in map: ${JSON.stringify(item)}`);
    if (getKey(item, key) === undefined && !(replaces && directive === undefined))
      throw unprocessablePatch(`map: ${JSON.stringify(item)} does not contain declared merge key: ${key}`);
    if (directive === undefined) merging.push(item);
    else kept = kept.filter((existing) => !isObject(existing) || !sameJson(existing[key], item[key]));
  }
  return { kept, merging, replaces };
}

/** Carries out every `$setElementOrder/x`, with the change of `x` itself. Answers the keys that are thereby done. */
function setElementOrders(result: JsonObject, patch: JsonObject, shape: Shape | undefined): Set<string> {
  const done = new Set<string>();
  for (const [directive, order] of Object.entries(patch)) {
    if (!directive.startsWith(SET_ORDER)) continue;
    if (!Array.isArray(order)) throw badRequestError('invalid patch format of setElementOrder list');
    const key = directive.slice(SET_ORDER.length);
    const merge = listMerge(fieldOf(shape, key));
    if (!merge) throw unprocessablePatch(`${directive}: ${key} is no list that is merged`);
    const change = getKey(patch, key);
    if (change === null) continue;
    if (change !== undefined) {
      if (!Array.isArray(change)) throw badRequestError('invalid patch format of setElementOrder list');
      checkOrderLists(change, order, merge.key);
    }
    const old = listAt(result, key);
    if (change !== undefined) mergeKey(result, key, change, shape);
    done.add(key);
    const deletion = getKey(patch, `${DELETE_FROM_LIST}${key}`);
    if (deletion !== undefined) deleteFromList(result, key, deletion);
    if (getKey(result, key) !== undefined) result[key] = inOrder(listAt(result, key), order, old, merge.key);
  }
  return done;
}

function listAt(object: JsonObject, key: string): readonly unknown[] {
  const list = getKey(object, key);
  return Array.isArray(list) ? list : [];
}

/** What a patch adds must stand in its order list, and in the same order. */
function checkOrderLists(change: readonly unknown[], order: readonly unknown[], key: string | undefined): void {
  let next = 0;
  for (const item of change) {
    if (isObject(item) && item[PATCH] === 'delete') continue;
    if (isObject(item) && key !== undefined && item[PATCH] === 'replace' && item[key] === undefined) continue;
    const wanted = isObject(item) && key !== undefined ? item[key] : item;
    const identity = (entry: unknown) => (isObject(entry) && key !== undefined ? entry[key] : entry);
    while (next < order.length && !sameJson(identity(order[next]), wanted)) next++;
    if (next === order.length)
      throw unprocessablePatch(
        `The order in patch list:\n${JSON.stringify(change)}\n doesn't match $setElementOrder list:\n${JSON.stringify(order)}\n`,
      );
  }
}
