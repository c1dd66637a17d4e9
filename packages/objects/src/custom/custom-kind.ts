// Owns the kinds that a CustomResourceDefinition makes: one for each version that is served, with all that generic code
// asks of a kind.
import type { CustomResourceDefinition, CustomResourceDefinitionVersion } from '../api/types.ts';
import { DecodeError } from '../decode/context.ts';
import type { DocumentForm } from '../documents/form.ts';
import type { FieldError } from '../errors/field-error.ts';
import { getKey, isObject, type JsonObject } from '../json-value.ts';
import type { Kind, View } from '../kinds/kind.ts';
import type { Draft, KubeObject } from '../object.ts';
import { apiVersionOf, type Resource } from '../resource.ts';
import { withMetadataRules } from '../validation/metadata.ts';
import { ruleViolations } from './cel/evaluate-rules.ts';
import { compileRules } from './cel/rules.ts';
import { customColumns } from './columns.ts';
import { type Converter, conversionOf } from './conversion.ts';
import { documentFormOf } from './document-form.ts';
import { validateEmbedded } from './embedded.ts';
import { listDuplicates } from './list-types.ts';
import { scaleAccess, scaleErrors } from './scale.ts';
import type { Schema } from './schema.ts';
import { validateValue } from './validate-value.ts';

export interface CustomKinds {
  /** In whose form the objects are stored; its version need not be served. */
  readonly storage: Kind;
  /** The versions that are served: the one of the storage, and views of it. */
  readonly versions: readonly Kind[];
}

/** `webhook`: converts objects where the definition says that a webhook does; left out: they are shown as they are. */
export function customKinds(definition: CustomResourceDefinition, webhook?: ConversionWebhook): CustomKinds {
  const { versions, conversion } = definition.spec;
  if (webhook && conversion?.strategy === 'Webhook') return convertedKinds(definition, webhook);
  const stored = versions.find((version) => version.storage) ?? versions[0]!;
  const storage = kindOfVersion(definition, stored);
  const served = versions.filter((version) => version.served);
  return {
    storage,
    versions: served.map((version) => (version === stored ? storage : kindOfVersion(definition, version, storage))),
  };
}

export interface ConversionWebhook {
  readonly convert: Converter;
  /** Throws what is said of an answer that cannot be. */
  refuse(problem: string): never;
}

/** Whose versions have different forms: an object is kept as it was stored until a webhook converts it. */
function convertedKinds(definition: CustomResourceDefinition, webhook: ConversionWebhook): CustomKinds {
  const { versions } = definition.spec;
  const forms = versions.map((version) => kindOfVersion(definition, version));
  const stored = forms[versions.findIndex(({ storage }) => storage)] ?? forms[0]!;
  const kept: Kind = { ...stored, fromStore: (object) => object as KubeObject };
  const served = forms.filter((_, index) => versions[index]!.served);
  const read = (object: KubeObject, resource: Resource<KubeObject>) =>
    inForm(object, {
      resource,
      documents: forms.find((form) => form.resource.version === resource.version)!.documents!,
    });
  return {
    storage: kept,
    versions: served.map(({ fromStore: _, ...kind }) => ({
      ...kind,
      conversion: conversionOf({ ...webhook, resource: kind.resource, kept, read }),
    })),
  };
}

function resourceOf(
  definition: CustomResourceDefinition,
  version: CustomResourceDefinitionVersion,
): Resource<KubeObject> {
  const { spec } = definition;
  const { group, scope } = spec;
  // What was accepted, as long as others have what was asked for.
  const names = { ...spec.names, ...acceptedNames(definition) };
  return {
    group,
    version: version.name,
    plural: names.plural,
    singular: names.singular ?? '',
    kind: names.kind,
    ...(names.listKind ? { listKind: names.listKind } : {}),
    namespaced: scope === 'Namespaced',
    shortNames: names.shortNames ?? [],
    categories: names.categories ?? [],
    type: `${[...group.split('.')].reverse().join('.')}.${version.name}.${names.kind}`,
  };
}

function kindOfVersion(
  definition: CustomResourceDefinition,
  version: CustomResourceDefinitionVersion,
  storage?: Kind,
): Kind {
  const schema = version.schema?.openAPIV3Schema ?? {};
  const resource = resourceOf(definition, version);
  const { status, scale } = version.subresources ?? {};
  const documents = documentFormOf(schema);
  const check = checks(schema, scale ? (object) => scaleErrors(scale, object) : () => []);
  return withMetadataRules({
    resource,
    documents,
    ...(storage
      ? { view: viewOf({ resource, documents }, storage) }
      : { fromStore: (stored) => inForm(stored as KubeObject, { resource, documents }) }),
    nameRule: 'dns-subdomain',
    anyFinalizers: true,
    versionedUpdates: true,
    subresources: [...(status ? ['status'] : []), ...(scale ? ['scale'] : [])],
    countsGenerations: 'all but metadata',
    ...(version.deprecated ? { deprecation: version.deprecationWarning ?? deprecation(resource) } : {}),
    ...(status ? statusRules : {}),
    validate: check,
    ...(status ? { validateStatusUpdate: check } : {}),
    columns: customColumns(version.additionalPrinterColumns),
    fieldSelectors: Object.fromEntries(
      (version.selectableFields ?? []).map(({ jsonPath }) => [jsonPath.slice(1), selected(jsonPath)]),
    ),
    ...(scale ? { scale: scaleAccess(scale) } : {}),
  });
}

function deprecation(resource: Resource<KubeObject>): string {
  return `${apiVersionOf(resource)} ${resource.kind} is deprecated`;
}

/** None yet: not even those asked for have been looked at. */
function acceptedNames({ status }: CustomResourceDefinition) {
  return status.acceptedNames?.plural ? status.acceptedNames : {};
}

/** Without conversion, versions differ in nothing but their name, and in what their schemas keep. */
function viewOf(shown: Form, storage: Kind): View<KubeObject> {
  const kept = { resource: storage.resource, documents: storage.documents! };
  return { of: kept.resource, show: (object) => inForm(object, shown), store: (object) => inForm(object, kept) };
}

interface Form {
  readonly resource: Resource<KubeObject>;
  readonly documents: DocumentForm;
}

/** An object of another version, or of an older definition. What cannot be read by this one is left as it is. */
function inForm(object: KubeObject, { resource, documents }: Form): KubeObject {
  const { apiVersion: _, kind: __, ...fields } = object;
  return { apiVersion: apiVersionOf(resource), kind: resource.kind, ...readable(fields, documents) };
}

function readable(fields: Omit<KubeObject, 'apiVersion' | 'kind'>, documents: DocumentForm): typeof fields {
  try {
    return documents.read(fields).object as unknown as typeof fields;
  } catch (error) {
    // An object that is stored must be found, also by who wants to set it right.
    if (error instanceof DecodeError) return fields;
    throw error;
  }
}

function selected(jsonPath: string): (object: KubeObject) => string {
  const names = jsonPath.slice(1).split('.');
  return (object) => {
    const value = names.reduce<unknown>((part, name) => (isObject(part) ? getKey(part, name) : undefined), object);
    return value === undefined || value === null ? '' : String(value);
  };
}

type StatusRules = Required<Pick<Kind, 'prepareForCreate' | 'prepareForUpdate' | 'prepareForStatusUpdate'>>;

/** Where the status has a subresource of its own, nothing else sets it, and it changes nothing else. */
const statusRules: StatusRules = {
  prepareForCreate(draft) {
    delete (draft as { status?: unknown }).status;
  },
  prepareForUpdate(draft, old) {
    setStatus(draft, (old as { status?: unknown }).status);
  },
  prepareForStatusUpdate(draft, old) {
    const { status } = draft as { status?: unknown };
    const { managedFields } = draft.metadata;
    for (const name of Object.keys(draft)) delete (draft as unknown as JsonObject)[name];
    const metadata = { ...old.metadata, ...(managedFields ? { managedFields } : {}) };
    if (!managedFields) delete (metadata as { managedFields?: unknown }).managedFields;
    Object.assign(draft, old, { metadata });
    setStatus(draft, status);
  },
};

function setStatus(draft: Draft<KubeObject>, status: unknown): void {
  if (status === undefined) delete (draft as { status?: unknown }).status;
  else Object.assign(draft, { status });
}

/** Errors of a structure in which rules make no sense. */
const blocking: ReadonlySet<string> = new Set([
  'FieldValueNotSupported',
  'FieldValueRequired',
  'FieldValueTooLong',
  'FieldValueTooMany',
  'FieldValueTypeInvalid',
]);
const notChecked: FieldError = {
  type: 'FieldValueInvalid',
  field: '<nil>',
  message:
    'Invalid value: "null": some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
};

/** What an object must be. `old`: what an update replaces. */
function checks(schema: Schema, more: (object: KubeObject) => FieldError[]) {
  let rules: ReturnType<typeof compileRules> | 'not compiled' = 'not compiled';
  return (object: KubeObject, old?: KubeObject): FieldError[] => {
    // Most objects are read and never written: their rules are compiled when the first one is.
    if (rules === 'not compiled') rules = compileRules(schema);
    const [value, before] = [object as unknown as JsonObject, old as unknown as JsonObject | undefined];
    const errors = [
      ...validateValue(schema, value, before),
      ...more(object),
      ...validateEmbedded(value, schema),
      ...listDuplicates(schema, value),
    ];
    if (!rules) return errors;
    if (errors.some(({ type }) => blocking.has(type))) return [...errors, notChecked];
    return [...errors, ...ruleViolations(rules, value, before)];
  };
}
