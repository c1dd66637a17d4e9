// Owns what a person can know about Deployment beyond the API facts.
import type { Deployment, DeploymentSpec, DeploymentStrategy } from '../api/types.ts';
import { type FieldError, forbidden, invalid, notSupported, required } from '../errors/field-error.ts';
import { deployments } from '../resource.ts';
import { selectorFrom } from '../selectors/label-selector.ts';
import { atMostAll, countOrPercent, isNone, notNegative } from '../validation/field-checks.ts';
import { ageColumn, columnOf, countColumn, nameColumn } from './columns.ts';
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

export const deploymentKind: Kind<Deployment> = {
  resource: deployments,
  nameRule: 'dns-subdomain',
  subresources: ['status', 'scale'],
  countsGenerations: 'with annotations',

  setDefaults({ spec }) {
    spec.replicas ??= 1;
    spec.revisionHistoryLimit ??= 10;
    spec.progressDeadlineSeconds ??= 600;
    spec.strategy ??= {};
    spec.strategy.type ||= 'RollingUpdate';
    if (spec.strategy.type === 'RollingUpdate') {
      spec.strategy.rollingUpdate ??= {};
      spec.strategy.rollingUpdate.maxUnavailable ??= '25%';
      spec.strategy.rollingUpdate.maxSurge ??= '25%';
    }
    if (spec.template?.spec) setPodSpecDefaults(spec.template.spec);
  },
  prepareForCreate(draft) {
    draft.status = {};
  },
  prepareForUpdate(draft, old) {
    Object.assign(draft, { status: old.status });
  },
  prepareForStatusUpdate(draft, old) {
    Object.assign(draft, { spec: old.spec });
    Object.assign(draft.metadata, { labels: old.metadata.labels });
  },

  validate: ({ spec }) => validateSpec(spec),
  validateUpdate: ({ spec }, old) => immutableSelector(spec.selector, old.spec.selector),
  validateStatusUpdate({ status }, old) {
    const errors = [
      ...validateCounts(status, ['updatedReplicas', 'readyReplicas', 'availableReplicas']),
      ...notNegative('status.unavailableReplicas', status.unavailableReplicas),
      ...notNegative('status.collisionCount', status.collisionCount),
    ];
    if ((status.collisionCount ?? 0) < (old.status.collisionCount ?? 0))
      errors.push(invalid('status.collisionCount', status.collisionCount ?? 0, 'cannot be decremented'));
    return errors;
  },

  columns: [
    nameColumn,
    columnOf('Ready', 'How many of the wanted replicas are ready.', ({ spec, status }) => {
      return `${status.readyReplicas ?? 0}/${spec.replicas ?? 0}`;
    }),
    countColumn('Up-to-date', 'How many replicas are of the newest template.', ({ status }) => {
      return status.updatedReplicas ?? 0;
    }),
    countColumn('Available', 'How many replicas are available.', ({ status }) => status.availableReplicas ?? 0),
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
      status: { replicas: status.replicas ?? 0, selector: selectorFrom(spec.selector)?.toString() },
    }),
    setReplicas(draft, replicas) {
      draft.spec.replicas = replicas;
    },
  },
};

function validateSpec(spec: DeploymentSpec): FieldError[] {
  const { minReadySeconds = 0, progressDeadlineSeconds: deadline } = spec;
  const errors = [
    ...notNegative('spec.replicas', spec.replicas),
    ...validateSelection(spec),
    ...validateStrategy('spec.strategy', spec.strategy ?? {}),
    ...notNegative('spec.minReadySeconds', minReadySeconds),
    ...notNegative('spec.revisionHistoryLimit', spec.revisionHistoryLimit),
    ...notNegative('spec.progressDeadlineSeconds', deadline),
  ];
  if (deadline !== undefined && deadline <= minReadySeconds)
    errors.push(invalid('spec.progressDeadlineSeconds', deadline, 'must be greater than minReadySeconds'));
  return errors;
}

function validateStrategy(field: string, { type, rollingUpdate }: DeploymentStrategy): FieldError[] {
  const at = `${field}.rollingUpdate`;
  switch (type) {
    case 'Recreate':
      return rollingUpdate ? [forbidden(at, "may not be specified when strategy `type` is 'Recreate'")] : [];
    case 'RollingUpdate': {
      if (!rollingUpdate) return [required(at, 'this should be defaulted and never be nil')];
      const { maxSurge, maxUnavailable } = rollingUpdate;
      const errors = [
        ...countOrPercent(`${at}.maxUnavailable`, maxUnavailable),
        ...countOrPercent(`${at}.maxSurge`, maxSurge),
      ];
      if (isNone(maxUnavailable) && isNone(maxSurge))
        errors.push(invalid(`${at}.maxUnavailable`, maxUnavailable, 'may not be 0 when `maxSurge` is 0'));
      return [...errors, ...atMostAll(`${at}.maxUnavailable`, maxUnavailable)];
    }
    default:
      return [notSupported(field, type ?? '', ['Recreate', 'RollingUpdate'])];
  }
}
