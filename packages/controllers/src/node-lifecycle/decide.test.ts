// What follows from a node's silence.
import type { Taint, Toleration } from '@berth/objects';
import { describe, expect, it } from 'vitest';
import { nodeNamed, podNamed } from '../testing/objects.ts';
import { evictionsOf, patienceWith, silentConditions, taintsOf } from './decide.ts';

const timing = { gracePeriodMs: 40_000, startupGracePeriodMs: 60_000 };
const at = '2026-01-01T01:00:00Z';

describe('patience', () => {
  it('ends after the grace period, which is longer for a node that never reported', () => {
    expect(patienceWith(nodeNamed('n', 'True'), 1_000, 40_000, timing)).toBe(1_000);
    expect(patienceWith(nodeNamed('n', 'True'), 1_000, 41_000, timing)).toBe(0);
    expect(patienceWith(nodeNamed('n', undefined), 1_000, 41_000, timing)).toBe(20_000);
  });
});

describe('conditions of a silent node', () => {
  it('become Unknown, those that were never reported too', () => {
    const conditions = silentConditions(nodeNamed('n', 'True'), at);
    expect(conditions?.[0]).toEqual({
      type: 'Ready',
      status: 'Unknown',
      reason: 'NodeStatusUnknown',
      message: 'Kubelet stopped posting node status.',
      lastHeartbeatTime: '2026-01-01T00:00:00Z',
      lastTransitionTime: at,
    });
    expect(conditions?.slice(1)).toMatchObject(
      ['MemoryPressure', 'DiskPressure', 'PIDPressure'].map((type) => ({
        type,
        status: 'Unknown',
        reason: 'NodeStatusNeverUpdated',
      })),
    );
  });

  it('are left as they are once they say so', () => {
    const node = nodeNamed('n', 'True');
    const silent = { ...node, status: { conditions: silentConditions(node, at) } };
    expect(silentConditions(silent, '2027-01-01T00:00:00Z')).toBe(undefined);
  });
});

describe('taints', () => {
  const key = (name: string) => `node.kubernetes.io/${name}`;
  const foreign: Taint = { key: 'dedicated', value: 'db', effect: 'NoExecute' };
  const unreachable: Taint[] = [
    { key: key('unreachable'), effect: 'NoSchedule' },
    { key: key('unreachable'), effect: 'NoExecute', timeAdded: '2026-01-01T00:30:00Z' },
  ];
  const cases: { name: string; node: ReturnType<typeof nodeNamed>; taints: Taint[] | undefined }[] = [
    { name: 'a ready node has none', node: nodeNamed('n', 'True'), taints: undefined },
    {
      name: 'a node that is not ready',
      node: nodeNamed('n', 'False'),
      taints: [
        { key: key('not-ready'), effect: 'NoSchedule' },
        { key: key('not-ready'), effect: 'NoExecute', timeAdded: at },
      ],
    },
    {
      name: 'a node that has not reported yet',
      node: nodeNamed('n', undefined, { taints: [foreign] }),
      taints: [
        foreign,
        { key: key('not-ready'), effect: 'NoSchedule' },
        { key: key('not-ready'), effect: 'NoExecute', timeAdded: at },
      ],
    },
    { name: 'keeps when it was added', node: nodeNamed('n', 'Unknown', { taints: unreachable }), taints: undefined },
    {
      name: 'changes from unreachable to not ready',
      node: nodeNamed('n', 'False', { taints: unreachable }),
      taints: [
        { key: key('not-ready'), effect: 'NoSchedule' },
        { key: key('not-ready'), effect: 'NoExecute', timeAdded: at },
      ],
    },
    {
      name: 'a node that is ready again',
      node: nodeNamed('n', 'True', { taints: [foreign, ...unreachable] }),
      taints: [foreign],
    },
    {
      name: 'a cordoned node',
      node: nodeNamed('n', 'True', { unschedulable: true }),
      taints: [{ key: key('unschedulable'), effect: 'NoSchedule' }],
    },
    {
      name: 'a node that is no longer cordoned',
      node: nodeNamed('n', 'True', { taints: [{ key: key('unschedulable'), effect: 'NoSchedule' }] }),
      taints: [],
    },
  ];
  it.each(cases)('$name', ({ node, taints }) => {
    expect(taintsOf(node, at)).toEqual(taints);
  });
});

describe('evictions', () => {
  const timeAdded = '2026-01-01T00:00:00Z';
  const added = Date.parse(timeAdded);
  const unreachable: Taint = { key: 'node.kubernetes.io/unreachable', effect: 'NoExecute', timeAdded };
  const broken: Taint = { key: 'broken', effect: 'NoExecute', timeAdded };
  const all: Toleration = { operator: 'Exists' };
  interface Case {
    readonly name: string;
    readonly taints?: Taint[];
    readonly tolerations?: Toleration[];
    /** Seconds after the taint at which the pod has to go; undefined: never. */
    readonly after: number | undefined;
  }
  const cases: Case[] = [
    { name: 'at once, without a toleration', after: 0 },
    {
      name: 'after what it tolerates',
      tolerations: [{ ...all, key: unreachable.key, tolerationSeconds: 20 }],
      after: 20,
    },
    {
      name: 'after what the first says, of several tolerations of one taint',
      tolerations: [
        { ...all, tolerationSeconds: 50 },
        { ...all, tolerationSeconds: 30 },
      ],
      after: 50,
    },
    { name: 'never, when it tolerates it for ever', tolerations: [all], after: undefined },
    { name: 'at once, from a taint of another kind', taints: [broken], after: 0 },
    { name: 'at the earliest of several taints', taints: [unreachable, broken], after: 0 },
    {
      name: 'of several taints the one that is not tolerated',
      taints: [unreachable, broken],
      tolerations: [{ key: 'broken', operator: 'Exists' }],
      after: 0,
    },
    {
      name: 'after the shortest that it tolerates, of several taints',
      taints: [unreachable, broken],
      tolerations: [
        { key: 'broken', operator: 'Exists', tolerationSeconds: 30 },
        { key: unreachable.key, operator: 'Exists', tolerationSeconds: 300 },
      ],
      after: 30,
    },
    {
      name: 'never, when it tolerates every effect of every taint, as the pods of a node do',
      taints: [unreachable, broken],
      tolerations: [{ operator: 'Exists', effect: 'NoExecute' }],
      after: undefined,
    },
    {
      name: 'at once, when it tolerates another effect of the taint',
      tolerations: [{ ...all, key: unreachable.key, effect: 'NoSchedule' }],
      after: 0,
    },
    { name: 'never from a node without such taints', taints: [{ ...broken, effect: 'NoSchedule' }], after: undefined },
  ];
  it.each(cases)('$name', ({ taints = [unreachable], tolerations, after }) => {
    const node = nodeNamed('n', 'Unknown', { taints });
    const pod = podNamed('p', { node: 'n', spec: { tolerations } });
    const evicted = (seconds: number) => evictionsOf(node, [pod], added + seconds * 1_000);
    if (after === undefined) {
      expect(evicted(1e6)).toEqual({ now: [], nextInMs: undefined });
      return;
    }
    expect(evicted(after).now).toEqual([pod]);
    if (after > 0) expect(evicted(after - 1)).toEqual({ now: [], nextInMs: 1_000 });
  });

  it('leaves pods alone that go already, and static ones', () => {
    const pods = [
      podNamed('going', { node: 'n', deleted: true }),
      podNamed('static', { node: 'n', annotations: { 'kubernetes.io/config.mirror': 'x' } }),
    ];
    expect(evictionsOf(nodeNamed('n', 'Unknown', { taints: [broken] }), pods, added).now).toEqual([]);
  });
});
