import { expect, it } from 'vitest';
import { defaultAuditPolicy } from './default-policy.ts';
import { type AuditedAttributes, type AuditRule, decideAudit } from './policy.ts';

const user = { name: 'jane', groups: ['devs', 'system:authenticated'] };
const pod = { group: '', version: 'v1', plural: 'pods', namespace: 'shop', name: 'web' };
const get: AuditedAttributes = { user, verb: 'get', path: '/api/v1/namespaces/shop/pods/web', resource: pod };
const metrics: AuditedAttributes = { user, verb: 'get', path: '/metrics/cadvisor' };
const withLog: AuditedAttributes = { ...get, resource: { ...pod, subresource: 'log' } };
const core = (...resources: string[]) => ({ resources: [{ group: '', resources }] });

it.each<{ name: string; rule: Omit<AuditRule, 'level'>; asked: AuditedAttributes; matches: boolean }>([
  { name: 'everything', rule: {}, asked: get, matches: true },
  { name: 'a user', rule: { users: ['jane'] }, asked: get, matches: true },
  { name: 'another user', rule: { users: ['joe'] }, asked: get, matches: false },
  { name: 'a group', rule: { userGroups: ['ops', 'devs'] }, asked: get, matches: true },
  { name: 'another verb', rule: { verbs: ['list'] }, asked: get, matches: false },
  { name: 'a namespace', rule: { namespaces: ['shop'] }, asked: get, matches: true },
  { name: 'what is in no namespace', rule: { namespaces: [''] }, asked: get, matches: false },
  { name: 'a namespace, of a path', rule: { namespaces: [''] }, asked: metrics, matches: false },
  { name: 'a whole group', rule: { resources: [{ group: '' }] }, asked: get, matches: true },
  { name: 'another group', rule: { resources: [{ group: 'apps' }] }, asked: get, matches: false },
  { name: 'a resource', rule: core('pods'), asked: get, matches: true },
  { name: 'a resource, of its subresource', rule: core('pods'), asked: withLog, matches: false },
  { name: 'a subresource', rule: core('pods/log'), asked: withLog, matches: true },
  { name: 'all its subresources', rule: core('pods/*'), asked: withLog, matches: true },
  { name: 'a subresource of anything', rule: core('*/log'), asked: withLog, matches: true },
  { name: 'everything of a group', rule: core('*'), asked: withLog, matches: true },
  {
    name: 'a name',
    rule: { resources: [{ group: '', resources: ['pods'], resourceNames: ['web'] }] },
    asked: get,
    matches: true,
  },
  {
    name: 'another name',
    rule: { resources: [{ group: '', resources: ['pods'], resourceNames: ['db'] }] },
    asked: get,
    matches: false,
  },
  { name: 'a path', rule: { nonResourceURLs: ['/metrics*'] }, asked: metrics, matches: true },
  { name: 'another path', rule: { nonResourceURLs: ['/metrics'] }, asked: metrics, matches: false },
  { name: 'every path, of a resource', rule: { nonResourceURLs: ['*'] }, asked: get, matches: false },
])('a rule of $name', ({ rule, asked, matches }) => {
  const policy = { rules: [{ level: 'Request' as const, ...rule }], omitStages: [], omitManagedFields: false };
  expect(decideAudit(policy, asked).level).toBe(matches ? 'Request' : 'None');
});

it('takes the first rule that matches, with the stages of both and the managed fields of the nearer', () => {
  const decision = decideAudit(
    {
      rules: [
        { level: 'Metadata', verbs: ['get'], omitStages: ['ResponseStarted'], omitManagedFields: false },
        { level: 'RequestResponse' },
      ],
      omitStages: ['RequestReceived'],
      omitManagedFields: true,
    },
    get,
  );
  expect(decision).toEqual({
    level: 'Metadata',
    omitStages: ['RequestReceived', 'ResponseStarted'],
    omitManagedFields: false,
  });
});

const agent = { name: 'system:node:n1', groups: ['system:nodes', 'system:authenticated'] };
const asked = (verb: string, plural: string, more: object = {}): AuditedAttributes => ({
  user,
  verb,
  path: '/',
  resource: { group: '', version: 'v1', plural, ...more },
});

it.each<{ name: string; attributes: AuditedAttributes; level: string }>([
  { name: 'a create', attributes: asked('create', 'configmaps'), level: 'Metadata' },
  { name: 'a create of a secret, without its body', attributes: asked('create', 'secrets'), level: 'Metadata' },
  { name: 'a read', attributes: asked('get', 'configmaps'), level: 'None' },
  { name: 'a read of a secret', attributes: asked('list', 'secrets'), level: 'Metadata' },
  { name: 'an exec', attributes: asked('get', 'pods', { subresource: 'exec' }), level: 'Metadata' },
  {
    name: 'a request that is passed on',
    attributes: asked('get', 'services', { subresource: 'proxy' }),
    level: 'Metadata',
  },
  { name: 'health', attributes: { user, verb: 'get', path: '/livez' }, level: 'None' },
  { name: 'an event', attributes: asked('create', 'events'), level: 'None' },
  {
    name: 'a token for a service account, without its body',
    attributes: asked('create', 'serviceaccounts', { subresource: 'token' }),
    level: 'Metadata',
  },
  {
    name: 'a question',
    attributes: asked('create', 'selfsubjectaccessreviews', { group: 'authorization.k8s.io' }),
    level: 'None',
  },
  {
    name: "an agent's status of a pod",
    attributes: { ...asked('patch', 'pods', { subresource: 'status' }), user: agent },
    level: 'None',
  },
  { name: "an agent's delete of a pod", attributes: { ...asked('delete', 'pods'), user: agent }, level: 'Metadata' },
  {
    name: 'a controller',
    attributes: {
      ...asked('create', 'pods'),
      user: { name: 'system:serviceaccount:kube-system:replicaset-controller', groups: [] },
    },
    level: 'None',
  },
  {
    name: 'a pod of the system',
    attributes: { ...asked('create', 'pods'), user: { name: 'system:serviceaccount:kube-system:dns', groups: [] } },
    level: 'Metadata',
  },
  {
    name: 'a loop',
    attributes: { ...asked('create', 'pods'), user: { name: 'system:kube-controller-manager', groups: [] } },
    level: 'None',
  },
])('the default policy on $name', ({ attributes, level }) => {
  expect(decideAudit(defaultAuditPolicy, attributes).level).toBe(level);
});
