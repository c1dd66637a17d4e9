// Owns sets of fields in the form in which managedFields carry them, FieldsV1: a tree whose keys are `f:` and a field's
// name, `k:` and the keys of a list's item, `v:` and a list's value. A node without anything in it, or with `.`, is in
// the set itself. Sets are never changed in place. Source: Kubernetes' API reference, FieldsV1.
import { isObject } from '../json-value.ts';

export interface FieldSet {
  readonly [element: string]: FieldSet;
}

export const emptySet: FieldSet = Object.freeze({});
const self = '.';

/** Whether the set of a whole object has nothing in it. */
export function isEmptySet(set: FieldSet): boolean {
  for (const _ in set) return false;
  return true;
}

/** Of a node below the root. */
export function isMember(node: FieldSet): boolean {
  return node[self] !== undefined || isEmptySet(node);
}

/** A node with these children; undefined if it would stand for nothing. */
export function nodeOf(member: boolean, children: Record<string, FieldSet> | undefined): FieldSet | undefined {
  if (children === undefined) return member ? emptySet : undefined;
  return member ? { [self]: emptySet, ...children } : children;
}

type Rule = (a: FieldSet | undefined, b: FieldSet | undefined) => boolean;

/** Combines two nodes: `holds` says of every path whether it is in the result. */
function combine(a: FieldSet | undefined, b: FieldSet | undefined, holds: Rule): FieldSet | undefined {
  let children: Record<string, FieldSet> | undefined;
  const visit = (element: string) => {
    const child = combine(a?.[element], b?.[element], holds);
    if (child === undefined) return;
    children ??= {};
    children[element] = child;
  };
  for (const element in a) if (element !== self) visit(element);
  for (const element in b) if (element !== self && a?.[element] === undefined) visit(element);
  return nodeOf(holds(a, b), children);
}

function combineSets(a: FieldSet, b: FieldSet, holds: Rule): FieldSet {
  // The root itself is no path.
  const root = combine(a, b, (x, y) => (x !== a || y !== b) && holds(x, y));
  return root ?? emptySet;
}

const has = (node: FieldSet | undefined) => node !== undefined && isMember(node);

export function union(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmptySet(a)) return b;
  return isEmptySet(b) ? a : combineSets(a, b, (x, y) => has(x) || has(y));
}

export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  return combineSets(a, b, (x, y) => has(x) && has(y));
}

/** What is in `a` but not in `b`: a path of `b` takes away that path alone, not what is below it. */
export function difference(a: FieldSet, b: FieldSet): FieldSet {
  return isEmptySet(b) ? a : combineSets(a, b, (x, y) => has(x) && !has(y));
}

/** Whether a path is in both, without making anything. */
export function intersects(a: FieldSet, b: FieldSet): boolean {
  for (const element in b) {
    const [left, right] = [a[element], b[element]!];
    if (element === self || left === undefined) continue;
    if ((isMember(left) && isMember(right)) || intersects(left, right)) return true;
  }
  return false;
}

/** Whether every path of `b` is in `a`, without making anything. */
export function contains(a: FieldSet, b: FieldSet): boolean {
  for (const element in b) {
    const [left, right] = [a[element], b[element]!];
    if (element === self) continue;
    if (left === undefined || (isMember(right) && !isMember(left)) || !contains(left, right)) return false;
  }
  return true;
}

export function sameSet(a: FieldSet, b: FieldSet): boolean {
  return a === b || (contains(a, b) && contains(b, a));
}

/** Every path, as messages write it: `.spec.containers[name="web"].image`. */
export function pathsOf(set: FieldSet, prefix = ''): string[] {
  return Object.entries(set).flatMap(([element, node]) => {
    if (element === self) return [];
    const path = prefix + elementText(element);
    return [...(isMember(node) ? [path] : []), ...pathsOf(node, path)];
  });
}

/** One element of a path: `.image`, `[name="web"]`. */
export function elementText(element: string): string {
  const value = element.slice(2);
  if (element.startsWith('f:')) return `.${value}`;
  if (element.startsWith('v:')) return `[=${value}]`;
  const keys = JSON.parse(value) as Record<string, unknown>;
  return `[${Object.entries(keys)
    .map(([key, of]) => `${key}=${JSON.stringify(of)}`)
    .join(',')}]`;
}

/** Few sets are ever different: objects of one origin have the same fields. */
const shared = new Map<string, FieldSet>();
const isShared = new WeakSet<FieldSet>();
const maxShared = 1024;

/** The set in Kubernetes' order, frozen, and the same object for the same set. */
export function sharedSet(set: FieldSet): FieldSet {
  if (isShared.has(set)) return set;
  const key = JSON.stringify(set);
  let found = shared.get(key);
  if (!found) {
    found = inOrder(set);
    if (shared.size >= maxShared) shared.clear();
    shared.set(key, found);
    isShared.add(found);
  }
  return found;
}

function inOrder(set: FieldSet): FieldSet {
  const nodes = Object.entries(set).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.freeze(Object.fromEntries(nodes.map(([element, node]) => [element, inOrder(node)])));
}

/** Whether a value that a client sent is a set. */
export function isFieldSet(value: unknown): value is FieldSet {
  return isObject(value) && Object.entries(value).every(([element, node]) => isElement(element) && isFieldSet(node));
}

function isElement(element: string): boolean {
  if (element === self || element.startsWith('f:')) return true;
  if (!element.startsWith('k:') && !element.startsWith('v:')) return false;
  try {
    const value: unknown = JSON.parse(element.slice(2));
    return element.startsWith('v:') || isObject(value);
  } catch {
    return false;
  }
}
