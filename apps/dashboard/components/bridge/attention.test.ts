// Owns the tests of what needs attention first.
import type { NodeRow, PodRow, ServiceRow } from '@berth/dashboard-api';
import { describe, expect, it } from 'vitest';
import { concernsOf } from './attention.ts';

const pod = (change: Partial<PodRow>): PodRow => ({
  uid: change.name ?? 'p',
  name: 'p',
  namespace: 'default',
  labels: {},
  createdAt: 0,
  state: 'running',
  status: 'Running',
  readyContainers: 1,
  containers: 1,
  restarts: 0,
  services: [],
  ...change,
});
const node = (change: Partial<NodeRow>): NodeRow => ({
  uid: 'n',
  name: 'n',
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
  ...change,
});
const service = (change: Partial<ServiceRow>): ServiceRow => ({
  uid: 's',
  name: 's',
  namespace: 'default',
  labels: {},
  createdAt: 0,
  type: 'ClusterIP',
  clusterIP: '10.96.0.1',
  ports: [],
  selector: { app: 'web' },
  readyEndpoints: 1,
  notReadyEndpoints: 0,
  pods: ['default/p'],
  ...change,
});
const none = { pods: [], nodes: [], services: [], now: 100_000 };
const failing = {
  state: 'failing',
  status: 'CrashLoopBackOff',
  owner: { kind: 'ReplicationController', name: 'web' },
} as const;

describe('concernsOf', () => {
  it('has none when all is well', () => {
    expect(concernsOf({ ...none, pods: [pod({})], nodes: [node({})], services: [service({})] })).toEqual([]);
  });

  it('makes one line of many pods with one trouble, leading to their controller', () => {
    const pods = [pod({ ...failing, name: 'a' }), pod({ ...failing, name: 'b' })];
    expect(concernsOf({ ...none, pods })).toMatchObject([
      { kind: 'failing', subject: 'web', count: 2, href: '/replicationcontrollers/default/web' },
    ]);
  });

  it('names a single pod itself', () => {
    const pods = [pod({ ...failing, name: 'a', reason: 'exits with code 1' })];
    expect(concernsOf({ ...none, pods })).toMatchObject([
      { subject: 'a', reason: 'exits with code 1', href: '/pods/default/a' },
    ]);
  });

  it('is patient with pods that have just come', () => {
    const waiting = { state: 'pending', status: 'Pending' } as const;
    const pods = [
      pod({ ...waiting, name: 'new', createdAt: 99_000 }),
      pod({ ...waiting, name: 'old', createdAt: 1_000 }),
    ];
    expect(concernsOf({ ...none, pods }).map((concern) => concern.subject)).toEqual(['old']);
  });

  it('knows services that nobody answers for, but not those without a selector', () => {
    const dead = { readyEndpoints: 0, pods: [] };
    const services = [service({ ...dead, name: 'dead' }), service({ ...dead, name: 'by hand', selector: {} })];
    expect(concernsOf({ ...none, services }).map((concern) => concern.subject)).toEqual(['dead']);
  });

  it('puts lost nodes before failing pods before services before waiting pods', () => {
    const concerns = concernsOf({
      now: 100_000,
      pods: [pod({ state: 'pending', name: 'w' }), pod({ ...failing, name: 'f' })],
      nodes: [node({ ready: false })],
      services: [service({ readyEndpoints: 0 })],
    });
    expect(concerns.map((concern) => concern.kind)).toEqual(['node', 'failing', 'service', 'pending']);
  });
});
