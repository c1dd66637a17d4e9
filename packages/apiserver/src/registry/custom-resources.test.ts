// Custom resources from their definition to its end, over the real core and its store.

import { Registry, silentLogger, systemClock, systemRandom } from '@berth/host';
import {
  type CustomResourceDefinition,
  customResourceDefinitions,
  type KubeObject,
  type Resource,
  scaleDocument,
} from '@berth/objects';
import { openTemporaryStore } from '@berth/store/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../testing/index.ts';
import { createApiCore } from './api-core.ts';

const namespace = 'default';
const spec = {
  type: 'object',
  properties: { size: { type: 'integer', default: 1 }, colour: { type: 'string' } },
};
const version = (name: string, more: object = {}) => ({
  name,
  served: true,
  storage: name === 'v1',
  schema: {
    openAPIV3Schema: {
      type: 'object',
      properties: { spec, status: { type: 'object', properties: { size: { type: 'integer' } } } },
    },
  },
  ...more,
});
const definition = (plural: string, versions: readonly object[]) => ({
  metadata: { name: `${plural}.example.com` },
  spec: { group: 'example.com', scope: 'Namespaced', names: { plural, kind: `${plural}Kind` }, versions },
});
interface Box extends KubeObject {
  readonly spec: { readonly size?: number; readonly colour?: string };
  readonly status?: { readonly size?: number };
}
function resourceOf(plural: string, of = 'v1'): Resource<Box> {
  return {
    group: 'example.com',
    version: of,
    plural,
    singular: '',
    kind: `${plural}Kind`,
    namespaced: true,
    shortNames: [],
    categories: [],
    type: '',
  };
}

let t: TestApi;
beforeAll(async () => {
  t = await startTestApi();
});
afterAll(() => t.close());

/** As the controller of definitions does it. */
async function accept(api: Pick<TestApi, 'api' | 'admin'>, name: string): Promise<void> {
  const found = await api.api.get(api.admin, customResourceDefinitions, { name });
  const conditions = [{ type: 'NamesAccepted', status: 'True' }];
  const status = { ...found.status, acceptedNames: found.spec.names, conditions };
  await api.api.update(api.admin, customResourceDefinitions, { name, subresource: 'status' }, { ...found, status });
}

async function define(plural: string, versions: readonly object[]): Promise<CustomResourceDefinition> {
  const made = await t.api.create(t.admin, customResourceDefinitions, {}, definition(plural, versions));
  await accept(t, made.metadata.name);
  await served(plural);
  return made;
}

/** Kinds come a moment after their definition. */
async function served(plural: string, of = 'v1'): Promise<void> {
  while (!t.api.served.find(`example.com/${of}`, plural)) await new Promise((resolve) => setImmediate(resolve));
}
const create = (plural: string, name: string, body: object = {}, of = 'v1') =>
  t.api.create(t.admin, resourceOf(plural, of), { namespace }, { metadata: { name }, ...body });

describe('a definition', () => {
  test('is served once its names are accepted', async () => {
    await t.api.create(t.admin, customResourceDefinitions, {}, definition('early', [version('v1')]));
    await expect(create('early', 'a')).rejects.toMatchObject({
      reason: 'NotFound',
      message: 'the server could not find the requested resource',
    });
    await accept(t, 'early.example.com');
    await served('early');
    expect(await create('early', 'a', { spec: {} })).toMatchObject({ apiVersion: 'example.com/v1', spec: { size: 1 } });
  });

  test('that is deleted waits for its objects, and takes no new ones', async () => {
    const { metadata } = await define('ending', [version('v1')]);
    await create('ending', 'a');
    const deleted = await t.api.delete(t.admin, customResourceDefinitions, { name: metadata.name });
    expect(deleted.metadata.finalizers).toEqual(['customresourcecleanup.apiextensions.k8s.io']);
    while (!t.api.served.find('example.com/v1', 'ending')?.refusesNew?.())
      await new Promise((resolve) => setImmediate(resolve));
    await expect(create('ending', 'b')).rejects.toMatchObject({
      code: 405,
      message: 'create not allowed while custom resource definition is terminating',
    });
    await t.api.delete(t.admin, resourceOf('ending'), { namespace, name: 'a' });
    const { metadata: left } = await t.api.get(t.admin, customResourceDefinitions, { name: metadata.name });
    const unheld = { ...deleted, metadata: { ...left, finalizers: [] } };
    await t.api.update(t.admin, customResourceDefinitions, { name: metadata.name }, unheld);
    while (t.api.served.find('example.com/v1', 'ending')) await new Promise((resolve) => setImmediate(resolve));
    await expect(t.api.list(t.admin, resourceOf('ending'), {})).rejects.toMatchObject({ reason: 'NotFound' });
  });
});

describe('an object', () => {
  test('counts changes of all but its metadata, and of its status where that is no subresource', async () => {
    await define('counted', [version('v1')]);
    const put = (body: object) =>
      t.api.patch(
        t.admin,
        resourceOf('counted'),
        { namespace, name: 'a' },
        { type: 'application/merge-patch+json', body },
      );
    await create('counted', 'a');
    const labelled = await put({ metadata: { labels: { a: 'b' } } });
    const sized = await put({ spec: { size: 2 } });
    const told = await put({ status: { size: 2 } });
    expect([labelled, sized, told].map(({ metadata }) => metadata.generation)).toEqual([1, 2, 3]);
  });

  test('has a status and replicas of its own where the definition says so', async () => {
    const scale = { specReplicasPath: '.spec.size', statusReplicasPath: '.status.size' };
    await define('scaled', [version('v1', { subresources: { status: {}, scale } })]);
    const target = { namespace, name: 'a' };
    const resource = resourceOf('scaled');
    expect((await create('scaled', 'a', { spec: {}, status: { size: 9 } })).status).toBeUndefined();
    const merge = (body: object, subresource?: string) =>
      t.api.patch(t.admin, resource, { ...target, subresource }, { type: 'application/merge-patch+json', body });
    const told = await merge({ metadata: { labels: { a: 'b' } }, spec: { size: 7 }, status: { size: 4 } }, 'status');
    expect([told.spec, told.status, told.metadata.labels, told.metadata.generation]).toEqual([
      { size: 1 },
      { size: 4 },
      undefined,
      1,
    ]);
    const kept = await merge({ spec: { colour: 'red' }, status: { size: 0 } });
    expect([kept.status, kept.metadata.generation]).toEqual([{ size: 4 }, 2]);
    const scaled: KubeObject = await merge({ spec: { replicas: 3 } }, 'scale');
    expect(scaled).toMatchObject({ kind: scaleDocument.kind, spec: { replicas: 3 }, status: { replicas: 4 } });
    expect((await t.api.get(t.admin, resource, target)).spec.size).toBe(3);
  });

  test('is read in each version, by its schema', async () => {
    const openAPIV3Schema = {
      type: 'object',
      properties: {
        spec: {
          type: 'object',
          properties: { size: { type: 'integer' }, shape: { type: 'string', default: 'round' } },
        },
      },
    };
    await define('versioned', [version('v1'), version('v2', { schema: { openAPIV3Schema } })]);
    await create('versioned', 'a', { spec: { size: 2, colour: 'red' } });
    const inV2 = await t.api.get(t.admin, resourceOf('versioned', 'v2'), { namespace, name: 'a' });
    expect([inV2.apiVersion, inV2.spec]).toEqual(['example.com/v2', { size: 2, shape: 'round' }]);
    await create('versioned', 'b', { spec: { size: 3 } }, 'v2');
    const inV1 = await t.api.get(t.admin, resourceOf('versioned'), { namespace, name: 'b' });
    expect([inV1.apiVersion, inV1.spec]).toEqual(['example.com/v1', { size: 3 }]);
  });

  test('gets the defaults of a newer definition when it is read', async () => {
    const { metadata } = await define('growing', [version('v1')]);
    await create('growing', 'a', { spec: {} });
    const found = await t.api.get(t.admin, customResourceDefinitions, { name: metadata.name });
    const properties = { ...spec.properties, shape: { type: 'string', default: 'round' } };
    const openAPIV3Schema = { type: 'object', properties: { spec: { ...spec, properties } } };
    const newer = { ...found, spec: { ...found.spec, versions: [version('v1', { schema: { openAPIV3Schema } })] } };
    const before = t.api.served.generation;
    await t.api.update(t.admin, customResourceDefinitions, { name: metadata.name }, newer);
    while (t.api.served.generation === before) await new Promise((resolve) => setImmediate(resolve));
    expect((await t.api.get(t.admin, resourceOf('growing'), { namespace, name: 'a' })).spec).toEqual({
      size: 1,
      shape: 'round',
    });
  });
});

describe('servers of one store', () => {
  let store: Awaited<ReturnType<typeof openTemporaryStore>>;
  beforeEach(async () => {
    store = await openTemporaryStore({ clock: systemClock });
  });
  afterEach(() => store.close());

  async function start() {
    const stop = new AbortController();
    const api = createApiCore({
      store,
      clock: systemClock,
      random: systemRandom,
      log: silentLogger,
      metrics: new Registry(),
    });
    const { done } = await api.start(stop.signal);
    return {
      api,
      admin: t.admin,
      async stop() {
        stop.abort();
        await done;
      },
    };
  }
  const until = async (holds: () => boolean) => {
    while (!holds()) await new Promise((resolve) => setImmediate(resolve));
  };

  test('serve what was defined before they started', async () => {
    const first = await start();
    await first.api.create(t.admin, customResourceDefinitions, {}, definition('lasting', [version('v1')]));
    await accept(first, 'lasting.example.com');
    await until(() => first.api.served.find('example.com/v1', 'lasting') !== undefined);
    const body = { metadata: { name: 'a' }, spec: { size: 5 } };
    await first.api.create(t.admin, resourceOf('lasting'), { namespace }, body);
    await first.stop();
    const second = await start();
    expect((await second.api.get(t.admin, resourceOf('lasting'), { namespace, name: 'a' })).spec).toEqual({ size: 5 });
    await second.stop();
  });

  test('serve what another one was told of, and no longer than that', async () => {
    const [one, other] = [await start(), await start()];
    await one.api.create(t.admin, customResourceDefinitions, {}, definition('shared', [version('v1')]));
    await accept(one, 'shared.example.com');
    await until(() => other.api.served.find('example.com/v1', 'shared') !== undefined);
    const body = { metadata: { name: 'a' }, spec: { size: 5 } };
    await other.api.create(t.admin, resourceOf('shared'), { namespace }, body);
    await until(() => one.api.served.find('example.com/v1', 'shared') !== undefined);
    expect((await one.api.list(t.admin, resourceOf('shared'), {})).items).toHaveLength(1);
    const name = 'shared.example.com';
    await one.api.delete(t.admin, customResourceDefinitions, { name });
    const { metadata, ...rest } = await one.api.get(t.admin, customResourceDefinitions, { name });
    await one.api.update(
      t.admin,
      customResourceDefinitions,
      { name },
      { ...rest, metadata: { ...metadata, finalizers: [] } },
    );
    await until(() => other.api.served.find('example.com/v1', 'shared') === undefined);
    await expect(other.api.list(t.admin, resourceOf('shared'), {})).rejects.toMatchObject({ code: 404 });
    await Promise.all([one.stop(), other.stop()]);
  });
});
