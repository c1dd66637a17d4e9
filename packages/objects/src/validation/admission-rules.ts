// Owns validation of what webhooks and admission policies have in common: which requests they are about.
// Source: Kubernetes API reference, admissionregistration.k8s.io/v1.
import type { MatchCondition, RuleWithOperations } from '../api/types.ts';
import { duplicate, type FieldError, invalid, required, tooMany } from '../errors/field-error.ts';
import { givenChoice, problemsOf } from './field-checks.ts';
import { qualifiedNameProblems } from './names.ts';

const operations = ['*', 'CONNECT', 'CREATE', 'DELETE', 'UPDATE'];
const scopes = ['*', 'Cluster', 'Namespaced'];
const mostConditions = 64;

export function validateRule(field: string, rule: RuleWithOperations): FieldError[] {
  const { apiGroups = [], apiVersions = [], resources = [] } = rule;
  const asked = rule.operations ?? [];
  return [
    ...alone(`${field}.operations`, asked, 'operations'),
    ...asked.flatMap((operation, index) => givenChoice(`${field}.operations[${index}]`, operation, operations)),
    ...alone(`${field}.apiGroups`, apiGroups, 'API groups'),
    ...alone(`${field}.apiVersions`, apiVersions, 'API versions'),
    ...apiVersions.flatMap((version, index) => (version ? [] : [required(`${field}.apiVersions[${index}]`)])),
    ...validateResources(`${field}.resources`, resources),
    ...givenChoice(`${field}.scope`, rule.scope, scopes),
  ];
}

/** A star stands for all, and so by itself. */
function alone(field: string, values: readonly string[], what: string): FieldError[] {
  if (values.length === 0) return [required(field)];
  if (values.length === 1 || !values.includes('*')) return [];
  return [invalid(field, values, `if '*' is present, must not specify other ${what}`)];
}

function validateResources(field: string, resources: readonly string[]): FieldError[] {
  if (resources.length === 0) return [required(field)];
  const errors: FieldError[] = [];
  const wholly = new Set<string>();
  const everywhere = new Set<string>();
  for (const [index, resource] of resources.entries()) {
    const item = `${field}[${index}]`;
    const [plural = '', subresource] = split(resource);
    if (!resource) errors.push(required(item));
    if (subresource === undefined) continue;
    if (wholly.has(plural))
      errors.push(invalid(item, resource, `if '${plural}/*' is present, must not specify ${resource}`));
    if (everywhere.has(subresource))
      errors.push(invalid(item, resource, `if '*/${subresource}' is present, must not specify ${resource}`));
    if (subresource === '*') wholly.add(plural);
    if (plural === '*') everywhere.add(subresource);
  }
  if (resources.length > 1 && resources.includes('*/*'))
    errors.push(invalid(field, resources, "if '*/*' is present, must not specify other resources"));
  if (resources.includes('*') && resources.some((resource) => resource !== '*' && !resource.includes('/')))
    errors.push(invalid(field, resources, "if '*' is present, must not specify other resources without subresources"));
  return errors;
}

function split(resource: string): string[] {
  const slash = resource.indexOf('/');
  return slash < 0 ? [resource] : [resource.slice(0, slash), resource.slice(slash + 1)];
}

/** All but the expressions, which whoever evaluates them checks. */
export function validateMatchConditions(field: string, conditions: readonly MatchCondition[] = []): FieldError[] {
  const names = new Set<string>();
  const errors = conditions.length > mostConditions ? [tooMany(field, conditions.length, mostConditions)] : [];
  for (const [index, { name, expression }] of conditions.entries()) {
    const item = `${field}[${index}]`;
    if (!expression?.trim()) errors.push(required(`${item}.expression`));
    if (!name) {
      errors.push(required(`${item}.name`));
      continue;
    }
    errors.push(...problemsOf(`${item}.name`, name, qualifiedNameProblems(name)));
    if (names.has(name)) errors.push(duplicate(`${item}.name`, name));
    names.add(name);
  }
  return errors;
}
