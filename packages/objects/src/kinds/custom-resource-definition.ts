// Owns what a person can know about CustomResourceDefinition beyond the API facts.
import type { CustomResourceDefinition } from '../api/types.ts';
import { approvalErrors, approvalOf } from '../custom/api-approval.ts';
import { definitionErrors, namesErrors, storedVersionErrors } from '../custom/definition-rules.ts';
import { type FieldError, invalid } from '../errors/field-error.ts';
import type { Draft } from '../object.ts';
import { customResourceDefinitions } from '../resource.ts';
import { immutable } from '../validation/field-checks.ts';
import { createdColumn, nameColumn } from './columns.ts';
import type { Kind } from './kind.ts';

/** Keeps a definition that is deleted until its objects are gone. */
export const customResourceCleanup = 'customresourcecleanup.apiextensions.k8s.io';

export const customResourceDefinitionKind: Kind<CustomResourceDefinition> = {
  resource: customResourceDefinitions,
  nameRule: 'dns-subdomain',
  anyFinalizers: true,
  versionedUpdates: true,
  subresources: ['status'],
  countsGenerations: true,
  deletionFinalizer: customResourceCleanup,

  setDefaults({ spec }) {
    const { names } = spec;
    if (names.kind) {
      names.singular ||= names.kind.toLowerCase();
      names.listKind ||= `${names.kind}List`;
    }
    spec.conversion ??= { strategy: 'None' };
    const service = spec.conversion.webhook?.clientConfig?.service;
    if (service) service.port ??= 443;
  },
  prepareForCreate(draft) {
    draft.status = { acceptedNames: { plural: '', kind: '' }, conditions: [], storedVersions: [] };
    addStoredVersion(draft);
  },
  prepareForUpdate(draft, old) {
    Object.assign(draft, { status: { ...old.status } });
    addStoredVersion(draft);
  },
  prepareForStatusUpdate(draft, old) {
    Object.assign(draft, { spec: old.spec });
    const { labels, annotations, ownerReferences } = old.metadata;
    Object.assign(draft.metadata, { labels, annotations, ownerReferences });
  },

  validate: ({ metadata, spec, status }) => [
    ...(metadata.name === `${spec.names.plural}.${spec.group}`
      ? []
      : [invalid('metadata.name', metadata.name, 'must be spec.names.plural+"."+spec.group')]),
    ...definitionErrors(spec),
    ...statusErrors(status),
    ...storedVersionErrors(status.storedVersions ?? [], spec.versions),
  ],
  validateCreate: ({ metadata, spec }) => approvalErrors(spec.group, metadata.annotations),
  validateUpdate: ({ metadata, spec }, old) => [
    ...(isEstablished(old)
      ? [
          ...immutable('spec.scope', spec.scope, old.spec.scope),
          ...immutable('spec.names.kind', spec.names.kind, old.spec.names.kind),
        ]
      : []),
    ...immutable('spec.group', spec.group, old.spec.group),
    ...immutable('spec.names.plural', spec.names.plural, old.spec.names.plural),
    ...(approvalOf(metadata.annotations).state === approvalOf(old.metadata.annotations).state
      ? []
      : approvalErrors(spec.group, metadata.annotations)),
  ],
  validateStatusUpdate: ({ status }) => statusErrors(status),

  columns: [nameColumn, createdColumn],
  fieldSelectors: {},
};

/** Objects may be stored in a version from when it is the one to store in. */
function addStoredVersion({ spec, status }: Draft<CustomResourceDefinition>): void {
  const storage = spec.versions.find((version) => version.storage)?.name;
  const stored = status.storedVersions ?? [];
  if (storage !== undefined && !stored.includes(storage)) status.storedVersions = [...stored, storage];
}

function statusErrors({ acceptedNames }: CustomResourceDefinition['status']): FieldError[] {
  return acceptedNames ? namesErrors(acceptedNames, 'status.acceptedNames') : [];
}

/** Whether clients may count on the definition's kinds. */
function isEstablished(definition: CustomResourceDefinition): boolean {
  return isTrue(definition, 'Established');
}

/** Whether the definition's kinds are served, or soon will be. */
export function hasAcceptedNames(definition: CustomResourceDefinition): boolean {
  return isTrue(definition, 'NamesAccepted') || isEstablished(definition);
}

function isTrue({ status }: CustomResourceDefinition, condition: string): boolean {
  return (status.conditions ?? []).some(({ type, status: is }) => type === condition && is === 'True');
}
