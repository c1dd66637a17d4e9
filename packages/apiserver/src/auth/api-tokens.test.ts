// Whom an API token stands for, from the secret that the dashboard makes of it; and who may make such a secret.
import { createHash } from 'node:crypto';
import { FakeClock } from '@berth/host/testing';
import {
  type ApiToken,
  apiTokenLastUse,
  apiTokenOf,
  apiTokenSecret,
  clusterRoleBindings,
  clusterRoles,
  type New,
  type Secret,
  secrets,
  type UserInfo,
} from '@berth/objects';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../testing/test-api.ts';

const text = `berth_${'k'.repeat(40)}`;
const target = { namespace: 'kube-system' };
let clock: FakeClock;
let running: TestApi;
beforeEach(async () => {
  clock = new FakeClock();
  running = await startTestApi({ clock });
});
afterEach(() => running.close());

const secretOf = (parts: Partial<ApiToken> = {}) =>
  apiTokenSecret({
    hash: createHash('sha256').update(text).digest('hex'),
    user: 'jane',
    groups: ['staff'],
    title: 'laptop',
    createdAt: clock.now(),
    expiresAt: undefined,
    lastUsedAt: undefined,
    ...parts,
  });
const create = (secret: New<Secret>, user = running.admin) => running.api.create(user, secrets, target, secret);
const userOf = async (token = text) => (await running.api.authenticateToken(token))?.user;
const nameOf = (secret: New<Secret>) => ({ ...target, name: secret.metadata.name! });

describe('a token', () => {
  test('is its person, until it is revoked', async () => {
    expect(await userOf()).toBeUndefined();
    await create(secretOf());
    expect(await userOf()).toEqual({ name: 'jane', groups: ['staff', 'system:authenticated'] });
    await running.api.delete(running.admin, secrets, nameOf(secretOf()));
    expect(await userOf()).toBeUndefined();
  });

  test('ends at its time', async () => {
    await create(secretOf({ expiresAt: clock.now() + 1_000 }));
    expect(await userOf()).toBeDefined();
    await clock.advance(1_000);
    expect(await userOf()).toBeUndefined();
  });

  test('is noted when it is used, once a minute, however many use it', async () => {
    await create(secretOf());
    const read = () => running.api.get(running.admin, secrets, nameOf(secretOf()));
    const { resourceVersion } = (await read()).metadata;
    await Promise.all([userOf(), userOf(), userOf()]);
    await expect.poll(async () => apiTokenOf(await read())?.lastUsedAt).toBe(clock.now());
    const noted = await read();
    expect(Number(noted.metadata.resourceVersion)).toBe(Number(resourceVersion) + 1);
    await clock.advance(59_999);
    await userOf();
    expect((await read()).metadata.resourceVersion).toBe(noted.metadata.resourceVersion);
    await clock.advance(1);
    await userOf();
    await expect.poll(async () => apiTokenOf(await read())?.lastUsedAt).toBe(clock.now());
  });
});

test.each<[string, (secret: New<Secret>) => New<Secret>]>([
  ['of another type', (secret) => ({ ...secret, type: 'Opaque' })],
  [
    'with another hash',
    (secret) => ({
      ...secret,
      data: { ...secret.data, 'token-hash': secretOf({ hash: 'a'.repeat(64) }).data!['token-hash']! },
    }),
  ],
  ['without a user', (secret) => ({ ...secret, data: { ...secret.data, user: '' } })],
  ['whose end cannot be read', (secret) => ({ ...secret, data: { ...secret.data, expiration: 'c29vbg==' } })],
])('a secret %s lets nobody in', async (_name, change) => {
  await create(change(secretOf()));
  expect(await userOf()).toBeUndefined();
});

describe('a token for somebody', () => {
  const writer: UserInfo = { name: 'writer', groups: ['system:authenticated'] };
  const may = async (...rules: object[]) => {
    const metadata = { name: 'writer' };
    await running.api.create(
      running.admin,
      clusterRoles,
      {},
      { metadata, rules: [{ apiGroups: [''], resources: ['secrets'], verbs: ['*'] }, ...rules] },
    );
    const subjects = [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'writer' }];
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'writer' };
    await running.api.create(running.admin, clusterRoleBindings, {}, { metadata, subjects, roleRef });
  };
  const impersonate = (resource: string, ...resourceNames: string[]) => ({
    apiGroups: [''],
    resources: [resource],
    verbs: ['impersonate'],
    resourceNames,
  });

  test('is not made by who may write secrets and no more', async () => {
    await may();
    await expect(create(secretOf({ groups: [] }), writer)).rejects.toMatchObject({
      reason: 'Forbidden',
      message:
        'users "jane" is forbidden: User "writer" cannot impersonate resource "users" in API group "" at the cluster scope',
    });
    expect(await userOf()).toBeUndefined();
  });

  test('takes the right to act as the user and in each group', async () => {
    await may(impersonate('users', 'jane'), impersonate('groups', 'staff'));
    await expect(create(secretOf({ groups: ['staff', 'system:masters'] }), writer)).rejects.toMatchObject({
      reason: 'Forbidden',
      message: expect.stringContaining('groups "system:masters" is forbidden'),
    });
    await create(secretOf(), writer);
    expect((await userOf())?.name).toBe('jane');
  });

  test('is not prolonged by others, and may be labelled', async () => {
    await may();
    await create(secretOf({ expiresAt: clock.now() + 1_000 }));
    const patch = (body: object) =>
      running.api.patch(writer, secrets, nameOf(secretOf()), { type: 'application/merge-patch+json', body });
    await expect(patch({ data: { expiration: null } })).rejects.toMatchObject({ reason: 'Forbidden' });
    expect((await patch({ metadata: { labels: { a: 'b' } } })).data).not.toHaveProperty(apiTokenLastUse);
  });
});
