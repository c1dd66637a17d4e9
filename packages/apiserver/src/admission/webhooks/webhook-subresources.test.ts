// What webhooks see of requests that are about a part of an object, and over HTTP.
import { createMetrics, systemClock } from '@berth/host';
import {
  deployments,
  localSubjectAccessReviews,
  type MutatingWebhook,
  nodes,
  pods,
  type Resource,
  replicationControllers,
  selfSubjectAccessReviews,
  selfSubjectReviews,
  selfSubjectRulesReviews,
  serviceAccounts,
  subjectAccessReviews,
  tokenReviews,
} from '@berth/objects';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Auditor } from '../../audit/auditor.ts';
import { startTestServer, type TestServer } from '../../http/testing/test-server.ts';
import type { TestApi } from '../../testing/test-api.ts';
import { patching, startWebhookServer, type WebhookServer } from '../../webhooks/testing/webhook-server.ts';
import { everyWrite, mutating, ofConfigMaps, validating } from './testing/webhook-fixture.ts';

let lines: { annotations?: Record<string, string>; verb: string; stage: string }[];
let server: TestServer;
let test: TestApi;
let hook: WebhookServer;
beforeEach(async () => {
  lines = [];
  const policy = {
    rules: [{ level: 'Metadata' as const }],
    omitStages: ['RequestReceived' as const],
    omitManagedFields: true,
  };
  const sink = { write: (line: string) => void lines.push(JSON.parse(line)) };
  const auditor = new Auditor({ policy, sink, clock: systemClock, metrics: createMetrics() });
  [server, hook] = await Promise.all([startTestServer({ auditor }), startWebhookServer()]);
  test = server.test;
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
  await hook[Symbol.asyncDispose]();
});

const about = (resources: string, ...operations: ('CREATE' | 'UPDATE' | 'CONNECT')[]): MutatingWebhook['rules'] => [
  { ...everyWrite[0]!, resources: [resources], operations },
];
const lastAsked = () => hook.asked.at(-1)?.review.request;
const template = { metadata: { labels: { app: 'a' } }, spec: { containers: [{ name: 'c', image: 'x' }] } };

async function createPod(): Promise<void> {
  const spec = { containers: [{ name: 'main', image: 'x' }] };
  await test.api.create(test.admin, pods, { namespace: 'default' }, { metadata: { name: 'a' }, spec });
}

it('a scale is a Scale, and can be changed', async () => {
  const name = { namespace: 'default', name: 'rc' };
  const rc = { metadata: { name: 'rc' }, spec: { replicas: 1, selector: { app: 'a' }, template } };
  await test.api.create(test.admin, replicationControllers, { namespace: 'default' }, rc);
  await mutating(test, hook, { rules: about('replicationcontrollers/scale', 'UPDATE') });
  hook.answer(() => patching({ op: 'replace', path: '/spec/replicas', value: 5 }));
  const patch = { type: 'application/merge-patch+json', body: { spec: { replicas: 2 } } } as const;
  await test.api.patch(test.admin, replicationControllers, { ...name, subresource: 'scale' }, patch);
  expect((await test.api.get(test.admin, replicationControllers, name)).spec.replicas).toBe(5);
  expect(lastAsked()).toMatchObject({
    kind: { group: 'autoscaling', version: 'v1', kind: 'Scale' },
    resource: { resource: 'replicationcontrollers' },
    subResource: 'scale',
    object: { kind: 'Scale', spec: { replicas: 2 } },
    oldObject: { kind: 'Scale', spec: { replicas: 1 } },
  });
});

it('a status has webhooks of its own, which may change it', async () => {
  await createPod();
  await mutating(test, hook, { rules: about('pods/status', 'UPDATE') });
  hook.answer(() => patching({ op: 'add', path: '/status/message', value: 'seen' }));
  const name = { namespace: 'default', name: 'a' };
  const patch = { type: 'application/merge-patch+json', body: { status: { reason: 'r' } } } as const;
  const { status } = await test.api.patch(test.admin, pods, { ...name, subresource: 'status' }, patch);
  expect([status.reason, status.message]).toEqual(['r', 'seen']);
  await test.api.patch(test.admin, pods, name, { type: patch.type, body: { metadata: { labels: { a: 'b' } } } });
  expect(hook.asked).toHaveLength(1);
});

it('a binding is a Binding, as it was sent, and can be changed', async () => {
  await createPod();
  for (const name of ['n1', 'n2']) await test.api.create(test.admin, nodes, {}, { metadata: { name } });
  await mutating(test, hook, { rules: about('pods/binding', 'CREATE') });
  const target = { namespace: 'default', name: 'a', subresource: 'binding' };
  const body = { metadata: { name: 'a', annotations: { by: 'me' } }, target: { kind: 'Node', name: 'n1' } };
  const to = (name: string) => patching({ op: 'replace', path: '/target/name', value: name });
  hook.answer(() => to('No_Node'));
  await expect(test.api.create(test.admin, pods, target, body)).rejects.toMatchObject({ code: 422 });
  hook.answer(() => to('n2'));
  await test.api.create(test.admin, pods, target, body);
  expect(lastAsked()).toMatchObject({
    operation: 'CREATE',
    kind: { kind: 'Binding' },
    object: { kind: 'Binding', ...body },
    oldObject: null,
    options: { kind: 'CreateOptions' },
  });
  const { metadata, spec } = await test.api.get(test.admin, pods, { namespace: 'default', name: 'a' });
  expect([spec.nodeName, metadata.annotations]).toEqual(['n2', { by: 'me' }]);
});

it('an eviction is an Eviction, and can be forbidden', async () => {
  await createPod();
  await validating(test, hook, { rules: about('pods/eviction', 'CREATE') });
  hook.answer(() => ({ allowed: false, status: { message: 'stay' } }));
  const target = { namespace: 'default', name: 'a', subresource: 'eviction' };
  const evict = test.api.create(test.admin, pods, target, { metadata: { name: 'a' } });
  await expect(evict).rejects.toThrow('admission webhook "v.example.com" denied the request: stay');
  expect(lastAsked()).toMatchObject({
    kind: { group: 'policy', version: 'v1', kind: 'Eviction' },
    object: { metadata: { name: 'a' } },
  });
});

it('an eviction can be changed', async () => {
  await createPod();
  await mutating(test, hook, { rules: about('pods/eviction', 'CREATE') });
  hook.answer(() => patching({ op: 'add', path: '/deleteOptions', value: { dryRun: ['All'] } }));
  const target = { namespace: 'default', name: 'a', subresource: 'eviction' };
  await test.api.create(test.admin, pods, target, { metadata: { name: 'a' } });
  const { metadata } = await test.api.get(test.admin, pods, { namespace: 'default', name: 'a' });
  expect(metadata.deletionTimestamp).toBeUndefined();
  hook.answer(() => patching({ op: 'replace', path: '/metadata/name', value: 'b' }));
  await expect(test.api.create(test.admin, pods, target, { metadata: { name: 'a' } })).rejects.toThrow(
    'name in URL does not match name in Eviction object',
  );
});

it('a token is a TokenRequest, and can be changed', async () => {
  await using other = await startTestServer({ tokens: true });
  const { api, admin } = other.test;
  await api.create(admin, serviceAccounts, { namespace: 'default' }, { metadata: { name: 'robot' } });
  await mutating(other.test, hook, { rules: about('serviceaccounts/token', 'CREATE') });
  hook.answer(() => patching({ op: 'replace', path: '/spec/expirationSeconds', value: 700 }));
  const target = { namespace: 'default', name: 'robot', subresource: 'token' };
  const made: unknown = await api.create(admin, serviceAccounts, target, { spec: { audiences: [] } });
  expect(made).toMatchObject({ metadata: { name: 'robot' }, spec: { expirationSeconds: 700 } });
  expect(lastAsked()).toMatchObject({
    kind: { kind: 'TokenRequest' },
    name: 'robot',
    object: { spec: { expirationSeconds: 3600 } },
  });
  expect(JSON.stringify(lastAsked())).not.toContain('"token":"ey');
  hook.answer(() => patching({ op: 'replace', path: '/spec/expirationSeconds', value: 5 }));
  await expect(api.create(admin, serviceAccounts, target, { spec: { audiences: [] } })).rejects.toThrow(
    'may not specify a duration less than 10 minutes',
  );
});

describe('a review', () => {
  const question = { resourceAttributes: { verb: 'get', resource: 'pods', namespace: 'default' } };
  const allowed = async (spec: object) => {
    const asked = { spec: { user: 'eve', ...spec } };
    return (await test.api.create(test.admin, subjectAccessReviews, {}, asked)).status?.allowed;
  };

  it('can be changed, and is answered as it was changed', async () => {
    await mutating(test, hook, { rules: about('subjectaccessreviews', 'CREATE') });
    hook.answer(() => patching({ op: 'add', path: '/spec/groups', value: ['system:masters'] }));
    expect(await allowed(question)).toBe(true);
    expect(lastAsked()).toMatchObject({
      operation: 'CREATE',
      kind: { group: 'authorization.k8s.io', version: 'v1', kind: 'SubjectAccessReview' },
      resource: { resource: 'subjectaccessreviews' },
      object: { spec: { user: 'eve', ...question } },
    });
    hook.answer(() => patching({ op: 'remove', path: '/spec/resourceAttributes' }));
    await expect(allowed(question)).rejects.toMatchObject({ code: 422 });
  });

  it.each([
    ['tokenreviews', tokenReviews, {}, { token: 'x' }],
    ['subjectaccessreviews', subjectAccessReviews, {}, { user: 'eve', ...question }],
    ['selfsubjectaccessreviews', selfSubjectAccessReviews, {}, question],
    ['selfsubjectrulesreviews', selfSubjectRulesReviews, {}, { namespace: 'default' }],
    ['selfsubjectreviews', selfSubjectReviews, {}, undefined],
    // Nobody is told by it whether there is such a namespace.
    ['localsubjectaccessreviews', localSubjectAccessReviews, { namespace: 'lost' }, { user: 'eve', ...question }],
  ] as const)('can be forbidden: %s', async (plural, resource: Resource, target: { namespace?: string }, spec) => {
    await validating(test, hook, { rules: about(plural, 'CREATE') });
    hook.answer(() => ({ allowed: false, status: { message: 'do not ask' } }));
    const attributes = { ...question.resourceAttributes, ...target };
    const body =
      spec && 'resourceAttributes' in spec ? { spec: { ...spec, resourceAttributes: attributes } } : { spec };
    await expect(test.api.create(test.admin, resource, target, body)).rejects.toThrow('denied the request: do not ask');
    expect(lastAsked()).toMatchObject({ resource: { resource: plural } });
  });

  it('is in the namespace that the path says', async () => {
    const asked = { metadata: { namespace: 'other' }, spec: { user: 'eve', ...question } };
    const create = test.api.create(test.admin, localSubjectAccessReviews, { namespace: 'default' }, asked);
    await expect(create).rejects.toThrow('does not match the namespace sent on the request');
  });
});

it.each([
  ['exec', { command: ['ls'], stdout: true }],
  ['attach', { stdout: true }],
  ['portForward', { ports: [80] }],
] as const)('%s is a connection that can be forbidden', async (verb, options) => {
  await createPod();
  await validating(test, hook, { rules: about('*/*', 'CONNECT') });
  hook.answer(() => ({ allowed: false, status: { message: 'keep out' } }));
  const pod = { namespace: 'default', name: 'a' };
  const { signal } = new AbortController();
  const { api, admin } = test;
  const opened =
    verb === 'portForward'
      ? api.portForward(admin, pod, { ports: [80] }, signal)
      : verb === 'exec'
        ? api.exec(admin, pod, options, signal)
        : api.attach(admin, pod, options, signal);
  await expect(opened).rejects.toThrow('denied the request: keep out');
  expect(lastAsked()).toMatchObject({
    operation: 'CONNECT',
    subResource: verb.toLowerCase(),
    name: 'a',
    namespace: 'default',
    object: { kind: expect.stringMatching(/^Pod\w+Options$/), ...options },
    oldObject: null,
  });
});

it('a deployment that loops make is looked at like anybody’s', async () => {
  await validating(test, hook, { rules: about('deployments', 'CREATE') });
  const loop = { name: 'system:kube-controller-manager', groups: ['system:masters'] };
  const spec = { selector: { matchLabels: { app: 'a' } }, template };
  await test.api.create(loop, deployments, { namespace: 'default' }, { metadata: { name: 'd' }, spec });
  expect(lastAsked()).toMatchObject({ userInfo: { username: 'system:kube-controller-manager' } });
});

it('over HTTP, warnings are headers, annotations go to the audit log, and a denial is a Status without a reason', async () => {
  await validating(test, hook, { rules: ofConfigMaps });
  hook.answer(() => ({ allowed: true, warnings: ['careful'], auditAnnotations: { why: 'because' } }));
  const path = '/api/v1/namespaces/default/configmaps';
  const created = await server.call('POST', path, { body: { metadata: { name: 'a' } } });
  const deleted = await server.call('DELETE', `${path}/a`);
  expect([created, deleted].map(({ headers }) => headers.warning)).toEqual(Array(2).fill('299 - "careful"'));
  for (const line of lines) expect(line.annotations).toMatchObject({ 'v.example.com/why': 'because' });
  hook.answer(() => ({ allowed: false, status: { message: 'no' } }));
  const refused = await server.call('POST', path, { body: { metadata: { name: 'a' } } });
  expect(refused.headers.warning).toBeUndefined();
  expect(refused.json).toEqual({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: 'admission webhook "v.example.com" denied the request: no',
    code: 400,
  });
});

it('what is told of a request that is then refused is told with the refusal', async () => {
  await validating(test, hook, { name: 'a', rules: ofConfigMaps });
  await validating(test, hook, { name: 'b', rules: ofConfigMaps, path: '/b' });
  hook.answer((_review, path) => ({ allowed: !path.startsWith('/b'), warnings: ['careful'] }));
  const path = '/api/v1/namespaces/default/configmaps';
  const refused = await server.call('POST', path, { body: { metadata: { name: 'a' } } });
  expect([refused.code, refused.headers.warning]).toEqual([400, '299 - "careful"']);
});

it('warnings are no longer than clients can take', async () => {
  await validating(test, hook, { rules: ofConfigMaps });
  const path = '/api/v1/namespaces/default/configmaps';
  const warned = async (warnings: readonly string[]) => {
    hook.answer(() => ({ allowed: true, warnings }));
    const { code, headers } = await server.call('POST', `${path}?dryRun=All`, { body: { metadata: { name: 'a' } } });
    expect(code).toBe(201);
    return headers.warning;
  };
  expect(await warned(['x'.repeat(4_096), 'x'.repeat(4_096)])).toHaveLength(4_096 + '299 - ""'.length);
  const many = Array.from({ length: 1_000 }, (_, index) => `${index} ${'y'.repeat(5_000)}`);
  const shown = (await warned(many))?.split(', ') ?? [];
  expect(shown).toHaveLength(16);
  for (const warning of shown) expect(warning).toHaveLength(256 + '299 - ""'.length);
});
