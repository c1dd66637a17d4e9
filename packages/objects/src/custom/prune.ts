// Owns dropping the fields that a schema does not describe.
import { isObject, type JsonObject, setKey } from '../json-value.ts';
import {
  additionalOf,
  isEmbedded,
  itemsOf,
  keepsUnknownFields,
  metaFields,
  propertyOf,
  type Schema,
} from './schema.ts';

/**
 * A copy without the fields that nothing describes; `onDrop` is told the path of each, such as `spec.list[0].field`.
 * `schema` undefined: nothing below is described. What is an object of its own keeps its apiVersion, kind and metadata.
 */
export function pruned(value: unknown, schema: Schema | undefined, onDrop: (path: string) => void = () => {}): unknown {
  return copyOf(value, schema, { path: '', keeping: false, onDrop });
}

interface Place {
  readonly path: string;
  /** Lists within what keeps unknown fields keep those of their items. */
  readonly keeping: boolean;
  readonly onDrop: (path: string) => void;
}

function copyOf(value: unknown, schema: Schema | undefined, place: Place): unknown {
  const keeping = place.keeping || (schema !== undefined && keepsUnknownFields(schema));
  const { path, onDrop } = place;
  if (Array.isArray(value)) {
    const items = schema && itemsOf(schema);
    if (keeping && !items) return structuredClone(value);
    return value.map((item, index) => copyOf(item, items, { path: `${path}[${index}]`, keeping, onDrop }));
  }
  if (!isObject(value)) return value;
  const copy: JsonObject = {};
  for (const [key, item] of Object.entries(value)) {
    const at = path ? `${path}.${key}` : key;
    const known = schema && (propertyOf(schema, key) ?? additionalOf(schema));
    const isMap = schema?.additionalProperties !== undefined;
    if (schema && isEmbedded(schema) && metaFields.has(key)) setKey(copy, key, structuredClone(item));
    else if (known || isMap) setKey(copy, key, copyOf(item, known, { path: at, keeping: false, onDrop }));
    else if (keeping) setKey(copy, key, structuredClone(item));
    else onDrop(at);
  }
  return copy;
}
