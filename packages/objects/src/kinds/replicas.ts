// Owns what the kinds that keep replicas of a pod have in common: the rules of their templates and of the counts in
// their status, and the columns that tell of the template.
import type { LabelSelector, PodTemplateSpec } from '../api/types.ts';
import { type FieldError, forbidden, invalid, notSupported, required } from '../errors/field-error.ts';
import { sameJson } from '../json-value.ts';
import type { KubeObject } from '../object.ts';
import { Selector, selectorFrom } from '../selectors/label-selector.ts';
import { notNegative } from '../validation/field-checks.ts';
import { validateLabelSelector } from '../validation/label-selector.ts';
import { validatePodTemplate } from '../validation/pod-spec.ts';
import { columnOf, orNone } from './columns.ts';
import type { Column } from './kind.ts';

interface Templated extends KubeObject {
  readonly spec: { readonly template?: PodTemplateSpec };
}

export const containersColumn: Column<Templated> = columnOf(
  'Containers',
  'Names of each container in the template.',
  (object) => containersOf(object, 'name'),
  1,
);

export const imagesColumn: Column<Templated> = columnOf(
  'Images',
  'Images referenced by each container in the template.',
  (object) => containersOf(object, 'image'),
  1,
);

function containersOf({ spec }: Templated, field: 'name' | 'image'): string {
  return (spec.template?.spec?.containers ?? []).map((container) => container[field]).join(',');
}

export const selectorColumn: Column<KubeObject & { readonly spec: { readonly selector?: LabelSelector } }> = columnOf(
  'Selector',
  'The labels that its pods have.',
  ({ spec }) => orNone(selectorFrom(spec.selector)?.toString()),
  1,
);

/**
 * Pods for which a template makes sense: they match, and they run for ever. `kind` as messages name it. No selector
 * matches nothing.
 */
export function validateReplicasTemplate(
  template: PodTemplateSpec,
  { selector, kind }: { readonly selector: Selector | undefined; readonly kind: string },
): FieldError[] {
  const at = 'spec.template';
  const templateLabels = template.metadata?.labels;
  const errors: FieldError[] = [];
  if (!selector?.matches(templateLabels))
    errors.push(invalid(`${at}.metadata.labels`, templateLabels ?? {}, '`selector` does not match template `labels`'));
  errors.push(...validatePodTemplate(at, template));
  const { restartPolicy, activeDeadlineSeconds } = template.spec ?? {};
  if (restartPolicy !== 'Always')
    errors.push(notSupported(`${at}.spec.restartPolicy`, restartPolicy ?? '', ['Always']));
  if (activeDeadlineSeconds !== undefined)
    errors.push(forbidden(`${at}.spec.activeDeadlineSeconds`, `activeDeadlineSeconds in ${kind} is not Supported`));
  return errors;
}

/** The selector and the template of a kind of the group `apps`. */
export function validateSelection({
  selector,
  template = {},
}: {
  readonly selector?: LabelSelector;
  readonly template?: PodTemplateSpec;
}): FieldError[] {
  const errors = selector ? validateLabelSelector('spec.selector', selector) : [required('spec.selector')];
  const parsed = selectorFrom(selector);
  if (selector && errors.length > 0) errors.push(invalidSelector(selector, 'invalid label selector'));
  if (parsed?.matchesAll) errors.push(invalid('spec.selector', selector, 'empty selector is invalid for deployment'));
  // What a wrong selector matches says nothing.
  const wanted = errors.length > 0 ? everything : (parsed ?? everything);
  return [...errors, ...validateReplicasTemplate(template, { selector: wanted, kind: 'ReplicaSet' })];
}

const everything = new Selector([]);

/** `counts`: those that are part of the replicas. */
export function validateCounts<Name extends string>(
  status: { readonly replicas?: number; readonly readyReplicas?: number; readonly availableReplicas?: number } & {
    readonly [name in Name]?: number;
  },
  counts: readonly Name[],
): FieldError[] {
  const { replicas = 0, readyReplicas = 0, availableReplicas = 0 } = status;
  const errors = [
    ...notNegative('status.replicas', replicas),
    ...counts.flatMap((name) => notNegative(`status.${name}`, status[name])),
  ];
  for (const name of counts)
    if ((status[name] ?? 0) > replicas)
      errors.push(invalid(`status.${name}`, status[name] ?? 0, 'cannot be greater than status.replicas'));
  if (availableReplicas > readyReplicas)
    errors.push(invalid('status.availableReplicas', availableReplicas, 'cannot be greater than readyReplicas'));
  return errors;
}

/** Source: Kubernetes' validation, which prints the selector as Go does. */
export function immutableSelector(selector: LabelSelector | undefined, old: LabelSelector | undefined): FieldError[] {
  if (sameJson(selector, old)) return [];
  const problem = 'field is immutable';
  return [selector ? invalidSelector(selector, problem) : invalid('spec.selector', 'null', problem)];
}

export function invalidSelector(selector: LabelSelector, problem: string, field = 'spec.selector'): FieldError {
  const message = `Invalid value: ${selectorInGo(selector)}: ${problem}`;
  return { type: 'FieldValueInvalid', field, message };
}

function selectorInGo({ matchLabels, matchExpressions }: LabelSelector): string {
  const quoted = (text: string) => JSON.stringify(text);
  const labels = Object.entries(matchLabels ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${quoted(key)}:${quoted(value)}`);
  const requirements = matchExpressions?.map(({ key, operator, values }) => {
    const list = values ? `[]string{${values.map(quoted).join(', ')}}` : '[]string(nil)';
    return `v1.LabelSelectorRequirement{Key:${quoted(key)}, Operator:${quoted(operator)}, Values:${list}}`;
  });
  const ofLabels = matchLabels ? `{${labels.join(', ')}}` : '(nil)';
  const ofExpressions = requirements ? `{${requirements.join(', ')}}` : '(nil)';
  return `v1.LabelSelector{MatchLabels:map[string]string${ofLabels}, MatchExpressions:[]v1.LabelSelectorRequirement${ofExpressions}}`;
}
