import { describe, expect, it } from 'vitest';
import type { Authorizer } from '../../registry/authorization.ts';
import type { AdmissionRequest } from '../plugin.ts';
import { reviewedRequest } from '../webhooks/reviewed-request.ts';
import { ExpressionScope, variablesOf } from './environment.ts';
import { conditionErrors, MatchConditions } from './match-conditions.ts';

const expressions = new ExpressionScope();
const authorizer: Required<Authorizer> = {
  allows: (user, { verb, resource, subresource, namespace, name }) =>
    user.name === 'jane'
      ? verb === 'breakglass' && resource.plural === 'configmaps' && name === 'a'
      : user.name === 'system:serviceaccount:shop:robot' && subresource === 'status' && namespace === 'shop',
  allowsPath: (_user, { verb, path }) => verb === 'get' && path === '/metrics',
  reason: () => 'because',
  pathReason: () => '',
};
const object = {
  kind: 'ConfigMap',
  apiVersion: 'v1',
  metadata: { name: 'a', namespace: 'shop', labels: { app: 'web', constructor: 'x' } },
  data: { key: 'value' },
  count: 3,
  ratio: 0.5,
  list: [1, 2, 3],
};
const request = {
  user: { name: 'jane', groups: ['devs', 'system:authenticated'] },
  operation: 'UPDATE',
  resource: { group: '', version: 'v1', plural: 'configmaps', kind: 'ConfigMap' },
  namespace: 'shop',
  name: 'a',
  dryRun: false,
  draft: object,
  old: { ...object, count: 2 },
  options: () => ({ kind: 'UpdateOptions', fieldManager: 'me' }),
} as unknown as AdmissionRequest;

function hold(...texts: string[]): boolean | string {
  const conditions = texts.map((expression, index) => ({ name: `c${index}`, expression }));
  const answer = new MatchConditions(expressions, conditions).hold(
    variablesOf(request, reviewedRequest(request), authorizer),
  );
  return answer instanceof Error ? answer.message : answer;
}

it.each([
  ["object.metadata.labels['app'] == 'web'", true],
  ["object.metadata.labels.constructor == 'x'", true],
  ["has(object.metadata.annotations) || object.data.key != 'value'", false],
  ['object.count == 3 && object.ratio < 1.0', true],
  ['object.count > oldObject.count', true],
  ['object.list.all(n, n > 0) && object.list.sum() == 6', true],
  ["request.operation == 'UPDATE' && request.namespace == 'shop' && !request.dryRun", true],
  ["request.kind.kind == 'ConfigMap' && request.resource.resource == 'configmaps'", true],
  ["request.userInfo.username == 'jane' && 'devs' in request.userInfo.groups", true],
  ["!('system:nodes' in request.userInfo.groups)", true],
  ["request.options.fieldManager == 'me'", true],
  ["object.metadata.name.matches('^[a-z]+$')", true],
  ["authorizer.group('').resource('configmaps').name('a').check('breakglass').allowed()", true],
  ["authorizer.requestResource.check('breakglass').allowed()", true],
  ["authorizer.requestResource.check('update').allowed()", false],
  ["authorizer.path('/metrics').check('get').allowed()", true],
  [
    "authorizer.serviceAccount('shop', 'robot').group('').resource('pods').subresource('status').namespace('shop').check('get').allowed()",
    true,
  ],
] as const)('%s is %s', (text, expected) => {
  expect(hold(text)).toBe(expected);
});

it('all must hold, and one that does not settles it', () => {
  expect(hold()).toBe(true);
  expect(hold('true', 'false')).toBe(false);
  expect(hold('object.none == 1', 'false')).toBe(false);
  expect(hold('object.none == 1', 'true')).toBe("expression 'object.none == 1' resulted in error: No such key: none");
});

describe('what cannot be evaluated is refused when it is written', () => {
  const check = (expression: string) =>
    conditionErrors(expressions, 'm', [{ name: 'a', expression }]).map(({ field, message }) => `${field}: ${message}`);

  it.each([
    ['object.metadata.name', []],
    ['1 +', ['compilation failed: ERROR: <input>:1:4']],
    ['"text"', ['must evaluate to bool']],
    ['nobody == 1', ['Unknown variable: nobody']],
    ['request.nothing == 1', ['No such key: nothing']],
    ["authorizer.resource('x')", ['compilation failed: ERROR: <input>:1:']],
  ] as const)('%s', (text, problems) => {
    const errors = check(text);
    expect(errors).toHaveLength(problems.length);
    for (const [index, problem] of problems.entries()) {
      expect(errors[index]).toContain(`m[0].expression: Invalid value: ${JSON.stringify(text)}: `);
      expect(errors[index]).toContain(problem);
    }
  });

  it('says where', () => {
    expect(check('true &&\n  nobody')).toEqual([
      'm[0].expression: Invalid value: "true &&\\n  nobody": compilation failed: ERROR: <input>:2:3: Unknown variable: nobody\n |   nobody\n | ..^',
    ]);
  });
});

it('ends what would take too long', () => {
  const list = `[${Array(30).fill('1').join(',')}]`;
  let text = 'true';
  for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) text = `${list}.all(${name}, ${text})`;
  expect(hold(text)).toContain('too many steps');
  expect(hold("('a'.matches('(a*)*b') || true)")).toBe(true);
});
