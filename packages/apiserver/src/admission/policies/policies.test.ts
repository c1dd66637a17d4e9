import {
  configMaps,
  type Notices,
  namespaces,
  type ParamRef,
  StatusError,
  type ValidatingAdmissionPolicyBindingSpec,
  type ValidatingAdmissionPolicySpec,
  validatingAdmissionPolicies,
  validatingAdmissionPolicyBindings,
} from '@berth/objects';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../../testing/test-api.ts';

let test: TestApi;
beforeEach(async () => {
  test = await startTestApi();
});
afterEach(() => test.close());

const writes = {
  resourceRules: [{ operations: ['*'], apiGroups: [''], apiVersions: ['v1'], resources: ['configmaps'] }],
};

function policy(spec: Partial<ValidatingAdmissionPolicySpec>, name = 'p') {
  const body = { metadata: { name }, spec: { matchConstraints: writes, ...spec } };
  return test.api.create(test.admin, validatingAdmissionPolicies, {}, body);
}

async function bind(spec: Partial<ValidatingAdmissionPolicyBindingSpec> = {}, name = 'b'): Promise<void> {
  const body = { metadata: { name }, spec: { policyName: 'p', validationActions: ['Deny'], ...spec } };
  await test.api.create(test.admin, validatingAdmissionPolicyBindings, {}, body);
  await test.api.list(test.admin, validatingAdmissionPolicyBindings, {});
}

function create(
  body: { name?: string; labels?: object; data?: object } = {},
  notices: Notices = {},
  namespace = 'default',
) {
  const { name = 'a', labels = {}, data = {} } = body;
  return test.api.create(test.admin, configMaps, { namespace }, { metadata: { name, labels }, data }, notices);
}

/** `ok`, or the words of the refusal. */
const outcome = (made: Promise<unknown>) =>
  made.then(
    () => 'ok',
    (error: Error) => error.message,
  );
const denied = `configmaps "a" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: `;

it('is nothing without a binding, and refuses with one, in the words of Kubernetes', async () => {
  await policy({ validations: [{ expression: "has(object.data) && 'owner' in object.data" }] });
  expect(await outcome(create({ name: 'before' }))).toBe('ok');
  await bind();
  const error = await create().catch((refused: unknown) => refused);
  expect((error as StatusError).toStatus()).toEqual({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: `${denied}failed expression: has(object.data) && 'owner' in object.data`,
    reason: 'Invalid',
    details: {
      name: 'a',
      kind: 'configmaps',
      causes: [
        {
          message:
            "ValidatingAdmissionPolicy 'p' with binding 'b' denied request: failed expression: has(object.data) && 'owner' in object.data",
        },
      ],
    },
    code: 422,
  });
  expect(error).toBeInstanceOf(StatusError);
  expect(await outcome(create({ data: { owner: 'me' } }))).toBe('ok');
});

describe('what it says', () => {
  it.each<{ name: string; validation: object; says: string; reason?: string; code?: number }>([
    {
      name: 'the message',
      validation: { message: 'no', reason: 'Forbidden' },
      says: 'no',
      reason: 'Forbidden',
      code: 403,
    },
    {
      name: 'a message of its own',
      validation: { messageExpression: "'no ' + object.metadata.name", message: 'other' },
      says: 'no a',
    },
    {
      name: 'the plain message where the other cannot be made',
      validation: { messageExpression: 'object.none', message: 'other' },
      says: 'other',
    },
    {
      name: 'the plain message where the other has several lines',
      validation: { messageExpression: "'a\\nb'", message: 'other' },
      says: 'other',
    },
    {
      name: 'the reason',
      validation: { message: 'big', reason: 'RequestEntityTooLarge' },
      says: 'big',
      reason: 'RequestEntityTooLarge',
      code: 413,
    },
  ])('$name', async ({ validation, says, reason = 'Invalid', code = 422 }) => {
    await policy({ validations: [{ expression: 'false', ...validation }] });
    await bind();
    const error = (await create().catch((refused: unknown) => refused)) as StatusError;
    expect([error.message, error.toStatus().reason, error.code]).toEqual([denied + says, reason, code]);
  });
});

it('has variables, which see those before them, and are computed when they are needed', async () => {
  await policy({
    variables: [
      { name: 'owner', expression: "object.?metadata.labels.owner.orValue('nobody')" },
      { name: 'shout', expression: 'variables.owner.upperAscii()' },
      { name: 'broken', expression: 'object.none.nothing' },
    ],
    validations: [
      { expression: "variables.shout != 'NOBODY'", messageExpression: "'not ' + variables.shout" },
      { expression: "variables.owner == 'me' || variables.broken", message: 'only me' },
    ],
  });
  await bind();
  expect(await outcome(create())).toBe(`${denied}not NOBODY`);
  expect(await outcome(create({ labels: { owner: 'me' } }))).toBe('ok');
  const other = outcome(create({ name: 'a', labels: { owner: 'you' } }));
  expect(await other).toContain(
    "expression 'variables.owner == 'me' || variables.broken' resulted in error: No such key",
  );
});

it('knows the namespace, the request and who may what', async () => {
  await policy({
    validations: [
      { expression: "namespaceObject.metadata.name == 'default'", message: 'namespace' },
      { expression: "request.operation == 'CREATE' && request.userInfo.username == 'admin'", message: 'request' },
      { expression: "authorizer.requestResource.check('create').allowed()", message: 'authorizer' },
      { expression: 'oldObject == null && params == null', message: 'old' },
    ],
  });
  await bind();
  expect(await outcome(create())).toBe('ok');
});

describe('what cannot be evaluated', () => {
  const validations = [{ expression: 'object.none == 1' }];
  it('refuses', async () => {
    await policy({ validations });
    await bind();
    expect(await outcome(create())).toBe(`${denied}expression 'object.none == 1' resulted in error: No such key: none`);
  });

  it('is passed by where the policy says so', async () => {
    await policy({ validations, failurePolicy: 'Ignore' });
    await bind();
    expect(await outcome(create())).toBe('ok');
  });
});

describe('whom it is about', () => {
  const never = { validations: [{ expression: 'false', message: 'never' }] };
  const rule = writes.resourceRules[0]!;
  it.each<{ name: string; spec?: object; binding?: object; refuses: boolean }>([
    { name: 'what its rules name', refuses: true },
    {
      name: 'not what it excludes',
      spec: { matchConstraints: { ...writes, excludeResourceRules: [{ ...rule, resourceNames: ['a'] }] } },
      refuses: false,
    },
    {
      name: 'not other names',
      spec: { matchConstraints: { resourceRules: [{ ...rule, resourceNames: ['b'] }] } },
      refuses: false,
    },
    {
      name: 'not other objects',
      spec: { matchConstraints: { ...writes, objectSelector: { matchLabels: { x: 'y' } } } },
      refuses: false,
    },
    {
      name: 'not other operations',
      spec: { matchConstraints: { resourceRules: [{ ...rule, operations: ['DELETE'] }] } },
      refuses: false,
    },
    {
      name: 'not what a condition spares',
      spec: { matchConditions: [{ name: 'c', expression: "object.metadata.name == 'b'" }] },
      refuses: false,
    },
    {
      name: 'not what the binding leaves out',
      binding: { matchResources: { namespaceSelector: { matchLabels: { x: 'y' } } } },
      refuses: false,
    },
    {
      name: 'what the binding names',
      binding: { matchResources: { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'default' } } } },
      refuses: true,
    },
  ])('$name', async ({ spec, binding, refuses }) => {
    await policy({ ...never, ...spec });
    await bind(binding);
    expect(await outcome(create())).toBe(refuses ? `${denied}never` : 'ok');
  });
});

it('warns, audits and annotates instead', async () => {
  await policy({
    validations: [{ expression: "object.metadata.name == 'b'", message: 'not b' }],
    auditAnnotations: [
      { key: 'name', valueExpression: "'is ' + object.metadata.name" },
      { key: 'none', valueExpression: 'null' },
    ],
  });
  await bind({ validationActions: ['Warn', 'Audit'] });
  const told: unknown[] = [];
  const notices: Notices = {
    onWarning: (text) => void told.push(text),
    onAuditAnnotation: (key, value) => void told.push([key, value]),
  };
  expect(await outcome(create({}, notices))).toBe('ok');
  expect(told).toEqual([
    "Validation failed for ValidatingAdmissionPolicy 'p' with binding 'b': not b",
    ['p/name', 'is a'],
    [
      'validation.policy.admission.k8s.io/validation_failure',
      '[{"message":"not b","policy":"p","binding":"b","expressionIndex":0,"validationActions":["Warn","Audit"]}]',
    ],
  ]);
});

describe('its parameters', () => {
  const spec = {
    paramKind: { apiVersion: 'v1', kind: 'ConfigMap' },
    matchConditions: [{ name: 'c', expression: "!object.metadata.name.startsWith('param')" }],
    validations: [
      { expression: 'size(object.data) <= int(params.data.most)', messageExpression: "'at most ' + params.data.most" },
    ],
  };
  const data = { x: '1', y: '2' };
  const paramRef = (more: object) => ({ paramRef: { parameterNotFoundAction: 'Deny', ...more } as ParamRef });

  it('are an object by name, as it is now', async () => {
    await policy(spec);
    await bind(paramRef({ name: 'param' }));
    expect(await outcome(create({ data }))).toBe(
      `configmaps "a" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: failed to configure binding: no params found for policy binding with \`Deny\` parameterNotFoundAction`,
    );
    const name = { namespace: 'default', name: 'param' };
    const body = (most: string) => ({ metadata: { name: 'param' }, data: { most } });
    // The policy holds for its own parameters too, which is why they are made before it is bound.
    await test.api.delete(test.admin, validatingAdmissionPolicyBindings, { name: 'b' });
    await test.api.create(test.admin, configMaps, { namespace: 'default' }, body('1'));
    await bind(paramRef({ name: 'param' }));
    expect(await outcome(create({ data }))).toBe(`${denied}at most 1`);
    await test.api.update(test.admin, configMaps, name, body('2'));
    await test.api.list(test.admin, configMaps, {});
    expect(await outcome(create({ data }))).toBe('ok');
  });

  it('are all that a selector finds, each in its turn', async () => {
    await policy(spec);
    for (const [name, most] of [
      ['param1', '5'],
      ['param2', '1'],
    ] as const)
      await create({ name, labels: { param: 'yes' }, data: { most } });
    await bind(paramRef({ selector: { matchLabels: { param: 'yes' } } }));
    expect(await outcome(create({ data }))).toBe(`${denied}at most 1`);
  });

  it('may be missing where that is allowed', async () => {
    await policy(spec);
    await bind(paramRef({ name: 'param', parameterNotFoundAction: 'Allow' }));
    expect(await outcome(create({ data }))).toBe('ok');
  });

  it('must be of a kind that there is', async () => {
    await policy({ ...spec, paramKind: { apiVersion: 'example.com/v1', kind: 'Limit' } });
    await bind(paramRef({ name: 'param' }));
    expect(await outcome(create({ data }))).toContain('paramKind kind `example.com/v1, Kind=Limit` not known');
  });
});

it('is never held against policies, and looks at what is in no namespace too', async () => {
  const everything = { resourceRules: [{ operations: ['*'], apiGroups: ['*'], apiVersions: ['*'], resources: ['*'] }] };
  await policy({
    matchConstraints: everything as ValidatingAdmissionPolicySpec['matchConstraints'],
    validations: [{ expression: 'namespaceObject != null', message: 'cluster' }],
  });
  await bind();
  await expect(test.api.create(test.admin, namespaces, {}, { metadata: { name: 'n' } })).rejects.toThrow('cluster');
  await test.api.delete(test.admin, validatingAdmissionPolicyBindings, { name: 'b' });
});

it('must make sense when it is written', async () => {
  const made = policy({
    variables: [
      { name: 'a', expression: 'variables.b' },
      { name: 'b', expression: '1' },
    ],
    matchConditions: [{ name: 'c', expression: '1' }],
    validations: [{ expression: "variables.b == 'x'", messageExpression: '1' }],
    auditAnnotations: [{ key: 'k', valueExpression: '1' }],
  });
  const problem = await outcome(made);
  for (const part of [
    'spec.variables[0].expression: Invalid value: "variables.b": compilation failed: ERROR: <input>:1:1',
    'No such key: b',
    'spec.matchConditions[0].expression: Invalid value: "1": must evaluate to bool',
    `spec.validations[0].expression: Invalid value: "variables.b == 'x'": compilation failed`,
    'spec.validations[0].messageExpression: Invalid value: "1": must evaluate to string',
    'spec.auditAnnotations[0].valueExpression: Invalid value: "1": must evaluate to string or null',
  ])
    expect(problem).toContain(part);
});

describe('its status', () => {
  const deployments = {
    resourceRules: [{ operations: ['CREATE'], apiGroups: ['apps'], apiVersions: ['v1'], resources: ['deployments'] }],
  } as ValidatingAdmissionPolicySpec['matchConstraints'];

  it('says that the expressions suit the kinds', async () => {
    const { status } = await policy({
      matchConstraints: deployments,
      variables: [{ name: 'most', expression: '5' }],
      validations: [
        {
          expression:
            "object.spec.replicas <= variables.most && object.spec.template.spec.containers.all(c, has(c.image) && c.image != '')",
          messageExpression: "'not ' + object.metadata.name",
        },
      ],
    });
    expect(status).toEqual({ observedGeneration: 1, typeChecking: {} });
  });

  it('says which do not, and follows what is written', async () => {
    const validations = [
      { expression: 'object.spec.replicaas <= 5' },
      { expression: "object.spec.replicas == 'five'" },
      { expression: 'object.spec.replicas <= 5' },
    ];
    const { status, metadata } = await policy({ matchConstraints: deployments, validations });
    expect(status.typeChecking?.expressionWarnings?.map(({ fieldRef }) => fieldRef)).toEqual([
      'spec.validations[0].expression',
      'spec.validations[1].expression',
    ]);
    expect(status.typeChecking?.expressionWarnings?.[0]?.warning).toBe(
      'apps/v1, Kind=Deployment: ERROR: <input>:1:13: No such key: replicaas\n | object.spec.replicaas <= 5\n | ............^\n',
    );
    const body = {
      metadata,
      spec: { matchConstraints: deployments, validations: validations.slice(2) },
    };
    const updated = await test.api.update(test.admin, validatingAdmissionPolicies, metadata, body);
    expect(updated.status).toEqual({ observedGeneration: 2, typeChecking: {} });
  });
});
