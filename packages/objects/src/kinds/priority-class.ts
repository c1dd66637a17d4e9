// Owns what a person can know about PriorityClass beyond the API facts, and the classes that every cluster has.
// Source: Kubernetes, "Pod Priority and Preemption".
import type { PriorityClass } from '../api/types.ts';
import { type FieldError, forbidden, invalid } from '../errors/field-error.ts';
import type { New } from '../object.ts';
import { priorityClasses } from '../resource.ts';
import { choice } from '../validation/field-checks.ts';
import { ageColumn, columnOf, integerColumn, nameColumn } from './columns.ts';
import type { Column, Kind } from './kind.ts';

const systemPrefix = 'system-';
/** Above it are the system's own pods. */
const highestOfUsers = 1_000_000_000;

export const systemPriorityClasses: readonly New<PriorityClass>[] = [
  {
    metadata: { name: 'system-node-critical' },
    value: 2_000_001_000,
    description: 'Used for system critical pods that must not be moved from their current node.',
  },
  {
    metadata: { name: 'system-cluster-critical' },
    value: 2_000_000_000,
    description:
      'Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.',
  },
];

const globalDefaultColumn: Column<PriorityClass> = {
  name: 'Global-Default',
  type: 'boolean',
  description: 'Whether pods that name no class are of this one.',
  priority: 0,
  cell: ({ globalDefault }) => globalDefault ?? false,
};

export const priorityClassKind: Kind<PriorityClass> = {
  resource: priorityClasses,
  nameRule: 'dns-subdomain',
  subresources: [],
  countsGenerations: false,
  setDefaults(draft) {
    draft.preemptionPolicy ??= 'PreemptLowerPriority';
  },
  prepareForCreate(draft) {
    draft.metadata.generation = 1;
  },
  validate(object) {
    const { metadata, value, preemptionPolicy } = object;
    const errors: FieldError[] = [];
    if (metadata.name?.startsWith(systemPrefix)) {
      const problem = systemProblem(object);
      if (problem)
        errors.push(
          forbidden(
            'metadata.name',
            `priority class names with '${systemPrefix}' prefix are reserved for system use only. error: ${problem}`,
          ),
        );
    } else if (value > highestOfUsers)
      errors.push(forbidden('value', `maximum allowed value of a user defined priority is ${highestOfUsers}`));
    errors.push(...choice('preemptionPolicy', preemptionPolicy, ['Never', 'PreemptLowerPriority']));
    return errors;
  },
  validateUpdate({ value, preemptionPolicy }, old) {
    const errors: FieldError[] = [];
    if (value !== old.value) errors.push(forbidden('value', 'may not be changed in an update.'));
    if (preemptionPolicy !== old.preemptionPolicy)
      errors.push(invalid('preemptionPolicy', preemptionPolicy, 'field is immutable'));
    return errors;
  },
  columns: [
    nameColumn,
    integerColumn('Value', 'The priority of the pods of this class.', ({ value }) => value),
    globalDefaultColumn,
    ageColumn,
    columnOf('PreemptionPolicy', 'Whether pods of this class make others go.', ({ preemptionPolicy }) => {
      return preemptionPolicy ?? '';
    }),
  ],
  fieldSelectors: {},
};

/** Why the class is none of the system's. */
function systemProblem({ metadata: { name }, value, globalDefault }: PriorityClass): string | undefined {
  const known = systemPriorityClasses.find(({ metadata }) => metadata.name === name);
  if (!known) return `${name} is not a known system priority class`;
  if (value !== known.value) return `value of ${name} PriorityClass must be ${known.value}`;
  return globalDefault ? `globalDefault of ${name} PriorityClass must be false` : undefined;
}
