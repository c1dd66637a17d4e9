// Owns what a person can know about ValidatingAdmissionPolicy and ValidatingAdmissionPolicyBinding beyond the API facts.
import type {
  AuditAnnotation,
  MatchResources,
  ParamKind,
  ParamRef,
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicyBinding,
  ValidatingAdmissionPolicyBindingSpec,
  ValidatingAdmissionPolicySpec,
  Validation,
  Variable,
} from '../api/types.ts';
import { duplicate, type FieldError, invalid, required, tooMany } from '../errors/field-error.ts';
import type { Draft } from '../object.ts';
import { validatingAdmissionPolicies, validatingAdmissionPolicyBindings } from '../resource.ts';
import { validateMatchConditions, validateRule } from '../validation/admission-rules.ts';
import { choice, givenChoice, problemsOf, requiredChoice, requiredText } from '../validation/field-checks.ts';
import { validateLabelSelector } from '../validation/label-selector.ts';
import { dns1123SubdomainProblems, qualifiedNameProblems } from '../validation/names.ts';
import { ageColumn, columnOf, integerColumn, nameColumn } from './columns.ts';
import type { Kind } from './kind.ts';

const mostAnnotations = 20;
const reasons = ['Forbidden', 'Invalid', 'RequestEntityTooLarge', 'Unauthorized'];
const unset = '<unset>';

export const validatingAdmissionPolicyKind: Kind<ValidatingAdmissionPolicy> = {
  resource: validatingAdmissionPolicies,
  nameRule: 'dns-subdomain',
  anyFinalizers: true,
  versionedUpdates: true,
  subresources: ['status'],
  countsGenerations: true,
  setDefaults({ spec }) {
    spec.failurePolicy ??= 'Fail';
    setMatchDefaults(spec.matchConstraints);
  },
  prepareForCreate(draft) {
    draft.status = {};
  },
  prepareForUpdate(draft, old) {
    Object.assign(draft, { status: old.status });
  },
  prepareForStatusUpdate(draft, old) {
    Object.assign(draft, { spec: old.spec });
  },
  validate: ({ spec }) => validatePolicy(spec),
  columns: [
    nameColumn,
    integerColumn('Validations', 'How many expressions must hold.', ({ spec }) => spec.validations?.length ?? 0),
    columnOf('ParamKind', 'The kind of the objects that parameterise it.', ({ spec: { paramKind } }) =>
      paramKind ? `${paramKind.apiVersion}/${paramKind.kind}` : unset,
    ),
    ageColumn,
  ],
  fieldSelectors: {},
};

export const validatingAdmissionPolicyBindingKind: Kind<ValidatingAdmissionPolicyBinding> = {
  resource: validatingAdmissionPolicyBindings,
  nameRule: 'dns-subdomain',
  anyFinalizers: true,
  versionedUpdates: true,
  subresources: [],
  countsGenerations: true,
  setDefaults: ({ spec }) => setMatchDefaults(spec.matchResources),
  validate: ({ spec }) => validateBinding(spec),
  columns: [
    nameColumn,
    columnOf('PolicyName', 'The policy that is bound.', ({ spec }) => spec.policyName ?? ''),
    columnOf('ParamRef', 'The objects that parameterise it.', ({ spec: { paramRef } }) => {
      if (!paramRef) return unset;
      const { namespace, name = '*' } = paramRef;
      return namespace ? `${namespace}/${name}` : name;
    }),
    ageColumn,
  ],
  fieldSelectors: {},
};

function setMatchDefaults(match: Draft<MatchResources> | undefined): void {
  if (!match) return;
  match.matchPolicy ??= 'Equivalent';
  match.namespaceSelector ??= {};
  match.objectSelector ??= {};
  for (const rule of [...(match.resourceRules ?? []), ...(match.excludeResourceRules ?? [])]) rule.scope ??= '*';
}

function validatePolicy(spec: ValidatingAdmissionPolicySpec): FieldError[] {
  const { validations = [], auditAnnotations = [], variables = [], matchConstraints } = spec;
  const errors = [
    ...requiredChoice('spec.failurePolicy', spec.failurePolicy, ['Fail', 'Ignore']),
    ...validateParamKind('spec.paramKind', spec.paramKind),
    ...(matchConstraints
      ? validateMatch('spec.matchConstraints', matchConstraints)
      : [required('spec.matchConstraints')]),
    ...validateMatchConditions('spec.matchConditions', spec.matchConditions),
    ...validateVariables('spec.variables', variables),
    ...validations.flatMap((validation, index) => validateValidation(`spec.validations[${index}]`, validation)),
    ...validateAnnotations('spec.auditAnnotations', auditAnnotations),
  ];
  if (matchConstraints && !matchConstraints.resourceRules?.length)
    errors.push(required('spec.matchConstraints.resourceRules'));
  if (validations.length > 0 || auditAnnotations.length > 0) return errors;
  const either = 'validations or auditAnnotations must contain at least one item';
  return [...errors, required('spec.validations', either), required('spec.auditAnnotations', either)];
}

function validateParamKind(field: string, paramKind: ParamKind | undefined): FieldError[] {
  if (!paramKind) return [];
  const { apiVersion, kind } = paramKind;
  const errors = requiredText(`${field}.apiVersion`, apiVersion, (text) =>
    /^([^/]+\/)?[^/]+$/.test(text) ? [] : [`unexpected GroupVersion string: ${text}`],
  );
  return kind ? errors : [...errors, required(`${field}.kind`)];
}

function validateMatch(field: string, match: MatchResources): FieldError[] {
  const rules = (['resourceRules', 'excludeResourceRules'] as const).flatMap((name) =>
    (match[name] ?? []).flatMap((rule, index) => validateRule(`${field}.${name}[${index}]`, rule)),
  );
  return [
    ...givenChoice(`${field}.matchPolicy`, match.matchPolicy, ['Equivalent', 'Exact']),
    ...validateLabelSelector(`${field}.namespaceSelector`, match.namespaceSelector),
    ...validateLabelSelector(`${field}.objectSelector`, match.objectSelector),
    ...rules,
  ];
}

function validateVariables(field: string, variables: readonly Variable[]): FieldError[] {
  const names = new Set<string>();
  return variables.flatMap(({ name, expression }, index) => {
    const item = `${field}[${index}]`;
    const errors = requiredText(`${item}.name`, name, (text) =>
      /^[A-Za-z_][A-Za-z0-9_]*$/.test(text) ? [] : ['name is not a valid CEL identifier'],
    );
    if (names.has(name)) errors.push(duplicate(`${item}.name`, name));
    names.add(name);
    return expression?.trim() ? errors : [...errors, required(`${item}.expression`, 'expression is not specified')];
  });
}

function validateValidation(field: string, validation: Validation): FieldError[] {
  const { expression = '', message = '', messageExpression = '', reason } = validation;
  const errors: FieldError[] = [];
  if (!expression.trim()) errors.push(required(`${field}.expression`, 'expression is not specified'));
  if (messageExpression && !messageExpression.trim())
    errors.push(invalid(`${field}.messageExpression`, messageExpression, 'must be non-empty if specified'));
  if (message && !message.trim())
    errors.push(invalid(`${field}.message`, message, 'message must be non-empty if specified'));
  else if (message.trim().includes('\n'))
    errors.push(invalid(`${field}.message`, message, 'message must not contain line breaks'));
  else if (expression.trim().includes('\n') && !message)
    errors.push(required(`${field}.message`, 'message must be specified if expression contains line breaks'));
  return [...errors, ...choice(`${field}.reason`, reason, reasons)];
}

function validateAnnotations(field: string, annotations: readonly AuditAnnotation[]): FieldError[] {
  const keys = new Set<string>();
  const errors = annotations.flatMap(({ key, valueExpression }, index) => {
    const item = `${field}[${index}]`;
    const problems = requiredText(`${item}.key`, key, qualifiedNameProblems);
    if (keys.has(key)) problems.push(duplicate(`${item}.key`, key));
    keys.add(key);
    if (!valueExpression?.trim())
      problems.push(required(`${item}.valueExpression`, 'valueExpression is not specified'));
    return problems;
  });
  if (annotations.length > mostAnnotations) errors.push(tooMany(field, annotations.length, mostAnnotations));
  return errors;
}

function validateBinding(spec: ValidatingAdmissionPolicyBindingSpec): FieldError[] {
  const { policyName, paramRef, matchResources, validationActions = [] } = spec;
  return [
    ...requiredText('spec.policyName', policyName, dns1123SubdomainProblems),
    ...validateParamRef('spec.paramRef', paramRef),
    ...(matchResources ? validateMatch('spec.matchResources', matchResources) : []),
    ...validateActions('spec.validationActions', validationActions),
  ];
}

function validateParamRef(field: string, paramRef: ParamRef | undefined): FieldError[] {
  if (!paramRef) return [];
  const { name, selector, parameterNotFoundAction } = paramRef;
  const errors: FieldError[] = [];
  if (name) errors.push(...problemsOf(`${field}.name`, name, dns1123SubdomainProblems(name)));
  if (name && selector) errors.push(forbiddenTogether(`${field}.name`), forbiddenTogether(`${field}.selector`));
  if (!name && !selector) errors.push(required(field, 'one of name or selector must be specified'));
  return [
    ...errors,
    ...validateLabelSelector(`${field}.selector`, selector),
    ...requiredChoice(`${field}.parameterNotFoundAction`, parameterNotFoundAction, ['Allow', 'Deny']),
  ];
}

function forbiddenTogether(field: string): FieldError {
  return { type: 'FieldValueForbidden', field, message: 'Forbidden: name and selector are mutually exclusive' };
}

function validateActions(field: string, actions: readonly string[]): FieldError[] {
  if (actions.length === 0) return [required(field, 'at least one validation action is required')];
  const errors = actions.flatMap((action, index) => [
    ...choice(`${field}[${index}]`, action, ['Audit', 'Deny', 'Warn']),
    ...(actions.indexOf(action) < index ? [duplicate(`${field}[${index}]`, action)] : []),
  ]);
  if (!actions.includes('Deny') || !actions.includes('Warn')) return errors;
  const problem =
    'must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)';
  return [...errors, invalid(field, actions, problem)];
}
