// Owns what the rules of a schema, x-kubernetes-validations, must be when a definition is written: texts that make sense,
// expressions that compile, and the old value only where there is one to compare with.
import type { ValidationRule } from '../api/types.ts';
import { type FieldError, invalid, notSupported, required } from '../errors/field-error.ts';
import { compileRules, type Rule, type RuleTree } from './cel/rules.ts';
import { additionalOf, partsOf, propertyOf, type Schema } from './schema.ts';

/** Of a schema in which nothing else is wrong. */
export function ruleErrors(schema: Schema, path: string): FieldError[] {
  const texts = textErrors(schema, path);
  if (texts.length > 0) return texts;
  const tree = compileRules(schema);
  return tree ? programErrors(tree, { path, uncorrelatable: undefined }) : [];
}

function textErrors(schema: Schema, path: string): FieldError[] {
  const rules = schema['x-kubernetes-validations'] ?? [];
  return [
    ...rules.flatMap((rule, index) => errorsOf(rule, schema, `${path}.x-kubernetes-validations[${index}]`)),
    ...partsOf(schema).flatMap(([step, part]) => textErrors(part, path + step)),
  ];
}

const reasons = ['FieldValueDuplicate', 'FieldValueForbidden', 'FieldValueInvalid', 'FieldValueRequired'];
const hasLineBreak = (text: string) => /[\n\r]/.test(text);

function errorsOf(rule: ValidationRule, schema: Schema, path: string): FieldError[] {
  const { message = '', messageExpression, reason, fieldPath } = rule;
  const text = rule.rule.trim();
  const said = message.trim();
  const errors: FieldError[] = [];
  if (text === '') errors.push(required(`${path}.rule`, 'rule is not specified'));
  else if (message !== '' && said === '')
    errors.push(invalid(`${path}.message`, message, 'message must be non-empty if specified'));
  else if (hasLineBreak(said)) errors.push(invalid(`${path}.message`, message, 'message must not contain line breaks'));
  else if (hasLineBreak(text) && said === '')
    errors.push(required(`${path}.message`, 'message must be specified if rule contains line breaks'));
  if (messageExpression?.trim() === '')
    errors.push(required(`${path}.messageExpression`, 'messageExpression must be non-empty if specified'));
  if (reason !== undefined && !reasons.includes(reason)) errors.push(notSupported(`${path}.reason`, reason, reasons));
  return fieldPath ? [...errors, ...fieldPathErrors(fieldPath, schema, `${path}.fieldPath`)] : errors;
}

function fieldPathErrors(fieldPath: string, schema: Schema, path: string): FieldError[] {
  const wrong = (problem: string) => [invalid(path, fieldPath, problem)];
  if (fieldPath.trim() === '') return wrong('fieldPath must be non-empty if specified');
  if (hasLineBreak(fieldPath)) return wrong('fieldPath must not contain line breaks');
  return leadsSomewhere(fieldPath, schema) ? [] : wrong('fieldPath must be a valid path');
}

/** `.a.b['c']`: fields and keys that the schema describes. */
function leadsSomewhere(fieldPath: string, schema: Schema): boolean {
  const steps = [...fieldPath.matchAll(/\.([^.[\]]+)|\['((?:\\.|[^'])*)'\]/g)];
  if (steps.map(([text]) => text).join('') !== fieldPath) return false;
  let part: Schema | undefined = schema;
  for (const [, name, key] of steps) part = part && (propertyOf(part, (name ?? key)!) ?? additionalOf(part));
  return part !== undefined;
}

interface Place {
  readonly path: string;
  /** The outermost schema within which a value cannot be compared with what it was. */
  readonly uncorrelatable: string | undefined;
}

function programErrors(tree: RuleTree, place: Place): FieldError[] {
  const { path } = place;
  const { schema, items, additional, properties, rules } = tree;
  const beyondMap =
    schema['x-kubernetes-map-type'] === 'atomic' ? (place.uncorrelatable ?? path) : place.uncorrelatable;
  const beyondList = schema['x-kubernetes-list-type'] === 'map' ? place.uncorrelatable : (place.uncorrelatable ?? path);
  return [
    ...rules.flatMap((rule, index) => compiledErrors(rule, `${path}.x-kubernetes-validations[${index}]`, place)),
    ...[...properties].flatMap(([name, part]) =>
      programErrors(part, { path: `${path}.properties[${name}]`, uncorrelatable: beyondMap }),
    ),
    ...(additional
      ? programErrors(additional, { path: `${path}.additionalProperties`, uncorrelatable: beyondMap })
      : []),
    ...(items ? programErrors(items, { path: `${path}.items`, uncorrelatable: beyondList }) : []),
  ];
}

function compiledErrors(compiled: Rule, path: string, { uncorrelatable }: Place): FieldError[] {
  const { rule, program, messageProgram, usesOldSelf } = compiled;
  const errors: FieldError[] = [];
  const wrong = (step: string, detail: string) =>
    errors.push({
      type: 'FieldValueInvalid',
      field: `${path}.${step}`,
      message: `Invalid value: ${shownRule(rule)}: ${detail}`,
    });
  if ('error' in program) wrong('rule', program.error);
  if (messageProgram && 'error' in messageProgram)
    wrong('messageExpression', `messageExpression ${messageProgram.error}`);
  if (usesOldSelf && uncorrelatable !== undefined) {
    const problem = `oldSelf cannot be used on the uncorrelatable portion of the schema within ${uncorrelatable}`;
    errors.push(invalid(`${path}.rule`, rule.rule, problem));
  }
  if (!usesOldSelf && rule.optionalOldSelf !== undefined)
    errors.push(
      invalid(`${path}.optionalOldSelf`, rule.optionalOldSelf, 'may not be set if oldSelf is not used in rule'),
    );
  return errors;
}

/** As Kubernetes prints a rule. */
function shownRule({ rule, message = '', messageExpression = '', fieldPath = '' }: ValidationRule): string {
  const [text, said, expression, path] = [rule, message, messageExpression, fieldPath].map((part) =>
    JSON.stringify(part),
  );
  return `apiextensions.ValidationRule{Rule:${text}, Message:${said}, MessageExpression:${expression}, Reason:(*apiextensions.FieldValueErrorReason)(nil), FieldPath:${path}, OptionalOldSelf:(*bool)(nil)}`;
}
