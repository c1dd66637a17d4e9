// Owns what a person can know about DaemonSet beyond the API facts.
import type { DaemonSet, DaemonSetSpec, DaemonSetStatus, DaemonSetUpdateStrategy } from '../api/types.ts';
import { type FieldError, invalid, notSupported, required } from '../errors/field-error.ts';
import { sameJson } from '../json-value.ts';
import type { Draft } from '../object.ts';
import { daemonSets } from '../resource.ts';
import { Selector, selectorFrom } from '../selectors/label-selector.ts';
import { atMostAll, countOrPercent, isNone, notNegative } from '../validation/field-checks.ts';
import { validateLabelSelector } from '../validation/label-selector.ts';
import { ageColumn, columnOf, formatLabels, integerColumn, nameColumn } from './columns.ts';
import type { Kind } from './kind.ts';
import { setPodSpecDefaults } from './pod-defaults.ts';
import {
  containersColumn,
  imagesColumn,
  immutableSelector,
  invalidSelector,
  selectorColumn,
  validateReplicasTemplate,
} from './replicas.ts';

/** How often the template changed. Users do not write it; clients older than the history of revisions read it. */
export const templateGeneration = 'deprecated.daemonset.template.generation';

export const daemonSetKind: Kind<DaemonSet> = {
  resource: daemonSets,
  nameRule: 'dns-subdomain',
  subresources: ['status'],
  countsGenerations: true,

  setDefaults({ spec }) {
    spec.revisionHistoryLimit ??= 10;
    spec.updateStrategy ??= {};
    spec.updateStrategy.type ||= 'RollingUpdate';
    if (spec.updateStrategy.type === 'RollingUpdate') {
      spec.updateStrategy.rollingUpdate ??= {};
      spec.updateStrategy.rollingUpdate.maxUnavailable ??= 1;
      spec.updateStrategy.rollingUpdate.maxSurge ??= 0;
    }
    if (spec.template?.spec) setPodSpecDefaults(spec.template.spec);
  },
  prepareForCreate(draft) {
    draft.status = { currentNumberScheduled: 0, numberMisscheduled: 0, desiredNumberScheduled: 0, numberReady: 0 };
    const given = generationOf(draft);
    if (given === undefined || given < 1) setGeneration(draft, 1);
  },
  prepareForUpdate(draft, old) {
    Object.assign(draft, { status: old.status });
    const isChanged = !sameJson(draft.spec.template, old.spec.template);
    setGeneration(draft, (generationOf(old) ?? 0) + (isChanged ? 1 : 0));
  },
  prepareForStatusUpdate(draft, old) {
    Object.assign(draft, { spec: old.spec });
    setGeneration(draft, generationOf(old) ?? 0);
  },

  validate: ({ spec }) => validateSpec(spec),
  validateCreate(object) {
    if (!Number.isNaN(generationOf(object))) return [];
    const text = object.metadata.annotations?.[templateGeneration];
    return [invalid(`metadata.annotations[${templateGeneration}]`, text, 'must be an integer')];
  },
  validateUpdate: ({ spec }, old) => immutableSelector(spec.selector, old.spec.selector),
  validateStatusUpdate({ status }, old) {
    const errors = counts.flatMap((name) => notNegative(`status.${name}`, status[name]));
    if ((status.collisionCount ?? 0) < (old.status.collisionCount ?? 0))
      errors.push(invalid('status.collisionCount', status.collisionCount ?? 0, 'cannot be decremented'));
    return errors;
  },

  columns: [
    nameColumn,
    integerColumn('Desired', 'How many nodes should run the pod.', ({ status }) => status.desiredNumberScheduled),
    integerColumn('Current', 'How many of them have the pod.', ({ status }) => status.currentNumberScheduled),
    integerColumn('Ready', 'On how many of them it is ready.', ({ status }) => status.numberReady),
    integerColumn('Up-to-date', 'On how many of them it is of the newest template.', ({ status }) => {
      return status.updatedNumberScheduled ?? 0;
    }),
    integerColumn('Available', 'On how many of them it is available.', ({ status }) => status.numberAvailable ?? 0),
    columnOf('Node Selector', 'The labels of the nodes that run the pod.', ({ spec }) =>
      formatLabels(spec.template.spec?.nodeSelector),
    ),
    ageColumn,
    containersColumn,
    imagesColumn,
    selectorColumn,
  ],
  podTemplate: ({ spec }) => spec.template,
  fieldSelectors: {},
};

const counts = [
  'currentNumberScheduled',
  'numberMisscheduled',
  'desiredNumberScheduled',
  'numberReady',
  'observedGeneration',
  'updatedNumberScheduled',
  'numberAvailable',
  'numberUnavailable',
  'collisionCount',
] as const satisfies readonly (keyof DaemonSetStatus)[];

/** Of the template. Undefined where it is not written; NaN where something else stands there. */
function generationOf({ metadata }: Draft<DaemonSet> | DaemonSet): number | undefined {
  const text = metadata.annotations?.[templateGeneration];
  if (text === undefined) return undefined;
  return /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN;
}

function setGeneration({ metadata }: Draft<DaemonSet>, generation: number): void {
  metadata.annotations = { ...metadata.annotations, [templateGeneration]: String(generation) };
}

function validateSpec(spec: DaemonSetSpec): FieldError[] {
  return [
    ...validateSelection(spec),
    ...notNegative('spec.minReadySeconds', spec.minReadySeconds),
    ...validateStrategy('spec.updateStrategy', spec.updateStrategy ?? {}),
    ...notNegative('spec.revisionHistoryLimit', spec.revisionHistoryLimit),
  ];
}

function validateSelection({ selector, template }: Pick<DaemonSetSpec, 'selector' | 'template'>): FieldError[] {
  const errors = selector ? validateLabelSelector('spec.selector', selector) : [];
  // What a wrong selector matches says nothing.
  const wanted = errors.length > 0 ? new Selector([]) : selectorFrom(selector);
  if (selector && errors.length === 0 && wanted?.matchesAll)
    errors.push(invalidSelector(selector, 'empty selector is invalid for daemonset'));
  return [...errors, ...validateReplicasTemplate(template, { selector: wanted, kind: 'DaemonSet' })];
}

function validateStrategy(field: string, { type, rollingUpdate }: DaemonSetUpdateStrategy): FieldError[] {
  const at = `${field}.rollingUpdate`;
  switch (type) {
    case 'OnDelete':
      return [];
    case 'RollingUpdate': {
      if (!rollingUpdate) return [required(at)];
      const { maxSurge, maxUnavailable } = rollingUpdate;
      const errors = [
        ...countOrPercent(`${at}.maxUnavailable`, maxUnavailable),
        ...countOrPercent(`${at}.maxSurge`, maxSurge),
        ...atMostAll(`${at}.maxUnavailable`, maxUnavailable),
        ...atMostAll(`${at}.maxSurge`, maxSurge),
      ];
      if (!isNone(maxUnavailable) && !isNone(maxSurge))
        errors.push(invalid(`${at}.maxSurge`, maxSurge, 'may not be set when maxUnavailable is non-zero'));
      if (isNone(maxUnavailable) && isNone(maxSurge))
        errors.push(required(`${at}.maxUnavailable`, 'cannot be 0 when maxSurge is 0'));
      return errors;
    }
    default: {
      // Kubernetes prints the whole of it, as Go does.
      const value = `apps.DaemonSetUpdateStrategy{Type:${JSON.stringify(type)}, RollingUpdate:(*apps.RollingUpdateDaemonSet)(nil)}`;
      const message = `Unsupported value: ${value}: supported values: "RollingUpdate", "OnDelete"`;
      if (!rollingUpdate) return [{ type: 'FieldValueNotSupported', field, message }];
      return [notSupported(field, type ?? '', ['RollingUpdate', 'OnDelete'])];
    }
  }
}
