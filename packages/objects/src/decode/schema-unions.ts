// Owns decoding of what may be a schema or something else, in the schemas of custom resources.
import type { SchemaUnion } from '../api/schema.ts';
import { DecodeError, type Decoder } from './context.ts';

export function isSchemaUnion(opaque: string): opaque is SchemaUnion {
  return opaque.startsWith('JSONSchemaPropsOr');
}

export function unionDecoder(union: SchemaUnion, decodeSchema: Decoder): Decoder {
  const other = others(decodeSchema)[union];
  return (value, context) => {
    if (typeof value === 'object' && !Array.isArray(value)) return decodeSchema(value, context);
    return other(value, context);
  };
}

/** Of what is no schema. */
const others = (decodeSchema: Decoder): Readonly<Record<SchemaUnion, Decoder>> => ({
  JSONSchemaPropsOrArray(value, context) {
    if (!Array.isArray(value)) throw context.wrongType(typeof value, 'v1.JSONSchemaProps');
    return value.map((item) => decodeSchema(item ?? {}, context));
  },
  JSONSchemaPropsOrBool(value) {
    if (typeof value !== 'boolean') throw new DecodeError('boolean or JSON schema expected');
    return value;
  },
  JSONSchemaPropsOrStringArray(value, context) {
    if (!Array.isArray(value)) throw context.wrongType(typeof value, 'v1.JSONSchemaProps');
    for (const item of value) if (typeof item !== 'string') throw context.wrongType(typeof item, 'string');
    return [...value];
  },
});
