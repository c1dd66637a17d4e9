import type { KubeObject } from '@berth/objects';
import { expect, test } from 'vitest';
import { SortedObjects } from './sorted-objects.ts';

type Step = readonly ['set' | 'delete', string] | readonly ['list'];

function named(name: string): KubeObject {
  const metadata = { name, uid: name, creationTimestamp: '', resourceVersion: '1' };
  return { apiVersion: 'v1', kind: 'Thing', metadata };
}

const cases: { name: string; steps: readonly Step[]; left: readonly string[] }[] = [
  {
    name: 'names that come unsorted',
    steps: [
      ['set', 'b'],
      ['set', 'a'],
      ['set', 'c'],
    ],
    left: ['a', 'b', 'c'],
  },
  {
    name: 'a name between listed ones',
    steps: [['set', 'a'], ['set', 'c'], ['list'], ['set', 'b']],
    left: ['a', 'b', 'c'],
  },
  { name: 'a replaced object', steps: [['set', 'a'], ['list'], ['set', 'a']], left: ['a'] },
  {
    name: 'gone before it was listed',
    steps: [
      ['set', 'a'],
      ['set', 'b'],
      ['delete', 'a'],
    ],
    left: ['b'],
  },
  { name: 'gone after it was listed', steps: [['set', 'a'], ['set', 'b'], ['list'], ['delete', 'a']], left: ['b'] },
  {
    name: 'gone and back, unlisted',
    steps: [
      ['set', 'a'],
      ['delete', 'a'],
      ['set', 'a'],
    ],
    left: ['a'],
  },
  {
    name: 'gone and back, listed',
    steps: [['set', 'a'], ['set', 'b'], ['list'], ['delete', 'a'], ['set', 'a'], ['set', 'c']],
    left: ['a', 'b', 'c'],
  },
  {
    name: 'a delete of what is not there',
    steps: [
      ['delete', 'a'],
      ['set', 'a'],
    ],
    left: ['a'],
  },
];

test.each(cases)('$name', ({ steps, left }) => {
  const objects = new SortedObjects();
  for (const [what, name = ''] of steps) {
    if (what === 'set') objects.set(name, named(name));
    else if (what === 'delete') objects.delete(name);
    else expect([...objects.values()]).toHaveLength(objects.size);
  }
  expect([...objects.values()].map(({ metadata }) => metadata.name)).toEqual(left);
  expect(objects.size).toBe(left.length);
});
