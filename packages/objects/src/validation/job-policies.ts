// Owns validation of what a job says about its pods' failures, and about when it has succeeded early.
import type {
  JobSpec,
  PodFailurePolicy,
  PodFailurePolicyOnExitCodesRequirement,
  PodFailurePolicyOnPodConditionsPattern,
  PodFailurePolicyRule,
  SuccessPolicy,
  SuccessPolicyRule,
} from '../api/types.ts';
import { countIndexes, IndexesError, parseIndexes } from '../completion-indexes.ts';
import {
  duplicate,
  type FieldError,
  invalid,
  notSupported,
  required,
  tooLong,
  tooMany,
} from '../errors/field-error.ts';
import { notNegative, problemsOf } from './field-checks.ts';
import { qualifiedNameProblems } from './names.ts';

const mostRules = 20;
const mostExitCodes = 255;
const mostConditions = 20;
const mostIndexesBytes = 64 * 1024;

export function validatePodFailurePolicy(field: string, { rules = [] }: PodFailurePolicy, spec: JobSpec): FieldError[] {
  const at = `${field}.rules`;
  return [
    ...(rules.length > mostRules ? [tooMany(at, rules.length, mostRules)] : []),
    ...rules.flatMap((rule, index) => validateFailureRule(`${at}[${index}]`, rule, spec)),
  ];
}

function validateFailureRule(field: string, rule: PodFailurePolicyRule, spec: JobSpec): FieldError[] {
  const { action, onExitCodes, onPodConditions = [] } = rule;
  const errors = requiredOneOf(`${field}.action`, action, ['Count', 'FailIndex', 'FailJob', 'Ignore']);
  if (action === 'FailIndex' && spec.backoffLimitPerIndex === undefined)
    errors.push(invalid(`${field}.action`, action, 'requires the backoffLimitPerIndex to be set'));
  if (onExitCodes) errors.push(...validateExitCodes(`${field}.onExitCodes`, onExitCodes, spec));
  errors.push(...validateConditions(`${field}.onPodConditions`, onPodConditions));
  const isOfBoth = onExitCodes !== undefined && onPodConditions.length > 0;
  if (isOfBoth) errors.push(wrong(field, 'specifying both OnExitCodes and OnPodConditions is not supported'));
  if (!onExitCodes && onPodConditions.length === 0)
    errors.push(wrong(field, 'specifying one of OnExitCodes and OnPodConditions is required'));
  return errors;
}

/** Without the value. */
function wrong(field: string, detail: string): FieldError {
  return { type: 'FieldValueInvalid', field, message: `Invalid value: ${detail}` };
}

function requiredOneOf(field: string, value: string | undefined, values: readonly string[]): FieldError[] {
  if (!value) return [required(field, `valid values: [${values.map((one) => JSON.stringify(one)).join(' ')}]`)];
  return values.includes(value) ? [] : [notSupported(field, value, values)];
}

function validateExitCodes(
  field: string,
  requirement: PodFailurePolicyOnExitCodesRequirement,
  { template }: JobSpec,
): FieldError[] {
  const { operator, containerName, values = [] } = requirement;
  const errors = requiredOneOf(`${field}.operator`, operator, ['In', 'NotIn']);
  const containers = [...(template?.spec?.containers ?? []), ...(template?.spec?.initContainers ?? [])];
  if (containerName !== undefined && !containers.some(({ name }) => name === containerName)) {
    const problem = 'must be one of the container or initContainer names in the pod template';
    errors.push(invalid(`${field}.containerName`, containerName, problem));
  }
  const at = `${field}.values`;
  if (values.length === 0) errors.push(wrongCodes(at, values, 'at least one value is required'));
  if (values.length > mostExitCodes) errors.push(tooMany(at, values.length, mostExitCodes));
  for (const [index, code] of values.entries()) {
    if (operator === 'In' && code === 0)
      errors.push(invalid(`${at}[${index}]`, code, 'must not be 0 for the In operator'));
    if (values.indexOf(code) < index) errors.push(duplicate(`${at}[${index}]`, code));
  }
  const isOrdered = values.every((code, index) => index === 0 || values[index - 1]! <= code);
  return isOrdered ? errors : [...errors, wrongCodes(at, values, 'must be ordered')];
}

/** The list as Go prints it. */
function wrongCodes(field: string, values: readonly number[], detail: string): FieldError {
  return wrong(field, `[]int32{${values.join(', ')}}: ${detail}`);
}

function validateConditions(field: string, patterns: readonly PodFailurePolicyOnPodConditionsPattern[]): FieldError[] {
  return [
    ...(patterns.length > mostConditions ? [tooMany(field, patterns.length, mostConditions)] : []),
    ...patterns.flatMap(({ type, status }, index) => [
      ...problemsOf(`${field}[${index}].type`, type, qualifiedNameProblems(type)),
      ...requiredOneOf(`${field}[${index}].status`, status, ['False', 'True', 'Unknown']),
    ]),
  ];
}

export function validateSuccessPolicy(field: string, policy: SuccessPolicy, spec: JobSpec): FieldError[] {
  if (spec.completionMode !== 'Indexed') return [invalid(field, policy, 'requires indexed completion mode')];
  const { rules = [] } = policy;
  const at = `${field}.rules`;
  const none = 'at least one rules must be specified when the successPolicy is specified';
  return [
    ...(rules.length === 0 ? [required(at, none)] : []),
    ...(rules.length > mostRules ? [tooMany(at, rules.length, mostRules)] : []),
    ...rules.flatMap((rule, index) => validateSuccessRule(`${at}[${index}]`, rule, spec.completions ?? 0)),
  ];
}

function validateSuccessRule(field: string, rule: SuccessPolicyRule, completions: number): FieldError[] {
  const { succeededCount: count, succeededIndexes: indexes } = rule;
  const errors: FieldError[] = [];
  if (count === undefined && indexes === undefined)
    errors.push(required(field, 'at least one of succeededCount or succeededIndexes must be specified'));
  let named = 0;
  if (indexes !== undefined) {
    const at = `${field}.succeededIndexes`;
    if (indexes.length > mostIndexesBytes) errors.push(tooLong(at, mostIndexesBytes));
    const problem = problemOfIndexes(indexes, completions);
    if (problem) errors.push(invalid(at, indexes, `error parsing succeededIndexes: ${problem}`));
    else named = countIndexes(parseIndexes(indexes, completions));
  }
  if (count === undefined) return errors;
  const at = `${field}.succeededCount`;
  const atMost = (most: number, what: string) =>
    invalid(at, count, `must be less than or equal to ${most} (the number of ${what})`);
  errors.push(...notNegative(at, count));
  if (count > completions) errors.push(atMost(completions, 'specified completions'));
  if (indexes !== undefined && count > named)
    errors.push(atMost(named, 'indexes in the specified succeededIndexes field'));
  return errors;
}

/** Why the text names no set of the indexes. */
export function problemOfIndexes(text: string, completions: number): string | undefined {
  try {
    parseIndexes(text, completions);
    return undefined;
  } catch (error) {
    if (error instanceof IndexesError) return error.message;
    throw error;
  }
}
