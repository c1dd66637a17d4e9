// Owns what a person can know about ReplicaSet beyond the API facts.
import type { ReplicaSet } from '../api/types.ts';
import { replicaSets } from '../resource.ts';
import { selectorFrom } from '../selectors/label-selector.ts';
import { notNegative } from '../validation/field-checks.ts';
import { ageColumn, integerColumn, nameColumn } from './columns.ts';
import type { Kind } from './kind.ts';
import { setPodSpecDefaults } from './pod-defaults.ts';
import {
  containersColumn,
  imagesColumn,
  immutableSelector,
  selectorColumn,
  validateCounts,
  validateSelection,
} from './replicas.ts';

export const replicaSetKind: Kind<ReplicaSet> = {
  resource: replicaSets,
  nameRule: 'dns-subdomain',
  subresources: ['status', 'scale'],
  countsGenerations: true,

  setDefaults({ spec }) {
    spec.replicas ??= 1;
    if (spec.template?.spec) setPodSpecDefaults(spec.template.spec);
  },
  prepareForCreate(draft) {
    draft.status = { replicas: 0 };
  },
  prepareForUpdate(draft, old) {
    Object.assign(draft, { status: old.status });
  },
  prepareForStatusUpdate(draft, old) {
    Object.assign(draft, { spec: old.spec });
  },

  validate: ({ spec }) => [
    ...notNegative('spec.replicas', spec.replicas),
    ...notNegative('spec.minReadySeconds', spec.minReadySeconds),
    ...validateSelection(spec),
  ],
  validateUpdate: ({ spec }, old) => immutableSelector(spec.selector, old.spec.selector),
  validateStatusUpdate: ({ status }) =>
    validateCounts(status, ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas']),

  columns: [
    nameColumn,
    integerColumn('Desired', 'How many replicas are wanted.', ({ spec }) => spec.replicas ?? 0),
    integerColumn('Current', 'How many replicas there are.', ({ status }) => status.replicas),
    integerColumn('Ready', 'How many replicas are ready.', ({ status }) => status.readyReplicas ?? 0),
    ageColumn,
    containersColumn,
    imagesColumn,
    selectorColumn,
  ],
  podTemplate: ({ spec }) => spec.template,
  fieldSelectors: {},

  scale: {
    read: ({ spec, status }) => ({
      spec: spec.replicas ? { replicas: spec.replicas } : {},
      status: { replicas: status.replicas, selector: selectorFrom(spec.selector)?.toString() },
    }),
    setReplicas(draft, replicas) {
      draft.spec.replicas = replicas;
    },
  },
};
