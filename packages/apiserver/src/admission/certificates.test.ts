// Who a certificate signing request comes from, what it must carry, and who may decide on it: through the whole core.
import {
  type CertificateSigningRequest,
  certificateSigningRequests,
  clusterRoleBindings,
  clusterRoles,
  type UserInfo,
} from '@berth/objects';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeCertificateRequest, startTestApi, type TestApi } from '../testing/index.ts';

let t: TestApi;
const bob: UserInfo = {
  name: 'bob',
  uid: 'u-1',
  groups: ['staff', 'system:authenticated'],
  extra: { scopes: ['a', 'b'] },
};
const approver: UserInfo = { name: 'approver', groups: ['system:authenticated'] };
const signer: UserInfo = { name: 'signer', groups: ['system:authenticated'] };
const group = 'certificates.k8s.io';

async function grant(name: string, rules: object[]): Promise<void> {
  const apiGroup = 'rbac.authorization.k8s.io';
  await t.api.create(t.admin, clusterRoles, {}, { metadata: { name }, rules });
  await t.api.create(
    t.admin,
    clusterRoleBindings,
    {},
    {
      metadata: { name },
      roleRef: { apiGroup, kind: 'ClusterRole', name },
      subjects: [{ apiGroup, kind: 'User', name }],
    },
  );
}

beforeAll(async () => {
  t = await startTestApi();
  const on = (resources: string[], verbs: string[], more: object = {}) => ({
    apiGroups: [group],
    resources,
    verbs,
    ...more,
  });
  const part = (name: string) => on([`certificatesigningrequests/${name}`], ['update', 'patch']);
  await grant('bob', [on(['certificatesigningrequests'], ['create', 'get'])]);
  await grant('approver', [part('approval'), on(['signers'], ['approve'], { resourceNames: ['example.com/*'] })]);
  await grant('signer', [part('status'), on(['signers'], ['sign'], { resourceNames: ['example.com/one'] })]);
});
afterAll(() => t.close());

let count = 0;
async function create(
  signerName: string,
  subject: Parameters<typeof makeCertificateRequest>[0]['subject'] = 'CN=bob',
  more: object = {},
): Promise<CertificateSigningRequest> {
  const { request } = await makeCertificateRequest({ subject });
  const spec = { request, signerName, usages: ['client auth'], ...more };
  const body = { metadata: { name: `r${++count}` }, spec };
  return t.api.create(bob, certificateSigningRequests, {}, body);
}

const change = (user: UserInfo, { metadata }: CertificateSigningRequest, subresource: string, status: object) =>
  t.api.patch(
    user,
    certificateSigningRequests,
    { name: metadata.name, subresource },
    { type: 'application/merge-patch+json', body: { status } },
  );
const approval = { conditions: [{ type: 'Approved', status: 'True', reason: 'X' }] };

describe('a new request', () => {
  test('is of whoever sent it, whatever it says', async () => {
    const claims = { username: 'eve', uid: 'x', groups: ['system:masters'], extra: { more: ['y'] } };
    const { spec, status } = await create('example.com/one', 'CN=bob', claims);
    expect(spec).toMatchObject({ username: 'bob', uid: 'u-1', groups: bob.groups, extra: bob.extra });
    expect(spec.extra).not.toHaveProperty('more');
    expect(status).toEqual({});
  });

  test('must carry a request', async () => {
    await expect(create('example.com/one', 'CN=bob', { request: 'YQ==' })).rejects.toMatchObject({
      code: 422,
      message: expect.stringContaining(
        'spec.request: Invalid value: "YQ==": PEM block type must be CERTIFICATE REQUEST',
      ),
    });
  });

  test('makes nobody a master', async () => {
    const masters = 'O=system:masters, CN=bob';
    await expect(create('kubernetes.io/kube-apiserver-client', masters)).rejects.toMatchObject({
      code: 403,
      message: expect.stringContaining(
        'use of kubernetes.io/kube-apiserver-client signer with system:masters group is not allowed',
      ),
    });
    expect((await create('example.com/one', masters)).metadata.name).toBeTruthy();
  });
});

describe('the agent of node n1 asks for', () => {
  const agent: UserInfo = { name: 'system:node:n1', groups: ['system:nodes', 'system:authenticated'] };
  const ask = async (signerName: string, name: string, request?: string) => {
    const made = request ?? (await makeCertificateRequest({ subject: `O=system:nodes, CN=${name}` })).request;
    const spec = { request: made, signerName, usages: ['digital signature', 'client auth'] };
    return t.api.create(agent, certificateSigningRequests, {}, { metadata: { name: `r${++count}` }, spec });
  };
  const [client, serving] = ['kubernetes.io/kube-apiserver-client-kubelet', 'kubernetes.io/kubelet-serving'];

  test.each([
    ['a certificate to show to the API', client],
    ['a certificate to serve with', serving],
  ])('%s, of its own name alone', async (_what, signerName) => {
    expect((await ask(signerName, 'system:node:n1')).spec.username).toBe('system:node:n1');
    for (const name of ['system:node:n2', 'n1'])
      await expect(ask(signerName, name)).rejects.toMatchObject({
        code: 403,
        message: expect.stringContaining('is forbidden: can only create a node CSR with CN=system:node:n1'),
      });
    await expect(ask(signerName, '', 'YQ==')).rejects.toMatchObject({
      code: 403,
      message: expect.stringContaining('is forbidden: unable to parse csr: PEM block type must be CERTIFICATE REQUEST'),
    });
  });

  test('what others sign in whatever name', async () => {
    expect((await ask('example.com/one', 'system:node:n2')).spec.signerName).toBe('example.com/one');
  });
});

describe('approval', () => {
  test('is for those who may approve for the signer', async () => {
    const request = await create('example.com/one');
    const { status } = await change(approver, request, 'approval', approval);
    expect(status.conditions?.[0]).toMatchObject({ type: 'Approved', reason: 'X' });
    expect(status.conditions?.[0]?.lastUpdateTime).toBe(status.conditions?.[0]?.lastTransitionTime);
    expect(status.conditions?.[0]?.lastUpdateTime).toMatch(/^20.*Z$/);
  });

  test('is not for others', async () => {
    const request = await create('example.org/one');
    await expect(change(approver, request, 'approval', approval)).rejects.toMatchObject({
      code: 403,
      message: expect.stringContaining('user not permitted to approve requests with signerName "example.org/one"'),
    });
  });

  test('is kept apart from the status, and recorded as what it is', async () => {
    const request = await create('example.com/one');
    await expect(change(t.admin, request, 'status', approval)).rejects.toMatchObject({
      code: 422,
      message: expect.stringContaining('updates may not add a condition of type "Approved"'),
    });
    const { metadata } = await change(approver, request, 'approval', { ...approval, certificate: 'YQ==' });
    const entry = metadata.managedFields?.find(({ manager }) => manager === 'approver');
    expect(entry).toMatchObject({ subresource: 'approval', fieldsV1: { 'f:status': { 'f:conditions': {} } } });
    const { status } = await t.api.get(bob, certificateSigningRequests, request.metadata);
    expect(status.certificate).toBeUndefined();
  });
});

describe('signing', () => {
  const certificate = Buffer.from('nothing').toString('base64');

  test('is for those who may sign for the signer', async () => {
    const denied = change(signer, await create('example.com/two'), 'status', { certificate });
    await expect(denied).rejects.toMatchObject({
      code: 403,
      message: expect.stringContaining('user not permitted to sign requests with signerName "example.com/two"'),
    });
  });

  test('gives certificates', async () => {
    await expect(change(signer, await create('example.com/one'), 'status', { certificate })).rejects.toMatchObject({
      code: 422,
      message: expect.stringContaining('must contain at least one CERTIFICATE PEM block'),
    });
  });
});
