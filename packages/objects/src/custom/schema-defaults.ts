// Owns what the defaults of a schema must be: values that the schema itself allows.
import { DecodeError } from '../decode/context.ts';
import type { FieldError } from '../errors/field-error.ts';
import { sameJson } from '../json-value.ts';
import { readEmbeddedMetadata, validateEmbedded } from './embedded.ts';
import { valueError } from './go-value.ts';
import { pruned } from './prune.ts';
import { itemsOf, type Schema } from './schema.ts';
import { validateValue } from './validate-value.ts';

/** Of a schema that is structural. In additional properties there are none to look at. */
export function defaultErrors(schema: Schema, path: string): FieldError[] {
  const items = itemsOf(schema);
  return [
    ...(schema.default === undefined ? [] : errorsOf(schema, schema.default, `${path}.default`)),
    ...(items ? defaultErrors(items, `${path}.items`) : []),
    ...Object.entries(schema.properties ?? {}).flatMap(([name, part]) =>
      defaultErrors(part, `${path}.properties[${name}]`),
    ),
  ];
}

function errorsOf(schema: Schema, value: unknown, path: string): FieldError[] {
  if (!sameJson(pruned(value, schema), value)) return [valueError(path, value, 'must not have unknown fields')];
  try {
    readEmbeddedMetadata(structuredClone(value), schema);
  } catch (error) {
    if (error instanceof DecodeError) return [valueError(`${path}.metadata`, value, error.message)];
    throw error;
  }
  const at = ({ field, ...error }: FieldError) => ({
    ...error,
    field: field === '<nil>' ? path : path + (field.startsWith('[') ? '' : '.') + field,
  });
  const embedded = validateEmbedded(value, schema);
  return (embedded.length > 0 ? embedded : validateValue(schema, value)).map(at);
}
