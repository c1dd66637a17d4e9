// What a daemon set does about its nodes, and how a rollout goes over them.
import type { DaemonSet, Pod, RollingUpdateDaemonSet } from '@berth/objects';
import { describe, expect, it } from 'vitest';
import { daemonSet, hash, nodeWith, now, podOn, type Shape, seen } from './daemon-fixture.ts';
import { decide } from './decide.ts';
import { statusOf, untilAvailable } from './status.ts';

const names = (pods: readonly Pod[]) => pods.map(({ metadata }) => metadata.name).sort();
const onDelete: Partial<DaemonSet['spec']> = { updateStrategy: { type: 'OnDelete' } };
const rolling = (rollingUpdate: RollingUpdateDaemonSet): Partial<DaemonSet['spec']> => ({
  updateStrategy: { type: 'RollingUpdate', rollingUpdate },
});
const surge = (maxSurge: number | string) => rolling({ maxSurge, maxUnavailable: 0 });

interface Case {
  readonly name: string;
  readonly spec?: Partial<DaemonSet['spec']>;
  readonly nodes: readonly ReturnType<typeof nodeWith>[];
  /** By name. */
  readonly pods?: Readonly<Record<string, Shape>>;
  /** Milliseconds for which failed pods stay, by node. */
  readonly patience?: Readonly<Record<string, number>>;
  readonly is: { create?: string[]; delete?: string[]; ended?: string[]; againInMs?: number };
}

function check({ spec, nodes, pods = {}, patience = {}, is }: Case): void {
  const owned = Object.entries(pods).map(([name, shape]) => podOn(name, shape));
  const decision = decide(daemonSet(spec), seen({ spec, nodes, pods: owned, patience }));
  expect({ ...decision, delete: names(decision.delete), ended: names(decision.ended) }).toEqual({
    create: [],
    delete: [],
    ended: [],
    againInMs: undefined,
    ...is,
  });
}

const a = nodeWith('a');
const b = nodeWith('b');
const c = nodeWith('c');

describe('a daemon set', () => {
  const tainted = (effect: 'NoSchedule' | 'NoExecute') => nodeWith('a', { taints: [{ key: 'own', effect }] });
  it.each<Case>([
    { name: 'puts one pod on each node', nodes: [a, b, c], pods: { one: { node: 'b' } }, is: { create: ['a', 'c'] } },
    { name: 'counts a pod that still waits for its node', nodes: [a], pods: { one: { for: 'a' } }, is: {} },
    {
      name: 'leaves out nodes that it does not select',
      spec: { template: { spec: { containers: [], nodeSelector: { x: 'y' } } } },
      nodes: [a, nodeWith('b', {}, { x: 'y' })],
      is: { create: ['b'] },
    },
    { name: 'leaves out a node with a taint', nodes: [tainted('NoSchedule'), b], is: { create: ['b'] } },
    {
      name: 'leaves a pod where a taint came later',
      nodes: [tainted('NoSchedule')],
      pods: { one: { node: 'a' } },
      is: {},
    },
    {
      name: 'takes the pod from where it can no longer run',
      nodes: [tainted('NoExecute')],
      pods: { one: { node: 'a' } },
      is: { delete: ['one'] },
    },
    {
      name: 'takes the pods from a node that it no longer selects, but for those that go',
      spec: { template: { spec: { containers: [], nodeSelector: { x: 'y' } } } },
      nodes: [a],
      pods: { one: { node: 'a' }, two: { node: 'a', deleted: true } },
      is: { delete: ['one'] },
    },
    {
      name: 'keeps the oldest of several',
      nodes: [a],
      pods: { young: { node: 'a', created: 2 }, old: { node: 'a', created: 1 } },
      is: { delete: ['young'] },
    },
    {
      name: 'keeps the one that is on the node before one that waits',
      nodes: [a],
      pods: { young: { node: 'a', created: 2 }, old: { for: 'a', created: 1 } },
      is: { delete: ['old'] },
    },
    { name: 'waits until the last one has gone', nodes: [a], pods: { one: { node: 'a', deleted: true } }, is: {} },
    {
      name: 'does not wait for what ended and goes',
      nodes: [a],
      pods: { one: { node: 'a', deleted: true, phase: 'Failed' } },
      is: { create: ['a'] },
    },
    {
      name: 'takes away a pod that failed',
      nodes: [a],
      pods: { one: { node: 'a', phase: 'Failed' } },
      is: { delete: ['one'], ended: ['one'] },
    },
    {
      name: 'takes away a pod that succeeded',
      nodes: [a],
      pods: { one: { node: 'a', phase: 'Succeeded' } },
      is: { delete: ['one'], ended: ['one'] },
    },
    {
      name: 'leaves a pod that failed for a while where that happens often',
      nodes: [a, b],
      pods: { one: { node: 'a', phase: 'Failed' }, two: { node: 'b', phase: 'Failed' } },
      patience: { a: 5_000 },
      is: { delete: ['two'], ended: ['two'], againInMs: 5_000 },
    },
    {
      name: 'takes back pods for nodes that are gone',
      nodes: [a],
      pods: { one: { for: 'gone' }, two: { node: 'gone' }, here: { node: 'a' } },
      is: { delete: ['one'] },
    },
    {
      name: 'replaces nothing itself where somebody else deletes',
      spec: onDelete,
      nodes: [a],
      pods: { one: { node: 'a', old: true } },
      is: {},
    },
  ])('$name', check);
});

describe('a rolling update', () => {
  const old = { old: true, ready: true };
  const fresh = { ready: true };
  it.each<Case>([
    {
      name: 'begins with one',
      nodes: [a, b],
      pods: { x: { node: 'a', ...old }, y: { node: 'b', ...old } },
      is: { delete: ['x'] },
    },
    {
      name: 'waits for the one that is missing',
      nodes: [a, b],
      pods: { x: { node: 'a' }, y: { node: 'b', ...old } },
      is: {},
    },
    {
      name: 'waits for the one that goes',
      nodes: [a, b],
      pods: { x: { node: 'a', ...old, deleted: true }, y: { node: 'b', ...old } },
      is: {},
    },
    {
      name: 'goes on when the new one is ready',
      nodes: [a, b],
      pods: { x: { node: 'a', ...fresh }, y: { node: 'b', ...old } },
      is: { delete: ['y'] },
    },
    {
      name: 'waits until the new one has been ready for long enough',
      spec: { ...rolling({ maxUnavailable: 1 }), minReadySeconds: 60 },
      nodes: [a, b],
      pods: { x: { node: 'a', ready: true, readyFor: 30 }, y: { node: 'b', ...old, readyFor: 100 } },
      is: {},
    },
    {
      name: 'replaces what does not serve anyway, however many may be missing',
      nodes: [a, b, c],
      pods: { x: { node: 'a', old: true }, y: { node: 'b', old: true }, z: { node: 'c', ...old } },
      is: { delete: ['x', 'y'] },
    },
    {
      name: 'takes as many as may be missing, parts rounded up',
      spec: rolling({ maxUnavailable: '50%' }),
      nodes: [a, b, c],
      pods: { x: { node: 'a', ...old }, y: { node: 'b', ...old }, z: { node: 'c', ...old } },
      is: { delete: ['x', 'y'] },
    },
    { name: 'is repaired first', nodes: [a, b], pods: { y: { node: 'b', ...old } }, is: { create: ['a'] } },
    {
      name: 'moves where the figures allow nothing',
      spec: rolling({ maxUnavailable: 0, maxSurge: 0 }),
      nodes: [a, b],
      pods: { x: { node: 'a', ...old }, y: { node: 'b', ...old } },
      is: { delete: ['x'] },
    },
  ])('$name', check);
});

describe('a rolling update that surges', () => {
  const old = { old: true, ready: true };
  const fresh = { ready: true };
  it.each<Case>([
    {
      name: 'begins beside one old pod',
      spec: surge(1),
      nodes: [a, b],
      pods: { x: { node: 'a', ...old }, y: { node: 'b', ...old } },
      is: { create: ['a'] },
    },
    {
      name: 'begins beside a share of them',
      spec: surge('50%'),
      nodes: [a, b, c],
      pods: { x: { node: 'a', ...old }, y: { node: 'b', ...old }, z: { node: 'c', ...old } },
      is: { create: ['a', 'b'] },
    },
    {
      name: 'waits while the new one is not ready',
      spec: surge(1),
      nodes: [a, b],
      pods: { x: { node: 'a', ...old }, x2: { node: 'a' }, y: { node: 'b', ...old } },
      is: {},
    },
    {
      name: 'takes the old one when the new one serves',
      spec: surge(1),
      nodes: [a, b],
      pods: { x: { node: 'a', ...old }, x2: { node: 'a', ...fresh }, y: { node: 'b', ...old } },
      is: { delete: ['x'] },
    },
    {
      name: 'takes an old one that does not serve',
      spec: surge(1),
      nodes: [a],
      pods: { x: { node: 'a', old: true }, x2: { node: 'a' } },
      is: { delete: ['x'] },
    },
    {
      name: 'comes at once to a node whose old pod does not serve',
      spec: surge(1),
      nodes: [a, b, c],
      pods: { x: { node: 'a', old: true }, y: { node: 'b', old: true }, z: { node: 'c', ...old } },
      is: { create: ['a', 'b', 'c'] },
    },
    {
      name: 'keeps one old and one new',
      spec: surge(1),
      nodes: [a],
      pods: { x: { node: 'a', ...old }, x1: { node: 'a', ...old }, x2: { node: 'a' }, x3: { node: 'a' } },
      is: { delete: ['x1', 'x3'] },
    },
    {
      name: 'does not wait for the last one to go',
      spec: surge(1),
      nodes: [a],
      pods: { x: { node: 'a', ...old, deleted: true } },
      is: { create: ['a'] },
    },
    {
      name: 'leaves a pod that failed for a while',
      spec: surge(1),
      nodes: [a],
      pods: { x: { node: 'a', phase: 'Failed' } },
      patience: { a: 100 },
      is: { againInMs: 100 },
    },
    {
      name: 'leaves an old pod where nothing new comes while it is needed',
      spec: surge(1),
      nodes: [nodeWith('a', { taints: [{ key: 'own', effect: 'NoSchedule' }] }), b],
      pods: { x: { node: 'a', ...old }, y: { node: 'b' } },
      is: {},
    },
    {
      name: 'takes it when others do its work',
      spec: surge(1),
      nodes: [nodeWith('a', { taints: [{ key: 'own', effect: 'NoSchedule' }] }), b],
      pods: { x: { node: 'a', ...old }, y: { node: 'b', ...fresh } },
      is: { delete: ['x'] },
    },
  ])('$name', check);
});

describe('its status', () => {
  it('counts nodes, by their oldest pods', () => {
    const tainted = nodeWith('d', { taints: [{ key: 'own', effect: 'NoSchedule' }] });
    const pods = [
      podOn('ready long', { node: 'a', ready: true, readyFor: 100 }),
      podOn('ready lately', { node: 'b', ready: true, readyFor: 10, old: true, created: 1 }),
      podOn('beside it', { node: 'b', created: 2 }),
      podOn('out of place', { node: 'd', ready: true }),
    ];
    const spec = { minReadySeconds: 60 };
    const observed = seen({ spec, nodes: [a, b, c, tainted], pods });
    expect(statusOf({ ...daemonSet(spec), status: { ...daemonSet().status, collisionCount: 2 } }, observed)).toEqual({
      desiredNumberScheduled: 3,
      currentNumberScheduled: 2,
      numberReady: 2,
      numberAvailable: 1,
      numberUnavailable: 2,
      numberMisscheduled: 1,
      updatedNumberScheduled: 1,
      observedGeneration: 7,
      collisionCount: 2,
    });
    expect(untilAvailable(daemonSet(spec), observed)).toBe(50_000);
    expect(untilAvailable(daemonSet(), { ...observed, hash, now })).toBeUndefined();
  });
});
