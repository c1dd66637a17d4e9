// The controllers that work over all kinds, with kinds that are defined while they run.
import type { Client } from '@berth/client';
import {
  configMaps,
  customResourceDefinitions,
  type KubeObject,
  type New,
  namespaces,
  type OwnerReference,
  type Resource,
} from '@berth/objects';
import { describe, expect, it } from 'vitest';
import { isGone, startTestCluster, type TestCluster } from './testing/cluster.ts';

const namespace = 'default';
const merge = 'application/merge-patch+json';

function thingsOf(group: string, namespaced = true): Resource {
  return {
    group,
    version: 'v1',
    plural: 'things',
    singular: 'thing',
    kind: 'Thing',
    namespaced,
    shortNames: [],
    categories: [],
    type: '',
  };
}

function definitionOf({ group, plural, kind, namespaced }: Resource) {
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  return {
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      names: { plural, kind },
      scope: namespaced ? ('Namespaced' as const) : ('Cluster' as const),
      versions: [{ name: 'v1', served: true, storage: true, schema }],
    },
  };
}

/** Defines a resource, and waits until it is served. */
async function define({ client, eventually }: TestCluster, resource: Resource): Promise<void> {
  await client.create(customResourceDefinitions, definitionOf(resource) as never);
  await eventually(
    () =>
      client.list(resource).then(
        () => true,
        () => false,
      ),
    Boolean,
  );
}

function make(client: Client, resource: Resource, name: string, owner?: KubeObject): Promise<KubeObject> {
  const object = { metadata: { name, namespace, ...(owner ? { ownerReferences: [referenceTo(owner)] } : {}) } };
  return client.create(resource, object as New<KubeObject>);
}

function referenceTo({ apiVersion, kind, metadata: { name, uid } }: KubeObject): OwnerReference {
  return { apiVersion, kind, name, uid };
}

const goes = ({ client, eventually }: TestCluster, resource: Resource, name: string) =>
  eventually(() => isGone(client.get(resource, { namespace, name })), Boolean);

describe('garbage of kinds that are defined while the cluster runs', { timeout: 30_000 }, () => {
  it.each([
    { name: 'a custom resource that a built-in one owned', owner: configMaps, owned: thingsOf('a.example.com') },
    { name: 'a built-in one that a custom resource owned', owner: thingsOf('a.example.com'), owned: configMaps },
    {
      name: 'one of another group with the same name',
      owner: thingsOf('a.example.com'),
      owned: thingsOf('b.example.com'),
    },
  ])('$name is collected', async ({ owner, owned }) => {
    await using cluster = await startTestCluster();
    const { client } = cluster;
    for (const group of ['a.example.com', 'b.example.com']) await define(cluster, thingsOf(group));
    const other = await make(client, thingsOf('b.example.com'), 'owner');
    await make(client, configMaps, 'other', other);
    await make(client, owned, 'owned', await make(client, owner as Resource, 'owner-of'));
    await client.delete(owner as Resource, { namespace, name: 'owner-of' });
    await goes(cluster, owned as Resource, 'owned');
    expect(await isGone(client.get(configMaps, { namespace, name: 'other' }))).toBe(false);
  });

  it('waits in the foreground as for any owner', async () => {
    await using cluster = await startTestCluster();
    const { client } = cluster;
    const things = thingsOf('a.example.com');
    await define(cluster, things);
    const owner = await make(client, things, 'owner');
    const ownerReferences = [{ ...referenceTo(owner), blockOwnerDeletion: true }];
    await client.create(configMaps, { metadata: { name: 'owned', namespace, ownerReferences } });
    await client.delete(things, { namespace, name: 'owner' }, { propagationPolicy: 'Foreground' });
    await goes(cluster, things, 'owner');
    expect(await isGone(client.get(configMaps, { namespace, name: 'owned' }))).toBe(true);
  });

  it('goes with the definition, and what it owned with it', async () => {
    await using cluster = await startTestCluster();
    const { client, eventually } = cluster;
    const things = thingsOf('a.example.com');
    await define(cluster, things);
    const owner = await make(client, things, 'owner');
    await make(client, configMaps, 'owned', owner);
    const told: string[] = [];
    const watching = (async () => {
      const { signal } = new AbortController();
      for await (const batch of client.watch(things, { signal })) told.push(...batch.map(({ type }) => type));
    })();
    await eventually(
      () => told.length,
      (count) => count === 1,
    );
    await client.delete(customResourceDefinitions, { name: 'things.a.example.com' });
    await eventually(() => isGone(client.get(customResourceDefinitions, { name: 'things.a.example.com' })), Boolean);
    await watching;
    expect(told).toEqual(['ADDED', 'DELETED']);
    await eventually(() => isGone(client.list(things)), Boolean);
    await goes(cluster, configMaps, 'owned');
  });

  it('goes with a definition that does not serve what it stores', async () => {
    await using cluster = await startTestCluster();
    const { client, eventually } = cluster;
    const things = thingsOf('a.example.com');
    await define(cluster, things);
    await make(client, things, 'stored');
    const name = 'things.a.example.com';
    const { spec } = definitionOf(things);
    const [version] = spec.versions;
    const versions = [
      { ...version, storage: false },
      { ...version, name: 'v2', served: false },
    ];
    await client.patch(customResourceDefinitions, { name }, { type: merge, body: { spec: { versions } } });
    await make(client, things, 'stored-newer');
    await client.delete(customResourceDefinitions, { name });
    await eventually(() => isGone(client.get(customResourceDefinitions, { name })), Boolean);
    await client.create(customResourceDefinitions, definitionOf(things) as never);
    const left = await eventually(
      () => client.list(things).catch(() => undefined),
      (list) => list !== undefined,
    );
    expect(left?.items).toEqual([]);
  });

  it('is collected when its owner went while nobody looked', async () => {
    await using cluster = await startTestCluster();
    const { client } = cluster;
    const things = thingsOf('a.example.com');
    await define(cluster, things);
    const owner = await make(client, things, 'owner');
    await make(client, configMaps, 'owned', owner);
    await client.delete(things, { namespace, name: 'owner' });
    await cluster.restart();
    await goes(cluster, configMaps, 'owned');
  });
});

it('a namespace takes the custom resources in it along', { timeout: 30_000 }, async () => {
  await using cluster = await startTestCluster();
  const { client, eventually } = cluster;
  const things = thingsOf('a.example.com');
  await client.create(namespaces, { metadata: { name: 'shop' }, spec: {} });
  await define(cluster, things);
  await client.create(things, { metadata: { name: 'a', namespace: 'shop' } });
  await make(client, things, 'elsewhere');
  await client.delete(namespaces, { name: 'shop' });
  await eventually(() => isGone(client.get(namespaces, { name: 'shop' })), Boolean);
  expect((await client.list(things)).items.map(({ metadata }) => metadata.name)).toEqual(['elsewhere']);
});
