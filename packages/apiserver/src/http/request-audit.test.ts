import { createMetrics, systemClock, systemRandom } from '@berth/host';
import { configMaps, secrets } from '@berth/objects';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { auditedApi } from '../audit/audited-api.ts';
import { Auditor } from '../audit/auditor.ts';
import type { AuditPolicy, AuditRule } from '../audit/policy.ts';
import { startTestServer, type TestServer } from './testing/test-server.ts';

interface Line extends Record<string, unknown> {
  readonly stage: string;
  readonly auditID: string;
  readonly verb: string;
  readonly objectRef: Record<string, string>;
  readonly responseStatus: { readonly code: number; readonly reason?: string; readonly status?: string };
  readonly annotations: Record<string, string>;
}

let lines: Line[] = [];
beforeEach(() => {
  lines = [];
});

function auditorOf(rules: readonly AuditRule[], more: Partial<AuditPolicy> = {}) {
  const metrics = createMetrics();
  const policy = { rules, omitStages: [], omitManagedFields: true, ...more };
  const sink = { write: (line: string) => void lines.push(JSON.parse(line) as Line) };
  return { metrics, auditor: new Auditor({ policy, sink, clock: systemClock, metrics }) };
}

async function start(rules: readonly AuditRule[], more: Partial<AuditPolicy> = {}): Promise<TestServer> {
  const server = await startTestServer({ auditor: auditorOf(rules, more).auditor });
  onTestFinished(() => server[Symbol.asyncDispose]());
  return server;
}

const completed = () => lines.filter(({ stage }) => stage === 'ResponseComplete');
const body = { kind: 'ConfigMap', apiVersion: 'v1', metadata: { name: 'a' }, data: { x: '1' } };
const collection = '/api/v1/namespaces/default/configmaps';

it('tells of a create who did what when, and what came of it', async () => {
  const { call } = await start([{ level: 'Metadata' }]);
  const headers = { 'User-Agent': 'tester/1', 'X-Forwarded-For': '10.9.8.7, nonsense' };
  const answer = await call('POST', `${collection}?fieldManager=t`, { body, headers });
  expect(answer.code).toBe(201);
  const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
  const common = {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'Metadata',
    auditID: answer.headers['audit-id'],
    requestURI: `${collection}?fieldManager=t`,
    verb: 'create',
    user: { username: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'] },
    sourceIPs: ['10.9.8.7', '127.0.0.1'],
    userAgent: 'tester/1',
    requestReceivedTimestamp: time,
    stageTimestamp: time,
  };
  const objectRef = { resource: 'configmaps', namespace: 'default', apiVersion: 'v1' };
  expect(lines).toEqual([
    { ...common, stage: 'RequestReceived', objectRef },
    {
      ...common,
      stage: 'ResponseComplete',
      objectRef: { ...objectRef, name: 'a' },
      responseStatus: { metadata: {}, code: 201 },
      annotations: { 'authorization.k8s.io/decision': 'allow', 'authorization.k8s.io/reason': '' },
    },
  ]);
});

it('keeps bodies as the level says, without the managers of their fields', async () => {
  const { call } = await start([
    { level: 'RequestResponse', verbs: ['create', 'list'] },
    { level: 'Request', verbs: ['patch'] },
  ]);
  await call('POST', collection, { body });
  const headers = { 'Content-Type': 'application/merge-patch+json' };
  await call('PATCH', `${collection}/a`, { body: { data: { x: '2' } }, headers });
  await call('GET', collection);
  await call('DELETE', `${collection}/a`);
  const [created, patched, listed, ...rest] = completed();
  expect(rest).toEqual([]);
  expect(created).toMatchObject({ requestObject: body, responseObject: { kind: 'ConfigMap', data: { x: '1' } } });
  expect(created?.responseObject).not.toHaveProperty('metadata.managedFields');
  expect(patched).toMatchObject({ requestObject: { data: { x: '2' } } });
  expect(patched).not.toHaveProperty('responseObject');
  expect(listed).toMatchObject({ responseObject: { kind: 'ConfigMapList', apiVersion: 'v1' } });
});

it('tells what was refused, and why', async () => {
  const { call, credentials } = await start([{ level: 'RequestResponse' }], { omitStages: ['RequestReceived'] });
  const { client } = await credentials.issueNode({ name: 'n1', hosts: [] });
  await call('DELETE', '/api/v1/namespaces/default', { identity: client });
  await call('GET', `${collection}/none`);
  await call('GET', collection, { identity: null });
  const [forbidden, missing, unknown] = lines;
  expect(forbidden).toMatchObject({
    user: { username: 'system:node:n1' },
    verb: 'delete',
    responseStatus: { code: 403, status: 'Failure', reason: 'Forbidden', details: { kind: 'namespaces' } },
    responseObject: { kind: 'Status', code: 403 },
    annotations: { 'authorization.k8s.io/decision': 'forbid', 'authorization.k8s.io/reason': '' },
  });
  expect(missing).toMatchObject({ responseStatus: { code: 404, reason: 'NotFound' } });
  expect(missing?.annotations['authorization.k8s.io/decision']).toBe('allow');
  expect(unknown).toMatchObject({ user: {}, responseStatus: { code: 401 } });
  expect(unknown).not.toHaveProperty('annotations');
});

it('says by which role somebody may, and on whose behalf', async () => {
  const { call } = await start([{ level: 'Metadata', verbs: ['list'] }], { omitStages: ['RequestReceived'] });
  const group = 'rbac.authorization.k8s.io';
  const binding = {
    metadata: { name: 'readers' },
    roleRef: { apiGroup: group, kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ apiGroup: group, kind: 'Group', name: 'devs' }],
  };
  await call('POST', `/apis/${group}/v1/namespaces/default/rolebindings`, { body: binding });
  const headers = { 'Impersonate-User': 'jane', 'Impersonate-Group': 'devs', 'Audit-ID': 'mine' };
  const answer = await call('GET', collection, { headers });
  expect([answer.code, answer.headers['audit-id']]).toEqual([200, 'mine']);
  expect(lines).toMatchObject([
    {
      auditID: 'mine',
      user: { username: 'kubernetes-admin' },
      impersonatedUser: { username: 'jane', groups: ['devs', 'system:authenticated'] },
      annotations: {
        'authorization.k8s.io/decision': 'allow',
        'authorization.k8s.io/reason':
          'RBAC: allowed by RoleBinding "readers/default" of ClusterRole "cluster-admin" to Group "devs"',
      },
    },
  ]);
});

it('tells when a watch begins and when it ends', async () => {
  const { call } = await start([{ level: 'Metadata' }]);
  await call('GET', `${collection}?watch=true&timeoutSeconds=1`);
  expect(lines.map(({ stage, verb, responseStatus }) => [stage, verb, responseStatus?.code])).toEqual([
    ['RequestReceived', 'watch', undefined],
    ['ResponseStarted', 'watch', 200],
    ['ResponseComplete', 'watch', 200],
  ]);
});

it('calls a mistake of the server a panic', async () => {
  const { auditor } = auditorOf([{ level: 'Metadata' }]);
  await using server = await startTestServer({
    auditor,
    intercept: (core) => ({ ...core, get: () => Promise.reject(new TypeError('oops')) }),
  });
  await server.call('GET', `${collection}/a`);
  expect(lines.map(({ stage, responseStatus }) => [stage, responseStatus?.code])).toEqual([
    ['RequestReceived', undefined],
    ['Panic', 500],
  ]);
});

it('gives every answer an identity, also without an audit log', async () => {
  await using server = await startTestServer();
  const ids = await Promise.all(['/livez', '/api', collection].map((path) => server.call('GET', path)));
  expect(new Set(ids.map(({ headers }) => headers['audit-id'])).size).toBe(3);
});

it('audits who acts in this process by the same policy', async () => {
  await using server = await startTestServer();
  const { auditor, metrics } = auditorOf([{ level: 'None', users: ['loop'] }, { level: 'Request' }], {
    omitStages: ['RequestReceived'],
  });
  const api = auditedApi(server.test.api, auditor, systemRandom);
  const jane = { name: 'jane', groups: ['system:masters'] };
  await api.create({ ...jane, name: 'loop' }, configMaps, { namespace: 'default' }, body);
  await api.update(jane, configMaps, { namespace: 'default', name: 'a' }, { metadata: { name: 'a' } });
  await expect(api.delete({ name: 'joe', groups: [] }, secrets, { namespace: 'default', name: 'b' })).rejects.toThrow();
  const abort = new AbortController();
  expect(() => api.watch({ name: 'joe', groups: [] }, secrets, { signal: abort.signal })).toThrow('cannot watch');
  api.watch(jane, configMaps, { namespace: 'default', signal: abort.signal });
  abort.abort();
  expect(lines.map(({ verb, stage, responseStatus: { code } }) => [verb, stage, code])).toEqual([
    ['update', 'ResponseComplete', 200],
    ['delete', 'ResponseComplete', 403],
    ['watch', 'ResponseComplete', 403],
    ['watch', 'ResponseStarted', 200],
    ['watch', 'ResponseComplete', 200],
  ]);
  expect(lines[0]).toMatchObject({
    requestURI: '/api/v1/namespaces/default/configmaps/a',
    user: { username: 'jane' },
    requestObject: { metadata: { name: 'a' } },
    objectRef: { resource: 'configmaps', namespace: 'default', name: 'a' },
  });
  expect(await metrics.metrics()).toContain('apiserver_audit_event_total 5');
});
