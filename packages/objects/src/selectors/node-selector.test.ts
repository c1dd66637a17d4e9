// Which nodes a pod asks for by labels and by names.
import { describe, expect, it } from 'vitest';
import type { Affinity, Node, NodeSelectorRequirement, PodSpec } from '../api/types.ts';
import { affinityToNode, asksForNode, nodesNamedBy } from './node-selector.ts';

function nodeNamed(name: string, labels: Readonly<Record<string, string>> = {}): Node {
  const metadata = { name, uid: name, resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z', labels };
  return { apiVersion: 'v1', kind: 'Node', metadata, spec: {}, status: {} };
}

const field = (operator: NodeSelectorRequirement['operator'], ...values: string[]) => ({
  matchFields: [{ key: 'metadata.name', operator, values }],
});
const label = (key: string, value: string) => ({
  matchExpressions: [{ key, operator: 'In' as const, values: [value] }],
});
const required = (...nodeSelectorTerms: object[]): Affinity => ({
  nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } },
});

describe('a node', () => {
  const node = nodeNamed('n1', { disk: 'ssd', zone: 'a' });
  it.each<[string, Pick<PodSpec, 'nodeSelector' | 'affinity'>, boolean]>([
    ['nothing', {}, true],
    ['its labels', { nodeSelector: { disk: 'ssd' } }, true],
    ['other labels', { nodeSelector: { disk: 'ssd', zone: 'b' } }, false],
    ['its name', { affinity: required(field('In', 'n1')) }, true],
    ['another name', { affinity: required(field('In', 'n2')) }, false],
    ['any name but its own', { affinity: required(field('NotIn', 'n1')) }, false],
    ['one of two terms', { affinity: required(field('In', 'n2'), label('zone', 'a')) }, true],
    [
      'its name and other labels in one term',
      { affinity: required({ ...field('In', 'n1'), ...label('zone', 'b') }) },
      false,
    ],
    [
      'its name and, by the selector, other labels',
      { nodeSelector: { zone: 'b' }, affinity: required(field('In', 'n1')) },
      false,
    ],
    ['a term of nothing', { affinity: required({}) }, false],
  ])('is asked for by %s: %s', (_, spec, is) => {
    expect(asksForNode(spec, node)).toBe(is);
  });
});

it.each<[string, Affinity | undefined, string[] | undefined]>([
  ['none', undefined, undefined],
  ['one', required(field('In', 'n1')), ['n1']],
  ['one of several', required(field('In', 'n1'), { ...field('In', 'n2'), ...label('zone', 'a') }), ['n1', 'n2']],
  ['one, or any of a label', required(field('In', 'n1'), label('zone', 'a')), undefined],
  ['all but one', required(field('NotIn', 'n1')), undefined],
])('names: %s', (_, affinity, names) => {
  const named = nodesNamedBy({ affinity });
  expect(named && [...named]).toEqual(names);
});

it('the affinity to one node takes the place of what was required, and leaves the rest', () => {
  const preferred = [{ weight: 1, preference: label('zone', 'a') }];
  const podAntiAffinity = {};
  const before = {
    podAntiAffinity,
    nodeAffinity: {
      ...required(label('zone', 'b')).nodeAffinity,
      preferredDuringSchedulingIgnoredDuringExecution: preferred,
    },
  };
  expect(affinityToNode(before, 'n1')).toEqual({
    podAntiAffinity,
    nodeAffinity: {
      ...required(field('In', 'n1')).nodeAffinity,
      preferredDuringSchedulingIgnoredDuringExecution: preferred,
    },
  });
  expect(affinityToNode(undefined, 'n1')).toEqual(required(field('In', 'n1')));
});
