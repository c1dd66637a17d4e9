// Which pods nobody else will remove.
import { describe, expect, it } from 'vitest';
import { nodeNamed, type PodShape, podNamed } from '../testing/objects.ts';
import { decide } from './decide.ts';

const off = [{ key: 'node.kubernetes.io/out-of-service', effect: 'NoExecute' as const }];
const nodes = new Map([
  ['up', nodeNamed('up', 'True', { taints: off })],
  ['off', nodeNamed('off', 'Unknown', { taints: off })],
  ['silent', nodeNamed('silent', 'Unknown')],
]);

function doomed(pods: Readonly<Record<string, PodShape>>, threshold = 10): string[] {
  const all = Object.entries(pods).map(([name, shape]) => podNamed(name, shape));
  const options = { goneNodes: new Set(['gone']), terminatedPodThreshold: threshold };
  return decide(all, nodes, options).flatMap((group) => group.pods.map(({ metadata }) => metadata.name));
}

describe('pod garbage', () => {
  const cases: { name: string; pod: PodShape; goes: boolean }[] = [
    { name: 'on a node that is gone', pod: { node: 'gone' }, goes: true },
    { name: 'on a node that is missing, but not for long', pod: { node: 'missing' }, goes: false },
    { name: 'on a silent node', pod: { node: 'silent' }, goes: false },
    { name: 'being deleted on a silent node', pod: { node: 'silent', deleted: true }, goes: false },
    { name: 'being deleted on a node that is off', pod: { node: 'off', deleted: true }, goes: true },
    { name: 'on a node that is off, but not being deleted', pod: { node: 'off' }, goes: false },
    {
      name: 'being deleted on a node that works, whatever its taints say',
      pod: { node: 'up', deleted: true },
      goes: false,
    },
    { name: 'deleted before it had a node', pod: { deleted: true }, goes: true },
    { name: 'waiting for a node', pod: { phase: 'Pending' }, goes: false },
  ];
  it.each(cases)('$name: $goes', ({ pod, goes }) => {
    expect(doomed({ p: pod })).toEqual(goes ? ['p'] : []);
  });

  it('takes the oldest of too many finished ones', () => {
    const finished = (day: number): PodShape => ({
      node: 'up',
      phase: day % 2 ? 'Failed' : 'Succeeded',
      created: `2026-01-0${day}T00:00:00Z`,
    });
    const pods = { c: finished(3), a: finished(1), d: finished(4), b: finished(2), running: { node: 'up' } };
    expect(doomed(pods, 2)).toEqual(['a', 'b']);
    expect(doomed(pods, 4)).toEqual([]);
  });
});
