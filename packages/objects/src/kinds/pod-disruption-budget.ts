// Owns what a person can know about PodDisruptionBudget beyond the API facts.
import type { PodDisruptionBudget, PodDisruptionBudgetSpec } from '../api/types.ts';
import { type FieldError, invalid } from '../errors/field-error.ts';
import { podDisruptionBudgets } from '../resource.ts';
import { atMostAll, choice, countOrPercent, notNegative } from '../validation/field-checks.ts';
import { validateLabelSelector } from '../validation/label-selector.ts';
import { ageColumn, columnOf, integerColumn, nameColumn } from './columns.ts';
import type { Kind } from './kind.ts';

export const podDisruptionBudgetKind: Kind<PodDisruptionBudget> = {
  resource: podDisruptionBudgets,
  nameRule: 'path-segment',
  anyFinalizers: true,
  versionedUpdates: true,
  subresources: ['status'],
  countsGenerations: true,

  prepareForCreate(draft) {
    draft.status = { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 };
  },
  prepareForUpdate(draft, old) {
    Object.assign(draft, { status: old.status });
  },
  prepareForStatusUpdate(draft, old) {
    Object.assign(draft, { spec: old.spec });
  },

  validate: ({ spec }) => validateSpec(spec),
  validateStatusUpdate: ({ status }) =>
    (['disruptionsAllowed', 'currentHealthy', 'desiredHealthy', 'expectedPods'] as const).flatMap((name) =>
      notNegative(`status.${name}`, status[name]),
    ),

  columns: [
    nameColumn,
    columnOf('Min Available', 'How many pods must be available.', ({ spec }) => String(spec.minAvailable ?? 'N/A')),
    columnOf('Max Unavailable', 'How many pods may be unavailable.', ({ spec }) =>
      String(spec.maxUnavailable ?? 'N/A'),
    ),
    integerColumn('Allowed Disruptions', 'How many pods may be evicted now.', ({ status }) => {
      return status.disruptionsAllowed;
    }),
    ageColumn,
  ],
  fieldSelectors: {},
};

function validateSpec(spec: PodDisruptionBudgetSpec): FieldError[] {
  const { minAvailable, maxUnavailable, selector, unhealthyPodEvictionPolicy } = spec;
  const errors: FieldError[] = [];
  if (minAvailable !== undefined && maxUnavailable !== undefined)
    errors.push(invalid('spec', spec, 'minAvailable and maxUnavailable cannot be both set'));
  for (const [name, value] of Object.entries({ minAvailable, maxUnavailable }))
    errors.push(...countOrPercent(`spec.${name}`, value), ...atMostAll(`spec.${name}`, value));
  errors.push(...validateLabelSelector('spec.selector', selector));
  errors.push(
    ...choice('spec.unhealthyPodEvictionPolicy', unhealthyPodEvictionPolicy, ['AlwaysAllow', 'IfHealthyBudget']),
  );
  return errors;
}
