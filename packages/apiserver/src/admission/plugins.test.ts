// What the plugins without state refuse and fill in, through the whole core over a real store.
import { leases, type Namespace, namespaces, nodes, pods, type UserInfo } from '@berth/objects';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../testing/index.ts';

let t: TestApi;
beforeAll(async () => {
  t = await startTestApi();
});
afterAll(() => t.close());

const namespace = 'default';
const mirror = { 'kubernetes.io/config.mirror': 'hash' };

function podBody(name: string, spec: object = {}, annotations: object = {}) {
  return { metadata: { name, annotations }, spec: { containers: [{ name: 'main', image: 'hello' }], ...spec } };
}

describe('namespaces', () => {
  test('that do not exist take nothing', async () => {
    const create = t.api.create(t.admin, pods, { namespace: 'none' }, podBody('a'));
    await expect(create).rejects.toMatchObject({ code: 404, message: 'namespaces "none" not found' });
  });

  test('are known as soon as they are created', async () => {
    const made = Array.from({ length: 10 }, async (_, index) => {
      await t.namespace(`fresh-${index}`);
      return t.api.create(t.admin, pods, { namespace: `fresh-${index}` }, podBody('a'));
    });
    expect(await Promise.all(made)).toHaveLength(10);
  });

  test.each(['default', 'kube-system', 'kube-public'])('%s cannot be deleted', async (name) => {
    await expect(t.api.delete(t.admin, namespaces, { name })).rejects.toMatchObject({
      code: 403,
      message: `namespaces "${name}" is forbidden: this namespace may not be deleted`,
    });
    const { status } = await t.api.get<Namespace>(t.admin, namespaces, { name });
    expect(status.phase).toBe('Active');
  });
});

describe('the service account of a pod', () => {
  test.each([
    { name: 'none', spec: {}, annotations: {}, expected: 'default' },
    { name: 'its own', spec: { serviceAccountName: 'mine' }, annotations: {}, expected: 'mine' },
    { name: 'by the old name of the field', spec: { serviceAccount: 'old' }, annotations: {}, expected: 'old' },
    { name: 'of a mirror pod', spec: { nodeName: 'n1' }, annotations: mirror, expected: undefined },
  ])('$name: $expected', async ({ spec, annotations, expected }) => {
    const body = podBody('dry', spec, annotations);
    const pod = await t.api.create(t.admin, pods, { namespace }, body, { dryRun: true });
    expect(pod.spec.serviceAccountName).toBe(expected);
    expect(pod.spec.serviceAccount).toBe(expected);
  });
});

describe('how long a pod stays on a node that is not ready', () => {
  const usual = (key: string) => ({
    key: `node.kubernetes.io/${key}`,
    operator: 'Exists',
    effect: 'NoExecute',
    tolerationSeconds: 300,
  });
  const own = { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 5 };
  const elsewhere = { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoSchedule' };
  const everything = { operator: 'Exists', effect: 'NoExecute' };
  test.each([
    { name: 'usual', tolerations: undefined, expected: [usual('not-ready'), usual('unreachable')] },
    { name: 'its own for one of two', tolerations: [own], expected: [own, usual('unreachable')] },
    {
      name: 'another effect',
      tolerations: [elsewhere],
      expected: [elsewhere, usual('not-ready'), usual('unreachable')],
    },
    { name: 'whatever happens', tolerations: [everything], expected: [everything] },
  ])('$name', async ({ tolerations, expected }) => {
    const body = podBody('dry', { tolerations });
    const pod = await t.api.create(t.admin, pods, { namespace }, body, { dryRun: true });
    expect(pod.spec.tolerations).toEqual(expected);
  });
});

test('a new node takes no pods until it is known to be ready', async () => {
  const notReady = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' };
  const own = { key: 'dedicated', value: 'db', effect: 'NoSchedule' };
  const create = (taints: object[]) =>
    t.api.create(t.admin, nodes, {}, { metadata: { name: 'fresh' }, spec: { taints } }, { dryRun: true });
  expect((await create([own])).spec.taints).toEqual([own, notReady]);
  expect((await create([notReady])).spec.taints).toEqual([notReady]);
});

describe('the agent of node n1', () => {
  const agent: UserInfo = { name: 'system:node:n1', groups: ['system:nodes', 'system:authenticated'] };
  const forbidden = (message: string) => ({ code: 403, message: expect.stringContaining(message) });
  const status = { type: 'application/merge-patch+json', body: { status: { phase: 'Running' } } } as const;

  beforeAll(async () => {
    await t.api.create(t.admin, pods, { namespace }, podBody('own', { nodeName: 'n1' }));
    await t.api.create(t.admin, pods, { namespace }, podBody('other', { nodeName: 'n2' }));
  });

  test('registers and reports itself, and no other node', async () => {
    await t.api.create(agent, nodes, {}, { metadata: { name: 'n1' } });
    await t.api.patch(agent, nodes, { name: 'n1', subresource: 'status' }, status);
    await expect(t.api.create(agent, nodes, {}, { metadata: { name: 'n2' } })).rejects.toMatchObject(
      forbidden('node "n1" is not allowed to modify node "n2"'),
    );
  });

  test('keeps its own lease', async () => {
    const target = { namespace: 'kube-node-lease' };
    await t.api.create(agent, leases, target, { metadata: { name: 'n1' }, spec: {} });
    await expect(t.api.create(agent, leases, target, { metadata: { name: 'n2' }, spec: {} })).rejects.toMatchObject(
      forbidden('can only access node lease with the same name as the requesting node'),
    );
    await expect(t.api.create(agent, leases, { namespace }, { metadata: { name: 'n1' } })).rejects.toMatchObject({
      code: 403,
    });
  });

  test('reports and removes its own pods, and no others', async () => {
    await t.api.patch(agent, pods, { namespace, name: 'own', subresource: 'status' }, status);
    await t.api.delete(agent, pods, { namespace, name: 'own' }, { gracePeriodSeconds: 0 });
    const other = { namespace, name: 'other' };
    await expect(t.api.patch(agent, pods, { ...other, subresource: 'status' }, status)).rejects.toMatchObject(
      forbidden('node "n1" can only update pod status for pods with spec.nodeName set to itself'),
    );
    await expect(t.api.delete(agent, pods, other)).rejects.toMatchObject(
      forbidden('node "n1" can only delete pods with spec.nodeName set to itself'),
    );
  });

  const merge = (body: object) => ({ type: 'application/merge-patch+json', body }) as const;

  test('says of its node what it is, and not who may run there', async () => {
    await t.api.create(agent, nodes, {}, { metadata: { name: 'n1' } }).catch(() => {});
    const patch = (body: object) => t.api.patch(agent, nodes, { name: 'n1' }, merge(body));
    await patch({ metadata: { labels: { 'kubernetes.io/os': 'linux', zone: 'a' } } });
    const role = 'node-role.kubernetes.io/control-plane';
    await expect(patch({ metadata: { labels: { [role]: '' } } })).rejects.toMatchObject(
      forbidden(`is not allowed to modify labels: ${role}`),
    );
    const taint = { key: 'a', effect: 'NoSchedule' };
    await expect(patch({ spec: { taints: [taint] } })).rejects.toMatchObject(
      forbidden('node "n1" is not allowed to modify taints'),
    );
    const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'a', uid: 'u' };
    await expect(patch({ metadata: { ownerReferences: [owner] } })).rejects.toMatchObject(
      forbidden('node "n1" is not allowed to modify ownerReferences'),
    );
    await patch({ spec: { unschedulable: true } });
  });

  test('changes no labels through a status', async () => {
    await t.api.create(t.admin, pods, { namespace }, podBody('labelled', { nodeName: 'n1' }));
    const target = { namespace, name: 'labelled', subresource: 'status' };
    await expect(t.api.patch(agent, pods, target, merge({ metadata: { labels: { a: 'b' } } }))).rejects.toMatchObject(
      forbidden('node "n1" cannot update labels through pod status'),
    );
  });

  test('creates mirror pods of its own, and no others', async () => {
    await t.api.create(agent, nodes, {}, { metadata: { name: 'n1' } }).catch(() => {});
    const { uid } = (await t.api.get(t.admin, nodes, { name: 'n1' })).metadata;
    const owner = { apiVersion: 'v1', kind: 'Node', name: 'n1', uid, controller: true };
    const create = (
      name: string,
      spec: object,
      { annotations = mirror, ownerReferences = [owner] as object[] } = {},
    ) => {
      const body = podBody(name, { nodeName: 'n1', ...spec }, annotations);
      return t.api.create(agent, pods, { namespace }, { ...body, metadata: { ...body.metadata, ownerReferences } });
    };
    await create('static-n1', {});
    const only = 'node "n1" can only create pods with';
    const env = (valueFrom: object) => ({
      containers: [{ name: 'main', image: 'hello', env: [{ name: 'A', valueFrom }] }],
    });
    const cases: { spec?: object; more?: { annotations?: typeof mirror; ownerReferences?: object[] }; says: string }[] =
      [
        { spec: { nodeName: 'n2' }, says: `${only} spec.nodeName set to itself` },
        { more: { annotations: {} as typeof mirror }, says: 'node "n1" can only create mirror pods' },
        { more: { ownerReferences: [] }, says: `${only} an owner reference set to itself` },
        { more: { ownerReferences: [{ ...owner, name: 'n2' }] }, says: `${only} an owner reference set to itself` },
        {
          more: { ownerReferences: [{ ...owner, controller: false }] },
          says: `${only} a controller owner reference set to itself`,
        },
        {
          more: { ownerReferences: [{ ...owner, blockOwnerDeletion: true }] },
          says: 'node "n1" must not set blockOwnerDeletion on an owner reference',
        },
        { more: { ownerReferences: [{ ...owner, uid: 'other' }] }, says: `UID mismatch: expected ${uid} got other` },
        {
          spec: { serviceAccountName: 'default' },
          says: 'node "n1" can not create pods that reference a service account',
        },
        {
          spec: { volumes: [{ name: 'v', secret: { secretName: 's' } }] },
          says: 'node "n1" can not create pods that reference secrets',
        },
        { spec: env({ secretKeyRef: { name: 's', key: 'k' } }), says: 'reference secrets' },
        { spec: env({ configMapKeyRef: { name: 's', key: 'k' } }), says: 'reference configmaps' },
      ];
    for (const { spec = {}, more, says } of cases)
      await expect(create('static-x', spec, more)).rejects.toMatchObject(forbidden(says));
  });
});
