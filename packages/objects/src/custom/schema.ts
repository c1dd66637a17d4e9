// Owns how the schemas of custom resources are read: structural ones, in which every field is described in one place and
// the rest only restricts its values. Source: Kubernetes' documentation, "Extend the Kubernetes API with
// CustomResourceDefinitions".
import type { JSONSchemaProps } from '../api/types.ts';
import { getKey, type JsonObject } from '../json-value.ts';

export type Schema = JSONSchemaProps;

/** Of the items of a list. */
export function itemsOf({ items }: Schema): Schema | undefined {
  return items === undefined || Array.isArray(items) ? undefined : (items as Schema);
}

/** Of one field of an object. */
export function propertyOf({ properties }: Schema, name: string): Schema | undefined {
  return properties && (getKey(properties as JsonObject, name) as Schema | undefined);
}

/** Of the values of a map. */
export function additionalOf({ additionalProperties: schema }: Schema): Schema | undefined {
  return typeof schema === 'object' ? schema : undefined;
}

export function keepsUnknownFields(schema: Schema): boolean {
  return schema['x-kubernetes-preserve-unknown-fields'] === true;
}

export function isEmbedded(schema: Schema): boolean {
  return schema['x-kubernetes-embedded-resource'] === true;
}

/** The schema of a whole object: like one that is embedded, it has apiVersion, kind and metadata. */
export function rootOf(schema: Schema): Schema {
  return isEmbedded(schema) ? schema : { ...schema, 'x-kubernetes-embedded-resource': true };
}

/** What every object has, whatever its schema says. */
export const metaFields: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata']);

/** Where the schema's schemas are, with how each is reached: `.properties[spec]`, `.items`, `.allOf[0]`. */
export function partsOf(schema: Schema): (readonly [step: string, part: Schema])[] {
  const parts: (readonly [string, Schema])[] = [];
  const add = (step: string, part: unknown) => {
    if (typeof part === 'object' && part !== null) parts.push([step, part as Schema]);
  };
  const addList = (step: string, list: readonly Schema[] = []) => {
    for (const [at, part] of list.entries()) add(`${step}[${at}]`, part);
  };
  const addMap = (step: string, map: Readonly<Record<string, unknown>> = {}) => {
    for (const [key, part] of Object.entries(map)) if (!Array.isArray(part)) add(`${step}[${key}]`, part);
  };
  if (Array.isArray(schema.items)) addList('.items', schema.items);
  else add('.items', schema.items);
  addMap('.properties', schema.properties);
  add('.additionalProperties', schema.additionalProperties);
  addMap('.patternProperties', schema.patternProperties);
  add('.additionalItems', schema.additionalItems);
  addList('.allOf', schema.allOf);
  addList('.anyOf', schema.anyOf);
  addList('.oneOf', schema.oneOf);
  add('.not', schema.not);
  addMap('.definitions', schema.definitions);
  addMap('.dependencies', schema.dependencies);
  return parts;
}
