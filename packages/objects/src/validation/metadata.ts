// Owns validation of metadata, which is the same for every kind but for the rule for names.
import type { ObjectMeta, OwnerReference } from '../api/types.ts';
import { type FieldError, forbidden, invalid, required, tooLong } from '../errors/field-error.ts';
import type { JsonObject } from '../json-value.ts';
import type { Kind, PartRules } from '../kinds/kind.ts';
import type { KubeObject } from '../object.ts';
import { immutable, labels, notNegative, problemsOf } from './field-checks.ts';
import {
  dns1035LabelProblems,
  dns1123LabelProblems,
  dns1123SubdomainProblems,
  pathSegmentProblems,
  qualifiedNameProblems,
} from './names.ts';

const nameRules = {
  'dns-subdomain': dns1123SubdomainProblems,
  'dns-label': dns1123LabelProblems,
  'dns1035-label': dns1035LabelProblems,
  'path-segment': pathSegmentProblems,
} as const satisfies Record<Kind['nameRule'], (name: string) => string[]>;

const MAX_ANNOTATION_BYTES = 256 * 1024;

/** The metadata of a new object or of a changed one. `path` is where it stands. */
function validateMetadata(
  {
    nameRule,
    anyFinalizers = false,
    resource,
  }: Pick<Kind, 'nameRule' | 'anyFinalizers'> & { readonly resource: { readonly namespaced: boolean } },
  metadata: ObjectMeta,
  path = 'metadata',
): FieldError[] {
  const problems = nameRules[nameRule];
  const errors: FieldError[] = [];
  if (metadata.generateName) {
    // What is appended may follow a hyphen.
    const prefix = metadata.generateName.replace(/(.)-$/, '$1a');
    errors.push(...problemsOf(`${path}.generateName`, metadata.generateName, problems(prefix)));
  }
  if (metadata.name) errors.push(...problemsOf(`${path}.name`, metadata.name, problems(metadata.name)));
  else errors.push(required(`${path}.name`, 'name or generateName is required'));
  errors.push(
    ...validateNamespace(resource.namespaced, metadata.namespace, `${path}.namespace`),
    ...notNegative(`${path}.generation`, metadata.generation),
    ...labels(`${path}.labels`, metadata.labels),
    ...validateAnnotations(`${path}.annotations`, metadata.annotations),
    ...validateOwners(metadata.ownerReferences ?? [], `${path}.ownerReferences`),
    ...validateFinalizers(metadata.finalizers ?? [], `${path}.finalizers`),
    ...(anyFinalizers ? [] : qualifiedFinalizers(metadata.finalizers ?? [], `${path}.finalizers`)),
  );
  return errors;
}

/** Of an object that stands inside another: it may have no name, and be anything. */
export function validateEmbeddedMetadata(path: string, metadata: JsonObject): FieldError[] {
  const named = { name: 'unnamed', ...metadata } as unknown as ObjectMeta;
  const namespaced = Boolean(metadata.namespace);
  return validateMetadata({ nameRule: 'path-segment', anyFinalizers: true, resource: { namespaced } }, named, path);
}

function validateNamespace(namespaced: boolean, namespace: string | undefined, field: string): FieldError[] {
  if (!namespaced) return namespace ? [forbidden(field, 'not allowed on this type')] : [];
  if (!namespace) return [required(field)];
  return problemsOf(field, namespace, dns1123LabelProblems(namespace));
}

export function validateAnnotations(
  field: string,
  annotations: Readonly<Record<string, string>> | undefined,
): FieldError[] {
  const errors: FieldError[] = [];
  let bytes = 0;
  for (const [key, value] of Object.entries(annotations ?? {})) {
    errors.push(...problemsOf(field, key, qualifiedNameProblems(key.toLowerCase())));
    bytes += Buffer.byteLength(key) + Buffer.byteLength(value);
  }
  if (bytes > MAX_ANNOTATION_BYTES) errors.push(tooLong(field, MAX_ANNOTATION_BYTES));
  return errors;
}

function validateOwners(owners: readonly OwnerReference[], field: string): FieldError[] {
  const errors = owners.flatMap(({ apiVersion, kind, name, uid }) => [
    ...(apiVersion ? [] : [invalid(`${field}.apiVersion`, apiVersion, 'version must not be empty')]),
    ...(kind ? [] : [invalid(`${field}.kind`, kind, 'kind must not be empty')]),
    ...(name ? [] : [invalid(`${field}.name`, name, 'name must not be empty')]),
    ...(uid ? [] : [invalid(`${field}.uid`, uid, 'uid must not be empty')]),
    ...(kind === 'Event' && (apiVersion === 'v1' || apiVersion === 'events.k8s.io/v1')
      ? [invalid(field, { apiVersion, kind, name, uid }, `${apiVersion}, Kind=Event is disallowed from being an owner`)]
      : []),
  ]);
  const [first, second] = owners.filter((owner) => owner.controller);
  if (first && second)
    errors.push(
      invalid(
        field,
        owners,
        `Only one reference can have Controller set to true. Found "true" in references for ${first.name} and ${second.name}`,
      ),
    );
  return errors;
}

function validateFinalizers(finalizers: readonly string[], field: string): FieldError[] {
  const errors = finalizers.flatMap((finalizer) => problemsOf(field, finalizer, qualifiedNameProblems(finalizer)));
  if (finalizers.includes('orphan') && finalizers.includes('foregroundDeletion'))
    errors.push(invalid(field, finalizers, 'finalizer orphan and foregroundDeletion cannot be both set'));
  return errors;
}

export const standardFinalizers: ReadonlySet<string> = new Set(['kubernetes', 'orphan', 'foregroundDeletion']);

export const unqualifiedFinalizer = 'name is neither a standard finalizer name nor is it fully qualified';

function qualifiedFinalizers(finalizers: readonly string[], field: string): FieldError[] {
  return finalizers.flatMap((finalizer, index) =>
    finalizer.includes('/') || standardFinalizers.has(finalizer)
      ? []
      : [invalid(`${field}[${index}]`, finalizer, unqualifiedFinalizer)],
  );
}

/** What no update may change. */
function validateMetadataUpdate(metadata: ObjectMeta, old: ObjectMeta): FieldError[] {
  const errors = [
    ...immutable('metadata.name', metadata.name, old.name),
    ...immutable('metadata.namespace', metadata.namespace, old.namespace),
    ...immutable('metadata.uid', metadata.uid, old.uid),
    ...immutable('metadata.creationTimestamp', metadata.creationTimestamp, old.creationTimestamp),
    ...immutable('metadata.deletionTimestamp', metadata.deletionTimestamp, old.deletionTimestamp),
    ...immutable(
      'metadata.deletionGracePeriodSeconds',
      metadata.deletionGracePeriodSeconds,
      old.deletionGracePeriodSeconds,
    ),
  ];
  const added = (metadata.finalizers ?? []).filter((finalizer) => !old.finalizers?.includes(finalizer));
  if (old.deletionTimestamp && added.length > 0)
    errors.push(
      forbidden(
        'metadata.finalizers',
        `no new finalizers can be added if the object is being deleted, found new finalizers []string{${added.map((name) => JSON.stringify(name)).join(', ')}}`,
      ),
    );
  return errors;
}

/** A kind whose validation checks the metadata as well. */
export function withMetadataRules(kind: Kind): Kind {
  return {
    ...kind,
    validate: (object, old) => [...validateMetadata(kind, object.metadata), ...kind.validate(object, old)],
    validateUpdate: (object, old) => [
      ...validateMetadataUpdate(object.metadata, old.metadata),
      ...(kind.validateUpdate?.(object, old) ?? []),
    ],
    // Where `validate` is not asked, labels and annotations may change all the same.
    validateStatusUpdate: (object, old) => [
      ...validateMetadata(kind, object.metadata),
      ...validateMetadataUpdate(object.metadata, old.metadata),
      ...(kind.validateStatusUpdate?.(object, old) ?? []),
    ],
    ...(kind.parts ? { parts: withMetadataRulesOfParts(kind, kind.parts) } : {}),
  };
}

function withMetadataRulesOfParts(kind: Kind, parts: NonNullable<Kind['parts']>): Kind['parts'] {
  const wrapped = Object.entries(parts).map(([name, part]): [string, PartRules<KubeObject>] => [
    name,
    {
      ...part,
      validateUpdate: (object, old) => [
        ...validateMetadata(kind, object.metadata),
        ...validateMetadataUpdate(object.metadata, old.metadata),
        ...part.validateUpdate(object, old),
      ],
    },
  ]);
  return Object.fromEntries(wrapped);
}
