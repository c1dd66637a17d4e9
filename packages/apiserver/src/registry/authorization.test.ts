import {
  certificateSigningRequests,
  configMaps,
  events,
  leases,
  nodes,
  type Pod,
  pods,
  replicationControllers,
  secrets,
  serviceAccounts,
  services,
  type UserInfo,
} from '@berth/objects';
import { describe, expect, test } from 'vitest';
import { type Attributes, anyOf, mastersAuthorizer, refusal } from './authorization.ts';
import { nodeAuthorizer, nodeNameOf } from './node-authorizer.ts';

const master: UserInfo = { name: 'root', groups: ['system:masters'] };
const node: UserInfo = { name: 'system:node:n1', groups: ['system:nodes'] };
const nobody: UserInfo = { name: 'x', groups: ['system:authenticated'] };
const podOn = (name: string, nodeName: string | undefined, spec: object = {}): Pod =>
  ({ metadata: { name, namespace: 'default' }, spec: { nodeName, containers: [], ...spec } }) as unknown as Pod;
const secretVolume = (secretName: string) => ({ volumes: [{ name: 'v', secret: { secretName } }] });
const known: readonly Pod[] = [
  podOn('mine', 'n1', secretVolume('mine')),
  podOn('other', 'n2', secretVolume('other')),
  podOn('waiting', undefined, secretVolume('waiting')),
];
const authorizer = anyOf(
  mastersAuthorizer,
  nodeAuthorizer({
    pod: ({ name }) => known.find(({ metadata }) => metadata.name === name),
    podsIn: (namespace) => known.filter(({ metadata }) => metadata.namespace === namespace),
  }),
);
const lease = { resource: leases, namespace: 'kube-node-lease' } as const;
const status = { resource: nodes, subresource: 'status' } as const;
const secret = { resource: secrets, namespace: 'default' } as const;
const pod = { resource: pods, namespace: 'default' } as const;

const cases: { user: UserInfo; attributes: Attributes; allowed: boolean }[] = [
  { user: master, attributes: { verb: 'deletecollection', resource: pods }, allowed: true },
  { user: nobody, attributes: { verb: 'get', ...pod, name: 'a' }, allowed: false },
  { user: node, attributes: { verb: 'list', resource: services }, allowed: true },
  { user: node, attributes: { verb: 'create', resource: services, namespace: 'default' }, allowed: false },
  { user: node, attributes: { verb: 'get', ...secret, name: 'mine' }, allowed: true },
  { user: node, attributes: { verb: 'watch', ...secret, name: 'mine' }, allowed: true },
  { user: node, attributes: { verb: 'get', ...secret, name: 'other' }, allowed: false },
  { user: node, attributes: { verb: 'get', ...secret, name: 'waiting' }, allowed: false },
  { user: node, attributes: { verb: 'get', ...secret, namespace: 'shop', name: 'mine' }, allowed: false },
  { user: node, attributes: { verb: 'list', ...secret }, allowed: false },
  { user: node, attributes: { verb: 'list', resource: secrets }, allowed: false },
  { user: node, attributes: { verb: 'update', ...secret, name: 'mine' }, allowed: false },
  { user: node, attributes: { verb: 'get', resource: configMaps, namespace: 'default', name: 'mine' }, allowed: false },
  { user: node, attributes: { verb: 'get', ...pod, name: 'mine' }, allowed: true },
  { user: node, attributes: { verb: 'get', ...pod, name: 'other' }, allowed: false },
  { user: node, attributes: { verb: 'get', ...pod, name: 'gone' }, allowed: true },
  { user: node, attributes: { verb: 'watch', resource: pods }, allowed: false },
  { user: node, attributes: { verb: 'watch', resource: pods, fieldSelector: 'spec.nodeName=n1' }, allowed: true },
  { user: node, attributes: { verb: 'watch', resource: pods, fieldSelector: 'spec.nodeName=n2' }, allowed: false },
  { user: node, attributes: { verb: 'list', resource: pods, fieldSelector: 'spec.nodeName!=n1' }, allowed: false },
  { user: node, attributes: { verb: 'update', ...pod, name: 'mine' }, allowed: false },
  { user: node, attributes: { verb: 'patch', ...pod, subresource: 'status', name: 'mine' }, allowed: true },
  { user: node, attributes: { verb: 'create', ...pod, subresource: 'eviction', name: 'mine' }, allowed: true },
  { user: node, attributes: { verb: 'create', ...pod, subresource: 'exec', name: 'mine' }, allowed: false },
  { user: node, attributes: { verb: 'create', resource: nodes }, allowed: true },
  { user: node, attributes: { verb: 'update', resource: nodes, name: 'n1' }, allowed: true },
  { user: node, attributes: { verb: 'update', resource: nodes, name: 'n2' }, allowed: false },
  { user: node, attributes: { verb: 'delete', resource: nodes, name: 'n1' }, allowed: false },
  { user: node, attributes: { verb: 'patch', ...status, name: 'n1' }, allowed: true },
  { user: node, attributes: { verb: 'patch', ...status, name: 'n2' }, allowed: false },
  { user: node, attributes: { verb: 'get', resource: nodes, name: 'n2' }, allowed: true },
  { user: node, attributes: { verb: 'create', ...lease }, allowed: true },
  { user: node, attributes: { verb: 'update', ...lease, name: 'n1' }, allowed: true },
  { user: node, attributes: { verb: 'update', ...lease, name: 'n2' }, allowed: false },
  { user: node, attributes: { verb: 'get', ...lease, name: 'n2' }, allowed: false },
  { user: node, attributes: { verb: 'list', ...lease }, allowed: false },
  { user: node, attributes: { verb: 'update', ...lease, namespace: 'default', name: 'n1' }, allowed: false },
  { user: node, attributes: { verb: 'create', resource: events, namespace: 'default' }, allowed: true },
  { user: node, attributes: { verb: 'list', resource: replicationControllers }, allowed: false },
  { user: node, attributes: { verb: 'list', resource: serviceAccounts }, allowed: false },
  { user: node, attributes: { verb: 'create', resource: certificateSigningRequests }, allowed: true },
  { user: node, attributes: { verb: 'update', resource: certificateSigningRequests, name: 'a' }, allowed: false },
];

test.each(cases)('$user.name may $attributes.verb $attributes.resource.plural $attributes.name: $allowed', (each) => {
  expect(authorizer.allows(each.user, each.attributes)).toBe(each.allowed);
});

test.each([
  { name: 'a name without the group', user: { name: 'system:node:n1', groups: [] }, expected: undefined },
  { name: 'the group without the name', user: { name: 'n1', groups: ['system:nodes'] }, expected: undefined },
  { name: 'an empty name', user: { name: 'system:node:', groups: ['system:nodes'] }, expected: undefined },
  { name: 'both', user: node, expected: 'n1' },
])('the node of a user: $name', ({ user, expected }) => expect(nodeNameOf(user)).toBe(expected));

describe('the words of a refusal', () => {
  const texts: { attributes: Attributes; message: string }[] = [
    {
      attributes: { verb: 'list', resource: pods, namespace: 'default' },
      message: 'pods is forbidden: User "x" cannot list resource "pods" in API group "" in the namespace "default"',
    },
    {
      attributes: { verb: 'get', resource: nodes, name: 'n1' },
      message: 'nodes "n1" is forbidden: User "x" cannot get resource "nodes" in API group "" at the cluster scope',
    },
    {
      attributes: { verb: 'get', resource: pods, subresource: 'log', namespace: 'a', name: 'p' },
      message: 'pods "p" is forbidden: User "x" cannot get resource "pods/log" in API group "" in the namespace "a"',
    },
    {
      attributes: { verb: 'update', ...lease, name: 'n1' },
      message:
        'leases.coordination.k8s.io "n1" is forbidden: User "x" cannot update resource "leases" in API group "coordination.k8s.io" in the namespace "kube-node-lease"',
    },
  ];
  test.each(texts)('$message', ({ attributes, message }) => {
    const error = refusal(nobody, attributes);
    expect(error.message).toBe(message);
    expect(error.code).toBe(403);
  });
});
