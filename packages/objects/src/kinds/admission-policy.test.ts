import { describe, expect, it } from 'vitest';
import { validatingAdmissionPolicies, validatingAdmissionPolicyBindings } from '../resource.ts';
import { created, problemsOfCreate } from './manifest-fixture.ts';

const rule = { operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] };
const policySpec = { matchConstraints: { resourceRules: [rule] }, validations: [{ expression: 'true' }] };
const bindingSpec = { policyName: 'p', validationActions: ['Deny'] };
const metadata = { name: 'a' };

it('has defaults of its own', () => {
  const match = { matchPolicy: 'Equivalent', namespaceSelector: {}, objectSelector: {} };
  expect(created(validatingAdmissionPolicies, { metadata, spec: policySpec })).toMatchObject({
    spec: { failurePolicy: 'Fail', matchConstraints: { ...match, resourceRules: [{ ...rule, scope: '*' }] } },
    status: {},
  });
  const spec = { ...bindingSpec, matchResources: {} };
  expect(created(validatingAdmissionPolicyBindings, { metadata, spec })).toMatchObject({
    spec: { ...bindingSpec, matchResources: match },
  });
});

describe('a broken policy is answered as Kubernetes does', () => {
  const validation = (more: object) => ({ validations: [{ expression: 'true', ...more }] });
  it.each<[name: string, spec: object, expected: string[]]>([
    ['nothing', {}, []],
    ['no constraints', { matchConstraints: undefined }, ['spec.matchConstraints: Required value']],
    ['constraints without rules', { matchConstraints: {} }, ['spec.matchConstraints.resourceRules: Required value']],
    [
      'nothing to say',
      { validations: [] },
      [
        'spec.validations: Required value: validations or auditAnnotations must contain at least one item',
        'spec.auditAnnotations: Required value: validations or auditAnnotations must contain at least one item',
      ],
    ],
    [
      'an unknown failure policy',
      { failurePolicy: 'Maybe' },
      ['spec.failurePolicy: Unsupported value: "Maybe": supported values: "Fail", "Ignore"'],
    ],
    [
      'half a kind of parameters',
      { paramKind: { apiVersion: '', kind: '' } },
      ['spec.paramKind.apiVersion: Required value', 'spec.paramKind.kind: Required value'],
    ],
    [
      'bad variables',
      {
        variables: [
          { name: 'a-b', expression: '1' },
          { name: 'a', expression: ' ' },
          { name: 'a', expression: '1' },
        ],
      },
      [
        'spec.variables[0].name: Invalid value: "a-b": name is not a valid CEL identifier',
        'spec.variables[1].expression: Required value: expression is not specified',
        'spec.variables[2].name: Duplicate value: "a"',
      ],
    ],
    [
      'no expression',
      validation({ expression: ' ' }),
      ['spec.validations[0].expression: Required value: expression is not specified'],
    ],
    [
      'an unknown reason',
      validation({ reason: 'Because' }),
      [
        'spec.validations[0].reason: Unsupported value: "Because": supported values: "Forbidden", "Invalid", "RequestEntityTooLarge", "Unauthorized"',
      ],
    ],
    [
      'a message of several lines',
      validation({ message: 'a\nb' }),
      ['spec.validations[0].message: Invalid value: "a\\nb": message must not contain line breaks'],
    ],
    [
      'a message of nothing',
      validation({ message: ' ', messageExpression: ' ' }),
      [
        'spec.validations[0].messageExpression: Invalid value: " ": must be non-empty if specified',
        'spec.validations[0].message: Invalid value: " ": message must be non-empty if specified',
      ],
    ],
    [
      'an expression of several lines without a message',
      validation({ expression: 'true ||\ntrue' }),
      ['spec.validations[0].message: Required value: message must be specified if expression contains line breaks'],
    ],
    [
      'bad annotations',
      { auditAnnotations: [{ key: 'a b', valueExpression: ' ' }] },
      [
        'spec.auditAnnotations[0].key: Invalid value: "a b": name part must consist of',
        'spec.auditAnnotations[0].valueExpression: Required value: valueExpression is not specified',
      ],
    ],
  ])('%s', (_name, spec, expected) => {
    const found = problemsOfCreate(validatingAdmissionPolicies, { metadata, spec: { ...policySpec, ...spec } });
    expect(found.map((problem, index) => problem.slice(0, expected[index]?.length))).toEqual(expected);
  });
});

describe('a broken binding is answered as Kubernetes does', () => {
  const paramRef = (more: object) => ({ paramRef: { parameterNotFoundAction: 'Deny', ...more } });
  it.each<[name: string, spec: object, expected: string[]]>([
    ['nothing', {}, []],
    ['no policy', { policyName: '' }, ['spec.policyName: Required value']],
    [
      'no action',
      { validationActions: [] },
      ['spec.validationActions: Required value: at least one validation action is required'],
    ],
    [
      'an unknown action, and one twice',
      { validationActions: ['Shout', 'Warn', 'Warn'] },
      [
        'spec.validationActions[0]: Unsupported value: "Shout": supported values: "Audit", "Deny", "Warn"',
        'spec.validationActions[2]: Duplicate value: "Warn"',
      ],
    ],
    [
      'the same twice over',
      { validationActions: ['Deny', 'Warn'] },
      ['spec.validationActions: Invalid value: []string{"Deny", "Warn"}: must not contain both Deny and Warn'],
    ],
    ['no parameters', paramRef({}), ['spec.paramRef: Required value: one of name or selector must be specified']],
    [
      'parameters in two ways',
      paramRef({ name: 'a', selector: {} }),
      [
        'spec.paramRef.name: Forbidden: name and selector are mutually exclusive',
        'spec.paramRef.selector: Forbidden: name and selector are mutually exclusive',
      ],
    ],
    [
      'parameters without a word about their absence',
      paramRef({ name: 'a', parameterNotFoundAction: undefined }),
      ['spec.paramRef.parameterNotFoundAction: Required value'],
    ],
  ])('%s', (_name, spec, expected) => {
    const found = problemsOfCreate(validatingAdmissionPolicyBindings, { metadata, spec: { ...bindingSpec, ...spec } });
    expect(found.map((problem, index) => problem.slice(0, expected[index]?.length))).toEqual(expected);
  });
});
