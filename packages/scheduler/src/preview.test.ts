// Where pods would go, without anything changing.
import { describe, expect, it } from 'vitest';
import { explanationOf } from './pipeline.ts';
import { preview, snapshotOf } from './preview.ts';
import { nodeNamed, podNamed } from './testing/objects.ts';

describe('preview', () => {
  const nodes = [nodeNamed('a', { cpu: '2' }), nodeNamed('b', { cpu: '1' })];
  const finished = {
    ...podNamed('done', { cpu: '2', spec: { nodeName: 'a' } }),
    status: { phase: 'Succeeded' as const },
  };
  const pods = [podNamed('old', { cpu: '500m', spec: { nodeName: 'a' } }), finished];

  it('places one clone after the other, and explains those that have no place', () => {
    const snapshot = snapshotOf({ nodes, pods, services: [] });
    const answer = () =>
      preview(snapshot, podNamed('p', { cpu: '500m', controller: 'rc' }), 6).map(
        (choice) => choice.node ?? explanationOf(choice),
      );
    const full = '0/2 nodes are available: 2 Insufficient cpu.';
    expect(answer().toSorted()).toEqual([full, 'a', 'a', 'a', 'b', 'b']);
    expect(answer()).toHaveLength(6);
    expect(answer().filter((text) => text === full)).toHaveLength(1);
  });

  it('has an answer for a cluster without nodes', () => {
    const [choice] = preview(snapshotOf({ nodes: [], pods: [], services: [] }), podNamed('p'), 1);
    expect(choice).toMatchObject({ node: undefined, nodeCount: 0 });
  });
});
