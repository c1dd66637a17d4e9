import type { UserInfo } from '@berth/objects';
import { describe, expect, it } from 'vitest';
import { flowOf, seatsOf } from './levels.ts';

const user = (name: string, ...groups: string[]): UserInfo => ({ name, groups: [...groups, 'system:authenticated'] });
const pods = { verb: 'list', group: '', plural: 'pods', namespace: undefined };
const nodes = { ...pods, verb: 'patch', plural: 'nodes' };
const lease = { ...pods, verb: 'update', group: 'coordination.k8s.io', plural: 'leases' };
const node = user('system:node:n1', 'system:nodes');
const account = (namespace: string) =>
  user(`system:serviceaccount:${namespace}:a`, 'system:serviceaccounts', `system:serviceaccounts:${namespace}`);

describe('a request belongs to', () => {
  it.each([
    {
      name: 'an administrator’s',
      of: user('ann', 'system:masters'),
      request: pods,
      schema: 'exempt',
      level: undefined,
    },
    { name: 'a node’s heartbeat', of: node, request: lease, schema: 'system-node-high', level: 'node-high' },
    { name: 'a node’s status', of: node, request: nodes, schema: 'system-node-high', level: 'node-high' },
    { name: 'a node’s list of pods', of: node, request: pods, schema: 'system-nodes', level: 'system' },
    {
      name: 'the scheduler’s lease',
      of: user('system:kube-scheduler'),
      request: lease,
      schema: 'system-leader-election',
      level: 'leader-election',
    },
    {
      name: 'a system account’s list',
      of: account('kube-system'),
      request: pods,
      schema: 'kube-system-service-accounts',
      level: 'workload-high',
    },
    {
      name: 'a workload’s list',
      of: account('shop'),
      request: pods,
      schema: 'service-accounts',
      level: 'workload-low',
    },
    { name: 'a person’s list', of: user('bob'), request: pods, schema: 'global-default', level: 'global-default' },
    { name: 'a person’s lease', of: user('bob'), request: lease, schema: 'global-default', level: 'global-default' },
  ])('$name: $schema', ({ of, request, schema, level }) => {
    expect(flowOf(of, request)).toMatchObject({ key: of.name, schema: { name: schema, level } });
  });
});

describe('a request takes', () => {
  it.each([
    { verb: 'get', objects: 5_000, limit: undefined, seats: 1 },
    { verb: 'list', objects: 0, limit: undefined, seats: 1 },
    { verb: 'list', objects: 250, limit: undefined, seats: 3 },
    { verb: 'list', objects: 5_000, limit: undefined, seats: 10 },
    { verb: 'list', objects: 5_000, limit: 100, seats: 1 },
    { verb: 'create', objects: 5_000, limit: undefined, seats: 1 },
  ])('$seats seats: $verb of $objects, at most $limit', ({ verb, objects, limit, seats }) => {
    expect(seatsOf(verb, { objects, limit })).toBe(seats);
  });
});
