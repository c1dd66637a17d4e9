// A real HTTPS webhook in this process decides about writes to the real core.
import { configMaps, mutatingWebhookConfigurations, type Notices, namespaces, StatusError } from '@berth/objects';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../../testing/test-api.ts';
import {
  type AskedReview,
  patching,
  startWebhookServer,
  type WebhookServer,
} from '../../webhooks/testing/webhook-server.ts';
import { everyWrite, mutating, ofConfigMaps, outcomeOfCreate, validating } from './testing/webhook-fixture.ts';

let test: TestApi;
let server: WebhookServer;
beforeEach(async () => {
  [test, server] = await Promise.all([startTestApi(), startWebhookServer()]);
});
afterEach(async () => {
  await test.close();
  await server[Symbol.asyncDispose]();
});

const inDefault = { namespace: 'default' };
const label = (key: string, value = 'yes') => ({ op: 'add', path: `/metadata/labels/${key}`, value });
const labels = { op: 'add', path: '/metadata/labels', value: {} };

function labelsIn({ request: { object } }: AskedReview): object | undefined {
  return (object as { metadata: { labels?: object } } | null)?.metadata.labels;
}

describe('a mutating webhook', () => {
  it('is told who does what, and changes what is written', async () => {
    await mutating(test, server);
    server.answer(() => patching({ op: 'add', path: '/data', value: { x: '1' } }));
    const options = { dryRun: true, fieldManager: 'me', fieldValidation: 'Strict' } as const;
    const body = { metadata: { name: 'a' }, data: { y: '2' } };
    const made = await test.api.create(test.admin, configMaps, inDefault, body, options);
    expect(made).toMatchObject({ data: { x: '1' }, metadata: { name: 'a', namespace: 'default' } });
    const [{ path, review }] = server.asked as [(typeof server.asked)[number]];
    expect(path).toBe('/?timeout=10s');
    expect(review).toEqual({
      kind: 'AdmissionReview',
      apiVersion: 'admission.k8s.io/v1',
      request: {
        uid: expect.stringMatching(/^[0-9a-f-]{36}$/),
        kind: { group: '', version: 'v1', kind: 'ConfigMap' },
        resource: { group: '', version: 'v1', resource: 'configmaps' },
        requestKind: { group: '', version: 'v1', kind: 'ConfigMap' },
        requestResource: { group: '', version: 'v1', resource: 'configmaps' },
        name: 'a',
        namespace: 'default',
        operation: 'CREATE',
        userInfo: { username: 'admin', groups: ['system:masters', 'system:authenticated'] },
        object: expect.objectContaining({ kind: 'ConfigMap', apiVersion: 'v1', data: { y: '2' } }),
        oldObject: null,
        dryRun: true,
        options: {
          kind: 'CreateOptions',
          apiVersion: 'meta.k8s.io/v1',
          dryRun: ['All'],
          fieldManager: 'me',
          fieldValidation: 'Strict',
        },
      },
    });
  });

  it('is asked in the order of the names, and sees what others did', async () => {
    for (const name of ['b', 'a', 'c']) await mutating(test, server, { name, path: `/${name}` });
    server.answer((review, path) => {
      const has = labelsIn(review);
      return patching(...(has ? [] : [labels]), label(path[1]!, String(Object.keys(has ?? {}).length)));
    });
    expect(await outcomeOfCreate(test)).toEqual({ a: '0', b: '1', c: '2' });
  });

  it.each([
    { policies: ['IfNeeded', 'Never'], asked: ['/a', '/b', '/a'] },
    { policies: ['Never', 'Never'], asked: ['/a', '/b'] },
    { policies: ['Never', 'IfNeeded'], asked: ['/a', '/b'] },
    { policies: ['IfNeeded', 'IfNeeded'], asked: ['/a', '/b', '/a'] },
  ] as const)('is asked again if it wants to be and something changed after it: $policies', async (row) => {
    for (const [index, name] of ['a', 'b'].entries())
      await mutating(test, server, { name, path: `/${name}`, reinvocationPolicy: row.policies[index]! });
    server.answer((_review, path) => (path.startsWith('/b') ? patching(labels, label('b')) : { allowed: true }));
    expect(await outcomeOfCreate(test)).toEqual({ b: 'yes' });
    expect(server.asked.map(({ path }) => path.split('?')[0])).toEqual(row.asked);
  });

  it('changes updates and patches, and counts as whoever writes', async () => {
    const name = { ...inDefault, name: 'a' };
    await outcomeOfCreate(test);
    await mutating(test, server);
    server.answer(() => patching({ op: 'add', path: '/data/w', value: 'webhook' }));
    const body = { metadata: { name: 'a' }, data: { x: '1' } };
    const updated = await test.api.update(test.admin, configMaps, name, body, { fieldManager: 'me' });
    expect(updated.data).toEqual({ x: '1', w: 'webhook' });
    const patch = { type: 'application/merge-patch+json', body: { data: { y: '2' } } } as const;
    expect((await test.api.patch(test.admin, configMaps, name, patch)).data).toEqual({ x: '1', y: '2', w: 'webhook' });
    expect(server.asked[0]?.review.request).toMatchObject({
      operation: 'UPDATE',
      object: { data: { x: '1' } },
      oldObject: { metadata: { name: 'a' } },
      options: { kind: 'UpdateOptions' },
    });
  });

  it.each([
    {
      name: 'moves it elsewhere',
      patch: [{ op: 'replace', path: '/metadata/namespace', value: 'kube-system' }],
      says: 'the namespace of the provided object does not match the namespace sent on the request',
    },
    {
      name: 'makes it invalid',
      patch: [{ op: 'add', path: '/data', value: { 'a b': '' } }],
      says: /ConfigMap "a" is invalid: data\[a b\]: Invalid value: "a b"/,
    },
    {
      name: 'gives it fields of another form',
      patch: [{ op: 'add', path: '/data', value: 'text' }],
      says: /^Internal error occurred: /,
    },
    {
      name: 'does not fit',
      patch: [{ op: 'remove', path: '/data/none' }],
      says: /^Internal error occurred: /,
    },
    { name: 'is no patch', patch: [{ op: 'dance' }], says: /^Internal error occurred: / },
  ])('is refused when its patch $name', async ({ patch, says }) => {
    await mutating(test, server);
    server.answer(() => patching(...patch));
    expect(await outcomeOfCreate(test)).toEqual(typeof says === 'string' ? says : expect.stringMatching(says));
  });

  it('cannot make an object another one', async () => {
    await outcomeOfCreate(test);
    await mutating(test, server);
    server.answer(() => patching({ op: 'replace', path: '/metadata/name', value: 'b' }));
    const update = test.api.update(test.admin, configMaps, { ...inDefault, name: 'a' }, { metadata: { name: 'a' } });
    await expect(update).rejects.toThrow(
      'ConfigMap "a" is invalid: metadata.name: Invalid value: "b": field is immutable',
    );
  });

  it('cannot change who an object is and who manages it', async () => {
    await mutating(test, server);
    server.answer(() =>
      patching(
        { op: 'add', path: '/metadata/uid', value: 'x' },
        { op: 'add', path: '/metadata/creationTimestamp', value: '2020-01-01T00:00:00Z' },
        { op: 'add', path: '/metadata/managedFields', value: [] },
      ),
    );
    const { metadata } = await test.api.create(test.admin, configMaps, inDefault, { metadata: { name: 'a' } });
    expect(metadata.uid).toHaveLength(36);
    expect(metadata.creationTimestamp).not.toMatch(/^2020/);
  });

  it('cannot change a delete', async () => {
    await outcomeOfCreate(test);
    await mutating(test, server);
    server.answer(() => patching(labels));
    await expect(test.api.delete(test.admin, configMaps, { ...inDefault, name: 'a' })).rejects.toThrow(
      'admission webhook "m.example.com" attempted to modify the object, which is not supported for this operation',
    );
  });
});

describe('a denial', () => {
  const denied = 'admission webhook "v.example.com" denied the request';

  it.each([
    {
      name: 'with a message',
      status: { message: 'no cats', code: 418, reason: 'Teapot' },
      says: `${denied}: no cats`,
      code: 418,
      reason: 'Teapot',
    },
    {
      name: 'with a reason',
      status: { reason: 'Forbidden', code: 403 },
      says: `${denied}: Forbidden`,
      code: 403,
      reason: 'Forbidden',
    },
    {
      name: 'without anything',
      status: undefined,
      says: `${denied} without explanation`,
      code: 400,
      reason: undefined,
    },
    {
      name: 'that calls itself a success',
      status: { code: 200, status: 'Success' },
      says: `${denied} without explanation`,
      code: 400,
      reason: undefined,
    },
  ])('$name reaches the client in the words of Kubernetes', async ({ status, says, code, reason }) => {
    await validating(test, server);
    server.answer(() => ({ allowed: false, status }));
    const create = test.api.create(test.admin, configMaps, inDefault, { metadata: { name: 'a' } });
    const error = await create.catch((refused: unknown) => refused);
    expect(error).toBeInstanceOf(StatusError);
    const { reason: given, ...told } = (error as StatusError).toStatus();
    expect([told.status, told.message, told.code, given]).toEqual(['Failure', says, code, reason]);
  });

  it('of one of several is enough, and all of them are asked', async () => {
    for (const name of ['a', 'b', 'c']) await validating(test, server, { name, path: `/${name}` });
    server.answer((_review, path) => ({ allowed: !path.startsWith('/b'), status: { message: 'not by b' } }));
    expect(await outcomeOfCreate(test)).toBe('admission webhook "b.example.com" denied the request: not by b');
    expect(server.asked).toHaveLength(3);
  });

  it('comes after what else is wrong, and sees what mutating webhooks did', async () => {
    await validating(test, server, { path: '/v' });
    await mutating(test, server, { path: '/m' });
    server.answer((_review, path) => (path.startsWith('/m') ? patching(labels, label('m')) : { allowed: true }));
    await outcomeOfCreate(test);
    expect(server.asked.map(({ path, review }) => [path[1], labelsIn(review)])).toEqual([
      ['m', undefined],
      ['v', { m: 'yes' }],
    ]);
    const body = { metadata: { name: 'b' }, data: { 'a b': '' } };
    await expect(test.api.create(test.admin, configMaps, inDefault, body)).rejects.toThrow('is invalid');
    expect(server.asked.filter(({ path }) => path.startsWith('/v'))).toHaveLength(1);
  });
});

it('warns, and tells the audit log, also of deletes', async () => {
  await validating(test, server);
  await mutating(test, server);
  server.answer(() => ({ allowed: true, warnings: ['careful'], auditAnnotations: { why: 'because' } }));
  const told: unknown[] = [];
  const notices: Notices = {
    onWarning: (text) => void told.push(text),
    onAuditAnnotation: (key, value) => void told.push([key, value]),
  };
  await test.api.create(test.admin, configMaps, inDefault, { metadata: { name: 'a' } }, notices);
  const { length } = told;
  expect(told).toEqual([
    ['m.example.com/why', 'because'],
    'careful',
    [
      'mutation.webhook.admission.k8s.io/round_0_index_0',
      '{"configuration":"m","webhook":"m.example.com","mutated":false}',
    ],
    ['v.example.com/why', 'because'],
    'careful',
  ]);
  await test.api.delete(test.admin, configMaps, { ...inDefault, name: 'a' }, notices);
  expect(told.slice(length)).toEqual(told.slice(0, length));
  expect(server.asked.at(-1)?.review.request).toMatchObject({
    operation: 'DELETE',
    object: null,
    oldObject: { metadata: { name: 'a' } },
    options: { kind: 'DeleteOptions', apiVersion: 'meta.k8s.io/v1' },
  });
});

it('never decides about the configurations of webhooks, and keeps nobody from changing them', async () => {
  await mutating(test, server, { rules: everyWrite });
  await validating(test, server, { rules: everyWrite });
  server.answer(() => ({ allowed: false }));
  await test.api.delete(test.admin, mutatingWebhookConfigurations, { name: 'm' });
  expect(server.asked).toEqual([]);
  await expect(test.api.create(test.admin, namespaces, {}, { metadata: { name: 'x' } })).rejects.toThrow(
    'v.example.com',
  );
});

it('speaks to an older webhook in the version that it knows', async () => {
  await mutating(test, server, { admissionReviewVersions: ['v0', 'v1beta1', 'v1'] });
  server.answer(({ apiVersion }) => patching(labels, label('version', apiVersion.split('/')[1])));
  expect(await outcomeOfCreate(test)).toEqual({ version: 'v1beta1' });
});

it('keeps its connection from call to call', async () => {
  await validating(test, server, { rules: ofConfigMaps });
  for (let index = 0; index < 5; index++) await outcomeOfCreate(test, `c${index}`);
  expect([server.asked.length, server.connections()]).toEqual([5, 1]);
});

describe('the conditions of a webhook', () => {
  const onlyWeb = [{ name: 'web', expression: "object.metadata.name.startsWith('web')" }];
  const broken = [{ name: 'broken', expression: 'object.none == 1' }];

  it('spare it the requests that it is not about', async () => {
    await validating(test, server, { matchConditions: onlyWeb });
    await outcomeOfCreate(test, 'db');
    await outcomeOfCreate(test, 'web');
    expect(server.asked.map(({ review }) => review.request.name)).toEqual(['web']);
  });

  it('refuse a request about which they can say nothing, or spare the webhook, as its policy says', async () => {
    await validating(test, server, { name: 'ignored', matchConditions: broken, failurePolicy: 'Ignore' });
    expect(await outcomeOfCreate(test, 'a')).toEqual({});
    await mutating(test, server, { matchConditions: broken });
    expect(await outcomeOfCreate(test, 'b')).toBe(
      `configmaps "b" is forbidden: expression 'object.none == 1' resulted in error: No such key: none`,
    );
    expect(server.asked).toEqual([]);
  });

  it('must make sense when they are written', async () => {
    const matchConditions = [{ name: 'a', expression: 'object.metadata.name ==' }];
    await expect(mutating(test, server, { matchConditions })).rejects.toThrow(
      'MutatingWebhookConfiguration.admissionregistration.k8s.io "m" is invalid: webhooks[0].matchConditions[0].expression: Invalid value: "object.metadata.name ==": compilation failed: ERROR: <input>:1:24: ',
    );
  });
});
