// Owns the tests of which pods lie where.
import type { NodeRow, PodRow } from '@berth/dashboard-api';
import { describe, expect, it } from 'vitest';
import { berthsOf } from './berths.ts';

const pod = (name: string, node: string | undefined, owner?: string, createdAt = 0): PodRow => ({
  uid: name,
  name,
  namespace: 'default',
  labels: {},
  createdAt,
  state: 'running',
  status: 'Running',
  readyContainers: 1,
  containers: 1,
  restarts: 0,
  node,
  owner: owner ? { kind: 'ReplicationController', name: owner } : undefined,
  services: [],
});
const node = (name: string): NodeRow => ({
  uid: name,
  name,
  labels: {},
  createdAt: 0,
  ready: true,
  schedulable: true,
  status: 'Ready',
  runtime: 'docker://20',
  simulated: false,
  pods: 0,
  capacity: { cpu: 1, memory: 1, pods: 1 },
  requested: { cpu: 0, memory: 0 },
});
const names = (nodes: readonly NodeRow[], pods: readonly PodRow[]) =>
  berthsOf(nodes, pods).map((berth) => [berth.key, berth.pods.map((one) => one.name).join(' ')]);

describe('berthsOf', () => {
  it('gives every node a berth, free ones too', () => {
    expect(names([node('a'), node('b')], [pod('p', 'b')])).toEqual([
      ['a', ''],
      ['b', 'p'],
    ]);
  });

  it('keeps the pods of one controller together, the oldest first', () => {
    const pods = [pod('w2', 'a', 'web', 9), pod('d1', 'a', 'db', 5), pod('w1', 'a', 'web', 1)];
    expect(names([node('a')], pods)).toEqual([['a', 'd1 w1 w2']]);
  });

  it('puts pods without a node, and those of a node that is not known, in the roads', () => {
    expect(names([node('a')], [pod('x', undefined), pod('y', 'gone')])).toEqual([
      ['roads', 'x y'],
      ['a', ''],
    ]);
  });
});
