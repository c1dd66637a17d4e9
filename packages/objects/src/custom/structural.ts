// Owns what makes a schema structural: that it says in one place, beside what restricts values, which fields there are
// and of which type each is. Source: Kubernetes 1.32, "Specifying a structural schema".
import { RE2JS } from 're2js';
import { type FieldError, forbidden, invalid, required } from '../errors/field-error.ts';
import { getKey, isObject, type JsonObject, sameJson } from '../json-value.ts';
import { additionalOf, isEmbedded, itemsOf, keepsUnknownFields, propertyOf, type Schema } from './schema.ts';

type Level = 'root' | 'item' | 'field';

/** Sorted, as Kubernetes tells them. */
export function structuralErrors(schema: Schema, path: string): FieldError[] {
  const errors = [...describes(schema, 'root', path), ...completeness(schema, schema, { at: path, of: path })];
  return errors.sort((a, b) => (`${a.field}: ${a.message}` < `${b.field}: ${b.message}` ? -1 : 1));
}

const missingType: Readonly<Record<Level, string>> = {
  root: 'must not be empty at the root',
  item: 'must not be empty for specified array items',
  field: 'must not be empty for specified object fields',
};

/** A schema that describes fields. */
function describes(schema: Schema, level: Level, path: string): FieldError[] {
  const { type = '', properties = {}, additionalProperties } = schema;
  const items = itemsOf(schema);
  const additional = additionalOf(schema);
  return [
    ...(type === 'array' && !items ? [required(`${path}.items`, 'must be specified')] : []),
    ...(items ? describes(items, 'item', `${path}.items`) : []),
    ...Object.entries(properties).flatMap(([name, part]) => describes(part, 'field', `${path}.properties[${name}]`)),
    ...(level === 'root' && additionalProperties !== undefined
      ? [forbidden(`${path}.additionalProperties`, 'must not be used at the root')]
      : []),
    ...(additional ? describes(additional, 'field', `${path}.additionalProperties`) : []),
    ...extensions(schema, path),
    ...restrictions(schema, path, intOrStringAlternatives(schema)),
    ...typeErrors(schema, level, path),
    ...metaErrors(schema, level, path),
  ];
}

function extensions(schema: Schema, path: string): FieldError[] {
  if (!schema['x-kubernetes-int-or-string']) return [];
  const problem = 'must be false if x-kubernetes-int-or-string is true';
  return (['x-kubernetes-preserve-unknown-fields', 'x-kubernetes-embedded-resource'] as const)
    .filter((extension) => schema[extension])
    .map((extension) => invalid(`${path}.${extension}`, true, problem));
}

function typeErrors(schema: Schema, level: Level, path: string): FieldError[] {
  const { type = '', additionalProperties } = schema;
  const errors: FieldError[] = [];
  const at = `${path}.type`;
  if (isEmbedded(schema) && type !== 'object') {
    const problem = 'must be object if x-kubernetes-embedded-resource is true';
    errors.push(type ? invalid(at, type, problem) : required(at, problem));
  } else if (!type && !schema['x-kubernetes-int-or-string'] && !keepsUnknownFields(schema))
    errors.push(required(at, missingType[level]));
  if (isEmbedded(schema) && additionalProperties !== undefined)
    errors.push(forbidden(`${path}.additionalProperties`, 'must not be used if x-kubernetes-embedded-resource is set'));
  if (level === 'root' && type && type !== 'object') errors.push(invalid(at, type, 'must be object at the root'));
  return errors;
}

/** What every object has is described already. */
function metaErrors(schema: Schema, level: Level, path: string): FieldError[] {
  const isDocument = level === 'root' || isEmbedded(schema);
  const errors: FieldError[] = [];
  for (const name of ['kind', 'apiVersion']) {
    const part = propertyOf(schema, name);
    if (isDocument && part && part.type !== 'string')
      errors.push(invalid(`${path}.properties[${name}].type`, part.type ?? '', 'must be string'));
  }
  const metadata = propertyOf(schema, 'metadata');
  const at = `${path}.properties[metadata]`;
  if (isDocument && metadata && metadata.type !== 'object')
    errors.push(invalid(`${at}.type`, metadata.type ?? '', 'must be object'));
  if (level === 'root' && metadata && !restrictsNamesOnly(metadata))
    errors.push(
      forbidden(at, 'must not specify anything other than name and generateName, but metadata is implicitly specified'),
    );
  if (isEmbedded(schema) && !keepsUnknownFields(schema) && Object.keys(schema.properties ?? {}).length === 0)
    errors.push(
      required(
        `${path}.properties`,
        'must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields',
      ),
    );
  return errors;
}

function restrictsNamesOnly({ type: _, default: __, properties = {}, ...rest }: Schema): boolean {
  const names = Object.keys(properties);
  return Object.keys(rest).length === 0 && names.every((name) => name === 'name' || name === 'generateName');
}

const intOrString = [{ type: 'integer' }, { type: 'string' }];

/** The one way in which an alternative may say a type: `integer or string`, directly or in the first of allOf. */
function intOrStringAlternatives({ anyOf, allOf }: Schema): ReadonlySet<unknown> {
  return new Set([anyOf, allOf?.[0]?.anyOf].filter((alternatives) => sameJson(alternatives, intOrString)));
}

/** What a schema says about values. `types`: alternatives that may. */
function restrictions(schema: Schema, path: string, types: ReadonlySet<unknown>): FieldError[] {
  const { anyOf = [], allOf = [], oneOf = [], not, pattern } = schema;
  const each = (step: string, parts: readonly Schema[]) =>
    types.has(parts) ? [] : parts.flatMap((part, at) => restricts(part, `${path}.${step}[${at}]`, types));
  return [
    ...each('anyOf', anyOf),
    ...each('allOf', allOf),
    ...each('oneOf', oneOf),
    ...(not ? restricts(not, `${path}.not`, types) : []),
    ...(pattern ? patternErrors(pattern, `${path}.pattern`) : []),
  ];
}

function patternErrors(pattern: string, path: string): FieldError[] {
  try {
    RE2JS.compile(pattern);
    return [];
  } catch (error) {
    return [invalid(path, pattern, `must be a valid regular expression, but isn't: ${(error as Error).message}`)];
  }
}

/** Must be absent from what only restricts. */
const describing: readonly (readonly [keyof Schema, string])[] = [
  ['type', 'must be empty to be structural'],
  ['additionalProperties', 'must be undefined to be structural'],
  ['default', 'must be undefined to be structural'],
  ['title', 'must be empty to be structural'],
  ['description', 'must be empty to be structural'],
  ['nullable', 'must be false to be structural'],
  ['x-kubernetes-preserve-unknown-fields', 'must be false to be structural'],
  ['x-kubernetes-embedded-resource', 'must be false to be structural'],
  ['x-kubernetes-int-or-string', 'must be false to be structural'],
  ['x-kubernetes-list-map-keys', 'must be empty to be structural'],
  ['x-kubernetes-list-type', 'must be undefined to be structural'],
  ['x-kubernetes-map-type', 'must be undefined to be structural'],
  ['x-kubernetes-validations', 'must be empty to be structural'],
];

/** A schema that restricts values, and describes nothing. */
function restricts(schema: Schema, path: string, types: ReadonlySet<unknown>): FieldError[] {
  const items = itemsOf(schema);
  const none: ReadonlySet<unknown> = new Set();
  return [
    ...restrictions(schema, path, types),
    ...(items ? restricts(items, `${path}.items`, none) : []),
    ...Object.entries(schema.properties ?? {}).flatMap(([name, part]) =>
      restricts(part, `${path}.properties[${name}]`, none),
    ),
    ...describing.filter(([name]) => schema[name]).map(([name, problem]) => forbidden(`${path}.${name}`, problem)),
    ...(propertyOf(schema, 'metadata')
      ? [forbidden(`${path}.properties[metadata]`, 'must not be specified in a nested context')]
      : []),
  ];
}

interface Paths {
  /** In what describes. */
  readonly at: string;
  /** In what restricts. */
  readonly of: string;
}

/** Every field that is restricted must be described as well. */
function completeness(restricting: Schema, described: Schema, { at, of }: Paths): FieldError[] {
  const junctors: [string, Schema | undefined][] = [
    ['.not', restricting.not],
    ...(['allOf', 'anyOf', 'oneOf'] as const).flatMap((name) =>
      (restricting[name] ?? []).map((part, index): [string, Schema] => [`.${name}[${index}]`, part]),
    ),
  ];
  return junctors.flatMap(([step, part]) => (part ? isDescribed(part, described, { at, of: of + step }) : []));
}

function isDescribed(part: Schema, described: Schema | undefined, { at, of }: Paths): FieldError[] {
  if (!described) return [required(at, `because it is defined in ${of}`)];
  const items = itemsOf(part);
  const properties = isObject(part.properties) ? (part.properties as JsonObject) : {};
  return [
    ...completeness(part, described, { at, of }),
    ...(items ? isDescribed(items, itemsOf(described), { at: `${at}.items`, of: `${of}.items` }) : []),
    ...Object.keys(properties).flatMap((name) => {
      const step = `.properties[${name}]`;
      return isDescribed(getKey(properties, name) as Schema, propertyOf(described, name), {
        at: at + step,
        of: of + step,
      });
    }),
  ];
}
