// Owns what a person can know about Namespace beyond the API facts.
import type { Namespace } from '../api/types.ts';
import { invalid } from '../errors/field-error.ts';
import { namespaces } from '../resource.ts';
import { problemsOf } from '../validation/field-checks.ts';
import { standardFinalizers, unqualifiedFinalizer } from '../validation/metadata.ts';
import { qualifiedNameProblems } from '../validation/names.ts';
import { ageColumn, columnOf, nameColumn } from './columns.ts';
import type { Kind } from './kind.ts';

const NAME_LABEL = 'kubernetes.io/metadata.name';

export const namespaceKind: Kind<Namespace> = {
  resource: namespaces,
  nameRule: 'dns-label',
  subresources: ['status', 'finalize'],
  deletedOneByOne: true,
  countsGenerations: false,

  setDefaults({ metadata, status }) {
    status.phase ||= 'Active';
    if (metadata.name) metadata.labels = { ...metadata.labels, [NAME_LABEL]: metadata.name };
  },
  prepareForCreate(draft) {
    draft.status = { phase: 'Active' };
    const finalizers = draft.spec.finalizers ?? [];
    // Keeps the namespace until its contents are gone.
    draft.spec.finalizers = finalizers.includes('kubernetes') ? finalizers : [...finalizers, 'kubernetes'];
  },
  prepareForUpdate(draft, old) {
    Object.assign(draft, { spec: old.spec, status: old.status });
  },
  prepareForStatusUpdate(draft, old) {
    Object.assign(draft, { spec: old.spec });
  },

  validate: ({ spec }) =>
    (spec.finalizers ?? []).flatMap((finalizer, index) =>
      problemsOf(`spec.finalizers[${index}]`, finalizer, finalizerProblems(finalizer)),
    ),

  validateStatusUpdate({ metadata, status }) {
    const phase = status.phase ?? '';
    if (metadata.deletionTimestamp)
      return phase === 'Terminating'
        ? []
        : [invalid('status.Phase', phase, "may only be 'Terminating' if `deletionTimestamp` is not empty")];
    return phase === 'Active'
      ? []
      : [invalid('status.Phase', phase, "may only be 'Active' if `deletionTimestamp` is empty")];
  },

  columns: [
    nameColumn,
    columnOf('Status', 'The phase of the namespace.', ({ status }) => status.phase ?? ''),
    ageColumn,
  ],
  fieldSelectors: { 'status.phase': ({ status }) => status.phase ?? '' },
};

function finalizerProblems(finalizer: string): string[] {
  const problems = qualifiedNameProblems(finalizer);
  const isKnown = finalizer.includes('/') || standardFinalizers.has(finalizer);
  return isKnown ? problems : [...problems, unqualifiedFinalizer];
}
