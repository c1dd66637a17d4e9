// Owns what the schema of a custom resource may say at all, beside being structural.
import { type FieldError, forbidden, invalid, notSupported, required } from '../errors/field-error.ts';
import { additionalOf, isEmbedded, itemsOf, metaFields, partsOf, propertyOf, type Schema } from './schema.ts';

interface Place {
  readonly path: string;
  /** Why no default may stand there. */
  readonly noDefaults?: string;
  /** Within apiVersion, kind or metadata of an object. */
  readonly inMeta?: boolean;
}

/** Every part of the schema, from its root on. */
export function schemaErrors(schema: Schema, path: string): FieldError[] {
  return errorsAt(schema, { path }, true);
}

function errorsAt(schema: Schema, place: Place, isRoot = false): FieldError[] {
  return [
    ...unsupported(schema, place),
    ...mapErrors(schema, place.path),
    ...partsOf(schema).flatMap(([step, part]) => errorsAt(part, below(schema, step, { place, isRoot }))),
    ...listErrors(schema, place.path),
  ];
}

function below(schema: Schema, step: string, { place, isRoot }: { place: Place; isRoot: boolean }): Place {
  const path = place.path + step;
  const property = /^\.properties\[(.*)\]$/.exec(step)?.[1];
  if (step === '.additionalProperties' && place.inMeta)
    return { ...place, path, noDefaults: 'inside additionalProperties applying to object metadata' };
  if (property !== undefined && metaFields.has(property) && (isRoot || isEmbedded(schema)))
    return { path, inMeta: true, noDefaults: isRoot ? `in top-level ${property}` : place.noDefaults };
  return { ...place, path };
}

const types = ['array', 'boolean', 'integer', 'number', 'object', 'string'];
const absent = ['id', 'additionalItems', 'patternProperties', 'definitions', 'dependencies', '$ref'] as const;

function unsupported(schema: Schema, { path, noDefaults, inMeta }: Place): FieldError[] {
  const { type, items, uniqueItems } = schema;
  const errors: FieldError[] = [];
  if (type === 'null')
    errors.push(forbidden(`${path}.type`, 'type cannot be set to null, use nullable as an alternative'));
  else if (type && !types.includes(type)) errors.push(notSupported(`${path}.type`, type, types));
  if (schema.default !== undefined && noDefaults)
    errors.push(forbidden(`${path}.default`, `must not be set ${noDefaults}`));
  for (const name of absent)
    if (schema[name] !== undefined) errors.push(forbidden(`${path}.${name}`, `${name} is not supported`));
  if (Array.isArray(items)) errors.push(forbidden(`${path}.items`, 'items must be a schema object and not an array'));
  if (inMeta && isEmbedded(schema))
    errors.push(forbidden(`${path}.x-kubernetes-embedded-resource`, 'must not be used inside of resource meta'));
  if (uniqueItems)
    errors.push(
      forbidden(
        `${path}.uniqueItems`,
        'uniqueItems cannot be set to true since the runtime complexity becomes quadratic',
      ),
    );
  if (schema['x-kubernetes-preserve-unknown-fields'] === false)
    errors.push(invalid(`${path}.x-kubernetes-preserve-unknown-fields`, false, 'must be true or undefined'));
  return errors;
}

function mapErrors(schema: Schema, path: string): FieldError[] {
  const { type, properties = {}, additionalProperties } = schema;
  const errors: FieldError[] = [];
  const isClosed = additionalProperties === false || additionalOf(schema) !== undefined;
  if (Object.keys(properties).length > 0 && isClosed)
    errors.push(forbidden(`${path}.additionalProperties`, 'additionalProperties and properties are mutual exclusive'));
  const mapType = schema['x-kubernetes-map-type'];
  if (mapType === undefined) return errors;
  if (type !== 'object')
    errors.push(mustBe(`${path}.type`, type, 'must be object if x-kubernetes-map-type is specified'));
  if (mapType !== 'atomic' && mapType !== 'granular')
    errors.push(notSupported(`${path}.x-kubernetes-map-type`, mapType, ['atomic', 'granular']));
  return errors;
}

function mustBe(path: string, value: string | undefined, problem: string): FieldError {
  return value ? invalid(path, value, problem) : required(path, problem);
}

function listErrors(schema: Schema, path: string): FieldError[] {
  const listType = schema['x-kubernetes-list-type'];
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  const errors: FieldError[] = [];
  const problem = 'must be map if x-kubernetes-list-map-keys is non-empty';
  if (keys.length > 0 && listType !== 'map') errors.push(mustBe(`${path}.x-kubernetes-list-type`, listType, problem));
  if (listType === undefined) return errors;
  if (schema.type !== 'array')
    errors.push(mustBe(`${path}.type`, schema.type, 'must be array if x-kubernetes-list-type is specified'));
  else if (listType === 'set') errors.push(...setErrors(schema, path));
  if (listType !== 'atomic' && listType !== 'set' && listType !== 'map')
    errors.push(notSupported(`${path}.x-kubernetes-list-type`, listType, ['atomic', 'set', 'map']));
  if (listType === 'map') errors.push(...keyErrors(schema, keys, path));
  if ((listType === 'set' || listType === 'map') && itemsOf(schema)?.nullable)
    errors.push(forbidden(`${path}.items.nullable`, `cannot be nullable when x-kubernetes-list-type is ${listType}`));
  return errors;
}

/** Items of a set are compared as a whole. */
function setErrors(schema: Schema, path: string): FieldError[] {
  const items = itemsOf(schema);
  const problem = 'must be atomic as item of a list with x-kubernetes-list-type=set';
  const listType = items?.['x-kubernetes-list-type'];
  if (items?.type === 'array' && listType !== undefined && listType !== 'atomic')
    return [invalid(`${path}.items.x-kubernetes-list-type`, listType, problem)];
  if (items?.type === 'object' && items['x-kubernetes-map-type'] !== 'atomic')
    return [invalid(`${path}.items.x-kubernetes-map-type`, items['x-kubernetes-map-type'], problem)];
  return [];
}

function keyErrors(schema: Schema, keys: readonly string[], path: string): FieldError[] {
  const errors: FieldError[] = [];
  const at = `${path}.x-kubernetes-list-map-keys`;
  if (keys.length === 0) errors.push(required(at, 'must not be empty if x-kubernetes-list-type is map'));
  if (schema.items === undefined)
    errors.push(required(`${path}.items`, 'must have a schema if x-kubernetes-list-type is map'));
  const items = itemsOf(schema);
  if (!items) return errors;
  if (items.type !== 'object') {
    const problem = "must be object if parent array's x-kubernetes-list-type is map";
    return [...errors, invalid(`${path}.items.type`, items.type ?? '', problem)];
  }
  for (const key of keys) errors.push(...keyPropertyErrors(items, key, { at, path: `${path}.items` }, keys));
  if (new Set(keys).size < keys.length) errors.push(invalid(at, keys, 'must not contain duplicate entries'));
  return errors;
}

function keyPropertyErrors(
  items: Schema,
  key: string,
  { at, path }: { readonly at: string; readonly path: string },
  keys: readonly string[],
): FieldError[] {
  const property = propertyOf(items, key);
  if (!property) return [invalid(at, keys, 'entries must all be names of item properties')];
  const below = `${path}.properties[${key}]`;
  const errors: FieldError[] = [];
  if (property.type === 'array' || property.type === 'object') {
    const problem = "must be a scalar type if parent array's x-kubernetes-list-type is map";
    errors.push(invalid(`${below}.type`, items.type, problem));
  }
  const why = 'this property is in x-kubernetes-list-map-keys, so it';
  if (!items.required?.includes(key) && property.default === undefined)
    errors.push(required(`${below}.default`, `${why} must have a default or be a required property`));
  if (property.nullable) errors.push(forbidden(`${below}.nullable`, `${why} cannot be nullable`));
  return errors;
}
