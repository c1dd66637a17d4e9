// Owns what a CustomResourceDefinition must be: its names, versions, subresources, columns and selectable fields.
// Messages name the fields as Kubernetes does, which moves what all versions have in common up to the spec.
import type {
  CustomResourceColumnDefinition,
  CustomResourceDefinitionNames,
  CustomResourceDefinitionSpec,
  CustomResourceDefinitionVersion,
  CustomResourceSubresources,
} from '../api/types.ts';
import { duplicate, type FieldError, forbidden, invalid, required, tooMany } from '../errors/field-error.ts';
import { sameJson } from '../json-value.ts';
import { requiredChoice } from '../validation/field-checks.ts';
import { dns1035LabelProblems, dns1123SubdomainProblems } from '../validation/names.ts';
import { conversionErrors } from './conversion-rules.ts';
import { parseJsonPath } from './json-path.ts';
import { ruleErrors } from './rule-checks.ts';
import { propertyOf, type Schema } from './schema.ts';
import { defaultErrors } from './schema-defaults.ts';
import { schemaErrors } from './schema-rules.ts';
import { structuralErrors } from './structural.ts';

export function definitionErrors(spec: CustomResourceDefinitionSpec): FieldError[] {
  const { group, names, scope, versions, conversion, preserveUnknownFields } = spec;
  return [
    ...groupErrors(group),
    ...requiredChoice('spec.scope', scope, ['Cluster', 'Namespaced']),
    ...versions.flatMap((version, index) => versionErrors(spec, version, index)),
    ...versionListErrors(versions),
    ...requiredNames(names),
    ...namesErrors(names, 'spec.names'),
    ...conversionErrors(conversion, 'spec.conversion'),
    ...(preserveUnknownFields
      ? [
          invalid(
            'spec.preserveUnknownFields',
            true,
            'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead',
          ),
        ]
      : []),
  ];
}

function groupErrors(group: string): FieldError[] {
  if (!group) return [required('spec.group')];
  const problems = dns1123SubdomainProblems(group);
  if (problems.length > 0) return [invalid('spec.group', group, problems.join(','))];
  return group.includes('.') ? [] : [invalid('spec.group', group, 'should be a domain with at least one dot')];
}

/** Messages show of the versions no more than their names. */
function versionListErrors(versions: readonly CustomResourceDefinitionVersion[]): FieldError[] {
  const names = versions.map(({ name }) => name);
  const wrong = (problem: string) => invalid('spec.versions', names, problem);
  return [
    ...(new Set(names).size < names.length ? [wrong('must contain unique version names')] : []),
    ...(versions.filter(({ storage }) => storage).length === 1
      ? []
      : [wrong('must have exactly one version marked as storage version')]),
  ];
}

/** Where messages say that a part of a version stands. */
function placeOf(
  { versions }: CustomResourceDefinitionSpec,
  part: 'additionalPrinterColumns' | 'schema' | 'selectableFields' | 'subresources',
  index: number,
): string {
  const isShared = versions.every((version) => version[part] && sameJson(version[part], versions[0]![part]));
  if (isShared) return part === 'schema' ? 'spec.validation' : `spec.${part}`;
  return `spec.versions[${index}].${part}`;
}

function versionErrors(
  spec: CustomResourceDefinitionSpec,
  version: CustomResourceDefinitionVersion,
  index: number,
): FieldError[] {
  const { name, schema, subresources, additionalPrinterColumns = [], selectableFields = [] } = version;
  const at = `spec.versions[${index}]`;
  const problems = dns1035LabelProblems(name);
  const columns = placeOf(spec, 'additionalPrinterColumns', index);
  const openApi = schema?.openAPIV3Schema;
  return [
    ...(problems.length > 0 ? [invalid(`${at}.name`, name, problems.join(','))] : []),
    ...deprecationErrors(version, `${at}.deprecationWarning`),
    ...(openApi
      ? wholeSchemaErrors(
          openApi,
          `${placeOf(spec, 'schema', index)}.openAPIV3Schema`,
          subresources?.status !== undefined,
        )
      : [required(`${at}.schema.openAPIV3Schema`, 'schemas are required')]),
    ...subresourceErrors(subresources, placeOf(spec, 'subresources', index)),
    ...additionalPrinterColumns.flatMap((column, at) => columnErrors(column, `${columns}[${at}]`)),
    ...selectableErrors(selectableFields, openApi, placeOf(spec, 'selectableFields', index)),
  ];
}

/** With what each says only where the one before is content, as it makes sense only then. */
function wholeSchemaErrors(schema: Schema, path: string, hasStatus: boolean): FieldError[] {
  const errors = [
    ...(hasStatus ? rootErrors(schema, path) : []),
    ...(schema.nullable ? [forbidden(`${path}.nullable`, 'nullable cannot be true at the root')] : []),
  ];
  const structural = structuralErrors(schema, path);
  const general = schemaErrors(schema, path);
  errors.push(...structural, ...(structural.length === 0 ? defaultErrors(schema, path) : []), ...general);
  return errors.length > 0 ? errors : ruleErrors(schema, path);
}

/** With a status subresource, the root may say nothing that would tie the status to the rest. Go's names of the fields. */
const allowedAtRoot = [
  'Description',
  'Type',
  'Format',
  'Title',
  'Maximum',
  'ExclusiveMaximum',
  'Minimum',
  'ExclusiveMinimum',
  'MaxLength',
  'MinLength',
  'Pattern',
  'MaxItems',
  'MinItems',
  'UniqueItems',
  'MultipleOf',
  'Required',
  'Items',
  'Properties',
  'ExternalDocs',
  'Example',
  'XPreserveUnknownFields',
  'XValidations',
];

function rootErrors(schema: Schema, path: string): FieldError[] {
  const goName = (name: string) =>
    name.startsWith('x-kubernetes-')
      ? `X${name.slice('x-kubernetes'.length).replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())}`
      : name.charAt(0).toUpperCase() + name.slice(1);
  const said = Object.keys(schema);
  if (said.every((name) => allowedAtRoot.includes(goName(name)))) return [];
  const problem = `only [${allowedAtRoot.join(' ')}] fields are allowed at the root of the schema if the status subresource is enabled`;
  return [invalid(path, said, problem)];
}

function deprecationErrors(
  { deprecated, deprecationWarning: warning }: CustomResourceDefinitionVersion,
  path: string,
): FieldError[] {
  if (warning === undefined) return [];
  const wrong = (problem: string) => [invalid(path, warning, problem)];
  if (!deprecated) return wrong('can only be set for deprecated versions');
  if (warning === '') return wrong('must not be an empty string');
  if (Buffer.byteLength(warning) > 256) return wrong('must be <= 256 characters long');
  const at = [...warning].findIndex((character) => /[\p{C}\p{Zl}\p{Zp}]/u.test(character));
  return at < 0
    ? []
    : wrong(`must only contain printable UTF-8 characters; non-printable character found at index ${at}`);
}

function requiredNames(names: CustomResourceDefinitionNames): FieldError[] {
  return (['plural', 'singular', 'kind', 'listKind'] as const)
    .filter((name) => !names[name])
    .map((name) => required(`spec.names.${name}`));
}

/** Also of the names that were accepted. */
export function namesErrors(names: CustomResourceDefinitionNames, path: string): FieldError[] {
  const { plural, singular, kind, listKind, shortNames = [], categories = [] } = names;
  const label = (step: string, name: string) => {
    const problems = dns1035LabelProblems(name);
    return problems.length > 0 ? [invalid(`${path}.${step}`, name, problems.join(','))] : [];
  };
  const mixed = (step: string, name = '') => {
    const problems = name ? dns1035LabelProblems(name.toLowerCase()) : [];
    const problem = `may have mixed case, but should otherwise match: ${problems.join(',')}`;
    return problems.length > 0 ? [invalid(`${path}.${step}`, name, problem)] : [];
  };
  return [
    ...(plural ? label('plural', plural) : []),
    ...(singular ? label('singular', singular) : []),
    ...mixed('kind', kind),
    ...mixed('listKind', listKind),
    ...shortNames.flatMap((name, at) => label(`shortNames[${at}]`, name)),
    ...(kind && kind === listKind
      ? [invalid(`${path}.listKind`, listKind, 'kind and listKind may not be the same')]
      : []),
    ...categories.flatMap((name, at) => label(`categories[${at}]`, name)),
  ];
}

function subresourceErrors(subresources: CustomResourceSubresources | undefined, path: string): FieldError[] {
  const scale = subresources?.scale;
  if (!scale) return [];
  const { specReplicasPath, statusReplicasPath, labelSelectorPath } = scale;
  return [
    ...pathErrors(specReplicasPath, `${path}.scale.specReplicasPath`, ['.spec.']),
    ...pathErrors(statusReplicasPath, `${path}.scale.statusReplicasPath`, ['.status.']),
    ...(labelSelectorPath
      ? pathErrors(labelSelectorPath, `${path}.scale.labelSelectorPath`, ['.spec.', '.status.'])
      : []),
  ];
}

function pathErrors(text: string, path: string, roots: readonly string[]): FieldError[] {
  if (!text) return [required(path)];
  const simple = simplePathErrors(text, path);
  if (simple.length > 0 || roots.some((root) => text.startsWith(root))) return simple;
  const under = roots.length > 1 ? 'either .spec or .status' : roots[0]!.slice(0, -1);
  return [invalid(path, text, `should be a json path under ${under}`)];
}

function simplePathErrors(text: string, path: string): FieldError[] {
  if (!text.startsWith('.')) return [invalid(path, text, 'must be a simple json path starting with .')];
  try {
    parseJsonPath(text);
    return [];
  } catch (error) {
    return [invalid(path, text, `must be a json path: ${(error as Error).message}`)];
  }
}

const columnTypes = ['boolean', 'date', 'integer', 'number', 'string'];
const columnFormats = ['byte', 'date', 'date-time', 'double', 'float', 'int32', 'int64', 'password'];

function columnErrors({ name, type, format, jsonPath }: CustomResourceColumnDefinition, path: string): FieldError[] {
  const oneOf = (choices: readonly string[]) => `must be one of ${choices.join(',')}`;
  return [
    ...(name ? [] : [required(`${path}.name`)]),
    ...(type ? [] : [required(`${path}.type`, oneOf(columnTypes))]),
    ...(type && !columnTypes.includes(type) ? [invalid(`${path}.type`, type, oneOf(columnTypes))] : []),
    ...(format && !columnFormats.includes(format) ? [invalid(`${path}.format`, format, oneOf(columnFormats))] : []),
    ...(jsonPath ? simplePathErrors(jsonPath, `${path}.JSONPath`) : [required(`${path}.JSONPath`)]),
  ];
}

const maxSelectableFields = 8;

function selectableErrors(
  fields: readonly { readonly jsonPath: string }[],
  schema: Schema | undefined,
  path: string,
): FieldError[] {
  const seen = new Set<string>();
  const errors = fields.flatMap(({ jsonPath }, index): FieldError[] => {
    const at = `${path}[${index}].jsonPath`;
    if (!jsonPath) return [required(at)];
    const found = schema && selectedBy(jsonPath, schema);
    if (!found) return [invalid(at, jsonPath, `is an invalid path: does not refer to a valid field`)];
    const problems: FieldError[] = [];
    if (jsonPath.startsWith('.metadata')) problems.push(invalid(at, jsonPath, 'must not point to fields in metadata'));
    if (!['string', 'boolean', 'integer'].includes(found.type ?? ''))
      problems.push(
        invalid(
          at,
          jsonPath,
          'must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.',
        ),
      );
    if (seen.has(jsonPath)) problems.push(duplicate(at, jsonPath));
    seen.add(jsonPath);
    return problems;
  });
  return seen.size > maxSelectableFields ? [...errors, tooMany(path, seen.size, maxSelectableFields)] : errors;
}

/** The schema of the field that a path such as `.spec.colour` names. */
function selectedBy(jsonPath: string, schema: Schema): Schema | undefined {
  if (!/^(\.[^.[\]]+)+$/.test(jsonPath)) return undefined;
  const names = jsonPath.slice(1).split('.');
  return names.reduce<Schema | undefined>((part, name) => part && propertyOf(part, name), schema);
}

/** Every version in which objects may still be stored must be one of the definition. */
export function storedVersionErrors(
  stored: readonly string[],
  versions: readonly CustomResourceDefinitionVersion[],
): FieldError[] {
  const path = 'status.storedVersions';
  if (stored.length === 0) return [invalid(path, stored, 'must have at least one stored version')];
  const storage = versions.find((version) => version.storage)?.name;
  return [
    ...(storage !== undefined && !stored.includes(storage)
      ? [invalid(path, stored, `must have the storage version ${storage}`)]
      : []),
    ...stored.flatMap((name, index) =>
      versions.some((version) => version.name === name)
        ? []
        : [
            invalid(
              `${path}[${index}]`,
              name,
              `missing from spec.versions; ${name} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in ${name} and removes ${name} from status.storedVersions`,
            ),
          ],
    ),
  ];
}
