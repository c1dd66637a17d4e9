// What a replication controller decides, and what it says of itself.
import type { ReplicationController } from '@berth/objects';
import { describe, expect, it } from 'vitest';
import { inOrderOfDeletion } from '../rank.ts';
import { type PodShape, podNamed } from '../testing/objects.ts';
import type { Unseen } from '../unseen.ts';
import { decide, type Failure, nextAvailability, podFor, statusOf } from './decide.ts';

const labels = { app: 'web' };

function controller(
  replicas: number,
  fields: { deleted?: boolean; minReadySeconds?: number } = {},
): ReplicationController {
  return {
    apiVersion: 'v1',
    kind: 'ReplicationController',
    metadata: {
      name: 'web',
      namespace: 'default',
      uid: 'rc',
      resourceVersion: '1',
      creationTimestamp: '2026-01-01T00:00:00Z',
      generation: 7,
      ...(fields.deleted ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}),
    },
    spec: {
      replicas,
      minReadySeconds: fields.minReadySeconds,
      selector: labels,
      template: {
        metadata: { labels: { ...labels, tier: 'front' }, annotations: { a: 'b' } },
        spec: { containers: [{ name: 'c', image: 'i' }] },
      },
    },
    status: { replicas: 0 },
  };
}

const nothing: Unseen = { created: [], deleted: new Set() };

describe('decide', () => {
  interface Case {
    readonly name: string;
    readonly replicas: number;
    readonly deleted?: boolean;
    readonly pods: Readonly<Record<string, PodShape>>;
    readonly unseen?: Unseen;
    readonly is: { adopt?: string[]; release?: string[]; create?: number; delete?: string[]; owned?: string[] };
  }
  const own = { owner: 'rc', labels };
  const cases: Case[] = [
    { name: 'creates what is missing', replicas: 3, pods: { a: own }, is: { create: 2, owned: ['a'] } },
    { name: 'is content', replicas: 1, pods: { a: own }, is: { owned: ['a'] } },
    {
      name: 'deletes what is too much',
      replicas: 1,
      pods: { a: own, b: own },
      is: { delete: ['b'], owned: ['a', 'b'] },
    },
    {
      name: 'adopts before it creates',
      replicas: 2,
      pods: { a: { labels } },
      is: { adopt: ['a'], create: 1, owned: ['a'] },
    },
    {
      name: 'leaves a pod of another controller',
      replicas: 1,
      pods: { a: { labels, owner: 'other' } },
      is: { create: 1 },
    },
    {
      name: 'releases a pod that no longer matches',
      replicas: 1,
      pods: { a: { owner: 'rc' } },
      is: { release: ['a'], create: 1 },
    },
    { name: 'does not count a pod that goes', replicas: 1, pods: { a: { ...own, deleted: true } }, is: { create: 1 } },
    {
      name: 'does not count a pod that failed',
      replicas: 1,
      pods: { a: { ...own, phase: 'Failed' } },
      is: { create: 1 },
    },
    { name: 'does not adopt a pod that goes', replicas: 0, pods: { a: { labels, deleted: true } }, is: {} },
    {
      name: 'counts what it created and does not see yet',
      replicas: 3,
      pods: { a: own },
      unseen: { created: [podNamed('x', own), podNamed('y', own)], deleted: new Set() },
      is: { owned: ['a'] },
    },
    {
      name: 'does not count what it deleted and still sees',
      replicas: 1,
      pods: { a: own, b: own },
      unseen: { created: [], deleted: new Set(['uid b']) },
      is: { owned: ['a'] },
    },
    {
      name: 'deletes only what it sees',
      replicas: 0,
      pods: { a: own },
      unseen: { created: [podNamed('x', own), podNamed('y', own)], deleted: new Set() },
      is: { delete: ['a'], owned: ['a'] },
    },
    {
      name: 'does nothing while it is being deleted',
      replicas: 3,
      deleted: true,
      pods: { a: own, b: { labels }, c: { owner: 'rc' } },
      is: { owned: ['a'] },
    },
  ];
  it.each(cases)('$name', ({ replicas, deleted, pods, unseen = nothing, is }) => {
    const candidates = Object.entries(pods).map(([name, shape]) => podNamed(name, shape));
    const {
      adopt,
      release,
      create,
      delete: surplus,
      owned,
    } = decide(controller(replicas, { deleted }), candidates, unseen);
    const names = (all: typeof candidates | typeof adopt) => all.map(({ metadata }) => metadata.name).sort();
    expect({
      adopt: names(adopt),
      release: names(release),
      create,
      delete: names(surplus),
      owned: names(owned),
    }).toEqual({
      adopt: [],
      release: [],
      create: 0,
      delete: [],
      owned: [],
      ...is,
    });
  });

  it('makes pods from the template', () => {
    expect(podFor(controller(1))).toMatchObject({
      metadata: {
        generateName: 'web-',
        labels: { app: 'web', tier: 'front' },
        annotations: { a: 'b' },
        ownerReferences: [
          {
            apiVersion: 'v1',
            kind: 'ReplicationController',
            name: 'web',
            uid: 'rc',
            controller: true,
            blockOwnerDeletion: true,
          },
        ],
      },
      spec: { containers: [{ name: 'c', image: 'i' }] },
    });
  });
});

describe('order of deletion', () => {
  const up = { node: 'n1', readySince: '2026-01-01T00:00:00Z' };
  const cases: { name: string; first: PodShape; later: PodShape }[] = [
    { name: 'unassigned', first: { ...up, node: undefined }, later: up },
    { name: 'Pending before Unknown', first: { ...up, phase: 'Pending' }, later: { ...up, phase: 'Unknown' } },
    { name: 'Unknown before Running', first: { ...up, phase: 'Unknown' }, later: up },
    { name: 'not ready', first: { ...up, readySince: undefined }, later: up },
    {
      name: 'cheaper to delete',
      first: { ...up, annotations: { 'controller.kubernetes.io/pod-deletion-cost': '-5' } },
      later: up,
    },
    { name: 'ready for a shorter time', first: { ...up, readySince: '2026-01-02T00:00:00Z' }, later: up },
    { name: 'restarted more often', first: { ...up, restarts: 3 }, later: { ...up, restarts: 1 } },
    { name: 'younger', first: { ...up, created: '2026-01-02T00:00:00Z' }, later: up },
    {
      name: 'not ready, though older',
      first: { ...up, readySince: undefined },
      later: { ...up, created: '2027-01-01T00:00:00Z' },
    },
  ];
  it.each(cases)('$name first', ({ first, later }) => {
    // On different nodes, so that none is doubled up.
    const one = podNamed('one', { ...first, node: first.node && 'n1' });
    const two = podNamed('two', { ...later, node: later.node && 'n2' });
    for (const pods of [
      [one, two],
      [two, one],
    ])
      expect(inOrderOfDeletion(pods)[0]?.metadata.name).toBe('one');
  });

  it('takes from the fullest node until all are even', () => {
    const on = (node: string, count: number) =>
      Array.from({ length: count }, (_, i) => podNamed(`${node}-${i}`, { ...up, node }));
    const order = inOrderOfDeletion([...on('a', 5), ...on('b', 2), ...on('c', 1)]);
    const left = (deleted: number) => {
      const counts = { a: 0, b: 0, c: 0 };
      for (const pod of order.slice(deleted)) counts[pod.spec.nodeName as 'a' | 'b' | 'c']++;
      return counts;
    };
    expect([left(3), left(5)]).toEqual([
      { a: 2, b: 2, c: 1 },
      { a: 1, b: 1, c: 1 },
    ]);
  });
});

describe('status', () => {
  const now = Date.parse('2026-01-01T00:01:00Z');
  const pods = [
    podNamed('long ready', { labels: { app: 'web', tier: 'front' }, readySince: '2026-01-01T00:00:00Z' }),
    podNamed('just ready', { labels, readySince: '2026-01-01T00:00:50Z' }),
    podNamed('not ready', { labels }),
  ];

  it('counts what is ready, and available for long enough', () => {
    const web = controller(3, { minReadySeconds: 30 });
    expect(statusOf(web, pods, { now })).toEqual({
      replicas: 3,
      fullyLabeledReplicas: 1,
      readyReplicas: 2,
      availableReplicas: 1,
      observedGeneration: 7,
    });
    expect(nextAvailability(web, pods, now)).toBe(20_000);
    expect(nextAvailability(controller(3), pods, now)).toBe(undefined);
  });

  it('tells of a failure, since when, and no longer once it is over', () => {
    const failure = { reason: 'FailedCreate', message: 'no' } as const;
    const failed = statusOf(controller(3), [], { now, failure });
    const condition = {
      type: 'ReplicaFailure',
      status: 'True',
      ...failure,
      lastTransitionTime: '2026-01-01T00:01:00Z',
    };
    expect(failed.conditions).toEqual([condition]);
    const later = (next: Failure) =>
      statusOf({ ...controller(3), status: failed }, [], { now: now + 60_000, failure: next }).conditions;
    expect(later({ reason: 'FailedCreate', message: 'nor the next' })).toEqual([condition]);
    expect(later({ reason: 'FailedDelete', message: 'no' })).toMatchObject([
      { reason: 'FailedDelete', lastTransitionTime: '2026-01-01T00:02:00Z' },
    ]);
    expect(statusOf({ ...controller(3), status: failed }, [], { now }).conditions).toBe(undefined);
  });
});
