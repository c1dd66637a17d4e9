// Creates, updates, patches and deletes as clients send them, over a real store.
import {
  type ConfigMap,
  configMaps,
  deployments,
  jobs,
  namespaces,
  pods,
  replicationControllers,
  type WriteOptions,
} from '@berth/objects';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../testing/index.ts';

let t: TestApi;
beforeAll(async () => {
  t = await startTestApi();
});
afterAll(() => t.close());

const namespace = 'default';
let names = 0;
const newName = () => `n${names++}`;
const merge = (body: unknown) => ({ type: 'application/merge-patch+json', body }) as const;

function create(body: object, options?: WriteOptions): Promise<ConfigMap> {
  return t.api.create(t.admin, configMaps, { namespace }, body, options);
}

function pod(name: string, spec: object = {}) {
  const body = { metadata: { name }, spec: { containers: [{ name: 'main', image: 'hello' }], ...spec } };
  return t.api.create(t.admin, pods, { namespace }, body);
}

async function controller() {
  const name = newName();
  const template = { metadata: { labels: { name } }, spec: { containers: [{ name: 'main', image: 'hello' }] } };
  const body = { metadata: { name }, spec: { replicas: 2, template } };
  return t.api.create(t.admin, replicationControllers, { namespace }, body);
}

describe('a create', () => {
  test('sets what is the server’s', async () => {
    const sent = { uid: 'mine', creationTimestamp: '2001-01-01T00:00:00Z', generation: 7, selfLink: '/x' };
    const { metadata } = await create({ metadata: { name: newName(), managedFields: [], ...sent } });
    expect(metadata.uid).toMatch(/^[0-9a-f-]{36}$/);
    expect(Date.parse(metadata.creationTimestamp)).toBeGreaterThan(Date.now() - 60_000);
    expect(metadata.resourceVersion).toBe(String(await t.store.revision()));
    expect(metadata.generation).toBe(7);
    expect(metadata).not.toHaveProperty('selfLink');
    expect(metadata.managedFields).toBeUndefined();
  });

  test('keeps nothing of what it was given, and gives what cannot be changed', async () => {
    const body = { metadata: { name: newName() }, data: { a: '1' } };
    const made = await create(body);
    body.data.a = '2';
    expect(made.data).toEqual({ a: '1' });
    expect(() => Object.assign(made.data!, { a: '3' })).toThrow(TypeError);
    expect(await t.api.get(t.admin, configMaps, { namespace, name: body.metadata.name })).toBe(made);
  });

  test('generates a name', async () => {
    const { metadata } = await create({ metadata: { generateName: 'gen-' } });
    expect(metadata.name).toMatch(/^gen-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
  });

  test('generates another name when there is such an object', async () => {
    const suffixes = ['aaaaa', 'aaaaa', 'aaaaa', 'bbbbb'];
    const random = { uuid: () => 'uid', suffix: () => suffixes.shift()!, fraction: () => 0 };
    await using other = await startTestApi({ random });
    const body = { metadata: { generateName: 'gen-' } };
    const made = [1, 2].map(() => other.api.create(other.admin, configMaps, { namespace }, body));
    const got = (await Promise.all(made)).map(({ metadata }) => metadata.name);
    expect(got).toEqual(['gen-aaaaa', 'gen-bbbbb']);
    expect(suffixes).toEqual([]);
  });

  test('gives up after eight names', async () => {
    const random = { uuid: () => 'uid', suffix: () => 'aaaaa', fraction: () => 0 };
    await using other = await startTestApi({ random });
    const body = { metadata: { generateName: 'gen-' } };
    await other.api.create(other.admin, configMaps, { namespace }, body);
    const again = other.api.create(other.admin, configMaps, { namespace }, body);
    await expect(again).rejects.toMatchObject({ code: 409, reason: 'AlreadyExists' });
  });

  test('as a dry run writes nothing', async () => {
    const name = newName();
    const before = await t.store.revision();
    const made = await create({ metadata: { name } }, { dryRun: true });
    expect(made.metadata.uid).toBeTruthy();
    expect(await t.store.revision()).toBe(before);
    await expect(create({ metadata: { name: 'Bad_Name' } }, { dryRun: true })).rejects.toMatchObject({ code: 422 });
  });

  test('tells of unknown fields', async () => {
    const warnings: string[] = [];
    const onWarning = (text: string) => warnings.push(text);
    const body = () => ({ metadata: { name: newName() }, dta: {} });
    await create(body(), { onWarning, fieldValidation: 'Warn' });
    expect(warnings).toEqual(['unknown field "dta"']);
    await create(body(), { onWarning, fieldValidation: 'Ignore' });
    expect(warnings).toHaveLength(1);
    const strict = create(body(), { fieldValidation: 'Strict' });
    await expect(strict).rejects.toMatchObject({ code: 400, message: expect.stringContaining('unknown field "dta"') });
  });

  test.each([
    { name: 'no name', body: { metadata: {} }, code: 422, message: 'metadata.name: Required value' },
    { name: 'a bad name', body: { metadata: { name: 'A' } }, code: 422, message: 'metadata.name: Invalid value' },
    { name: 'no object', body: 'x', code: 400, message: '' },
    { name: 'another kind', body: { kind: 'Pod', metadata: { name: 'a' } }, code: 400, message: '' },
    {
      name: 'another namespace',
      body: { metadata: { name: 'a', namespace: 'kube-system' } },
      code: 400,
      message: 'does not match the namespace sent on the request',
    },
    {
      name: 'a version',
      body: { metadata: { name: 'a', resourceVersion: '1' } },
      code: 400,
      message: 'resourceVersion should not be set on objects to be created',
    },
  ])('refuses $name: $code', async ({ body, code, message }) => {
    await expect(create(body as object)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
  });

  test('refuses what exists', async () => {
    const { metadata } = await create({ metadata: { name: newName() } });
    const message = `configmaps "${metadata.name}" already exists`;
    await expect(create({ metadata: { name: metadata.name } })).rejects.toMatchObject({ code: 409, message });
  });
});

describe('an update', () => {
  test('on an old version is a conflict', async () => {
    const made = await create({ metadata: { name: newName() }, data: { a: '1' } });
    const next = await t.api.update(t.admin, configMaps, made.metadata, { ...made, data: { a: '2' } });
    expect(next.data).toEqual({ a: '2' });
    const stale = t.api.update(t.admin, configMaps, made.metadata, { ...made, data: { a: '3' } });
    await expect(stale).rejects.toMatchObject({
      code: 409,
      reason: 'Conflict',
      message: `Operation cannot be fulfilled on configmaps "${made.metadata.name}": the object has been modified; please apply your changes to the latest version and try again`,
    });
  });

  test('that changes nothing writes nothing', async () => {
    const made = await create({ metadata: { name: newName() }, data: { a: '1' } });
    const before = await t.store.revision();
    expect(await t.api.update(t.admin, configMaps, made.metadata, made)).toBe(made);
    const { resourceVersion: _, ...metadata } = made.metadata;
    expect(await t.api.update(t.admin, configMaps, made.metadata, { ...made, metadata })).toBe(made);
    expect(await t.api.patch(t.admin, configMaps, made.metadata, merge({ data: { a: '1' } }))).toBe(made);
    expect(await t.store.revision()).toBe(before);
  });

  test('as a dry run writes nothing', async () => {
    const made = await create({ metadata: { name: newName() } });
    const before = await t.store.revision();
    const options = { dryRun: true };
    const next = await t.api.patch(t.admin, configMaps, made.metadata, merge({ data: { a: '1' } }), options);
    expect(next.data).toEqual({ a: '1' });
    expect(await t.store.revision()).toBe(before);
  });

  test('without a version replaces whatever is there: 50 at once all succeed', async () => {
    const { metadata } = await create({ metadata: { name: newName() } });
    const writes = Array.from({ length: 50 }, (_, index) =>
      t.api.update(t.admin, configMaps, metadata, { metadata: { name: metadata.name }, data: { last: `${index}` } }),
    );
    const results = await Promise.all(writes);
    const versions = new Set(results.map((object) => object.metadata.resourceVersion));
    expect(versions.size).toBe(50);
    const last = await t.api.get(t.admin, configMaps, metadata);
    expect(results).toContain(last);
  });

  test('50 patches of 50 keys at once lose none', async () => {
    const { metadata } = await create({ metadata: { name: newName() } });
    const patches = Array.from({ length: 50 }, (_, index) =>
      t.api.patch(t.admin, configMaps, metadata, merge({ data: { [`k${index}`]: '1' } })),
    );
    await Promise.all(patches);
    const { data } = await t.api.get(t.admin, configMaps, metadata);
    expect(Object.keys(data!)).toHaveLength(50);
  });

  test('50 updates on one version: one succeeds', async () => {
    const made = await create({ metadata: { name: newName() } });
    const writes = Array.from({ length: 50 }, (_, index) =>
      t.api.update(t.admin, configMaps, made.metadata, { ...made, data: { last: `${index}` } }),
    );
    const results = await Promise.allSettled(writes);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test.each([
    { name: 'of what does not exist', target: 'none', metadata: { name: 'none' }, code: 404 },
    { name: 'under another name', target: 'none', metadata: { name: 'other' }, code: 400 },
  ])('$name: $code', async ({ target, metadata, code }) => {
    const update = t.api.update(t.admin, configMaps, { namespace, name: target }, { metadata });
    await expect(update).rejects.toMatchObject({ code });
  });

  test('of another object of that name is a conflict', async () => {
    const { metadata } = await create({ metadata: { name: newName() } });
    const body = { metadata: { name: metadata.name, uid: 'another' } };
    await expect(t.api.update(t.admin, configMaps, metadata, body)).rejects.toMatchObject({
      code: 409,
      message: expect.stringContaining(
        `Precondition failed: UID in precondition: another, UID in object meta: ${metadata.uid}`,
      ),
    });
  });

  test.each([
    { type: 'application/json-patch+json', body: [{ op: 'add', path: '/data', value: { a: '1' } }] },
    { type: 'application/merge-patch+json', body: { data: { a: '1' } } },
    { type: 'application/strategic-merge-patch+json', body: { data: { a: '1' } } },
  ] as const)('as $type', async (patch) => {
    const { metadata } = await create({ metadata: { name: newName() } });
    expect((await t.api.patch(t.admin, configMaps, metadata, patch)).data).toEqual({ a: '1' });
  });

  test('a patch on an old version is a conflict', async () => {
    const { metadata } = await create({ metadata: { name: newName() } });
    const { resourceVersion } = metadata;
    await t.api.patch(t.admin, configMaps, metadata, merge({ data: { a: '1' } }));
    const stale = t.api.patch(
      t.admin,
      configMaps,
      metadata,
      merge({ metadata: { resourceVersion }, data: { a: '2' } }),
    );
    await expect(stale).rejects.toMatchObject({ code: 409, reason: 'Conflict' });
  });
});

describe('subresources', () => {
  test('the status is written through status alone, the spec not through it', async () => {
    const made = await controller();
    expect(made.metadata.generation).toBe(1);
    const target = { ...made.metadata, subresource: 'status' };
    const both = { spec: { replicas: 9 }, status: { replicas: 2 } };
    const reported = await t.api.patch(t.admin, replicationControllers, target, merge(both));
    expect(reported).toMatchObject({ spec: { replicas: 2 }, status: { replicas: 2 }, metadata: { generation: 1 } });
    const scaled = await t.api.patch(t.admin, replicationControllers, made.metadata, merge(both));
    expect(scaled).toMatchObject({ spec: { replicas: 9 }, status: { replicas: 2 }, metadata: { generation: 2 } });
  });

  // Found by the fuzzer: a label that no update takes was stored through the status.
  test('what comes with the status is as valid as elsewhere', async () => {
    const target = { ...(await controller()).metadata, subresource: 'status' };
    const patched = t.api.patch(t.admin, replicationControllers, target, merge({ metadata: { labels: { '': 'x' } } }));
    await expect(patched).rejects.toMatchObject({ code: 422, reason: 'Invalid' });
  });

  test('a deployment counts its annotations too, but not those that come with its status', async () => {
    const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'main', image: 'hello' }] } };
    const spec = { selector: { matchLabels: { a: 'b' } }, template };
    const body = { metadata: { name: newName() }, spec };
    const { metadata } = await t.api.create(t.admin, deployments, { namespace }, body);
    const { name } = metadata;
    const annotate = (value: string, subresource?: string) =>
      t.api.patch(
        t.admin,
        deployments,
        { namespace, name, subresource },
        merge({ metadata: { annotations: { note: value } } }),
      );
    expect((await annotate('a')).metadata.generation).toBe(2);
    expect((await annotate('b', 'status')).metadata).toMatchObject({ generation: 2, annotations: { note: 'b' } });
  });

  test('scale', async () => {
    const made = await controller();
    const target = { ...made.metadata, subresource: 'scale' };
    const scale = await t.api.get(t.admin, replicationControllers, target);
    expect(scale).toMatchObject({
      kind: 'Scale',
      spec: { replicas: 2 },
      status: { replicas: 0, selector: `name=${made.metadata.name}` },
    });
    const changed = await t.api.patch(t.admin, replicationControllers, target, merge({ spec: { replicas: 5 } }));
    expect(changed).toMatchObject({ kind: 'Scale', spec: { replicas: 5 } });
    const now = await t.api.get(t.admin, replicationControllers, made.metadata);
    expect(now).toMatchObject({ spec: { replicas: 5 }, metadata: { generation: 2 } });
    const stale = t.api.update(t.admin, replicationControllers, target, { ...scale, spec: { replicas: 1 } });
    await expect(stale).rejects.toMatchObject({ code: 409 });
    const negative = t.api.patch(t.admin, replicationControllers, target, merge({ spec: { replicas: -1 } }));
    await expect(negative).rejects.toMatchObject({ code: 422, message: expect.stringContaining('spec.replicas') });
  });

  test('binding', async () => {
    const { metadata } = await pod(newName());
    const bind = (body: object) => t.api.create(t.admin, pods, { ...metadata, subresource: 'binding' }, body);
    const to = (name: string, uid?: string) => ({
      metadata: { name: metadata.name, uid },
      target: { kind: 'Node', name },
    });
    await expect(bind(to('n1', 'another'))).rejects.toMatchObject({ code: 409 });
    await expect(bind(to(''))).rejects.toMatchObject({ code: 422 });
    await bind(to('n1', metadata.uid));
    const bound = await t.api.get(t.admin, pods, metadata);
    expect(bound.spec.nodeName).toBe('n1');
    expect(bound.status.conditions).toMatchObject([{ type: 'PodScheduled', status: 'True' }]);
    await expect(bind(to('n2'))).rejects.toMatchObject({
      code: 409,
      message: `Operation cannot be fulfilled on pods/binding "${metadata.name}": pod ${metadata.name} is already assigned to node "n1"`,
    });
  });

  test('of 50 bindings of one pod one succeeds', async () => {
    const { metadata } = await pod(newName());
    const binds = Array.from({ length: 50 }, (_, index) => {
      const body = { metadata: { name: metadata.name }, target: { kind: 'Node', name: `n${index}` } };
      return t.api.create(t.admin, pods, { ...metadata, subresource: 'binding' }, body);
    });
    const results = await Promise.allSettled(binds);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('that the kind does not have', async () => {
    const { metadata } = await create({ metadata: { name: newName() } });
    const get = t.api.get(t.admin, configMaps, { ...metadata, subresource: 'scale' });
    await expect(get).rejects.toMatchObject({ code: 404, message: 'the server could not find the requested resource' });
  });
});

describe('a delete', () => {
  test('of a pod on a node takes two: the grace period, then the kubelet', async () => {
    const { metadata } = await pod(newName(), { nodeName: 'n1' });
    const first = await t.api.delete(t.admin, pods, metadata);
    expect(first.metadata).toMatchObject({ deletionGracePeriodSeconds: 30 });
    const shorter = await t.api.delete(t.admin, pods, metadata, { gracePeriodSeconds: 10 });
    expect(shorter.metadata.deletionGracePeriodSeconds).toBe(10);
    const longer = await t.api.delete(t.admin, pods, metadata, { gracePeriodSeconds: 60 });
    expect(longer).toBe(shorter);
    await t.api.delete(t.admin, pods, metadata, { gracePeriodSeconds: 0 });
    await expect(t.api.get(t.admin, pods, metadata)).rejects.toMatchObject({ code: 404 });
  });

  test('waits for finalizers, the last of which removes the object', async () => {
    const { metadata } = await create({
      metadata: { name: newName(), finalizers: ['example.com/a', 'example.com/b'] },
    });
    const waiting = await t.api.delete(t.admin, configMaps, metadata);
    expect(waiting.metadata.deletionTimestamp).toBeTruthy();
    const added = merge({ metadata: { finalizers: ['example.com/a', 'example.com/c'] } });
    await expect(t.api.patch(t.admin, configMaps, metadata, added)).rejects.toMatchObject({ code: 422 });
    await t.api.patch(t.admin, configMaps, metadata, merge({ metadata: { finalizers: ['example.com/a'] } }));
    await t.api.get(t.admin, configMaps, metadata);
    await t.api.patch(t.admin, configMaps, metadata, merge({ metadata: { finalizers: [] } }));
    await expect(t.api.get(t.admin, configMaps, metadata)).rejects.toMatchObject({ code: 404 });
  });

  test.each([
    { options: {}, finalizers: ['orphan'] },
    { options: { propagationPolicy: 'Foreground' }, finalizers: ['foregroundDeletion'] },
  ] as const)(
    'of a replication controller with $options leaves $finalizers to be done',
    async ({ options, finalizers }) => {
      const { metadata } = await controller();
      const waiting = await t.api.delete(t.admin, replicationControllers, metadata, options);
      expect(waiting.metadata.finalizers).toEqual(finalizers);
      await t.api.delete(t.admin, replicationControllers, metadata, { propagationPolicy: 'Background' });
      await expect(t.api.get(t.admin, replicationControllers, metadata)).rejects.toMatchObject({ code: 404 });
    },
  );

  test.each([
    { options: {}, finalizers: ['orphan'], warned: true },
    { options: { orphanDependents: true }, finalizers: ['orphan'], warned: false },
    { options: { propagationPolicy: 'Orphan' }, finalizers: ['orphan'], warned: false },
    { options: { propagationPolicy: 'Foreground' }, finalizers: ['foregroundDeletion'], warned: false },
  ] as const)('of a job with $options leaves $finalizers; warned: $warned', async ({ options, finalizers, warned }) => {
    const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i' }] } };
    const { metadata } = await t.api.create(
      t.admin,
      jobs,
      { namespace: 'default' },
      { metadata: { name: newName() }, spec: { template } },
    );
    const warnings: string[] = [];
    const onWarning = (text: string) => warnings.push(text);
    const waiting = await t.api.delete(t.admin, jobs, metadata, { ...options, onWarning });
    expect(waiting.metadata.finalizers).toEqual(finalizers);
    expect(warnings.map((text) => text.slice(0, 55))).toEqual(
      warned ? ['child pods are preserved by default when jobs are delet'] : [],
    );
  });

  test.each([
    { name: 'uid', preconditions: { uid: 'another' } },
    { name: 'resourceVersion', preconditions: { resourceVersion: '1' } },
  ])('with another $name is a conflict', async ({ preconditions }) => {
    const { metadata } = await create({ metadata: { name: newName() } });
    const refused = t.api.delete(t.admin, configMaps, metadata, { preconditions });
    await expect(refused).rejects.toMatchObject({ code: 409, reason: 'Conflict' });
    const { uid, resourceVersion } = metadata;
    await t.api.delete(t.admin, configMaps, metadata, { preconditions: { uid, resourceVersion } });
  });

  test('as a dry run deletes nothing', async () => {
    const made = await create({ metadata: { name: newName() } });
    await t.api.delete(t.admin, configMaps, made.metadata, { dryRun: ['All'] });
    expect(await t.api.get(t.admin, configMaps, made.metadata)).toBe(made);
  });

  test('of a collection takes what the selector selects', async () => {
    await t.namespace('collection');
    for (const tier of ['a', 'a', 'b'])
      await t.api.create(
        t.admin,
        configMaps,
        { namespace: 'collection' },
        { metadata: { name: newName(), labels: { tier } } },
      );
    const selection = { namespace: 'collection', labelSelector: 'tier=a' };
    const deleted = await t.api.deleteCollection(t.admin, configMaps, selection);
    expect(deleted.items).toHaveLength(2);
    const left = await t.api.list(t.admin, configMaps, { namespace: 'collection' });
    expect(left.items.map(({ metadata }) => metadata.labels)).toEqual([{ tier: 'b' }]);
  });

  test('of a namespace waits until it is finalized', async () => {
    const name = 'doomed';
    await t.namespace(name);
    const deleting = await t.api.delete(t.admin, namespaces, { name });
    expect(deleting).toMatchObject({ status: { phase: 'Terminating' }, spec: { finalizers: ['kubernetes'] } });
    await expect(
      t.api.create(t.admin, configMaps, { namespace: name }, { metadata: { name: 'a' } }),
    ).rejects.toMatchObject({
      code: 403,
      message: `configmaps "a" is forbidden: unable to create new content in namespace ${name} because it is being terminated`,
      details: { causes: [{ reason: 'NamespaceTerminating' }] },
    });
    const finalized = { ...deleting, spec: { finalizers: [] } };
    await t.api.update(t.admin, namespaces, { name, subresource: 'finalize' }, finalized);
    await expect(t.api.get(t.admin, namespaces, { name })).rejects.toMatchObject({ code: 404 });
  });
});
