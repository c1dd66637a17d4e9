// Owns what a person can know about ResourceQuota beyond the API facts.
import type { ResourceQuota, ResourceQuotaSpec, ScopedResourceSelectorRequirement } from '../api/types.ts';
import { type FieldError, invalid, required } from '../errors/field-error.ts';
import { compareQuantities, parseQuantity } from '../quantity.ts';
import type { Amounts } from '../quota/amounts.ts';
import { fitsScope, isIntegerName, isStandardName } from '../quota/names.ts';
import { resourceQuotas } from '../resource.ts';
import { negativeProblem, problemsOf } from '../validation/field-checks.ts';
import { qualifiedNameProblems } from '../validation/names.ts';
import { ageColumn, columnOf, nameColumn } from './columns.ts';
import type { Kind } from './kind.ts';

const scopes = [
  'BestEffort',
  'CrossNamespacePodAffinity',
  'NotBestEffort',
  'NotTerminating',
  'PriorityClass',
  'Terminating',
];
const opposites = [
  ['BestEffort', 'NotBestEffort'],
  ['NotTerminating', 'Terminating'],
] as const;

export const resourceQuotaKind: Kind<ResourceQuota> = {
  resource: resourceQuotas,
  nameRule: 'dns-subdomain',
  subresources: ['status'],
  countsGenerations: false,

  prepareForCreate(draft) {
    draft.status = {};
  },
  prepareForUpdate(draft, old) {
    Object.assign(draft, { status: old.status });
  },
  prepareForStatusUpdate(draft, old) {
    Object.assign(draft, { spec: old.spec });
  },

  validate: ({ spec = {} }) => [...validateAmounts('spec.hard', spec.hard ?? {}), ...validateScopes(spec)],
  validateUpdate({ spec = {} }, { spec: old = {} }) {
    const same = [...(spec.scopes ?? [])].sort().join() === [...(old.scopes ?? [])].sort().join();
    return same ? [] : [invalid('spec.scopes', spec.scopes ?? [], 'field is immutable')];
  },
  validateStatusUpdate: ({ status = {} }) => [
    ...validateAmounts('status.hard', status.hard ?? {}),
    ...validateAmounts('status.used', status.used ?? {}),
  ],

  columns: [
    nameColumn,
    columnOf('Request', 'What is used of what there is at most.', (quota) => shareOf(quota, false)),
    columnOf('Limit', 'Like it, for limits.', (quota) => shareOf(quota, true)),
    ageColumn,
  ],
  fieldSelectors: {},
};

function validateAmounts(field: string, amounts: Amounts): FieldError[] {
  return Object.entries(amounts).flatMap(([name, amount]) => {
    const item = `${field}[${name}]`;
    const errors = problemsOf(item, name, qualifiedNameProblems(name));
    if (!name.includes('/') && !isStandardName(name))
      errors.push(invalid(item, name, 'must be a standard resource for quota'));
    if (compareQuantities(amount, '0') < 0) errors.push(invalid(item, amount, negativeProblem));
    if (isIntegerName(name) && parseQuantity(amount).nano % 10n ** 9n !== 0n)
      errors.push(invalid(item, amount, 'must be an integer'));
    return errors;
  });
}

function validateScopes({ scopes: plain = [], scopeSelector, hard = {} }: ResourceQuotaSpec): FieldError[] {
  const errors: FieldError[] = [];
  const fits = (scope: string) => Object.keys(hard).every((name) => !isStandardName(name) || fitsScope(name, scope));
  for (const scope of plain) {
    if (!scopes.includes(scope)) errors.push(invalid('spec.scopes', plain, 'unsupported scope'));
    if (!fits(scope)) errors.push(invalid('spec.scopes', plain, 'unsupported scope applied to resource'));
  }
  const isContradiction = opposites.some((pair) => pair.every((scope) => (plain as readonly string[]).includes(scope)));
  if (isContradiction) errors.push(invalid('spec.scopes', plain, 'conflicting scopes'));
  const selected = scopeSelector?.matchExpressions ?? [];
  for (const [index, requirement] of selected.entries())
    errors.push(...validateRequirement(`spec.scopeSelector.matchExpressions[${index}]`, requirement, fits));
  const named = selected.map(({ scopeName }) => scopeName as string);
  if (opposites.some((pair) => pair.every((scope) => named.includes(scope))))
    errors.push(invalid('spec.scopeSelector.matchExpressions', selected, 'conflicting scopes'));
  return errors;
}

function validateRequirement(
  field: string,
  { scopeName, operator, values = [] }: ScopedResourceSelectorRequirement,
  fits: (scope: string) => boolean,
): FieldError[] {
  const errors: FieldError[] = [];
  if (!scopes.includes(scopeName)) errors.push(invalid(`${field}.scopeName`, scopeName, 'unsupported scope'));
  if (!fits(scopeName)) errors.push(invalid(field, scopeName, 'unsupported scope applied to resource'));
  if (scopes.includes(scopeName) && scopeName !== 'PriorityClass' && operator !== 'Exists')
    errors.push(
      invalid(
        `${field}.operator`,
        operator,
        "must be 'Exist' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity",
      ),
    );
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length === 0)
      errors.push(
        required(`${field}.values`, "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector"),
      );
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values.length > 0)
      errors.push(
        invalid(
          `${field}.values`,
          values,
          "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector",
        ),
      );
  } else errors.push(invalid(`${field}.operator`, operator, 'not a valid selector operator'));
  return errors;
}

function shareOf({ status = {} }: ResourceQuota, ofLimits: boolean): string {
  const { hard = {}, used = {} } = status;
  const names = Object.keys(hard).filter((name) => name.includes('limits') === ofLimits);
  return names
    .sort()
    .map((name) => `${name}: ${used[name] ?? '0'}/${hard[name]}`)
    .join(', ');
}
