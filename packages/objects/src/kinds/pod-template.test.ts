import { expect, it } from 'vitest';
import { podTemplates } from '../resource.ts';
import { created, problemsOfCreate } from './manifest-fixture.ts';
import { kindOf } from './registry.ts';

const containers = [
  { name: 'a', image: 'x:1' },
  { name: 'b', image: 'y' },
];
const manifest = (spec: object) => ({
  metadata: { name: 't' },
  template: { metadata: { labels: { app: 'web' } }, spec },
});

it('a pod template has the defaults of its pods', () => {
  const { template, metadata } = created(podTemplates, manifest({ containers }));
  expect(template?.spec).toMatchObject({ restartPolicy: 'Always', dnsPolicy: 'ClusterFirst' });
  expect(metadata.generation).toBe(1);
});

it.each<[string, object, string[]]>([
  ['that is right', manifest({ containers }), []],
  ['of pods that end', manifest({ containers, restartPolicy: 'Never' }), []],
  ['without containers', manifest({ containers: [] }), ['template.spec.containers: Required value']],
])('a pod template %s', (_, body, problems) => expect(problemsOfCreate(podTemplates, body)).toEqual(problems));

it('a pod template in a table', () => {
  const template = created(podTemplates, manifest({ containers }));
  expect(kindOf(podTemplates).columns.map(({ name, cell }) => [name, cell(template, 0)])).toEqual([
    ['Name', 't'],
    ['Containers', 'a,b'],
    ['Images', 'x:1,y'],
    ['Pod Labels', 'app=web'],
  ]);
});
