import {
  configMaps,
  events,
  leases,
  nodes,
  pods,
  replicationControllers,
  secrets,
  services,
  type UserInfo,
} from '@berth/objects';
import { describe, expect, test } from 'vitest';
import { type Attributes, anyOf, mastersAuthorizer, refusal } from './authorization.ts';
import { nodeAuthorizer, nodeNameOf } from './node-authorizer.ts';

const master: UserInfo = { name: 'root', groups: ['system:masters'] };
const node: UserInfo = { name: 'system:node:n1', groups: ['system:nodes'] };
const nobody: UserInfo = { name: 'x', groups: ['system:authenticated'] };
const authorizer = anyOf(mastersAuthorizer, nodeAuthorizer);
const lease = { resource: leases, namespace: 'kube-node-lease' } as const;

const cases: { user: UserInfo; attributes: Attributes; allowed: boolean }[] = [
  { user: master, attributes: { verb: 'deletecollection', resource: pods }, allowed: true },
  { user: nobody, attributes: { verb: 'get', resource: pods, namespace: 'default', name: 'a' }, allowed: false },
  { user: node, attributes: { verb: 'list', resource: services }, allowed: true },
  { user: node, attributes: { verb: 'create', resource: services, namespace: 'default' }, allowed: false },
  { user: node, attributes: { verb: 'get', resource: secrets, namespace: 'default', name: 'a' }, allowed: true },
  { user: node, attributes: { verb: 'update', resource: configMaps, namespace: 'default', name: 'a' }, allowed: false },
  { user: node, attributes: { verb: 'watch', resource: pods }, allowed: true },
  { user: node, attributes: { verb: 'update', resource: pods, namespace: 'default', name: 'a' }, allowed: false },
  {
    user: node,
    attributes: { verb: 'patch', resource: pods, subresource: 'status', namespace: 'default', name: 'a' },
    allowed: true,
  },
  {
    user: node,
    attributes: { verb: 'create', resource: pods, subresource: 'exec', namespace: 'default', name: 'a' },
    allowed: false,
  },
  { user: node, attributes: { verb: 'create', resource: nodes }, allowed: true },
  { user: node, attributes: { verb: 'update', resource: nodes, name: 'n1' }, allowed: true },
  { user: node, attributes: { verb: 'update', resource: nodes, name: 'n2' }, allowed: false },
  { user: node, attributes: { verb: 'get', resource: nodes, name: 'n2' }, allowed: true },
  { user: node, attributes: { verb: 'update', ...lease, name: 'n1' }, allowed: true },
  { user: node, attributes: { verb: 'update', ...lease, name: 'n2' }, allowed: false },
  { user: node, attributes: { verb: 'update', ...lease, namespace: 'default', name: 'n1' }, allowed: false },
  { user: node, attributes: { verb: 'create', resource: events, namespace: 'default' }, allowed: true },
  { user: node, attributes: { verb: 'list', resource: replicationControllers }, allowed: false },
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
