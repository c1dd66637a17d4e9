// Owns checking an object by the rules of its schema. Source: Kubernetes' documentation, "Validation rules".
import { EvaluationError, Optional } from '@marcbachmann/cel-js';
import type { ValidationRule } from '../../api/types.ts';
import type { FieldError } from '../../errors/field-error.ts';
import { getKey, isObject, type JsonObject, sameJson } from '../../json-value.ts';
import { duplicateValue, valueError } from '../go-value.ts';
import { keysOf } from '../list-types.ts';
import { CostError } from './metered.ts';
import type { Budget, Rule, RuleTree } from './rules.ts';

/** Steps that all rules may take for one object: about a quarter of a second. */
const objectLimit = 1_000_000;

interface Place {
  readonly path: string;
  /** What the value replaces; undefined: nothing that could be compared. */
  readonly old: unknown;
  /** The value, or what it is a part of, is as it was: what is wrong with it may stay so. */
  readonly unchanged: boolean;
  readonly budget: Budget;
}

/** `old`: the object that an update replaces. */
export function ruleViolations(tree: RuleTree, object: JsonObject, old?: JsonObject): FieldError[] {
  return violations(tree, object, { path: '', old, unchanged: false, budget: { left: objectLimit } });
}

function violations(tree: RuleTree, value: unknown, place: Place): FieldError[] {
  if (value === null || value === undefined || place.budget.left < 0) return [];
  const unchanged = place.unchanged || (place.old !== undefined && sameJson(value, place.old));
  const here = { ...place, unchanged };
  return [...own(tree, value, here), ...below(tree, value, here)];
}

function below(tree: RuleTree, value: unknown, place: Place): FieldError[] {
  const { schema, items, additional, properties } = tree;
  const { path, old } = place;
  if (Array.isArray(value)) {
    if (!items) return [];
    return value.flatMap((item, index) =>
      violations(items, item, { ...place, path: `${path}[${index}]`, old: oldItem(tree, item, old) }),
    );
  }
  if (!isObject(value)) return [];
  const before = isObject(old) && schema['x-kubernetes-map-type'] !== 'atomic' ? old : {};
  return Object.entries(value).flatMap(([key, item]) => {
    const property = properties.get(key);
    const part = property ?? additional;
    if (!part) return [];
    const at = property ? (path ? `${path}.${key}` : key) : `${path}[${key}]`;
    return violations(part, item, { ...place, path: at, old: getKey(before, key) });
  });
}

/** Items of a list can be compared with what they were only where they have keys. */
function oldItem({ schema }: RuleTree, item: unknown, old: unknown): unknown {
  if (schema['x-kubernetes-list-type'] !== 'map' || !Array.isArray(old)) return undefined;
  const keys = keysOf(schema, item);
  return old.find((before) => sameJson(keysOf(schema, before), keys));
}

function own({ rules, schema, shape }: RuleTree, value: unknown, place: Place): FieldError[] {
  if (rules.length === 0 || !shape) return [];
  const shown = schema.type ?? '';
  const self = shape.read(value);
  const oldSelf = place.old === undefined || place.old === null ? undefined : shape.read(place.old);
  const errors: FieldError[] = [];
  for (const rule of rules) {
    if (place.budget.left < 0) break;
    const optional = rule.rule.optionalOldSelf === true;
    if (rule.usesOldSelf && oldSelf === undefined && !optional) continue;
    if (place.unchanged && !rule.usesOldSelf) continue;
    const old = optional ? (oldSelf === undefined ? Optional.none() : Optional.of(oldSelf)) : oldSelf;
    const error = violation(rule, { self, ...(old === undefined ? {} : { oldSelf: old }) }, { shown, place });
    if (error) errors.push(error);
  }
  return errors;
}

interface Telling {
  /** What messages show of a value: its type. */
  readonly shown: string;
  readonly place: Place;
}

function violation(rule: Rule, variables: Record<string, unknown>, telling: Telling): FieldError | undefined {
  const { shown, place } = telling;
  const { program } = rule;
  if ('error' in program) return valueError(place.path, shown, `rule compile error: ${program.error}`);
  try {
    if (program(variables, place.budget) === true) return undefined;
  } catch (error) {
    // What was too much for one is told once: no other is asked.
    if (error instanceof CostError) place.budget.left = -1;
    return valueError(place.path, shown, problemOf(error, rule.rule));
  }
  const detail = messageOf(rule, variables, place.budget) ?? defaultMessage(rule.rule);
  return errorFor(rule.rule, { ...telling, detail });
}

function problemOf(error: unknown, rule: ValidationRule): string {
  if (error instanceof CostError)
    return `'operation cancelled: actual cost limit exceeded': no further validation rules will be run due to call cost exceeds limit for rule: ${nameOf(rule)}`;
  const said = error instanceof EvaluationError ? error.summary : (error as Error).message;
  return `${said.charAt(0).toLowerCase()}${said.slice(1)} evaluating rule: ${nameOf(rule)}`;
}

function nameOf({ message, rule }: ValidationRule): string {
  return (message || rule).trim();
}

function defaultMessage(rule: ValidationRule): string {
  return rule.message ? rule.message.trim() : `failed rule: ${rule.rule.trim()}`;
}

const maxMessageBytes = 5 * 1024;

/** What the rule's own expression makes of the failure; undefined if it makes nothing of it. */
function messageOf(rule: Rule, variables: Record<string, unknown>, budget: Budget): string | undefined {
  const { messageProgram } = rule;
  if (!messageProgram || 'error' in messageProgram) return undefined;
  try {
    const said = messageProgram(variables, budget);
    const text = typeof said === 'string' ? said.trim() : '';
    return text === '' || text.includes('\n') || Buffer.byteLength(text) > maxMessageBytes ? undefined : text;
  } catch {
    return undefined;
  }
}

function errorFor(rule: ValidationRule, { shown, place, detail }: Telling & { detail: string }): FieldError {
  const field = place.path + pathStep(rule.fieldPath, place.path);
  switch (rule.reason) {
    case 'FieldValueForbidden':
      return { type: 'FieldValueForbidden', field: field || '<nil>', message: `Forbidden: ${detail}` };
    case 'FieldValueRequired':
      return { type: 'FieldValueRequired', field: field || '<nil>', message: `Required value: ${detail}` };
    case 'FieldValueDuplicate':
      return duplicateValue(field || '<nil>', shown);
    default:
      return valueError(field, shown, detail);
  }
}

/** `.spec.list['a']` as it stands behind a field: `.spec.list[a]`. */
function pathStep(fieldPath: string | undefined, path: string): string {
  const step = (fieldPath ?? '').replace(/\['((?:\\.|[^'])*)'\]/g, '[$1]');
  return path ? step : step.replace(/^\./, '');
}
