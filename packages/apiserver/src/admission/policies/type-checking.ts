// Owns what the expressions of a policy look like to the kinds that it is about: a field that there is not is found when
// the policy is written. It is told in the status and refuses nothing, as a policy may be about several kinds.
// Source: Kubernetes API reference, admissionregistration.k8s.io/v1 TypeChecking.
import {
  apiVersionOf,
  kinds,
  type Resource,
  type Shape,
  structOf,
  type ValidatingAdmissionPolicy,
  type ValidatingAdmissionPolicyStatus,
} from '@berth/objects';
import type { Environment } from '@marcbachmann/cel-js';
import type { ExpressionScope } from '../expressions/environment.ts';
import { policyScope } from './compile-policy.ts';

type ExpressionWarning = NonNullable<
  NonNullable<ValidatingAdmissionPolicyStatus['typeChecking']>['expressionWarnings']
>[number];

/** More kinds than this are not looked at. Source: Kubernetes 1.32. */
const mostKinds = 10;

export function typeWarnings({ spec }: ValidatingAdmissionPolicy): ExpressionWarning[] {
  const scopes = resourcesOf(spec).map((resource) => ({
    name: `${apiVersionOf(resource)}, Kind=${resource.kind}`,
    scope: policyScope(spec.variables, { objectType: (environment) => declareType(environment, resource.type) }),
  }));
  const expressions = (spec.validations ?? []).flatMap(({ expression, messageExpression }, index) => [
    { fieldRef: `spec.validations[${index}].expression`, text: expression },
    ...(messageExpression
      ? [{ fieldRef: `spec.validations[${index}].messageExpression`, text: messageExpression }]
      : []),
  ]);
  return expressions.flatMap(({ fieldRef, text }) => {
    const problems = scopes.flatMap(({ name, scope }) => {
      const problem = problemOf(scope, text);
      return problem === undefined ? [] : [`${name}: ${problem}\n`];
    });
    return problems.length > 0 ? [{ fieldRef, warning: problems.join('\n') }] : [];
  });
}

function problemOf(scope: ExpressionScope, text: string): string | undefined {
  try {
    scope.compile(text);
    return undefined;
  } catch (error) {
    return (error as Error).message.replace(/^compilation failed: /, '');
  }
}

/** The built-in kinds that the rules name, one by one: what is meant by a star or a custom resource is not known. */
function resourcesOf({ matchConstraints }: ValidatingAdmissionPolicy['spec']): readonly Resource[] {
  const rules = matchConstraints?.resourceRules ?? [];
  const named = kinds.filter(({ resource: { group, version, plural } }) =>
    rules.some(
      (rule) =>
        rule.apiGroups?.includes(group) && rule.apiVersions?.includes(version) && rule.resources?.includes(plural),
    ),
  );
  return named.slice(0, mostKinds).map(({ resource }) => resource);
}

/** An object of a type of the API facts: the environment is told of it alone, and never has a value of it. */
function declareType(environment: Environment, type: string): string {
  const known = new Map<string, string>();
  const nameOf = (shape: Shape): string => {
    switch (shape.form) {
      case 'scalar':
        return scalars[shape.scalar] ?? 'dyn';
      case 'opaque':
        return 'dyn';
      case 'list':
        return `list<${nameOf(shape.element)}>`;
      case 'map':
        return `map<string, ${nameOf(shape.element)}>`;
      case 'struct':
        return declare(shape.type);
    }
  };
  const declare = (struct: string): string => {
    const found = known.get(struct);
    if (found) return found;
    // Of a type within itself nothing more is known.
    known.set(struct, 'dyn');
    const described = structOf(struct).fields.map(({ name, shape }) => [name, nameOf(shape)]);
    const own = structOf(struct).document ? ['apiVersion', 'kind'].map((name) => [name, 'string']) : [];
    const fields = Object.fromEntries([...own, ...described]);
    const name = `kubernetes.facts.${struct.split('.').slice(-2).join('.')}`;
    environment.registerType(name, { ctor: class {}, fields });
    known.set(struct, name);
    return name;
  };
  return declare(type);
}

const scalars: Readonly<Record<string, string>> = {
  string: 'string',
  bool: 'bool',
  int32: 'int',
  int64: 'int',
  float64: 'double',
  bytes: 'bytes',
};
