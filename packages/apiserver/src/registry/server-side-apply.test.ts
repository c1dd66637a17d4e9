import {
  applyPatchType,
  type ConfigMap,
  configMaps,
  nodes,
  pods,
  replicationControllers,
  StatusError,
  type UserInfo,
  type WriteOptions,
} from '@berth/objects';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../testing/test-api.ts';

const namespace = 'applied';
let t: TestApi;

beforeAll(async () => {
  t = await startTestApi();
  await t.namespace(namespace);
});
afterAll(() => t.close());

function apply(name: string, data: Record<string, string>, options: WriteOptions = {}): Promise<ConfigMap> {
  const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data };
  const write = { fieldManager: 'me', ...options };
  return t.api.patch(t.admin, configMaps, { namespace, name }, { type: applyPatchType, body }, write);
}

const stored = (name: string): Promise<ConfigMap> => t.api.get(t.admin, configMaps, { namespace, name });

describe('an apply', () => {
  test('creates what is not there, and says so', async () => {
    let created = 0;
    const onCreated = () => {
      created++;
    };
    await apply('new', { a: '1' }, { onCreated });
    await apply('new', { a: '2' }, { onCreated });
    expect(created).toBe(1);
    expect((await stored('new')).data).toEqual({ a: '2' });
  });

  test('that changes nothing writes nothing', async () => {
    const before = await apply('same', { a: '1' });
    const revision = await t.store.revision();
    expect(await apply('same', { a: '1' })).toBe(before);
    expect(await t.store.revision()).toBe(revision);
  });

  test('that is a dry run writes nothing, whether or not there is an object', async () => {
    const revision = await t.store.revision();
    expect((await apply('dry', { a: '1' }, { dryRun: true })).data).toEqual({ a: '1' });
    expect((await apply('same', { a: '2' }, { dryRun: true })).data).toEqual({ a: '2' });
    expect(await t.store.revision()).toBe(revision);
  });

  test('by many at once keeps what each of them says', async () => {
    const keys = Array.from({ length: 10 }, (_, index) => `k${index}`);
    await Promise.all(keys.map((key) => apply('crowd', { [key]: '1' }, { fieldManager: key })));
    const { data, metadata } = await stored('crowd');
    expect(Object.keys(data!).sort()).toEqual(keys);
    expect(metadata.managedFields!.map(({ manager }) => manager).sort()).toEqual(keys);
  });

  test('about another object than the URL is a bad request', async () => {
    const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'other' } };
    const patch = { type: applyPatchType, body } as const;
    const written = t.api.patch(t.admin, configMaps, { namespace, name: 'this' }, patch, { fieldManager: 'me' });
    await expect(written).rejects.toMatchObject({ reason: 'BadRequest' });
  });

  test('creates only for those who may create', async () => {
    const node: UserInfo = { name: 'system:node:n1', groups: ['system:nodes'] };
    const body = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n2' } };
    const patch = { type: applyPatchType, body } as const;
    const written = t.api.patch(node, nodes, { name: 'n2' }, patch, { fieldManager: 'me' });
    await expect(written).rejects.toMatchObject({ reason: 'Forbidden' });
  });
});

test('whatever is sent is stored, or is the caller’s mistake', async () => {
  const value = fc.jsonValue({ maxDepth: 3 });
  const known = (...names: string[]) =>
    fc.record(Object.fromEntries(names.map((name) => [name, fc.option(value, { nil: undefined })])));
  const entry = known('manager', 'operation', 'time', 'fieldsType', 'fieldsV1', 'subresource');
  const container = known('name', 'image', 'ports', 'env', 'resources');
  const metadata = known('labels', 'finalizers', 'ownerReferences', 'managedFields');
  const sent = fc.record({
    type: fc.constantFrom(applyPatchType, 'application/merge-patch+json' as const),
    metadata: fc.oneof(
      metadata,
      fc.array(entry).map((managedFields) => ({ managedFields })),
    ),
    spec: fc.oneof(
      value,
      fc.array(container).map((containers) => ({ containers })),
    ),
  });
  await t.api.create(
    t.admin,
    pods,
    { namespace },
    { metadata: { name: 'any' }, spec: { containers: [{ name: 'm', image: 'i' }] } },
  );
  await fc.assert(
    fc.asyncProperty(sent, async ({ type, ...more }) => {
      const body = { apiVersion: 'v1', kind: 'Pod', ...more, metadata: { ...more.metadata, name: 'any' } };
      const options = { fieldManager: 'me', force: true };
      const outcome = await t.api.patch(t.admin, pods, { namespace, name: 'any' }, { type, body }, options).then(
        () => 200,
        (error: unknown) => (error instanceof StatusError ? error.code : 500),
      );
      expect(outcome).toBeLessThan(500);
      const { managedFields } = (await t.api.get(t.admin, pods, { namespace, name: 'any' })).metadata;
      for (const { fieldsType, fieldsV1 } of managedFields ?? []) {
        expect(fieldsType).toBe('FieldsV1');
        expect(fieldsV1).toBeTypeOf('object');
      }
    }),
    { numRuns: 300 },
  );
});

test('a Scale: its manager has the replicas of what it scales', async () => {
  const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'm', image: 'i' }] } };
  const target = { namespace, name: 'rc' };
  const scale = (replicas: number, fieldManager: string, force = false) => {
    const body = { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: 'rc' }, spec: { replicas } };
    const at = { ...target, subresource: 'scale' };
    return t.api.patch(t.admin, replicationControllers, at, { type: applyPatchType, body }, { fieldManager, force });
  };
  await t.api.create(t.admin, replicationControllers, { namespace }, { metadata: { name: 'rc' }, spec: { template } });
  expect(await scale(3, 'scaler', true)).toMatchObject({ kind: 'Scale', spec: { replicas: 3 } });
  const { metadata, spec } = await t.api.get(t.admin, replicationControllers, target);
  expect(spec.replicas).toBe(3);
  expect(metadata.managedFields).toContainEqual(
    expect.objectContaining({ manager: 'scaler', subresource: 'scale', fieldsV1: { 'f:spec': { 'f:replicas': {} } } }),
  );
  await expect(scale(4, 'other')).rejects.toMatchObject({
    message: 'Apply failed with 1 conflict: conflict with "scaler" with subresource "scale": .spec.replicas',
  });
});

describe('the managers of a pod', () => {
  test('are who made it and who reports its status; a binding makes none', async () => {
    const target = { namespace, name: 'p' };
    const body = { metadata: { name: 'p' }, spec: { containers: [{ name: 'm', image: 'i' }] } };
    const made = await t.api.create(t.admin, pods, { namespace }, body, { fieldManager: 'kubectl-create' });
    await t.api.create(t.admin, nodes, {}, { metadata: { name: 'n1' } });
    const binding = { metadata: { name: 'p' }, target: { kind: 'Node', name: 'n1' } };
    await t.api.create(t.admin, pods, { ...target, subresource: 'binding' }, binding);
    const status = { ...made, metadata: { ...made.metadata, resourceVersion: '' }, status: { phase: 'Running' } };
    const after = await t.api.update(t.admin, pods, { ...target, subresource: 'status' }, status);
    const entries = after.metadata.managedFields!.map(({ manager, subresource = '' }) => `${manager} ${subresource}`);
    // They stand in the order of their times, which may be of one second or not.
    expect(entries.sort()).toEqual(['admin status', 'kubectl-create ']);
  });
});
