// Owns where an object lies in the store: `/registry/<resource>/[<namespace>/]<name>`.
import { type ObjectName, qualifiedName, type Resource, splitKey } from '@berth/objects';

/** Everything that the API server keeps. */
export const registryPrefix = '/registry/';

/** Where the objects of a resource lie; those of one namespace if it is given. */
export function prefixOf(resource: Resource, namespace?: string): string {
  const all = `${registryPrefix}${qualifiedName(resource)}/`;
  return namespace ? `${all}${namespace}/` : all;
}

export function keyOf(resource: Resource, target: ObjectName): string {
  return prefixOf(resource, resource.namespaced ? target.namespace : undefined) + target.name;
}

/** What a key stands for: the qualified name of its resource, and the object's. */
export function readKey(key: string): { readonly resource: string; readonly target: ObjectName } {
  const slash = key.indexOf('/', registryPrefix.length);
  return { resource: key.slice(registryPrefix.length, slash), target: splitKey(key.slice(slash + 1)) };
}

/** Orders namespaces as the keys of what is in them are ordered: `a-b` comes before `a`, because `-` precedes `/`. */
export function compareNamespaces(a: string, b: string): number {
  const [left, right] = [`${a}/`, `${b}/`];
  return left < right ? -1 : left > right ? 1 : 0;
}
