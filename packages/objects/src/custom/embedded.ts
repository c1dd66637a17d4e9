// Owns the objects that stand inside custom resources: their apiVersion, kind and metadata, which every object has.
import { decoderOf } from '../decode/compile.ts';
import { DecodeContext, DecodeError } from '../decode/context.ts';
import type { FieldError } from '../errors/field-error.ts';
import { invalid, required } from '../errors/field-error.ts';
import { isObject, type JsonObject, setKey } from '../json-value.ts';
import { validateEmbeddedMetadata } from '../validation/metadata.ts';
import { dns1035LabelProblems } from '../validation/names.ts';
import { valueError } from './go-value.ts';
import { additionalOf, isEmbedded, itemsOf, propertyOf, type Schema } from './schema.ts';

export const objectMetaType = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';

/** Metadata as it is stored: what no server and no client has set is left out. Throws DecodeError. */
export function readMetadata(metadata: unknown): JsonObject {
  return decoderOf(objectMetaType)(metadata ?? {}, new DecodeContext()) as JsonObject;
}

/** Brings the metadata of embedded objects into the form of metadata, in place. Throws DecodeError. */
export function readEmbeddedMetadata(value: unknown, schema: Schema | undefined): void {
  visitEmbedded(value, schema, '', (object) => {
    for (const name of ['apiVersion', 'kind'])
      if (Object.hasOwn(object, name) && typeof object[name] !== 'string')
        throw new DecodeError(`${name}: must be a string`);
    if (Object.hasOwn(object, 'metadata')) setKey(object, 'metadata', readMetadata(object.metadata));
  });
}

export function validateEmbedded(value: unknown, schema: Schema | undefined): FieldError[] {
  const errors: FieldError[] = [];
  visitEmbedded(value, schema, '', (object, path) => {
    errors.push(...validateTypeMeta(object, path));
    if (isObject(object.metadata)) errors.push(...validateEmbeddedMetadata(`${path}.metadata`, object.metadata));
  });
  return errors;
}

function validateTypeMeta({ apiVersion, kind }: JsonObject, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (!apiVersion) errors.push(required(`${path}.apiVersion`));
  else if (typeof apiVersion !== 'string')
    errors.push(valueError(`${path}.apiVersion`, apiVersion, 'must be a string'));
  else if (apiVersion.split('/').length > 2)
    errors.push(invalid(`${path}.apiVersion`, apiVersion, `unexpected GroupVersion string: ${apiVersion}`));
  if (!kind) return [...errors, required(`${path}.kind`)];
  if (typeof kind !== 'string') return [...errors, valueError(`${path}.kind`, kind, 'must be a string')];
  const problems = dns1035LabelProblems(kind.toLowerCase());
  if (problems.length > 0)
    errors.push(
      invalid(`${path}.kind`, kind, `may have mixed case, but should otherwise match: ${problems.join(',')}`),
    );
  return errors;
}

function visitEmbedded(
  value: unknown,
  schema: Schema | undefined,
  path: string,
  visit: (object: JsonObject, path: string) => void,
): void {
  if (!schema) return;
  if (Array.isArray(value)) {
    const items = itemsOf(schema);
    for (const [index, item] of value.entries()) visitEmbedded(item, items, `${path}[${index}]`, visit);
  } else if (isObject(value)) {
    if (isEmbedded(schema)) visit(value, path);
    for (const [key, item] of Object.entries(value)) {
      const property = propertyOf(schema, key);
      if (property) visitEmbedded(item, property, path ? `${path}.${key}` : key, visit);
      else visitEmbedded(item, additionalOf(schema), `${path}[${key}]`, visit);
    }
  }
}
