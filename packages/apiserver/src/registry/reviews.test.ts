// Reviews through the whole core: each question with its answer, and what is no question.
import { generateKeyPairSync } from 'node:crypto';
import { systemClock } from '@berth/host';
import {
  clusterRoleBindings,
  clusterRoles,
  type KubeObject,
  localSubjectAccessReviews,
  type Resource,
  roleBindings,
  selfSubjectAccessReviews,
  selfSubjectReviews,
  selfSubjectRulesReviews,
  serviceAccounts,
  subjectAccessReviews,
  type TokenRequest,
  tokenReviews,
  type UserInfo,
} from '@berth/objects';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createServiceAccountTokens } from '../auth/service-account-tokens.ts';
import { startTestApi, type TestApi } from '../testing/index.ts';

const namespace = 'default';
const apiGroup = 'rbac.authorization.k8s.io';
const ann: UserInfo = { name: 'ann', uid: 'u', groups: ['staff', 'system:authenticated'], extra: { team: ['a', 'b'] } };
const { privateKey: key } = generateKeyPairSync('ec', {
  namedCurve: 'P-256',
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});
let t: TestApi;

beforeAll(async () => {
  t = await startTestApi({ tokens: createServiceAccountTokens({ key, clock: systemClock }) });
  await t.namespace('shop');
  const rules = [
    { verbs: ['get', 'list'], apiGroups: [''], resources: ['pods', 'pods/log'] },
    { verbs: ['get'], apiGroups: [''], resources: ['secrets'], resourceNames: ['s'] },
  ];
  await t.api.create(t.admin, clusterRoles, {}, { metadata: { name: 'looker' }, rules });
  const roleRef = { apiGroup, kind: 'ClusterRole', name: 'looker' };
  const subjects = [{ kind: 'User', name: 'ann' }];
  await t.api.create(t.admin, roleBindings, { namespace: 'shop' }, { metadata: { name: 'l' }, roleRef, subjects });
  const paths = [{ verbs: ['get'], nonResourceURLs: ['/metrics'] }];
  await t.api.create(t.admin, clusterRoles, {}, { metadata: { name: 'meter' }, rules: paths });
  await t.api.create(
    t.admin,
    clusterRoleBindings,
    {},
    {
      metadata: { name: 'meter' },
      roleRef: { ...roleRef, name: 'meter' },
      subjects: [{ kind: 'Group', name: 'staff' }],
    },
  );
});
afterAll(() => t.close());

async function ask<T extends KubeObject>(user: UserInfo, resource: Resource<T>, body: object, at?: string) {
  const answer = await t.api.create(user, resource, { namespace: at }, body);
  return (answer as unknown as { status: object }).status;
}

test('who am I', async () => {
  expect(await ask(ann, selfSubjectReviews, {})).toEqual({
    userInfo: { username: 'ann', uid: 'u', groups: ['staff', 'system:authenticated'], extra: { team: ['a', 'b'] } },
  });
});

describe('may I, and may somebody', () => {
  const cases: { name: string; spec: object; allowed: boolean }[] = [
    {
      name: 'pods there',
      spec: { resourceAttributes: { verb: 'get', resource: 'pods', namespace: 'shop' } },
      allowed: true,
    },
    { name: 'pods elsewhere', spec: { resourceAttributes: { verb: 'get', resource: 'pods' } }, allowed: false },
    {
      name: 'logs of pods',
      spec: { resourceAttributes: { verb: 'get', resource: 'pods', subresource: 'log', namespace: 'shop' } },
      allowed: true,
    },
    {
      name: 'one secret',
      spec: { resourceAttributes: { verb: 'get', resource: 'secrets', name: 's', namespace: 'shop' } },
      allowed: true,
    },
    {
      name: 'other secrets',
      spec: { resourceAttributes: { verb: 'get', resource: 'secrets', namespace: 'shop' } },
      allowed: false,
    },
    { name: 'a path', spec: { nonResourceAttributes: { verb: 'get', path: '/metrics' } }, allowed: true },
    { name: 'another path', spec: { nonResourceAttributes: { verb: 'get', path: '/' } }, allowed: false },
  ];
  test.each(cases)('$name: $allowed', async ({ spec, allowed }) => {
    expect(await ask(ann, selfSubjectAccessReviews, { spec })).toEqual({ allowed });
    const about = { ...spec, user: 'ann', groups: ann.groups, extra: ann.extra };
    expect(await ask(t.admin, subjectAccessReviews, { spec: about })).toEqual({ allowed });
  });

  test('in one namespace', async () => {
    const resourceAttributes = { verb: 'list', resource: 'pods', namespace: 'shop' };
    const spec = { user: 'ann', resourceAttributes };
    expect(await ask(t.admin, localSubjectAccessReviews, { spec }, 'shop')).toEqual({ allowed: true });
    await expect(ask(t.admin, localSubjectAccessReviews, { spec }, namespace)).rejects.toMatchObject({
      code: 422,
      message: expect.stringContaining('must match metadata.namespace: default'),
    });
  });
});

test('what may I there', async () => {
  const status = await ask(ann, selfSubjectRulesReviews, { spec: { namespace: 'shop' } });
  expect(status).toMatchObject({ incomplete: false });
  const { resourceRules, nonResourceRules } = status as { resourceRules: object[]; nonResourceRules: object[] };
  expect(resourceRules).toContainEqual({
    verbs: ['get'],
    apiGroups: [''],
    resources: ['secrets'],
    resourceNames: ['s'],
  });
  expect(nonResourceRules).toContainEqual({ verbs: ['get'], nonResourceURLs: ['/metrics'] });
});

describe('whose is a token', () => {
  let token: string;
  beforeAll(async () => {
    await t.api.create(t.admin, serviceAccounts, { namespace }, { metadata: { name: 'robot' } });
    const target = { namespace, name: 'robot', subresource: 'token' };
    const resource = serviceAccounts as unknown as Resource<TokenRequest>;
    const { status } = await t.api.create(t.admin, resource, target, { spec: { audiences: ['vault'] } });
    token = status.token;
  });

  test('of somebody, for the audience that was asked for', async () => {
    expect(await ask(t.admin, tokenReviews, { spec: { token, audiences: ['vault', 'x'] } })).toMatchObject({
      authenticated: true,
      user: { username: 'system:serviceaccount:default:robot' },
      audiences: ['vault'],
    });
  });

  test.each([
    { name: 'of nobody', spec: () => ({ token: 'abc' }) },
    { name: 'for others', spec: () => ({ token }) },
  ])('$name', async ({ spec }) => {
    expect(await ask(t.admin, tokenReviews, { spec: spec() })).toEqual({
      user: {},
      error: 'invalid bearer token',
    });
  });
});

describe('what is no question', () => {
  const resourceAttributes = { verb: 'get', resource: 'pods' };
  const cases: { name: string; resource: Resource<KubeObject>; spec: object; error: object }[] = [
    { name: 'about nothing', resource: selfSubjectAccessReviews, spec: {}, error: { code: 422 } },
    {
      name: 'about two things',
      resource: selfSubjectAccessReviews,
      spec: { resourceAttributes, nonResourceAttributes: { path: '/x', verb: 'get' } },
      error: { code: 422 },
    },
    {
      name: 'about nobody',
      resource: subjectAccessReviews,
      spec: { resourceAttributes },
      error: { code: 422, message: expect.stringContaining('at least one of user or group must be specified') },
    },
    { name: 'of no token', resource: tokenReviews, spec: {}, error: { code: 400, reason: 'BadRequest' } },
    { name: 'of rules nowhere', resource: selfSubjectRulesReviews, spec: {}, error: { code: 400 } },
  ];
  test.each(cases)('$name', async ({ resource, spec, error }) => {
    await expect(ask(t.admin, resource, { spec })).rejects.toMatchObject(error);
  });

  test('one of somebody who may not ask', async () => {
    const spec = { user: 'bob', resourceAttributes };
    await expect(ask(ann, subjectAccessReviews, { spec })).rejects.toMatchObject({ code: 403 });
    await expect(ask(ann, tokenReviews, { spec: { token: 'x' } })).rejects.toMatchObject({ code: 403 });
  });
});
