// Acting as somebody else, and paths that are no resources, over HTTPS.
import { clusterRoleBindings, clusterRoles } from '@berth/objects';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer, type TestServer } from './testing/test-server.ts';

const group = 'rbac.authorization.k8s.io';
let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
  const { api, admin } = server.test;
  const rules = [{ verbs: ['list'], apiGroups: [''], resources: ['pods'] }];
  await api.create(admin, clusterRoles, {}, { metadata: { name: 'helper' }, rules });
  await api.create(
    admin,
    clusterRoleBindings,
    {},
    {
      metadata: { name: 'helper' },
      roleRef: { apiGroup: group, kind: 'ClusterRole', name: 'helper' },
      subjects: [{ kind: 'Group', name: 'helpers' }],
    },
  );
});
afterAll(() => server[Symbol.asyncDispose]());

const get = (path: string, headers: Record<string, string>) => server.call('GET', path, { headers });

describe('an administrator', () => {
  const cases: { name: string; headers: Record<string, string>; code: number; message?: string }[] = [
    { name: 'as nobody else', headers: {}, code: 200 },
    { name: 'as a user', headers: { 'Impersonate-User': 'ann' }, code: 403, message: 'User \\"ann\\" cannot list' },
    {
      name: 'as a member of a group',
      headers: { 'Impersonate-User': 'ann', 'Impersonate-Group': 'helpers' },
      code: 200,
    },
    { name: 'as a master', headers: { 'Impersonate-User': 'ann', 'Impersonate-Group': 'system:masters' }, code: 200 },
    { name: 'as a service account', headers: { 'Impersonate-User': 'system:serviceaccount:a:b' }, code: 403 },
    { name: 'as a group of no user', headers: { 'Impersonate-Group': 'helpers' }, code: 400 },
  ];
  test.each(cases)('$name: $code', async ({ headers, code, message = '' }) => {
    const reply = await get('/api/v1/pods', headers);
    expect(reply.code).toBe(code);
    expect(reply.text).toContain(message);
  });
});

describe('paths that are no resources', () => {
  const someone = { 'Impersonate-User': 'ann' };
  test.each([
    { path: '/apis', code: 200 },
    { path: '/openapi/v3', code: 200 },
    { path: '/version', code: 200 },
    { path: '/metrics', code: 403 },
    { path: '/nothing', code: 403 },
  ])('$path for anybody known: $code', async ({ path, code }) => {
    const reply = await get(path, someone);
    expect(reply.code).toBe(code);
    if (code === 403) expect(reply.json.message).toBe(`forbidden: User "ann" cannot get path "${path}"`);
  });
});
