// Owns a validating admission policy as it is evaluated: its expressions read and checked once, its variables computed
// when one is asked for. Source: Kubernetes API reference, admissionregistration.k8s.io/v1 ValidatingAdmissionPolicy.
import {
  type FieldError,
  invalid,
  type ValidatingAdmissionPolicy,
  type Validation,
  type Variable,
} from '@berth/objects';
import { type Expression, ExpressionScope, type ScopeParts, type Variables } from '../expressions/environment.ts';
import { conditionErrors, MatchConditions } from '../expressions/match-conditions.ts';

export interface CompiledPolicy {
  readonly conditions: MatchConditions;
  readonly validations: readonly CompiledValidation[];
  readonly annotations: readonly { readonly key: string; readonly text: string; readonly value: Expression }[];
  /** The variables of a request, with those of the policy among them. */
  variables(given: Variables): Variables;
}

export interface CompiledValidation {
  readonly validation: Validation;
  readonly expression: Expression;
  readonly message: Expression | undefined;
}

interface Named {
  readonly name: string;
  readonly expression: Expression;
}

const type = 'kubernetes.variables';

/** Of one policy: the environment knows its variables by it. */
function variablesClass() {
  return class {};
}

/** Scopes for the expressions of a policy: one for each of its variables, which sees those before it, and one for the rest. */
class PolicyScopes {
  readonly #class = variablesClass();
  readonly #fields: Record<string, string> = {};

  /** With the variables that have been added so far. */
  current(more: Pick<ScopeParts, 'objectType'> = {}): ExpressionScope {
    const fields = { ...this.#fields };
    return new ExpressionScope({
      ...more,
      declare: (environment) => {
        environment
          .registerType(type, { ctor: this.#class, fields })
          .registerVariable('variables', type)
          .registerVariable('params', 'dyn')
          .registerVariable('namespaceObject', 'dyn');
      },
    });
  }

  add(name: string, variableType: string): void {
    this.#fields[name] = variableType;
  }

  /** Each variable is computed at most once, and an error stays with it. */
  values(given: Variables, named: readonly Named[]): Variables {
    const values = new this.#class();
    const all = { ...given, variables: values };
    for (const { name, expression } of named) {
      let computed: { readonly value: unknown } | undefined;
      Object.defineProperty(values, name, {
        enumerable: true,
        get() {
          computed ??= { value: expression.evaluate(all) };
          return computed.value;
        },
      });
    }
    return all;
  }
}

/** For expressions of a policy that are looked at and never evaluated, over variables of any type. */
export function policyScope(
  variables: readonly Variable[] = [],
  more: Pick<ScopeParts, 'objectType'>,
): ExpressionScope {
  const scopes = new PolicyScopes();
  for (const { name } of variables) scopes.add(name, 'dyn');
  return scopes.current(more);
}

/** Throws ExpressionError. */
export function compilePolicy({ spec }: ValidatingAdmissionPolicy): CompiledPolicy {
  const scopes = new PolicyScopes();
  const named: Named[] = [];
  for (const { name, expression } of spec.variables ?? []) {
    const compiled = scopes.current().compile(expression);
    named.push({ name, expression: compiled });
    scopes.add(name, compiled.type);
  }
  const scope = scopes.current();
  return {
    conditions: new MatchConditions(scope, spec.matchConditions),
    validations: (spec.validations ?? []).map((validation) => ({
      validation,
      expression: scope.compile(validation.expression, 'bool'),
      message: validation.messageExpression ? scope.compile(validation.messageExpression, 'string') : undefined,
    })),
    annotations: (spec.auditAnnotations ?? []).map(({ key, valueExpression }) => ({
      key,
      text: valueExpression,
      value: scope.compile(valueExpression, 'string', 'null'),
    })),
    variables: (given) => scopes.values(given, named),
  };
}

/** What is wrong with the expressions; the rest of a policy is checked with its kind. */
export function policyErrors({ spec }: ValidatingAdmissionPolicy): FieldError[] {
  const scopes = new PolicyScopes();
  const errors: FieldError[] = [];
  const check = (field: string, text: string, compile: () => Expression): Expression | undefined => {
    try {
      return compile();
    } catch (error) {
      errors.push(invalid(field, text, (error as Error).message));
      return undefined;
    }
  };
  for (const [index, { name, expression }] of (spec.variables ?? []).entries()) {
    const scope = scopes.current();
    const compiled = check(`spec.variables[${index}].expression`, expression, () => scope.compile(expression));
    scopes.add(name, compiled?.type ?? 'dyn');
  }
  const scope = scopes.current();
  errors.push(...conditionErrors(scope, 'spec.matchConditions', spec.matchConditions));
  for (const [index, { expression, messageExpression }] of (spec.validations ?? []).entries()) {
    const field = `spec.validations[${index}]`;
    check(`${field}.expression`, expression, () => scope.compile(expression, 'bool'));
    if (messageExpression)
      check(`${field}.messageExpression`, messageExpression, () => scope.compile(messageExpression, 'string'));
  }
  for (const [index, { valueExpression }] of (spec.auditAnnotations ?? []).entries())
    check(`spec.auditAnnotations[${index}].valueExpression`, valueExpression, () =>
      scope.compile(valueExpression, 'string', 'null'),
    );
  return errors;
}
