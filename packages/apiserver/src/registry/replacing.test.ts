// What a write must say of the object that it means, and what it is told of the one that is in its way.
import {
  configMaps,
  customResourceDefinitions,
  type KubeObject,
  leases,
  type Namespace,
  namespaces,
  nodes,
  podDisruptionBudgets,
  priorityClasses,
  type Resource,
  services,
  validatingWebhookConfigurations,
} from '@berth/objects';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../testing/index.ts';

let t: TestApi;
beforeAll(async () => {
  t = await startTestApi();
});
afterAll(() => t.close());

const merge = (body: unknown) => ({ type: 'application/merge-patch+json', body }) as const;
const definition = {
  group: 'ex.io',
  scope: 'Namespaced',
  names: { plural: 'foos', singular: 'foo', kind: 'Foo', listKind: 'FooList' },
  versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
};

describe('a whole object in place of another', () => {
  const versioned: [string, Resource<KubeObject>, object, string][] = [
    ['a lease', leases, { spec: {} }, 'leases.coordination.k8s.io'],
    ['a budget', podDisruptionBudgets, { spec: {} }, 'poddisruptionbudgets.policy'],
    ['webhooks', validatingWebhookConfigurations, {}, 'validatingwebhookconfigurations.admissionregistration.k8s.io'],
    ['a definition', customResourceDefinitions, { spec: definition }, 'customresourcedefinitions.apiextensions.k8s.io'],
  ];
  test.each(versioned)('of %s says in which version it was', async (_, resource, content, qualified) => {
    const name = resource === customResourceDefinitions ? 'foos.ex.io' : 'versioned';
    const where = resource.namespaced ? { namespace: 'default' } : {};
    const body = { metadata: { name }, ...content };
    const { metadata } = await t.api.create(t.admin, resource, where, body);
    await expect(t.api.update(t.admin, resource, { ...where, name }, body)).rejects.toMatchObject({
      code: 422,
      message: `${qualified} "${name}" is invalid: metadata.resourceVersion: Invalid value: 0x0: must be specified for an update`,
      details: { name, kind: resource.plural },
    });
    const { resourceVersion } = metadata;
    const updated = { ...body, metadata: { name, resourceVersion } };
    expect(await t.api.update(t.admin, resource, { ...where, name }, updated)).toMatchObject({ metadata: { name } });
  });

  test('of a config map need not', async () => {
    const body = { metadata: { name: 'plain' }, data: { a: '1' } };
    await t.api.create(t.admin, configMaps, { namespace: 'default' }, body);
    expect(await t.api.update(t.admin, configMaps, { namespace: 'default', name: 'plain' }, body)).toMatchObject(body);
  });

  test('of a service keeps its addresses if it names only the first', async () => {
    const ports = [{ port: 80 }];
    const made = await t.api.create(
      t.admin,
      services,
      { namespace: 'default' },
      { metadata: { name: 's' }, spec: { ports } },
    );
    const body = { metadata: { name: 's' }, spec: { ports, clusterIP: made.spec.clusterIP } };
    const updated = await t.api.update(t.admin, services, { namespace: 'default', name: 's' }, body);
    expect(updated.spec.clusterIPs).toEqual(made.spec.clusterIPs);
  });

  test('has a name', async () => {
    const target = { namespace: 'default', name: 'plain' };
    await expect(t.api.update(t.admin, configMaps, target, { data: {} })).rejects.toMatchObject({
      reason: 'BadRequest',
      message: 'the name of the object (plain based on URL) was undeterminable: name must be provided',
    });
  });

  test('of a priority that there is not makes none', async () => {
    const body = { metadata: { name: 'none' }, value: 1 };
    await expect(t.api.update(t.admin, priorityClasses, { name: 'none' }, body)).rejects.toMatchObject({ code: 404 });
  });
});

describe('the uid', () => {
  const target = { namespace: 'default', name: 'uid' };
  beforeAll(() => t.api.create(t.admin, configMaps, { namespace: 'default' }, { metadata: { name: 'uid' } }));

  test('of another object is a conflict where the whole object was sent', async () => {
    const body = { metadata: { name: 'uid', uid: 'other' } };
    await expect(t.api.update(t.admin, configMaps, target, body)).rejects.toMatchObject({ reason: 'Conflict' });
  });

  test('cannot be patched', async () => {
    const patch = merge({ metadata: { uid: 'other' } });
    await expect(t.api.patch(t.admin, configMaps, target, patch)).rejects.toMatchObject({
      reason: 'Invalid',
      message: 'ConfigMap "uid" is invalid: metadata.uid: Invalid value: "other": field is immutable',
    });
  });
});

describe('an object of the whole cluster', () => {
  test('is in no namespace, whatever is sent', async () => {
    const made = await t.api.create(t.admin, nodes, {}, { metadata: { name: 'cluster-wide', namespace: 'x' } });
    expect(made.metadata.namespace).toBeUndefined();
    const patch = merge({ metadata: { namespace: 'y', labels: { a: 'b' } } });
    const { metadata } = await t.api.patch(t.admin, nodes, { name: 'cluster-wide' }, patch);
    expect([metadata.namespace, metadata.labels]).toEqual([undefined, { a: 'b' }]);
  });
});

describe('an object without a name', () => {
  test('is called nothing', async () => {
    await expect(t.api.create(t.admin, configMaps, { namespace: 'default' }, {})).rejects.toMatchObject({
      message: 'ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required',
      details: { kind: 'ConfigMap', causes: [expect.anything()] },
    });
  });
});

describe('a delete of what it does not mean', () => {
  test.each([
    ['uid', 'UID', 'other', 'deleted and then recreated'],
    ['resourceVersion', 'ResourceVersion', '1', 'modified'],
  ] as const)('by its %s says what there is', async (field, shown, asked, might) => {
    const target = { namespace: 'default', name: `meant-${field.toLowerCase()}` };
    const { metadata } = await t.api.create(t.admin, configMaps, { namespace: 'default' }, { metadata: target });
    const preconditions = { [field]: asked };
    await expect(t.api.delete(t.admin, configMaps, target, { preconditions })).rejects.toMatchObject({
      reason: 'Conflict',
      message: `Operation cannot be fulfilled on ConfigMap "${target.name}": the ${shown} in the precondition (${asked}) does not match the ${shown} in record (${metadata[field]}). The object might have been ${might}`,
      details: { kind: 'ConfigMap', name: target.name },
    });
  });
});

describe('what is being deleted', () => {
  test('keeps its name so long, and says so', async () => {
    const body = { metadata: { name: 'going', finalizers: ['example.com/hold'] } };
    await t.api.create(t.admin, configMaps, { namespace: 'default' }, body);
    await t.api.delete(t.admin, configMaps, { namespace: 'default', name: 'going' });
    const message = 'object is being deleted: configmaps "going" already exists';
    for (const dryRun of [false, true])
      await expect(t.api.create(t.admin, configMaps, { namespace: 'default' }, body, { dryRun })).rejects.toMatchObject(
        { reason: 'AlreadyExists', message },
      );
  });

  test('has no grace period if it is a namespace, which has a phase all the time', async () => {
    await t.api.create(t.admin, namespaces, {}, { metadata: { name: 'phases' } });
    const target = { name: 'phases', subresource: 'status' };
    const phase = (value: string | null) =>
      t.api.patch(t.admin, namespaces, target, merge({ status: { phase: value } }));
    expect((await phase(null)).status.phase).toBe('Active');
    await expect(phase('Terminating')).rejects.toMatchObject({
      message:
        'Namespace "phases" is invalid: status.Phase: Invalid value: "Terminating": may only be \'Active\' if `deletionTimestamp` is empty',
    });
    await t.api.delete(t.admin, namespaces, { name: 'phases' });
    const { metadata, status } = (await t.api.get(t.admin, namespaces, { name: 'phases' })) as Namespace;
    expect([metadata.deletionGracePeriodSeconds, status.phase]).toEqual([undefined, 'Terminating']);
    await expect(phase('Active')).rejects.toMatchObject({ code: 422 });
  });
});
