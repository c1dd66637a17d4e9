// Ephemeral containers through a real core: how they come in, and which ways are closed.
import { type Pod, pods } from '@berth/objects';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../testing/index.ts';

let t: TestApi;
const namespace = 'default';
const name = 'web';
const target = { namespace, name, subresource: 'ephemeralcontainers' };
const spec = { containers: [{ name: 'main', image: 'x' }] };
const debug = { name: 'debug', image: 'tools:1', targetContainerName: 'main', stdin: true, tty: true };

beforeAll(async () => {
  t = await startTestApi();
  await t.api.create(t.admin, pods, { namespace }, { metadata: { name }, spec });
});
afterAll(() => t.close());

const strategic = (body: object) => ({ type: 'application/strategic-merge-patch+json', body }) as const;
const add = (container: object) =>
  t.api.patch(t.admin, pods, target, strategic({ spec: { ephemeralContainers: [container] } }), {
    fieldManager: 'kubectl-debug',
  });

test('a patch adds one, with defaults and a manager of its own, and the next one another', async () => {
  const pod = await add(debug);
  expect(pod.spec.ephemeralContainers).toMatchObject([{ ...debug, imagePullPolicy: 'IfNotPresent' }]);
  expect(pod.metadata.generation).toBeUndefined();
  expect(pod.metadata.managedFields).toContainEqual(
    expect.objectContaining({ manager: 'kubectl-debug', subresource: 'ephemeralcontainers' }),
  );
  const names = (await add({ ...debug, name: 'second' })).spec.ephemeralContainers?.map((each) => each.name);
  expect(names?.sort()).toEqual(['debug', 'second']);
});

test('what is there stays, also when the whole is put', async () => {
  const pod: Pod = await t.api.get(t.admin, pods, target);
  const without = { ...pod, spec: { ...pod.spec, ephemeralContainers: [] } };
  await expect(t.api.update(t.admin, pods, target, without)).rejects.toMatchObject({
    reason: 'Invalid',
    message: expect.stringContaining('may not be removed'),
  });
});

test('there is no other way in', async () => {
  const body = { metadata: { name: 'other' }, spec: { ...spec, ephemeralContainers: [debug] } };
  await expect(t.api.create(t.admin, pods, { namespace }, body)).rejects.toMatchObject({
    message: expect.stringContaining('spec.ephemeralContainers: Forbidden: cannot be set on create'),
  });
  const patch = strategic({ spec: { ephemeralContainers: [{ ...debug, name: 'third' }] } });
  await expect(t.api.patch(t.admin, pods, { namespace, name }, patch)).rejects.toMatchObject({
    message: expect.stringContaining('pod updates may not change fields other than'),
  });
});

test('a pod that has some can be changed as before', async () => {
  const labelled = await t.api.patch(
    t.admin,
    pods,
    { namespace, name },
    strategic({ metadata: { labels: { a: 'b' } } }),
  );
  expect([labelled.metadata.labels, labelled.spec.ephemeralContainers?.length]).toEqual([{ a: 'b' }, 2]);
});

test('a user may write them only through the subresource that is theirs', async () => {
  const user = { name: 'eve', groups: [] };
  await expect(t.api.patch(user, pods, target, strategic({}))).rejects.toMatchObject({
    message: expect.stringContaining('cannot patch resource "pods/ephemeralcontainers"'),
  });
});
