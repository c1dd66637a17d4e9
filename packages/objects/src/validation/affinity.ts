// Owns validation of what a pod says about where it may run.
import type {
  Affinity,
  NodeSelectorRequirement,
  NodeSelectorTerm,
  PodAffinityTerm,
  Toleration,
  TopologySpreadConstraint,
} from '../api/types.ts';
import { type FieldError, forbidden, invalid, notSupported, required } from '../errors/field-error.ts';
import { choice, givenChoice, problemsOf } from './field-checks.ts';
import { validateLabelSelector } from './label-selector.ts';
import {
  dns1123LabelProblems,
  dns1123SubdomainProblems,
  labelValueProblems,
  qualifiedNameProblems,
  rangeProblem,
} from './names.ts';

export const taintEffects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

export function validateTolerations(field: string, tolerations: readonly Toleration[]): FieldError[] {
  return tolerations.flatMap(({ key, operator, value = '', effect, tolerationSeconds }, index) => {
    const item = `${field}[${index}]`;
    const errors = key ? problemsOf(`${item}.key`, key, qualifiedNameProblems(key)) : [];
    if (!key && operator !== 'Exists')
      errors.push(
        invalid(
          `${item}.operator`,
          operator ?? '',
          'operator must be Exists when `key` is empty, which means "match all values and all keys"',
        ),
      );
    if (tolerationSeconds !== undefined && effect !== 'NoExecute')
      errors.push(
        invalid(`${item}.effect`, effect ?? '', "effect must be 'NoExecute' when `tolerationSeconds` is set"),
      );
    if (!operator || operator === 'Equal')
      errors.push(...problemsOf(`${item}.operator`, value, labelValueProblems(value)));
    else if (operator !== 'Exists') errors.push(notSupported(`${item}.operator`, operator, ['Equal', 'Exists']));
    else if (value) errors.push(invalid(`${item}.operator`, value, "value must be empty when `operator` is 'Exists'"));
    errors.push(...choice(`${item}.effect`, effect, taintEffects));
    return errors;
  });
}

export function validateTopologySpread(field: string, constraints: readonly TopologySpreadConstraint[]): FieldError[] {
  return constraints.flatMap(({ maxSkew, topologyKey, whenUnsatisfiable, labelSelector }, index) => {
    const item = `${field}[${index}]`;
    return [
      ...(maxSkew > 0 ? [] : [invalid(`${item}.maxSkew`, maxSkew, 'must be greater than zero')]),
      ...(topologyKey ? [] : [required(`${item}.topologyKey`, 'can not be empty')]),
      ...givenChoice(`${item}.whenUnsatisfiable`, whenUnsatisfiable ?? '', ['DoNotSchedule', 'ScheduleAnyway']),
      ...validateLabelSelector(`${item}.labelSelector`, labelSelector),
    ];
  });
}

export function validateAffinity(field: string, affinity: Affinity): FieldError[] {
  const { nodeAffinity, podAffinity, podAntiAffinity } = affinity;
  const errors: FieldError[] = [];
  const required_ = 'requiredDuringSchedulingIgnoredDuringExecution';
  const preferred = 'preferredDuringSchedulingIgnoredDuringExecution';
  const needed = nodeAffinity?.[required_];
  if (needed) {
    const terms = `${field}.nodeAffinity.${required_}.nodeSelectorTerms`;
    if (needed.nodeSelectorTerms.length === 0)
      errors.push(required(terms, 'must have at least one node selector term'));
    errors.push(...needed.nodeSelectorTerms.flatMap((term, index) => validateNodeTerm(`${terms}[${index}]`, term)));
  }
  for (const [index, { weight, preference }] of (nodeAffinity?.[preferred] ?? []).entries()) {
    const item = `${field}.nodeAffinity.${preferred}[${index}]`;
    errors.push(...validateWeight(item, weight), ...validateNodeTerm(`${item}.preference`, preference));
  }
  for (const [name, pods] of Object.entries({ podAffinity, podAntiAffinity })) {
    for (const [index, term] of (pods?.[required_] ?? []).entries())
      errors.push(...validatePodTerm(`${field}.${name}.${required_}[${index}]`, term));
    for (const [index, { weight, podAffinityTerm }] of (pods?.[preferred] ?? []).entries()) {
      const item = `${field}.${name}.${preferred}[${index}]`;
      errors.push(...validateWeight(item, weight), ...validatePodTerm(`${item}.podAffinityTerm`, podAffinityTerm));
    }
  }
  return errors;
}

function validateWeight(item: string, weight: number): FieldError[] {
  return weight >= 1 && weight <= 100 ? [] : [invalid(`${item}.weight`, weight, 'must be in the range 1-100')];
}

function validatePodTerm(
  field: string,
  { topologyKey, labelSelector, namespaces = [] }: PodAffinityTerm,
): FieldError[] {
  return [
    ...validateLabelSelector(`${field}.labelSelector`, labelSelector),
    ...namespaces.flatMap((name) => problemsOf(`${field}.namespace`, name, dns1123LabelProblems(name))),
    ...(topologyKey ? [] : [required(`${field}.topologyKey`, 'can not be empty')]),
    ...problemsOf(`${field}.topologyKey`, topologyKey, qualifiedNameProblems(topologyKey)),
  ];
}

function validateNodeTerm(field: string, { matchExpressions = [], matchFields = [] }: NodeSelectorTerm): FieldError[] {
  return [
    ...matchExpressions.flatMap((requirement, index) => {
      const item = `${field}.matchExpressions[${index}]`;
      return [
        ...validateNodeRequirement(item, requirement),
        ...problemsOf(`${item}.key`, requirement.key, qualifiedNameProblems(requirement.key)),
      ];
    }),
    ...matchFields.flatMap(({ key, operator, values = [] }, index) => {
      const item = `${field}.matchFields[${index}]`;
      return [
        ...validateFieldOperator(item, operator, values),
        ...(key === 'metadata.name'
          ? values.flatMap((name, at) => problemsOf(`${item}.values[${at}]`, name, dns1123SubdomainProblems(name)))
          : [invalid(`${item}.key`, key, 'not a valid field selector key')]),
      ];
    }),
  ];
}

function validateFieldOperator(item: string, operator: string, values: readonly string[]): FieldError[] {
  if (operator !== 'In' && operator !== 'NotIn')
    return [invalid(`${item}.operator`, operator, 'not a valid selector operator')];
  const one = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector";
  return values.length === 1 ? [] : [required(`${item}.values`, one)];
}

function validateNodeRequirement(item: string, { operator, values = [] }: NodeSelectorRequirement): FieldError[] {
  switch (operator) {
    case 'In':
    case 'NotIn':
      return values.length > 0
        ? []
        : [required(`${item}.values`, "must be specified when `operator` is 'In' or 'NotIn'")];
    case 'Exists':
    case 'DoesNotExist':
      return values.length === 0
        ? []
        : [forbidden(`${item}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")];
    case 'Gt':
    case 'Lt':
      return values.length === 1
        ? []
        : [required(`${item}.values`, "must be specified single value when `operator` is 'Lt' or 'Gt'")];
    default:
      return [invalid(`${item}.operator`, operator, 'not a valid selector operator')];
  }
}

/** The deadline of a pod, in seconds. */
export function validateDeadline(field: string, seconds: number | undefined): FieldError[] {
  const max = 2 ** 31 - 1;
  return seconds !== undefined && (seconds < 1 || seconds > max) ? [invalid(field, seconds, rangeProblem(1, max))] : [];
}
