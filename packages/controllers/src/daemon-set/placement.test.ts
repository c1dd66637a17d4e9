// On which nodes daemons run, and what their pods are like.
import type { Node, PodSpec, Toleration } from '@berth/objects';
import { describe, expect, it } from 'vitest';
import { daemonSet, nodeWith, podOn } from './daemon-fixture.ts';
import { daemonSpec, eligibilityOf, nodeOf, Placements, podForNode } from './placement.ts';

const containers = [{ name: 'c', image: 'i' }];
const withSpec = (spec: Partial<PodSpec>) =>
  daemonSet({
    template: { metadata: { labels: { app: 'log' }, annotations: { a: 'b' } }, spec: { containers, ...spec } },
  });
const key = (name: string) => `node.kubernetes.io/${name}`;
const tainted = (...taints: NonNullable<Node['spec']['taints']>) => nodeWith('n', { taints });
const required = (term: object) => ({
  nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [term] } },
});

describe('a node', () => {
  const all = { run: true, stay: true };
  const none = { run: false, stay: false };
  it.each<[string, Partial<PodSpec>, Node, object]>([
    ['of no difference', {}, nodeWith('n'), all],
    ['of the labels that are asked for', { nodeSelector: { x: 'y' } }, nodeWith('n', {}, { x: 'y' }), all],
    ['of other labels', { nodeSelector: { x: 'y' } }, nodeWith('n', {}, { x: 'z' }), none],
    [
      'that affinity leaves out',
      { affinity: required({ matchExpressions: [{ key: 'x', operator: 'Exists' }] }) },
      nodeWith('n'),
      none,
    ],
    ['that is named', { nodeName: 'n' }, nodeWith('n'), all],
    ['beside the one that is named', { nodeName: 'm' }, nodeWith('n'), none],
    [
      'that is cordoned',
      {},
      nodeWith('n', { unschedulable: true, taints: [{ key: key('unschedulable'), effect: 'NoSchedule' }] }),
      all,
    ],
    [
      'that cannot be reached',
      {},
      tainted({ key: key('unreachable'), effect: 'NoSchedule' }, { key: key('unreachable'), effect: 'NoExecute' }),
      { run: false, stay: true },
    ],
    ['that is short of memory', {}, tainted({ key: key('memory-pressure'), effect: 'NoSchedule' }), all],
    [
      'without a network',
      {},
      tainted({ key: key('network-unavailable'), effect: 'NoSchedule' }),
      { run: false, stay: true },
    ],
    [
      'without a network, for one that needs none',
      { hostNetwork: true },
      tainted({ key: key('network-unavailable'), effect: 'NoSchedule' }),
      all,
    ],
    ['that only discourages', {}, tainted({ key: 'own', effect: 'PreferNoSchedule' }), all],
    [
      'with a taint that is tolerated',
      { tolerations: [{ key: 'own', operator: 'Exists' }] },
      tainted({ key: 'own', effect: 'NoExecute' }),
      all,
    ],
    ['with one that is not', {}, tainted({ key: 'own', effect: 'NoExecute' }), none],
  ])('%s', (_, spec, node, is) => {
    expect(eligibilityOf(daemonSpec(withSpec(spec)), node)).toEqual(is);
  });
});

it('tolerates for ever what its template tolerates for a while', () => {
  const own: Toleration = { key: 'own', operator: 'Exists', effect: 'NoSchedule' };
  const brief: Toleration = { key: key('not-ready'), operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 5 };
  const { tolerations } = daemonSpec(withSpec({ tolerations: [brief, own] }));
  expect(tolerations?.[0]).toEqual(own);
  expect(tolerations).toHaveLength(7);
  expect(tolerations?.filter((one) => one.key === key('not-ready'))).toEqual([
    { key: key('not-ready'), operator: 'Exists', effect: 'NoExecute' },
  ]);
});

it('makes a pod that only one node can have, whatever the template required', () => {
  const set = withSpec({
    nodeSelector: { x: 'y' },
    affinity: required({ matchExpressions: [{ key: 'x', operator: 'Exists' }] }),
  });
  const pod = podForNode(set, { node: 'n', hash: 'abc' });
  expect(pod).toMatchObject({
    metadata: {
      generateName: 'log-',
      namespace: 'default',
      labels: { app: 'log', 'controller-revision-hash': 'abc', 'pod-template-generation': '3' },
      annotations: { a: 'b' },
      ownerReferences: [
        {
          apiVersion: 'apps/v1',
          kind: 'DaemonSet',
          name: 'log',
          uid: 'ds',
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    },
    spec: {
      nodeSelector: { x: 'y' },
      affinity: required({ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['n'] }] }),
    },
  });
  expect(pod.spec?.nodeName).toBeUndefined();
});

it('knows a pod’s node before and after it is there', () => {
  expect([podOn('a', { for: 'n' }), podOn('b', { node: 'm' }), podOn('c', {})].map(nodeOf)).toEqual([
    'n',
    'm',
    undefined,
  ]);
});

it('finds out anew what it knew of a node when either of the two changes', () => {
  const placements = new Placements();
  const node = nodeWith('n');
  const set = daemonSet();
  expect(placements.of(set, node).run).toBe(true);
  const picky = withSpec({ nodeSelector: { x: 'y' } });
  expect(placements.of(picky, node).run).toBe(true);
  const changed = { ...picky, metadata: { ...picky.metadata, generation: 8 } };
  expect(placements.of(changed, node).run).toBe(false);
  expect(placements.of(changed, nodeWith('n', {}, { x: 'y' })).run).toBe(true);
  placements.forget('ds');
  expect(placements.of(set, node).run).toBe(true);
});
