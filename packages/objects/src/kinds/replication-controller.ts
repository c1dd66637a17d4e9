// Owns what a person can know about ReplicationController beyond the API facts.
import type { ReplicationController, ReplicationControllerSpec } from '../api/types.ts';
import { type FieldError, required } from '../errors/field-error.ts';
import { replicationControllers } from '../resource.ts';
import { selectorFromMap } from '../selectors/label-selector.ts';
import { notNegative } from '../validation/field-checks.ts';
import { ageColumn, columnOf, formatLabels, integerColumn, nameColumn } from './columns.ts';
import type { Kind } from './kind.ts';
import { setPodSpecDefaults } from './pod-defaults.ts';
import { containersColumn, imagesColumn, validateCounts, validateReplicasTemplate } from './replicas.ts';

export const replicationControllerKind: Kind<ReplicationController> = {
  resource: replicationControllers,
  nameRule: 'dns-subdomain',
  subresources: ['status', 'scale'],
  countsGenerations: true,
  leavesDependents: {},

  setDefaults(draft) {
    const { spec, metadata } = draft;
    spec.replicas ??= 1;
    const templateLabels = spec.template?.metadata?.labels;
    if (templateLabels && Object.keys(templateLabels).length > 0) {
      if (Object.keys(spec.selector ?? {}).length === 0) spec.selector = { ...templateLabels };
      if (Object.keys(metadata.labels ?? {}).length === 0) metadata.labels = { ...templateLabels };
    }
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

  validate: ({ spec }) => validateSpec(spec),
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
    columnOf('Selector', 'The labels that its pods have.', ({ spec }) => formatLabels(spec.selector), 1),
  ],
  podTemplate: ({ spec }) => spec.template,
  fieldSelectors: { 'status.replicas': ({ status }) => String(status.replicas) },

  scale: {
    read: ({ spec, status }) => ({
      spec: spec.replicas ? { replicas: spec.replicas } : {},
      status: { replicas: status.replicas, selector: selectorFromMap(spec.selector).toString() },
    }),
    setReplicas(draft, replicas) {
      draft.spec.replicas = replicas;
    },
  },
};

function validateSpec(spec: ReplicationControllerSpec): FieldError[] {
  const { minReadySeconds, replicas, selector = {}, template } = spec;
  const errors = [...notNegative('spec.minReadySeconds', minReadySeconds)];
  if (Object.keys(selector).length === 0) errors.push(required('spec.selector'));
  errors.push(...notNegative('spec.replicas', replicas));
  if (!template) return [...errors, required('spec.template')];
  const rules = { selector: selectorFromMap(selector), kind: 'ReplicationController' };
  return [...errors, ...validateReplicasTemplate(template, rules)];
}
