// Owns what a person can know about Role and ClusterRole beyond the API facts.
import type { ClusterRole, PolicyRule, Role } from '../api/types.ts';
import { type FieldError, invalid, required } from '../errors/field-error.ts';
import { clusterRoles, roles } from '../resource.ts';
import { validateLabelSelector } from '../validation/label-selector.ts';
import { createdColumn, nameColumn } from './columns.ts';
import type { Kind } from './kind.ts';

export const roleKind: Kind<Role> = {
  resource: roles,
  nameRule: 'path-segment',
  createdByUpdate: true,
  subresources: [],
  countsGenerations: false,
  validate: ({ rules = [] }) => rules.flatMap((rule, index) => validateRule(`rules[${index}]`, rule, true)),
  columns: [nameColumn, createdColumn],
  fieldSelectors: {},
};

export const clusterRoleKind: Kind<ClusterRole> = {
  resource: clusterRoles,
  nameRule: 'path-segment',
  createdByUpdate: true,
  subresources: [],
  countsGenerations: false,
  validate: ({ rules = [], aggregationRule }) => [
    ...rules.flatMap((rule, index) => validateRule(`rules[${index}]`, rule, false)),
    ...(aggregationRule ? validateAggregation(aggregationRule.clusterRoleSelectors ?? []) : []),
  ],
  columns: [nameColumn, createdColumn],
  fieldSelectors: {},
};

function validateRule(field: string, rule: PolicyRule, namespaced: boolean): FieldError[] {
  const { verbs, apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] } = rule;
  const errors: FieldError[] = [];
  if (verbs.length === 0) errors.push(required(`${field}.verbs`, 'verbs must contain at least one value'));
  if (nonResourceURLs.length > 0) {
    const problem = (detail: string) => invalid(`${field}.nonResourceURLs`, nonResourceURLs, detail);
    if (namespaced) errors.push(problem('namespaced rules cannot apply to non-resource URLs'));
    if (apiGroups.length > 0 || resources.length > 0 || resourceNames.length > 0)
      errors.push(problem('rules cannot apply to both regular resources and non-resource URLs'));
    return errors;
  }
  if (apiGroups.length === 0)
    errors.push(required(`${field}.apiGroups`, 'resource rules must supply at least one api group'));
  if (resources.length === 0)
    errors.push(required(`${field}.resources`, 'resource rules must supply at least one resource'));
  return errors;
}

function validateAggregation(
  selectors: NonNullable<ClusterRole['aggregationRule']>['clusterRoleSelectors'],
): FieldError[] {
  const field = 'aggregationRule.clusterRoleSelectors';
  if (!selectors?.length)
    return [required(field, 'at least one clusterRoleSelector required if aggregationRule is non-nil')];
  return selectors.flatMap((selector, index) => validateLabelSelector(`${field}[${index}]`, selector));
}
