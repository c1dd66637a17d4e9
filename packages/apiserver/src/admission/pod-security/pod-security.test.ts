// Which pods come into a namespace with labels, and who is told what, through the whole core.
import { daemonSets, deployments, namespaces, pods, replicationControllers, type WriteOptions } from '@berth/objects';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../../testing/index.ts';

let t: TestApi;
let namespace: string;
let warnings: string[];
let annotations: Record<string, string>;
let count = 0;
beforeAll(async () => {
  t = await startTestApi();
});
afterAll(() => t.close());
beforeEach(() => {
  namespace = `n-${++count}`;
  warnings = [];
  annotations = {};
});

const options: WriteOptions = {
  onWarning: (text) => void warnings.push(text),
  onAuditAnnotation: (key, value) => {
    annotations[key] = value;
  },
};
const label = (mode: string) => `pod-security.kubernetes.io/${mode}`;
const create = (labels: Record<string, string> = {}) =>
  t.api.create(t.admin, namespaces, {}, { metadata: { name: namespace, labels } }, options);
const relabel = (labels: Record<string, string | null>) =>
  t.api.patch(
    t.admin,
    namespaces,
    { name: namespace },
    { type: 'application/merge-patch+json', body: { metadata: { labels } } },
    options,
  );
const privileged = { containers: [{ name: 'c', image: 'hello', securityContext: { privileged: true } }] };
const plain = { containers: [{ name: 'c', image: 'hello' }] };
const createPod = (name: string, spec: object) =>
  t.api.create(t.admin, pods, { namespace }, { metadata: { name }, spec }, options);
const problem = 'privileged (container "c" must not set securityContext.privileged=true)';

describe('a namespace', () => {
  test('without labels lets everything in', async () => {
    await create();
    await createPod('a', privileged);
    expect(warnings).toEqual([]);
  });

  test('that enforces a level refuses what violates it', async () => {
    await create({ [label('enforce')]: 'baseline' });
    await expect(createPod('a', privileged)).rejects.toMatchObject({
      code: 403,
      message: `pods "a" is forbidden: violates PodSecurity "baseline:latest": ${problem}`,
    });
    await createPod('a', plain);
    expect(annotations).toEqual({ [label('enforce-policy')]: 'baseline:latest' });
  });

  test('that warns lets it in, and says so; what it audits, the audit log knows', async () => {
    await create({ [label('warn')]: 'baseline', [label('warn-version')]: 'v1.30', [label('audit')]: 'baseline' });
    await createPod('a', privileged);
    expect(warnings).toEqual([`would violate PodSecurity "baseline:v1.30": ${problem}`]);
    expect(annotations[label('audit-violations')]).toBe(`would violate PodSecurity "baseline:latest": ${problem}`);
  });

  test('does not look at changes that matter to nobody', async () => {
    await create();
    const pod = await createPod('a', privileged);
    await relabel({ [label('enforce')]: 'baseline' });
    const labelled = { ...pod, metadata: { ...pod.metadata, labels: { a: 'b' } } };
    const changed = await t.api.update(t.admin, pods, pod.metadata, labelled);
    const containers = changed.spec.containers.map((container) => ({ ...container, image: 'other' }));
    const otherImage = { ...changed, spec: { ...changed.spec, containers } };
    await expect(t.api.update(t.admin, pods, pod.metadata, otherImage)).rejects.toMatchObject({ code: 403 });
  });

  test.each([
    {
      name: 'a replication controller',
      make: (template: object) =>
        t.api.create(
          t.admin,
          replicationControllers,
          { namespace },
          { metadata: { name: 'x' }, spec: { selector: { a: 'b' }, template } },
          options,
        ),
    },
    {
      name: 'a deployment',
      make: (template: object) =>
        t.api.create(
          t.admin,
          deployments,
          { namespace },
          { metadata: { name: 'x' }, spec: { selector: { matchLabels: { a: 'b' } }, template } },
          options,
        ),
    },
    {
      name: 'a daemon set',
      make: (template: object) =>
        t.api.create(
          t.admin,
          daemonSets,
          { namespace },
          { metadata: { name: 'x' }, spec: { selector: { matchLabels: { a: 'b' } }, template } },
          options,
        ),
    },
  ])('warns of what $name will not be able to make, and refuses nothing', async ({ make }) => {
    await create({ [label('enforce')]: 'baseline', [label('warn')]: 'baseline' });
    await make({ metadata: { labels: { a: 'b' } }, spec: privileged });
    expect(warnings).toEqual([`would violate PodSecurity "baseline:latest": ${problem}`]);
  });

  test('tells, when its level rises, which of its pods violate it', async () => {
    await create();
    for (const name of ['a', 'b', 'c']) await createPod(name, privileged);
    await createPod('d', { ...plain, hostNetwork: true });
    await createPod('e', plain);
    await relabel({ [label('enforce')]: 'baseline' });
    expect(warnings).toEqual([
      `existing pods in namespace "${namespace}" violate the new PodSecurity enforce level "baseline:latest"`,
      'a (and 2 other pods): privileged',
      'd: host namespaces',
    ]);
    warnings = [];
    await relabel({ [label('enforce')]: 'privileged' });
    expect(warnings).toEqual([]);
  });

  test('has only labels that can be read', async () => {
    const refused = {
      code: 422,
      message: `Namespace "${namespace}" is invalid: [metadata.labels[${label('enforce')}]: Invalid value: "strict": must be one of privileged, baseline, restricted, metadata.labels[${label('warn-version')}]: Invalid value: "1.30": must be "latest" or "v1.x"]`,
    };
    const labels = { [label('enforce')]: 'strict', [label('warn-version')]: '1.30' };
    await expect(create(labels)).rejects.toMatchObject(refused);
    await create();
    await expect(relabel(labels)).rejects.toMatchObject(refused);
  });
});
