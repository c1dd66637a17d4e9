// What webhooks see of requests that are about a part of an object, and over HTTP.
import { createMetrics, systemClock } from '@berth/host';
import { deployments, type MutatingWebhook, nodes, pods, replicationControllers } from '@berth/objects';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Auditor } from '../../audit/auditor.ts';
import { startTestServer, type TestServer } from '../../http/testing/test-server.ts';
import type { TestApi } from '../../testing/test-api.ts';
import { patching, startWebhookServer, type WebhookServer } from '../../webhooks/testing/webhook-server.ts';
import { everyWrite, mutating, ofConfigMaps, validating } from './testing/webhook-fixture.ts';

let lines: { annotations?: Record<string, string>; verb: string }[];
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

it('a binding is a Binding', async () => {
  await createPod();
  await test.api.create(test.admin, nodes, {}, { metadata: { name: 'n1' } });
  await validating(test, hook, { rules: about('pods/binding', 'CREATE') });
  const target = { namespace: 'default', name: 'a', subresource: 'binding' };
  await test.api.create(test.admin, pods, target, { target: { kind: 'Node', name: 'n1' } });
  expect(lastAsked()).toMatchObject({
    operation: 'CREATE',
    kind: { kind: 'Binding' },
    object: { kind: 'Binding', metadata: { name: 'a' }, target: { kind: 'Node', name: 'n1' } },
    oldObject: null,
  });
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

it('a token is a TokenRequest', async () => {
  await using other = await startTestServer({ tokens: true });
  const { api, admin } = other.test;
  const { serviceAccounts } = await import('@berth/objects');
  await api.create(admin, serviceAccounts, { namespace: 'default' }, { metadata: { name: 'robot' } });
  await validating(other.test, hook, { rules: about('serviceaccounts/token', 'CREATE') });
  const target = { namespace: 'default', name: 'robot', subresource: 'token' };
  await api.create(admin, serviceAccounts, target, { spec: { audiences: [] } });
  expect(lastAsked()).toMatchObject({ kind: { kind: 'TokenRequest' }, object: { spec: { expirationSeconds: 3600 } } });
  expect(JSON.stringify(lastAsked())).not.toContain('"token":"ey');
});

it.each([
  ['exec', { command: ['ls'], stdout: true }],
  ['attach', { stdout: true }],
  ['portForward', undefined],
] as const)('%s is a connection that can be forbidden', async (verb, options) => {
  await createPod();
  await validating(test, hook, { rules: about('*/*', 'CONNECT') });
  hook.answer(() => ({ allowed: false, status: { message: 'keep out' } }));
  const pod = { namespace: 'default', name: 'a' };
  const { signal } = new AbortController();
  const { api, admin } = test;
  const opened =
    verb === 'portForward'
      ? api.portForward(admin, pod, signal)
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
  expect(refused.json).toEqual({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: 'admission webhook "v.example.com" denied the request: no',
    code: 400,
  });
});
