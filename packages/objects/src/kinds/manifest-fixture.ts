// Owns, for tests: taking a manifest the way the API server does, without the server.
import { decode } from '../decode/decode.ts';
import type { KubeObject } from '../object.ts';
import type { Resource } from '../resource.ts';
import { kindOf } from './registry.ts';

const given = { uid: 'u', resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' };

/** The object that a create of the manifest stores. */
export function created<T extends KubeObject>(resource: Resource<T>, manifest: object): T {
  const kind = kindOf(resource);
  const { object } = decode(resource, manifest);
  const { metadata } = object as { metadata: object };
  const namespace = resource.namespaced ? { namespace: 'default' } : {};
  Object.assign(metadata, { ...namespace, ...given, ...metadata });
  kind.setDefaults?.(object);
  kind.prepareForCreate?.(object);
  return object as T;
}

/** What is wrong with a new object, as `field: message`. */
export function problemsOfCreate<T extends KubeObject>(resource: Resource<T>, manifest: object): string[] {
  const kind = kindOf(resource);
  const object = created(resource, manifest);
  const errors = [...kind.validate(object), ...(kind.validateCreate?.(object) ?? [])];
  return errors.map(({ field, message }) => `${field}: ${message}`);
}

/** What is wrong with an update from one manifest to the other. */
export function problemsOfUpdate<T extends KubeObject>(resource: Resource<T>, from: object, to: object): string[] {
  const kind = kindOf(resource);
  const old = created(resource, from);
  const { object } = decode(resource, to);
  Object.assign((object as { metadata: object }).metadata, {
    ...old.metadata,
    ...(object as { metadata: object }).metadata,
  });
  kind.setDefaults?.(object);
  kind.prepareForUpdate?.(object, old);
  const errors = [...kind.validate(object as T, old), ...(kind.validateUpdate?.(object as T, old) ?? [])];
  return errors.map(({ field, message }) => `${field}: ${message}`);
}
