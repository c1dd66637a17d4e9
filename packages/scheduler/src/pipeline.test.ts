// Which node is chosen, and in what words it is said that there is none.
import type { Pod, Service } from '@berth/objects';
import { describe, expect, it } from 'vitest';
import { explanationOf, Pipeline } from './pipeline.ts';
import { Snapshot } from './snapshot.ts';
import { type NodeShape, nodeNamed, type PodShape, podNamed } from './testing/objects.ts';

function clusterOf(nodes: Readonly<Record<string, NodeShape>>): Snapshot {
  const snapshot = new Snapshot();
  for (const [name, shape] of Object.entries(nodes)) snapshot.setNode(nodeNamed(name, shape));
  return snapshot;
}

/** The node's name, or the explanation. */
function outcome(snapshot: Snapshot, pod: Pod, pipeline = new Pipeline(snapshot)): string {
  const choice = pipeline.choose(pod);
  return choice.node ?? explanationOf(choice);
}

const taint = { key: 'dedicated', value: 'db', effect: 'NoSchedule' } as const;
const affinityTo = (
  key: string,
  operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist' | 'Gt' | 'Lt',
  values?: string[],
) => ({
  nodeAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: {
      nodeSelectorTerms: [{ matchExpressions: [{ key, operator, values }] }],
    },
  },
});
const unmatched = "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector.";

describe('filters', () => {
  const cases: { name: string; node: NodeShape; pod: PodShape; is: string }[] = [
    { name: 'a pod that fits', node: {}, pod: { cpu: '4', memory: '8Gi' }, is: 'n' },
    { name: 'a pod that asks for nothing', node: { cpu: '0', memory: '0' }, pod: {}, is: 'n' },
    { name: 'too little CPU', node: {}, pod: { cpu: '4001m' }, is: '0/1 nodes are available: 1 Insufficient cpu.' },
    {
      name: 'too little of both',
      node: { cpu: '1', memory: '1Gi' },
      pod: { cpu: '2', memory: '2Gi' },
      is: '0/1 nodes are available: 1 Insufficient cpu, 1 Insufficient memory.',
    },
    { name: 'no place for a pod', node: { pods: '0' }, pod: {}, is: '0/1 nodes are available: 1 Too many pods.' },
    {
      name: 'a resource that no node has',
      node: {},
      pod: { spec: { containers: [{ name: 'c', resources: { requests: { 'example.com/gpu': '1' } } }] } },
      is: '0/1 nodes are available: 1 Insufficient example.com/gpu.',
    },
    {
      name: 'an init container that needs more than the containers',
      node: { cpu: '1' },
      pod: { cpu: '500m', spec: { initContainers: [{ name: 'i', resources: { requests: { cpu: '2' } } }] } },
      is: '0/1 nodes are available: 1 Insufficient cpu.',
    },
    {
      name: 'a cordoned node',
      node: { spec: { unschedulable: true } },
      pod: {},
      is: '0/1 nodes are available: 1 node(s) were unschedulable.',
    },
    {
      name: 'a cordoned node, tolerated',
      node: { spec: { unschedulable: true } },
      pod: { spec: { tolerations: [{ key: 'node.kubernetes.io/unschedulable', operator: 'Exists' }] } },
      is: 'n',
    },
    {
      name: 'a node that is not ready',
      node: { ready: 'False' },
      pod: {},
      is: '0/1 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/not-ready: }.',
    },
    {
      name: 'a node that nobody hears of',
      node: { ready: 'Unknown' },
      pod: {},
      is: '0/1 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/unreachable: }.',
    },
    {
      name: 'a taint',
      node: { spec: { taints: [taint] } },
      pod: {},
      is: '0/1 nodes are available: 1 node(s) had untolerated taint {dedicated: db}.',
    },
    {
      name: 'a taint that is tolerated by value',
      node: { spec: { taints: [taint] } },
      pod: { spec: { tolerations: [{ key: 'dedicated', value: 'db' }] } },
      is: 'n',
    },
    {
      name: 'a taint with another effect than the tolerated one',
      node: { spec: { taints: [taint] } },
      pod: { spec: { tolerations: [{ key: 'dedicated', operator: 'Exists', effect: 'NoExecute' }] } },
      is: '0/1 nodes are available: 1 node(s) had untolerated taint {dedicated: db}.',
    },
    {
      name: 'everything tolerated',
      node: { spec: { taints: [taint] }, ready: 'False' },
      pod: { spec: { tolerations: [{ operator: 'Exists' }] } },
      is: 'n',
    },
    {
      name: 'a node selector',
      node: { labels: { disk: 'ssd' } },
      pod: { spec: { nodeSelector: { disk: 'ssd' } } },
      is: 'n',
    },
    {
      name: 'another node selector',
      node: { labels: { disk: 'hdd' } },
      pod: { spec: { nodeSelector: { disk: 'ssd' } } },
      is: unmatched,
    },
    {
      name: 'affinity In',
      node: { labels: { a: '1' } },
      pod: { spec: { affinity: affinityTo('a', 'In', ['0', '1']) } },
      is: 'n',
    },
    {
      name: 'affinity NotIn',
      node: { labels: { a: '1' } },
      pod: { spec: { affinity: affinityTo('a', 'NotIn', ['1']) } },
      is: unmatched,
    },
    {
      name: 'affinity NotIn without the label',
      node: {},
      pod: { spec: { affinity: affinityTo('a', 'NotIn', ['1']) } },
      is: 'n',
    },
    { name: 'affinity Exists', node: {}, pod: { spec: { affinity: affinityTo('a', 'Exists') } }, is: unmatched },
    { name: 'affinity DoesNotExist', node: {}, pod: { spec: { affinity: affinityTo('a', 'DoesNotExist') } }, is: 'n' },
    {
      name: 'affinity Gt',
      node: { labels: { a: '10' } },
      pod: { spec: { affinity: affinityTo('a', 'Gt', ['9']) } },
      is: 'n',
    },
    {
      name: 'affinity Lt of no number',
      node: { labels: { a: 'x' } },
      pod: { spec: { affinity: affinityTo('a', 'Lt', ['9']) } },
      is: unmatched,
    },
  ];
  it.each(cases)('$name', ({ node, pod, is }) => {
    expect(outcome(clusterOf({ n: node }), podNamed('p', pod))).toBe(is);
  });

  it('counts the reasons over the nodes, and has words for a cluster without any', () => {
    const snapshot = clusterOf({ a: { cpu: '1' }, b: { labels: { x: '1' } }, c: { labels: { x: '2' } } });
    snapshot.setNode(nodeNamed('a', { cpu: '1', labels: { disk: 'ssd' } }));
    const pod = podNamed('p', { cpu: '2', spec: { nodeSelector: { disk: 'ssd' } } });
    expect(outcome(snapshot, pod)).toBe(
      "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) didn't match Pod's node affinity/selector.",
    );
    expect(outcome(new Snapshot(), pod)).toBe('no nodes available to schedule pods');
  });

  describe('a pod that names its nodes', () => {
    const naming = (...values: string[]): PodShape['spec'] => ({
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values }] }],
          },
        },
      },
    });
    const others = "2 node(s) didn't satisfy plugin(s) [NodeAffinity]";
    it.each<{ name: string; pod: PodShape; is: string }>([
      { name: 'goes there', pod: { spec: naming('b') }, is: 'b' },
      { name: 'goes to the better of two', pod: { spec: naming('a', 'c') }, is: 'c' },
      { name: 'is told why not', pod: { cpu: '8', spec: naming('b') }, is: `1 Insufficient cpu, ${others}.` },
      {
        name: 'has to be wanted there too',
        pod: { spec: { ...naming('b'), nodeSelector: { disk: 'ssd' } } },
        is: `1 node(s) didn't match Pod's node affinity/selector, ${others}.`,
      },
      {
        name: 'waits for a node that is not there',
        pod: { spec: naming('d') },
        is: others.replace('2', '3').concat('.'),
      },
    ])('$name', ({ pod, is }) => {
      const snapshot = clusterOf({ a: { cpu: '1' }, b: {}, c: { cpu: '16' } });
      expect(outcome(snapshot, podNamed('p', { cpu: '500m', ...pod }))).toBe(
        is.endsWith('.') ? `0/3 nodes are available: ${is}` : is,
      );
    });

    it('goes where room was made for it, and may make room there alone', () => {
      const snapshot = clusterOf({ a: { cpu: '1' }, b: { cpu: '1' }, c: {} });
      const pipeline = new Pipeline(snapshot);
      const pod = podNamed('p', { cpu: '1', spec: naming('a', 'b') });
      expect(pipeline.choose(pod, 'b')).toEqual({ node: 'b' });
      for (const node of ['a', 'b']) snapshot.setPod(podNamed(`on ${node}`, { cpu: '1' }), node);
      expect(pipeline.choose(pod, 'b').node).toBeUndefined();
      expect(pipeline.crowded(pod).map(({ name }) => name)).toEqual(['a', 'b']);
    });
  });

  it.each([
    { name: 'the same port', ports: [{ hostPort: 80 }, { hostPort: 80 }], free: false },
    { name: 'another port', ports: [{ hostPort: 80 }, { hostPort: 81 }], free: true },
    { name: 'another protocol', ports: [{ hostPort: 80 }, { hostPort: 80, protocol: 'UDP' as const }], free: true },
    {
      name: 'another address',
      ports: [
        { hostPort: 80, hostIP: '10.0.0.1' },
        { hostPort: 80, hostIP: '10.0.0.2' },
      ],
      free: true,
    },
    { name: 'every address', ports: [{ hostPort: 80, hostIP: '10.0.0.1' }, { hostPort: 80 }], free: false },
    { name: 'one address of every', ports: [{ hostPort: 80 }, { hostPort: 80, hostIP: '10.0.0.1' }], free: false },
  ])('host ports: $name', ({ ports, free }) => {
    const snapshot = clusterOf({ n: {} });
    const [first, second] = ports.map((port, index) =>
      podNamed(`p${index}`, { spec: { containers: [{ name: 'c', ports: [{ containerPort: 80, ...port }] }] } }),
    );
    snapshot.setPod(first!, 'n');
    const busy = "0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod ports.";
    expect(outcome(snapshot, second!)).toBe(free ? 'n' : busy);
    snapshot.remove(first!.metadata.uid);
    expect(outcome(snapshot, second!)).toBe('n');
  });
});

describe('scores', () => {
  function placed(snapshot: Snapshot, pods: readonly Pod[]): Record<string, number> {
    const pipeline = new Pipeline(snapshot);
    const counts: Record<string, number> = {};
    for (const pod of pods) {
      const node = outcome(snapshot, pod, pipeline);
      snapshot.assume(pod, node);
      counts[node] = (counts[node] ?? 0) + 1;
    }
    return counts;
  }
  const many = (count: number, shape: PodShape) => Array.from({ length: count }, (_, i) => podNamed(`p${i}`, shape));

  it('spreads the pods of a controller, also over nodes of different size', () => {
    const snapshot = clusterOf({ a: { cpu: '64' }, b: {}, c: {} });
    expect(placed(snapshot, many(9, { cpu: '100m', controller: 'rc' }))).toEqual({ a: 3, b: 3, c: 3 });
  });

  it('spreads the pods of a service that several controllers fill', () => {
    const snapshot = clusterOf({ a: {}, b: {} });
    const service = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 's', namespace: 'default', uid: 's', resourceVersion: '1', creationTimestamp: '' },
      spec: { selector: { app: 'web' } },
      status: {},
    } satisfies Service;
    const labels = { app: 'web' };
    for (const name of ['x', 'y']) snapshot.setPod(podNamed(name, { labels, controller: 'old' }), 'a');
    snapshot.setService(service);
    expect(placed(snapshot, many(2, { labels, controller: 'new' }))).toEqual({ b: 2 });
    snapshot.removeService(service);
    expect(placed(snapshot, [podNamed('z', { labels, controller: 'other', cpu: '3' })])).toEqual({ a: 1 });
  });

  it('spreads pods that nobody owns by what is free', () => {
    expect(placed(clusterOf({ a: {}, b: {}, c: {}, d: {} }), many(8, {}))).toEqual({ a: 2, b: 2, c: 2, d: 2 });
  });

  it('fills a node that is preferred before others', () => {
    const preferred = { weight: 100, preference: { matchExpressions: [{ key: 'disk', operator: 'Exists' as const }] } };
    const spec = { affinity: { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [preferred] } } };
    const snapshot = clusterOf({ a: {}, b: { labels: { disk: 'ssd' }, pods: '5' } });
    expect(placed(snapshot, many(8, { spec }))).toEqual({ a: 3, b: 5 });
  });

  it('avoids a node with a taint that only discourages', () => {
    const snapshot = clusterOf({
      a: { spec: { taints: [{ key: 'k', effect: 'PreferNoSchedule' }] } },
      b: { pods: '2' },
    });
    expect(placed(snapshot, many(3, {}))).toEqual({ a: 1, b: 2 });
  });
});

describe('what changes', () => {
  it('is weighed again, and a heartbeat is no change', () => {
    const snapshot = clusterOf({ n: { cpu: '1' } });
    const pipeline = new Pipeline(snapshot);
    const pod = podNamed('p', { cpu: '2' });
    expect(outcome(snapshot, pod, pipeline)).toContain('Insufficient cpu');
    expect(snapshot.setNode(nodeNamed('n', { cpu: '1' }))).toBe(false);
    expect(snapshot.setNode(nodeNamed('n', { cpu: '2' }))).toBe(true);
    expect(outcome(snapshot, pod, pipeline)).toBe('n');
    snapshot.removeNode('n');
    expect(outcome(snapshot, pod, pipeline)).toBe('no nodes available to schedule pods');
  });

  it('counts the pods that were there before their node was known, and after it was gone', () => {
    const snapshot = new Snapshot();
    snapshot.setPod(podNamed('early', { cpu: '3' }), 'n');
    snapshot.setNode(nodeNamed('n'));
    const pod = podNamed('p', { cpu: '2' });
    expect(outcome(snapshot, pod)).toContain('Insufficient cpu');
    snapshot.removeNode('n');
    snapshot.setNode(nodeNamed('n'));
    expect(outcome(snapshot, pod)).toContain('Insufficient cpu');
    snapshot.remove('pod early');
    expect(outcome(snapshot, pod)).toBe('n');
  });
});
