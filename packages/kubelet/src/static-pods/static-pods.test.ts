import type { Pod } from '@berth/objects';
import { expect, test } from 'vitest';
import { staticPod } from './manifests.ts';
import { decideMirrors, mirrorOf } from './mirrors.ts';

const text =
  'kind: Pod\nmetadata: {name: dns, labels: {app: dns}}\nspec: {containers: [{name: app, image: "app:1"}]}\n';

test('a manifest is a pod of its node, the same one every time', () => {
  const pod = staticPod(text, 'n1');
  expect(pod.metadata).toMatchObject({ name: 'dns-n1', namespace: 'default', labels: { app: 'dns' } });
  expect(pod.spec).toMatchObject({ nodeName: 'n1', tolerations: [{ operator: 'Exists', effect: 'NoExecute' }] });
  expect(staticPod(text, 'n1').metadata.uid).toBe(pod.metadata.uid);
  expect(staticPod(text, 'n2').metadata.uid).not.toBe(pod.metadata.uid);
  expect(staticPod(text.replace('app:1', 'app:2'), 'n1').metadata.uid).not.toBe(pod.metadata.uid);
});

test.each([
  ['no YAML', '{'],
  ['another kind', 'kind: Service\nmetadata: {name: x}\nspec: {}\n'],
  ['no name', 'kind: Pod\nmetadata: {}\nspec: {containers: []}\n'],
  ['no containers', 'kind: Pod\nmetadata: {name: x}\nspec: {}\n'],
  ['nothing', ''],
])('%s is refused', (_name, manifest) => {
  expect(() => staticPod(manifest, 'n1')).toThrow();
});

function mirrorFor(pod: Pod, changes: Partial<Pod['metadata']> = {}): Pod {
  const annotations = { 'kubernetes.io/config.mirror': pod.metadata.uid };
  return { ...pod, metadata: { ...pod.metadata, uid: 'api', annotations, ...changes } };
}

const pod = staticPod(text, 'n1');
const changed = staticPod(text.replace('app:1', 'app:2'), 'n1');

const cases: [string, Pod[], Pod[], string[]][] = [
  ['a missing mirror is made', [pod], [], ['create']],
  ['a mirror that fits is left', [pod], [mirrorFor(pod)], []],
  ['a mirror of an older manifest goes first', [changed], [mirrorFor(pod)], ['delete']],
  ['a mirror without a pod goes', [], [mirrorFor(pod)], ['delete']],
  [
    'a mirror that is being deleted may go',
    [pod],
    [mirrorFor(pod, { deletionTimestamp: '2026-01-01T00:00:00Z' })],
    ['delete'],
  ],
];

test.each(cases)('%s', (_name, pods, mirrors, expected) => {
  expect(decideMirrors(pods, mirrors).map((action) => action.do)).toEqual(expected);
});

test('a mirror names its static pod', () => {
  expect(mirrorOf(mirrorFor(pod))).toBe(pod.metadata.uid);
  expect(mirrorOf(pod)).toBeUndefined();
});
