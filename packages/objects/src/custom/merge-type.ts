// Owns how values of a schema are merged and how their parts are named, for server-side apply and field managers.
// Source: Kubernetes' documentation, "Server-Side Apply", merge strategy.
import { type MergeType, type StructField, type StructType, structTypeOf } from '../managed-fields/merge-type.ts';
import { objectMetaType } from './embedded.ts';
import {
  additionalOf,
  isEmbedded,
  itemsOf,
  keepsUnknownFields,
  metaFields,
  propertyOf,
  type Schema,
} from './schema.ts';

const leaf: MergeType = { form: 'leaf' };

/** What nothing describes: objects are merged field by field, all else is a leaf. A map of such treats it so. */
const undescribed = { form: 'map' } as { form: 'map'; element: MergeType };
undescribed.element = undescribed;

/** Of a whole document, its metadata included. */
export function documentMergeType(schema: Schema): StructType {
  const fields = fieldsOf(schema);
  for (const name of metaFields) fields.delete(name);
  // There always is metadata.
  fields.set('metadata', { ...fieldOf('metadata', structTypeOf(objectMetaType)), zero: {} });
  return { form: 'struct', fields };
}

function fieldOf(name: string, type: MergeType): StructField {
  return { type, element: `f:${name}`, zero: undefined };
}

function fieldsOf(schema: Schema): Map<string, StructField> {
  const named = Object.entries(schema.properties ?? {}).map(
    ([name, part]) => [name, fieldOf(name, mergeTypeOf(part))] as const,
  );
  return keepsUnknownFields(schema) ? new OpenFields(named) : new Map(named);
}

/** Fields of which not all are described. */
class OpenFields extends Map<string, StructField> {
  override get(name: string): StructField {
    return super.get(name) ?? fieldOf(name, undescribed);
  }
}

function mergeTypeOf(schema: Schema): MergeType {
  if (schema.type === 'array') return listType(schema);
  if (schema.type !== 'object') return keepsUnknownFields(schema) ? undescribed : leaf;
  if (schema['x-kubernetes-map-type'] === 'atomic') return leaf;
  const additional = additionalOf(schema);
  if (additional) return { form: 'map', element: mergeTypeOf(additional) };
  if (schema.additionalProperties === true) return undescribed;
  const fields = fieldsOf(schema);
  if (isEmbedded(schema)) {
    for (const name of ['apiVersion', 'kind']) fields.set(name, fieldOf(name, leaf));
    fields.set('metadata', fieldOf('metadata', structTypeOf(objectMetaType)));
  }
  return { form: 'struct', fields };
}

function listType(schema: Schema): MergeType {
  const items = itemsOf(schema);
  switch (schema['x-kubernetes-list-type']) {
    case 'set':
      return { form: 'set' };
    case 'map': {
      if (!items) return leaf;
      const keys = [...(schema['x-kubernetes-list-map-keys'] ?? [])].sort();
      return {
        form: 'items',
        keys: keys.map((name) => ({ name, preset: propertyOf(items, name)?.default })),
        element: mergeTypeOf(items),
      };
    }
    default:
      return leaf;
  }
}
