// Owns the shapes that all API objects share, and how one makes a changed copy of a frozen one.
import type { ObjectMeta } from './api/types.ts';

/** What every stored API object has. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
}

/** An object as a client sends it for a create: the server sets the rest of the metadata and the status. */
export type New<T extends KubeObject> = Omit<T, 'metadata' | 'status' | 'apiVersion' | 'kind'> & {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: Partial<ObjectMeta>;
  readonly status?: T extends { readonly status?: infer S } ? S : never;
};

/** A private, unfrozen copy that may be changed in place. */
export type Draft<T> = T extends readonly (infer E)[]
  ? Draft<E>[]
  : T extends object
    ? { -readonly [K in keyof T]: Draft<T[K]> }
    : T;

/** A deep, unfrozen copy of a JSON value. */
export function draftOf<T>(value: T): Draft<T> {
  if (Array.isArray(value)) return value.map((item) => draftOf(item)) as Draft<T>;
  if (typeof value !== 'object' || value === null) return value as Draft<T>;
  const copy: Record<string, unknown> = {};
  for (const key in value) {
    // Assigning to this one key, which a client may choose, would set the prototype.
    if (key === '__proto__') return draftOfEntries(value);
    copy[key] = draftOf(value[key]);
  }
  return copy as Draft<T>;
}

function draftOfEntries<T extends object>(value: T): Draft<T> {
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, draftOf(item)])) as Draft<T>;
}

/** Freezes a JSON value through and through, in place. */
export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const key in value) deepFreeze(value[key]);
  }
  return value;
}

/** `namespace/name`, or the name alone for a cluster-wide object: the key of caches and work queues. */
export function objectKey(object: {
  readonly metadata: { readonly namespace?: string; readonly name: string };
}): string {
  const { namespace, name } = object.metadata;
  return namespace ? `${namespace}/${name}` : name;
}

/** Splits what `objectKey` joined. */
export function splitKey(key: string): { namespace?: string; name: string } {
  const slash = key.indexOf('/');
  return slash < 0 ? { name: key } : { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}

/** resourceVersions are decimal strings that grow: the only place that compares them. Negative if `a` is older. */
export function compareResourceVersions(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}
