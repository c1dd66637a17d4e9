// Owns the defaults of a schema, and what becomes of nulls where none may stand.
import { getKey, isObject, type JsonObject, setKey } from '../json-value.ts';
import { additionalOf, itemsOf, propertyOf, type Schema } from './schema.ts';

function isWrongNull(value: unknown, schema: Schema | undefined): boolean {
  return value === null && schema !== undefined && !schema.nullable;
}

/**
 * Sets what is absent and has a default, in place; a null that may not be there is like absent, and is dropped where
 * there is no default. Defaults are copied.
 */
export function setSchemaDefaults(value: unknown, schema: Schema | undefined): void {
  if (!schema) return;
  if (Array.isArray(value)) {
    const items = itemsOf(schema);
    for (let index = 0; index < value.length; index++) {
      if (isWrongNull(value[index], items) && items!.default !== undefined)
        value[index] = structuredClone(items!.default);
      setSchemaDefaults(value[index], items);
    }
  } else if (isObject(value)) {
    setPropertyDefaults(value, schema);
    const additional = additionalOf(schema);
    for (const key of Object.keys(value)) {
      const property = propertyOf(schema, key);
      if (!property && isWrongNull(value[key], additional) && additional!.default !== undefined)
        setKey(value, key, structuredClone(additional!.default));
      setSchemaDefaults(value[key], property ?? additional);
    }
  }
}

function setPropertyDefaults(object: JsonObject, { properties = {} }: Schema): void {
  for (const [name, property] of Object.entries(properties)) {
    const value = getKey(object, name);
    const isAbsent = !Object.hasOwn(object, name);
    if (!isAbsent && !isWrongNull(value, property)) continue;
    if (property.default !== undefined) setKey(object, name, structuredClone(property.default));
    else if (!isAbsent) delete object[name];
  }
}
