// Owns which fields of an object have managers: not those that name the object or that the server sets, and not those
// that the request cannot change.

import { formOf } from '../documents/facts-form.ts';
import type { DocumentType } from '../documents/form.ts';
import type { StructField, StructType } from './merge-type.ts';

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

/** By the whole type, and by the field that is left out beside. */
const tracked = new WeakMap<StructType, Map<string, StructType>>();

/**
 * The document's type without what has no manager. `hasStatus`: the status has a subresource of its own, so that no other
 * write changes it, and it changes no spec.
 */
export function trackedTypeOf(
  document: Pick<DocumentType, 'documents' | 'type'>,
  { hasStatus, subresource }: { readonly hasStatus: boolean; readonly subresource: string | undefined },
): StructType {
  const left = hasStatus ? (subresource === 'status' ? 'spec' : 'status') : '';
  const { mergeType } = formOf(document);
  let byLeft = tracked.get(mergeType);
  if (!byLeft) {
    byLeft = new Map();
    tracked.set(mergeType, byLeft);
  }
  let type = byLeft.get(left);
  if (!type) {
    type = withoutUntracked(mergeType, left);
    byLeft.set(left, type);
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
