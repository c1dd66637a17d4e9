// What the parts of the control plane may do by the default roles, and what not.
import { clusterRoles, type UserInfo } from '@berth/objects';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Attributes } from '../registry/authorization.ts';
import { startTestApi, type TestApi } from '../testing/index.ts';

let t: TestApi;
beforeAll(async () => {
  t = await startTestApi();
});
afterAll(() => t.close());

const controller = (name: string): UserInfo => ({
  name: `system:serviceaccount:kube-system:${name}`,
  groups: ['system:serviceaccounts', 'system:serviceaccounts:kube-system', 'system:authenticated'],
});
const part = (name: string): UserInfo => ({ name: `system:${name}`, groups: ['system:authenticated'] });
const on = (verb: string, plural: string, more: Partial<Attributes> & { group?: string } = {}): Attributes => {
  const { group = '', ...others } = more;
  return { verb, resource: { group, plural }, ...others };
};
const namespace = 'shop';

describe('may', () => {
  const apps = { group: 'apps', namespace };
  const batch = { group: 'batch', namespace };
  const lease = { group: 'coordination.k8s.io', namespace: 'kube-system' };
  const apiServers = { namespace: 'default' };
  const signer = { group: 'certificates.k8s.io', name: 'kubernetes.io/kubelet-serving' };
  test.each<{ user: UserInfo; asked: Attributes; may: boolean }>([
    { user: controller('replicaset-controller'), asked: on('create', 'pods', { namespace }), may: true },
    { user: controller('replicaset-controller'), asked: on('create', 'deployments', apps), may: false },
    { user: controller('replicaset-controller'), asked: on('get', 'secrets', { namespace }), may: false },
    { user: controller('deployment-controller'), asked: on('create', 'replicasets', apps), may: true },
    { user: controller('deployment-controller'), asked: on('create', 'pods', { namespace }), may: false },
    { user: controller('daemon-set-controller'), asked: on('create', 'pods', { namespace }), may: true },
    { user: controller('daemon-set-controller'), asked: on('create', 'controllerrevisions', apps), may: true },
    { user: controller('daemon-set-controller'), asked: on('update', 'daemonsets', apps), may: false },
    { user: controller('job-controller'), asked: on('patch', 'pods', { namespace }), may: true },
    { user: controller('job-controller'), asked: on('delete', 'jobs', batch), may: false },
    { user: controller('cronjob-controller'), asked: on('create', 'jobs', batch), may: true },
    { user: controller('cronjob-controller'), asked: on('create', 'pods', { namespace }), may: false },
    { user: controller('ttl-after-finished-controller'), asked: on('delete', 'jobs', batch), may: true },
    { user: controller('ttl-after-finished-controller'), asked: on('update', 'jobs', batch), may: false },
    { user: controller('namespace-controller'), asked: on('delete', 'secrets', { namespace }), may: true },
    { user: controller('namespace-controller'), asked: on('create', 'secrets', { namespace }), may: false },
    { user: controller('token-cleaner'), asked: on('delete', 'secrets', { namespace: 'kube-system' }), may: true },
    { user: controller('token-cleaner'), asked: on('delete', 'secrets', { namespace }), may: false },
    { user: controller('certificate-controller'), asked: on('sign', 'signers', signer), may: true },
    { user: controller('endpoint-controller'), asked: on('create', 'endpoints', { namespace }), may: true },
    {
      user: controller('endpoint-controller'),
      asked: on('create', 'endpointslices', { group: 'discovery.k8s.io', namespace }),
      may: true,
    },
    { user: part('kube-scheduler'), asked: on('create', 'pods', { namespace, subresource: 'binding' }), may: true },
    { user: part('kube-scheduler'), asked: on('get', 'endpoints', { ...apiServers, name: 'kubernetes' }), may: true },
    { user: part('kube-scheduler'), asked: on('get', 'endpoints', { ...apiServers, name: 'web' }), may: false },
    {
      user: part('kube-controller-manager'),
      asked: on('get', 'endpoints', { ...apiServers, name: 'kubernetes' }),
      may: true,
    },
    { user: part('kube-scheduler'), asked: on('create', 'pods', { namespace }), may: false },
    { user: part('kube-scheduler'), asked: on('update', 'leases', { ...lease, name: 'kube-scheduler' }), may: true },
    { user: part('kube-scheduler'), asked: on('update', 'leases', { ...lease, name: 'other' }), may: false },
    { user: part('kube-controller-manager'), asked: on('watch', 'boats', { group: 'example.com' }), may: true },
    { user: part('kube-controller-manager'), asked: on('create', 'pods', { namespace }), may: false },
  ])('$user.name: $asked.verb $asked.resource.plural $asked.subresource $asked.name: $may', ({ user, asked, may }) => {
    expect(t.api.authorizer.allows(user, asked)).toBe(may);
  });
});

test('the default roles of Kubernetes are there, marked as such', async () => {
  const { items } = await t.api.list(t.admin, clusterRoles, {});
  const names = items.map(({ metadata }) => metadata.name);
  for (const name of ['system:kube-scheduler', 'system:node', 'system:node-proxier', 'system:kubelet-api-admin'])
    expect(names).toContain(name);
  const node = items.find(({ metadata }) => metadata.name === 'system:node')!;
  const reviews = node.rules!.flatMap(({ apiGroups, resources = [] }) =>
    apiGroups?.includes('authorization.k8s.io') ? resources : [],
  );
  expect(reviews).toEqual(['subjectaccessreviews', 'localsubjectaccessreviews']);
  for (const { metadata } of items)
    expect(metadata.labels, metadata.name).toMatchObject({ 'kubernetes.io/bootstrapping': 'rbac-defaults' });
});
