// Owns which fields of an object have managers: not those that name the object or that the server sets, and not those
// that the request cannot change.
import type { KubeObject } from '../object.ts';
import type { Resource } from '../resource.ts';
import { type StructField, type StructType, structTypeOf } from './merge-type.ts';

/** Source: Kubernetes 1.32, which takes these out of every set. */
const untracked: ReadonlySet<string> = new Set([
  'creationTimestamp',
  'generation',
  'managedFields',
  'name',
  'namespace',
  'resourceVersion',
  'selfLink',
  'uid',
]);

const tracked = new Map<string, StructType>();

/**
 * The object's type without what has no manager. `hasStatus`: the status has a subresource of its own, so that no other
 * write changes it, and it changes no spec.
 */
export function trackedTypeOf(
  resource: Pick<Resource<KubeObject>, 'type'>,
  { hasStatus, subresource }: { readonly hasStatus: boolean; readonly subresource: string | undefined },
): StructType {
  const left = hasStatus ? (subresource === 'status' ? 'spec' : 'status') : '';
  const key = `${resource.type} ${left}`;
  let type = tracked.get(key);
  if (!type) {
    type = withoutUntracked(structTypeOf(resource.type), left);
    tracked.set(key, type);
  }
  return type;
}

function withoutUntracked(type: StructType, left: string): StructType {
  const fields = new Map<string, StructField>();
  for (const [name, field] of type.fields) {
    if (name === left) continue;
    const own = name === 'metadata' && field.type.form === 'struct';
    fields.set(name, own ? { ...field, type: trackedMetadata(field.type as StructType) } : field);
  }
  return { form: 'struct', fields };
}

function trackedMetadata(type: StructType): StructType {
  return { form: 'struct', fields: new Map([...type.fields].filter(([name]) => !untracked.has(name))) };
}
