// Roles and bindings through the whole core: who may do what, from when, and who may say so.
import {
  type ClusterRole,
  type ClusterRoleBinding,
  clusterRoleBindings,
  clusterRoles,
  configMaps,
  isReason,
  pods,
  roleBindings,
  roles,
  type Subject,
  secrets,
  type UserInfo,
} from '@berth/objects';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../testing/index.ts';
import { ensureDefaultRoles } from './ensure-defaults.ts';

const group = 'rbac.authorization.k8s.io';
const read = ['get', 'list', 'watch'];
let t: TestApi;
let count = 0;

beforeAll(async () => {
  t = await startTestApi();
  await t.namespace('shop');
});
afterAll(() => t.close());

const userOf = (name: string, ...groups: string[]): UserInfo => ({ name, groups: [...groups, 'system:authenticated'] });
const reads = (...resources: string[]) => [{ verbs: read, apiGroups: [''], resources }];

async function role(rules: ClusterRole['rules'], namespace?: string): Promise<string> {
  const name = `role-${++count}`;
  await t.api.create(t.admin, namespace ? roles : clusterRoles, { namespace }, { metadata: { name }, rules });
  return name;
}

async function bind(kind: 'Role' | 'ClusterRole', name: string, to: Partial<Subject>, namespace?: string) {
  const binding = `binding-${++count}`;
  const body = { metadata: { name: binding }, roleRef: { apiGroup: group, kind, name }, subjects: [to] };
  await t.api.create(t.admin, namespace ? roleBindings : clusterRoleBindings, { namespace }, body);
  return binding;
}

async function may(user: UserInfo, namespace?: string): Promise<boolean> {
  try {
    await t.api.list(user, pods, { namespace });
    return true;
  } catch (error) {
    if (isReason(error, 'Forbidden')) return false;
    throw error;
  }
}

describe('a binding', () => {
  const subjects: { name: string; subject: Partial<Subject>; user: UserInfo }[] = [
    { name: 'a user', subject: { kind: 'User', name: 'ann' }, user: userOf('ann') },
    { name: 'a group', subject: { kind: 'Group', name: 'staff' }, user: userOf('bob', 'staff') },
    {
      name: 'a service account',
      subject: { kind: 'ServiceAccount', name: 'robot', namespace: 'shop' },
      user: userOf('system:serviceaccount:shop:robot'),
    },
  ];
  test.each(subjects)('of a cluster role to $name holds everywhere, at once, and until it goes', async (each) => {
    const name = await bind('ClusterRole', await role(reads('pods')), each.subject);
    expect([await may(each.user), await may(each.user, 'shop')]).toEqual([true, true]);
    await t.api.delete(t.admin, clusterRoleBindings, { name });
    await expect.poll(() => may(each.user)).toBe(false);
  });

  test('in a namespace holds there, whether of its own role or of a cluster role', async () => {
    await bind('Role', await role(reads('pods'), 'shop'), { kind: 'User', name: 'cat' }, 'shop');
    await bind('ClusterRole', await role(reads('pods')), { kind: 'User', name: 'dan' }, 'shop');
    const robot = { kind: 'ServiceAccount', name: 'of-the-same' };
    await bind('ClusterRole', await role(reads('pods')), robot, 'shop');
    for (const user of [userOf('cat'), userOf('dan'), userOf('system:serviceaccount:shop:of-the-same')])
      expect([await may(user), await may(user, 'default'), await may(user, 'shop')]).toEqual([false, false, true]);
  });

  test('follows its role and its subjects', async () => {
    const name = await role(reads('secrets'));
    const binding = await bind('ClusterRole', name, { kind: 'User', name: 'eve' });
    expect(await may(userOf('eve'))).toBe(false);
    const merge = 'application/merge-patch+json';
    await t.api.patch(t.admin, clusterRoles, { name }, { type: merge, body: { rules: reads('pods') } });
    await expect.poll(() => may(userOf('eve'))).toBe(true);
    const subjects = [{ kind: 'User', name: 'fay', apiGroup: group }];
    await t.api.patch(t.admin, clusterRoleBindings, { name: binding }, { type: merge, body: { subjects } });
    await expect.poll(() => may(userOf('eve'))).toBe(false);
    expect(await may(userOf('fay'))).toBe(true);
  });

  test('of a role that there is not grants nothing', async () => {
    await bind('ClusterRole', 'nothing', { kind: 'User', name: 'gus' });
    expect(await may(userOf('gus'))).toBe(false);
  });
});

describe('nobody grants what they do not have', () => {
  const keeper = userOf('keeper');
  beforeAll(async () => {
    const verbs = ['get', 'create', 'update', 'patch'];
    const rules = [
      ...reads('pods'),
      { verbs, apiGroups: [group], resources: ['roles', 'clusterroles', 'rolebindings'] },
    ];
    await bind('ClusterRole', await role(rules), { kind: 'User', name: 'keeper' });
  });
  const create = (rules: ClusterRole['rules'], user = keeper) =>
    t.api.create(user, roles, { namespace: 'shop' }, { metadata: { name: `made-${++count}` }, rules });
  const bindAs = (user: UserInfo, name: string) =>
    t.api.create(
      user,
      roleBindings,
      { namespace: 'shop' },
      {
        metadata: { name: `made-${++count}` },
        roleRef: { apiGroup: group, kind: 'ClusterRole', name },
        subjects: [{ kind: 'User', name: 'other' }],
      },
    );

  test('in a role', async () => {
    await create(reads('pods'));
    await expect(create(reads('secrets'))).rejects.toMatchObject({
      code: 403,
      message: expect.stringContaining(
        'user "keeper" (groups=["system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n{APIGroups:[""], Resources:["secrets"], Verbs:["get"]}',
      ),
    });
  });

  test('in a role that they change', async () => {
    const { metadata } = await create(reads('pods'));
    const target = { namespace: 'shop', name: metadata.name };
    const patch = (body: object) => t.api.patch(keeper, roles, target, { type: 'application/merge-patch+json', body });
    await patch({ metadata: { labels: { a: 'b' } } });
    await expect(patch({ rules: reads('secrets') })).rejects.toMatchObject({ code: 403 });
  });

  test('by an aggregation', async () => {
    const body = {
      metadata: { name: `made-${++count}` },
      aggregationRule: { clusterRoleSelectors: [{ matchLabels: { a: 'b' } }] },
    };
    await expect(t.api.create(keeper, clusterRoles, {}, body)).rejects.toMatchObject({
      code: 403,
      message: expect.stringContaining('must have cluster-admin privileges to use the aggregationRule'),
    });
  });

  test('by a binding', async () => {
    await bindAs(keeper, await role(reads('pods')));
    await expect(bindAs(keeper, 'cluster-admin')).rejects.toMatchObject({ code: 403 });
    await expect(bindAs(keeper, 'nothing')).rejects.toMatchObject({ code: 404 });
  });

  test.each([
    { verb: 'escalate', act: () => create(reads('secrets'), userOf('trusted')) },
    { verb: 'bind', act: () => bindAs(userOf('trusted'), 'cluster-admin') },
  ])('but for those who may $verb', async ({ verb, act }) => {
    const resources = ['roles', 'clusterroles', 'rolebindings'];
    await expect(act()).rejects.toMatchObject({ code: 403 });
    const rules = [{ verbs: [verb, 'create'], apiGroups: [group], resources }];
    const binding = await bind('ClusterRole', await role(rules), { kind: 'User', name: 'trusted' });
    await act();
    await t.api.delete(t.admin, clusterRoleBindings, { name: binding });
  });
});

describe('the default roles', () => {
  const adminOf = async () => t.api.get<ClusterRole>(t.admin, clusterRoles, { name: 'cluster-admin' });

  test('let masters do everything, also where only roles are asked', async () => {
    expect((await adminOf()).rules).toHaveLength(2);
    await bind('ClusterRole', 'cluster-admin', { kind: 'User', name: 'boss' });
    await t.api.create(userOf('boss'), configMaps, { namespace: 'shop' }, { metadata: { name: 'c' } });
    expect(t.api.authorizer.allowsPath(userOf('boss'), { verb: 'get', path: '/metrics' })).toBe(true);
  });

  test.each([
    { path: '/apis', allowed: true },
    { path: '/openapi/v2', allowed: true },
    { path: '/metrics', allowed: false },
    { path: '/', allowed: false },
  ])('let everybody known read $path: $allowed', ({ path, allowed }) => {
    expect(t.api.authorizer.allowsPath(userOf('x'), { verb: 'get', path })).toBe(allowed);
  });

  test('come back at the next start, with what was added to them kept', async () => {
    const name = 'system:basic-user';
    const merge = 'application/merge-patch+json';
    const extra = { kind: 'User', name: 'kept', apiGroup: group };
    await t.api.delete(t.admin, clusterRoles, { name: 'view' });
    await t.api.patch(t.admin, clusterRoles, { name }, { type: merge, body: { rules: reads('pods') } });
    await t.api.patch(t.admin, clusterRoleBindings, { name }, { type: merge, body: { subjects: [extra] } });
    const off = { metadata: { annotations: { 'rbac.authorization.kubernetes.io/autoupdate': 'false' } }, subjects: [] };
    await t.api.patch(t.admin, clusterRoleBindings, { name: 'system:monitoring' }, { type: merge, body: off });
    await ensureDefaultRoles(t.api, t.admin);
    const subjectsOf = async (binding: string) =>
      (await t.api.get<ClusterRoleBinding>(t.admin, clusterRoleBindings, { name: binding })).subjects ?? [];
    expect((await t.api.get<ClusterRole>(t.admin, clusterRoles, { name: 'view' })).aggregationRule).toBeDefined();
    expect((await t.api.get<ClusterRole>(t.admin, clusterRoles, { name })).rules?.length).toBeGreaterThan(1);
    expect((await subjectsOf(name)).map((subject) => subject.name)).toEqual(['kept', 'system:authenticated']);
    expect(await subjectsOf('system:monitoring')).toEqual([]);
  });
});

test('secrets are not among what viewers may read', async () => {
  const { rules = [] } = await t.api.get<ClusterRole>(t.admin, clusterRoles, { name: 'system:aggregate-to-view' });
  expect(rules.flatMap(({ resources = [] }) => resources)).not.toContain(secrets.plural);
});
