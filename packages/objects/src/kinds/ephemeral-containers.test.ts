import { describe, expect, test } from 'vitest';
import type { EphemeralContainer, Pod } from '../api/types.ts';
import { type Draft, draftOf } from '../object.ts';
import { pods } from '../resource.ts';
import { ephemeralContainersPart as part } from './ephemeral-containers.ts';
import { created } from './manifest-fixture.ts';

const debug = (changes: object = {}) =>
  ({
    name: 'debug',
    image: 'tools:1',
    terminationMessagePolicy: 'File',
    imagePullPolicy: 'IfNotPresent',
    ...changes,
  }) as EphemeralContainer;

function podWith(ephemeralContainers: readonly EphemeralContainer[], annotations: object = {}): Pod {
  const metadata = { name: 'web', namespace: 'default', annotations };
  const pod = created(pods, { metadata, spec: { containers: [{ name: 'main', image: 'x' }] } }) as Pod;
  return { ...pod, spec: { ...pod.spec, ...(ephemeralContainers.length > 0 ? { ephemeralContainers } : {}) } };
}

/** What an update to these containers comes to, and what is wrong with it. */
function update(from: Pod, change: (draft: Draft<Pod>) => void) {
  const draft = draftOf(from);
  change(draft);
  part.prepareForUpdate(draft, from);
  return { draft, errors: part.validateUpdate(draft as Pod, from).map(({ message, field }) => `${field}: ${message}`) };
}

const putting =
  (...containers: EphemeralContainer[]) =>
  (draft: Draft<Pod>) => {
    draft.spec.ephemeralContainers = containers as Draft<EphemeralContainer>[];
  };

describe('an update through ephemeralcontainers', () => {
  test('adds, and changes nothing else', () => {
    const { draft, errors } = update(podWith([]), (pod) => {
      putting(debug({ targetContainerName: 'main' }))(pod);
      pod.spec.containers[0]!.image = 'y';
      pod.metadata.labels = { a: 'b' };
      pod.metadata.resourceVersion = '7';
    });
    expect(errors).toEqual([]);
    expect(draft.spec.ephemeralContainers).toHaveLength(1);
    expect(draft.spec.containers[0]!.image).toBe('x');
    expect(draft.metadata).toMatchObject({ resourceVersion: '7' });
    expect(draft.metadata.labels).toBeUndefined();
  });

  test.each([
    ['takes one away', [debug()], [], 'existing ephemeral containers "debug" may not be removed\n'],
    ['changes one', [debug()], [debug({ image: 'z' })], 'existing ephemeral containers "debug" may not be changed\n'],
  ])('is refused if it %s', (_what, before, after, problem) => {
    const { errors } = update(podWith(before), putting(...after));
    expect(errors).toEqual([`spec.ephemeralContainers: Forbidden: ${problem}`]);
  });

  test.each([
    ['of a name that is taken', debug({ name: 'main' }), 'spec.ephemeralContainers[0].name: Duplicate value: "main"'],
    ['without an image', debug({ image: '' }), 'spec.ephemeralContainers[0].image: Required value'],
    [
      'beside a container that is not there',
      debug({ targetContainerName: 'other' }),
      'spec.ephemeralContainers[0].targetContainerName: Not found: "other"',
    ],
    ...[
      ['ports', [{ containerPort: 80, protocol: 'TCP' }]],
      ['resources', { limits: { cpu: '1' } }],
      ['restartPolicy', 'Always'],
      ['livenessProbe', { exec: { command: ['true'] } }],
    ].map(([name, value]): [string, EphemeralContainer, string] => [
      `with ${name}`,
      debug({ [name as string]: value }),
      `spec.ephemeralContainers[0].${name}: Forbidden: cannot be set for an Ephemeral Container`,
    ]),
  ])('is refused if it adds one %s', (_what, container, problem) => {
    const { errors } = update(podWith([]), putting(container));
    expect(errors).toContain(problem);
  });

  test('may say nothing of resources in as many words', () => {
    expect(update(podWith([]), putting(debug({ resources: {} }))).errors).toEqual([]);
  });

  test('is refused for static pods', () => {
    const mirror = podWith([], { 'kubernetes.io/config.mirror': 'hash' });
    const { errors } = update(mirror, putting(debug()));
    expect(errors).toEqual([': Forbidden: static pods do not support ephemeral containers']);
  });
});
