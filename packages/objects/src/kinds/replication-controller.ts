// Owns what a person can know about ReplicationController beyond the API facts.
import type { ReplicationController, ReplicationControllerSpec } from '../api/types.ts';
import { type FieldError, forbidden, invalid, notSupported, required } from '../errors/field-error.ts';
import { replicationControllers } from '../resource.ts';
import { selectorFromMap } from '../selectors/label-selector.ts';
import { notNegative } from '../validation/field-checks.ts';
import { validatePodTemplate } from '../validation/pod-spec.ts';
import { ageColumn, columnOf, formatLabels, integerColumn, nameColumn } from './columns.ts';
import type { Kind } from './kind.ts';
import { setPodSpecDefaults } from './pod-defaults.ts';

export const replicationControllerKind: Kind<ReplicationController> = {
  resource: replicationControllers,
  nameRule: 'dns-subdomain',
  subresources: ['status', 'scale'],
  countsGenerations: true,

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
  validateStatusUpdate({ status }) {
    const counts = ['replicas', 'fullyLabeledReplicas', 'readyReplicas', 'availableReplicas'] as const;
    const errors = counts.flatMap((name) => notNegative(`status.${name}`, status[name]));
    for (const name of counts.slice(1))
      if ((status[name] ?? 0) > status.replicas)
        errors.push(invalid(`status.${name}`, status[name], 'cannot be greater than status.replicas'));
    if ((status.availableReplicas ?? 0) > (status.readyReplicas ?? 0))
      errors.push(
        invalid('status.availableReplicas', status.availableReplicas, 'cannot be greater than readyReplicas'),
      );
    return errors;
  },

  columns: [
    nameColumn,
    integerColumn('Desired', 'How many replicas are wanted.', ({ spec }) => spec.replicas ?? 0),
    integerColumn('Current', 'How many replicas there are.', ({ status }) => status.replicas),
    integerColumn('Ready', 'How many replicas are ready.', ({ status }) => status.readyReplicas ?? 0),
    ageColumn,
    columnOf('Containers', 'Names of each container in the template.', (rc) => containers(rc, 'name'), 1),
    columnOf('Images', 'Images referenced by each container in the template.', (rc) => containers(rc, 'image'), 1),
    columnOf('Selector', 'The labels that its pods have.', ({ spec }) => formatLabels(spec.selector), 1),
  ],
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

function containers({ spec }: ReplicationController, field: 'name' | 'image'): string {
  return (spec.template?.spec?.containers ?? []).map((container) => container[field]).join(',');
}

function validateSpec(spec: ReplicationControllerSpec): FieldError[] {
  const { minReadySeconds, replicas, selector = {}, template } = spec;
  const errors = [...notNegative('spec.minReadySeconds', minReadySeconds)];
  if (Object.keys(selector).length === 0) errors.push(required('spec.selector'));
  errors.push(...notNegative('spec.replicas', replicas));
  if (!template) return [...errors, required('spec.template')];
  const at = 'spec.template';
  const templateLabels = template.metadata?.labels;
  if (!selectorFromMap(selector).matches(templateLabels))
    errors.push(invalid(`${at}.metadata.labels`, templateLabels ?? {}, '`selector` does not match template `labels`'));
  errors.push(...validatePodTemplate(at, template));
  const { restartPolicy, activeDeadlineSeconds } = template.spec ?? {};
  if (restartPolicy !== 'Always')
    errors.push(notSupported(`${at}.spec.restartPolicy`, restartPolicy ?? '', ['Always']));
  if (activeDeadlineSeconds !== undefined)
    errors.push(
      forbidden(`${at}.spec.activeDeadlineSeconds`, 'activeDeadlineSeconds in ReplicationController is not Supported'),
    );
  return errors;
}
