// Owns validation of requests and limits.
import type { ResourceRequirements } from '../api/types.ts';
import { type FieldError, invalid, required } from '../errors/field-error.ts';
import { compareQuantities, parseQuantity } from '../quantity.ts';
import { negativeProblem, problemsOf } from './field-checks.ts';
import { qualifiedNameProblems } from './names.ts';

function isStandard(name: string): boolean {
  return ['cpu', 'memory', 'ephemeral-storage'].includes(name) || name.startsWith('hugepages-');
}

/** Requests of these may be below their limits. */
function mayOvercommit(name: string): boolean {
  return !name.includes('/') && !name.startsWith('hugepages-');
}

function validateName(field: string, name: string): FieldError[] {
  const errors = problemsOf(field, name, qualifiedNameProblems(name));
  if (!name.includes('/') && !isStandard(name)) {
    errors.push(invalid(field, name, 'must be a standard resource type or fully qualified'));
    errors.push(invalid(field, name, 'must be a standard resource for containers'));
  }
  return errors;
}

function validateAmount(field: string, name: string, amount: string): FieldError[] {
  const { nano } = parseQuantity(amount);
  if (nano < 0n) return [invalid(field, amount, negativeProblem)];
  if (name.includes('/') && nano % 10n ** 9n !== 0n) return [invalid(field, amount, 'must be an integer')];
  return [];
}

export function validateResources(field: string, { limits = {}, requests = {} }: ResourceRequirements): FieldError[] {
  const errors: FieldError[] = [];
  for (const [name, limit] of Object.entries(limits)) {
    const item = `${field}.limits[${name}]`;
    errors.push(...validateName(item, name), ...validateAmount(item, name, limit));
  }
  for (const [name, request] of Object.entries(requests)) {
    const item = `${field}.requests[${name}]`;
    errors.push(...validateName(item, name), ...validateAmount(item, name, request));
    const limit = limits[name];
    if (limit === undefined) {
      if (!mayOvercommit(name))
        errors.push(required(`${field}.limits`, 'Limit must be set for non overcommitable resources'));
      continue;
    }
    const difference = compareQuantities(request, limit);
    if (difference !== 0 && !mayOvercommit(name))
      errors.push(invalid(`${field}.requests`, request, `must be equal to ${name} limit of ${limit}`));
    else if (difference > 0)
      errors.push(invalid(`${field}.requests`, request, `must be less than or equal to ${name} limit of ${limit}`));
  }
  return errors;
}
