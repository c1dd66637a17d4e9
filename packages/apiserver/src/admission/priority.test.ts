// Which priority pods get, and that there is one default class, through the whole core.
import { pods, priorityClasses } from '@berth/objects';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../testing/index.ts';

let t: TestApi;
beforeAll(async () => {
  t = await startTestApi();
});
afterAll(() => t.close());

const namespace = 'default';
const createClass = (name: string, value: number, more: object = {}) =>
  t.api.create(t.admin, priorityClasses, {}, { metadata: { name }, value, ...more });
const createPod = (spec: object = {}) =>
  t.api.create(
    t.admin,
    pods,
    { namespace },
    { metadata: { generateName: 'p-' }, spec: { containers: [{ name: 'c', image: 'hello' }], ...spec } },
  );
const forbidden = (problem: string) => ({
  code: 403,
  message: expect.stringMatching(new RegExp(`^pods "p-.+" is forbidden: ${problem}$`)),
});

test('every cluster has the classes of the system', async () => {
  const { items } = await t.api.list(t.admin, priorityClasses, {});
  expect(items.map(({ metadata, value }) => [metadata.name, value])).toEqual([
    ['system-cluster-critical', 2_000_000_000],
    ['system-node-critical', 2_000_001_000],
  ]);
});

describe('a pod', () => {
  test('of no class has none of the priorities that matter', async () => {
    const { spec } = await createPod();
    expect(spec).toMatchObject({ priority: 0, preemptionPolicy: 'PreemptLowerPriority' });
    expect(spec.priorityClassName).toBeUndefined();
  });

  test('has the priority of its class, and keeps it over an update that leaves it out', async () => {
    await createClass('calm', 7, { preemptionPolicy: 'Never' });
    const pod = await createPod({ priorityClassName: 'calm' });
    expect(pod.spec).toMatchObject({ priority: 7, preemptionPolicy: 'Never' });
    const { priority: _, preemptionPolicy: __, ...spec } = pod.spec;
    const labelled = { ...pod, metadata: { ...pod.metadata, labels: { a: 'b' } }, spec };
    expect((await t.api.update(t.admin, pods, pod.metadata, labelled)).spec.priority).toBe(7);
  });

  test('may say itself what comes out', async () => {
    await createClass('said', 8);
    await createPod({ priorityClassName: 'said', priority: 8, preemptionPolicy: 'PreemptLowerPriority' });
    await expect(createPod({ priorityClassName: 'said', priority: 9 })).rejects.toMatchObject(
      forbidden(
        'the integer value of priority \\(9\\) must not be provided in pod spec; priority admission controller computed 8 from the given PriorityClass name',
      ),
    );
    await expect(createPod({ priorityClassName: 'said', preemptionPolicy: 'Never' })).rejects.toMatchObject(
      forbidden(
        'the string value of PreemptionPolicy \\(Never\\) must not be provided in pod spec; priority admission controller computed PreemptLowerPriority from the given PriorityClass name',
      ),
    );
  });

  test('of a class that there is not is refused', async () => {
    const refused = forbidden('no PriorityClass with name none was found');
    await expect(createPod({ priorityClassName: 'none' })).rejects.toMatchObject(refused);
  });

  test('knows a class as soon as it is created', async () => {
    const made = Array.from({ length: 10 }, async (_, index) => {
      await createClass(`fresh-${index}`, index);
      return (await createPod({ priorityClassName: `fresh-${index}` })).spec.priority;
    });
    expect(await Promise.all(made)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});

test('the default class is one, and is that of pods that name none', async () => {
  const usual = await createClass('usual', 100, { globalDefault: true });
  await expect(createClass('other', 1, { globalDefault: true })).rejects.toMatchObject({
    code: 403,
    message:
      'priorityclasses.scheduling.k8s.io "other" is forbidden: PriorityClass usual is already marked as global default. Only one default can exist',
  });
  const described = { ...usual, description: 'still the one' };
  await t.api.update(t.admin, priorityClasses, usual.metadata, described);
  expect((await createPod()).spec).toMatchObject({ priorityClassName: 'usual', priority: 100 });
  await t.api.delete(t.admin, priorityClasses, usual.metadata);
  // Reads what was written, so that the server knows it.
  await t.api.list(t.admin, priorityClasses, {});
  expect((await createPod()).spec.priority).toBe(0);
});
