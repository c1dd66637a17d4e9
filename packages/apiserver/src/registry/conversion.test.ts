// Custom resources whose versions a webhook converts, over the real core, its store and a real webhook. In `v1` the size
// of a box stands in the spec, in `v2` it is one of its measures.
import {
  type CustomResourceDefinition,
  customResourceDefinitions,
  type KubeObject,
  type Resource,
  type WatchEvent,
} from '@berth/objects';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../testing/index.ts';
import { startWebhookServer, type WebhookServer } from '../webhooks/testing/webhook-server.ts';

interface Box extends KubeObject {
  readonly spec: { readonly size?: number; readonly measures?: { readonly size: number }; readonly colour?: string };
}
interface Asked {
  readonly desiredAPIVersion: string;
  readonly objects: readonly Box[];
}

const namespace = 'default';
const name = 'boxes.example.com';
const inVersion = (version: string): Resource<Box> => ({
  group: 'example.com',
  version,
  plural: 'boxes',
  singular: 'box',
  kind: 'Box',
  namespaced: true,
  shortNames: [],
  categories: [],
  type: '',
});
const [v1, v2] = [inVersion('v1'), inVersion('v2')];
const version = (of: string, spec: object, storage: boolean) => ({
  name: of,
  served: true,
  storage,
  schema: { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', properties: spec } } } },
});
const versions = (stored: string) => [
  version('v1', { size: { type: 'integer', maximum: 9 }, colour: { type: 'string', default: 'red' } }, stored === 'v1'),
  version('v2', { measures: { type: 'object', properties: { size: { type: 'integer' } } } }, stored === 'v2'),
];

function convert(box: Box, apiVersion: string): Box {
  const size = box.spec.size ?? box.spec.measures?.size ?? 0;
  return { ...box, apiVersion, spec: apiVersion.endsWith('v1') ? { size } : { measures: { size } } };
}

let t: TestApi;
let webhook: WebhookServer;
const answerAll = (change: (boxes: Box[]) => unknown = (boxes) => boxes, result: object = { status: 'Success' }) =>
  webhook.answer((review) => {
    const { uid, desiredAPIVersion, objects } = review.request as unknown as Asked & { uid: string };
    const convertedObjects = change(objects.map((box) => convert(box, desiredAPIVersion)));
    const { apiVersion } = review;
    return (_, response) =>
      response.end(
        JSON.stringify({ kind: 'ConversionReview', apiVersion, response: { uid, result, convertedObjects } }),
      );
  });
const asked = () => webhook.asked.splice(0).map(({ review }) => review.request as unknown as Asked);
const served = async (stored: string) => {
  const isStored = () => t.api.served.find(`example.com/v1`, 'boxes')?.conversion?.kept.resource.version === stored;
  while (!isStored()) await new Promise((resolve) => setImmediate(resolve));
};

beforeAll(async () => {
  [t, webhook] = await Promise.all([startTestApi(), startWebhookServer()]);
  const clientConfig = { url: `${webhook.url}/convert`, caBundle: webhook.caBundle };
  const made: CustomResourceDefinition = await t.api.create(
    t.admin,
    customResourceDefinitions,
    {},
    {
      metadata: { name },
      spec: {
        group: 'example.com',
        scope: 'Namespaced',
        names: { plural: 'boxes', kind: 'Box' },
        versions: versions('v1'),
        conversion: { strategy: 'Webhook', webhook: { clientConfig, conversionReviewVersions: ['v1'] } },
      },
    },
  );
  const status = {
    ...made.status,
    acceptedNames: made.spec.names,
    conditions: [{ type: 'NamesAccepted', status: 'True' }],
  };
  await t.api.update(t.admin, customResourceDefinitions, { name, subresource: 'status' }, { ...made, status });
  await served('v1');
});
afterAll(async () => {
  await t.close();
  await webhook[Symbol.asyncDispose]();
});
beforeEach(() => {
  answerAll();
  asked();
});

const create = (resource: Resource<Box>, box: string, spec: object) =>
  t.api.create(t.admin, resource, { namespace }, { metadata: { name: box, labels: { of: box } }, spec });
const get = (resource: Resource<Box>, box: string) => t.api.get(t.admin, resource, { namespace, name: box });

describe('an object', () => {
  test('is shown in the version that is asked for, and converted once', async () => {
    await create(v1, 'shown', { size: 3 });
    expect(asked()).toEqual([]);
    expect((await get(v2, 'shown')).spec).toEqual({ measures: { size: 3 } });
    const [{ desiredAPIVersion, objects }] = asked() as [Asked];
    expect([desiredAPIVersion, objects.map(({ spec }) => spec)]).toEqual([
      'example.com/v2',
      [{ size: 3, colour: 'red' }],
    ]);
    expect(await get(v2, 'shown')).toBe(await get(v2, 'shown'));
    expect(asked()).toEqual([]);
  });

  test('is kept in the version to store, and gets the defaults of that', async () => {
    const made = await create(v2, 'kept', { measures: { size: 4 } });
    expect([made.apiVersion, made.spec]).toEqual(['example.com/v2', { measures: { size: 4 } }]);
    expect((await get(v1, 'kept')).spec).toEqual({ size: 4, colour: 'red' });
    const { entries } = await t.store.list(`/registry/boxes.example.com/${namespace}/kept`);
    expect(JSON.parse(Buffer.from(entries[0]!.value).toString())).toMatchObject({ apiVersion: 'example.com/v1' });
  });

  test('is changed in either', async () => {
    await create(v1, 'changed', { size: 1 });
    const patch = { type: 'application/merge-patch+json', body: { spec: { measures: { size: 5 } } } } as const;
    const changed = await t.api.patch(t.admin, v2, { namespace, name: 'changed' }, patch);
    expect([changed.spec, changed.metadata.generation]).toEqual([{ measures: { size: 5 } }, 2]);
    expect((await get(v1, 'changed')).spec).toEqual({ size: 5, colour: 'red' });
    const bad = { type: 'application/merge-patch+json', body: { spec: { size: 10 } } } as const;
    await expect(t.api.patch(t.admin, v1, { namespace, name: 'changed' }, bad)).rejects.toMatchObject({
      reason: 'Invalid',
    });
    const deleted = await t.api.delete(t.admin, v2, { namespace, name: 'changed' });
    expect(deleted).toMatchObject({ apiVersion: 'example.com/v2', spec: { measures: { size: 5 } } });
    await expect(get(v1, 'changed')).rejects.toMatchObject({ reason: 'NotFound' });
  });

  test('is listed and watched with others, a conversion for all', async () => {
    await create(v1, 'one', { size: 1 });
    await create(v1, 'two', { size: 2 });
    asked();
    const { items, metadata } = await t.api.list(t.admin, v2, { labelSelector: 'of in (one,two)' });
    expect(items.map(({ apiVersion, spec }) => [apiVersion, spec.measures])).toEqual([
      ['example.com/v2', { size: 1 }],
      ['example.com/v2', { size: 2 }],
    ]);
    expect(asked()).toHaveLength(1);
    const stop = new AbortController();
    const seen: WatchEvent<Box>[] = [];
    const watching = (async () => {
      const { resourceVersion } = metadata;
      for await (const batch of t.api.watch(t.admin, v2, { resourceVersion, signal: stop.signal })) {
        seen.push(...batch);
        if (seen.length >= 2) stop.abort();
      }
    })();
    await create(v1, 'three', { size: 3 });
    await t.api.delete(t.admin, v1, { namespace, name: 'three' });
    await watching;
    expect(seen.map(({ type, object }) => [type, (object as Box).spec])).toEqual([
      ['ADDED', { measures: { size: 3 } }],
      ['DELETED', { measures: { size: 3 } }],
    ]);
  });
});

describe('a webhook', () => {
  const failed = 'conversion webhook for example.com/v1, Kind=Box failed: ';
  test.each<[string, () => void, string]>([
    ['that refuses', () => answerAll((boxes) => boxes, { status: 'Failed', message: 'no' }), 'no'],
    ['that loses objects', () => answerAll(() => []), 'expected 1 converted objects, got 0'],
    [
      'that converts into something else',
      () => answerAll((boxes) => boxes.map((box) => ({ ...box, kind: 'Bag' }))),
      'expected converted object of kind Box, got Bag',
    ],
    [
      'that renames',
      () => answerAll((boxes) => boxes.map((box) => ({ ...box, metadata: { ...box.metadata, name: 'x' } }))),
      'must have the same metadata.name: bad and x',
    ],
    [
      'that answers nonsense',
      () => webhook.answer(() => (_, response) => response.end('[]')),
      'invalid response object, unexpected kind or apiVersion: undefined, undefined',
    ],
  ])('%s is told of', async (_, answer, problem) => {
    await create(v1, 'bad', { size: 1 });
    answer();
    await expect(get(v2, 'bad')).rejects.toMatchObject({ code: 500, message: failed + problem });
    expect((await get(v1, 'bad')).spec.size).toBe(1);
    await t.api.delete(t.admin, v1, { namespace, name: 'bad' });
  });

  test('may change labels and annotations, and nothing else of the metadata', async () => {
    const made = await create(v1, 'labelled', { size: 1 });
    answerAll((boxes) =>
      boxes.map((box) => ({ ...box, metadata: { ...box.metadata, labels: { by: 'webhook' }, generation: 99 } })),
    );
    const { metadata } = await get(v2, 'labelled');
    expect(metadata).toEqual({ ...made.metadata, labels: { by: 'webhook' } });
  });
});

test('objects that were stored in another version than now are converted', async () => {
  await create(v1, 'old', { size: 6 });
  const found = await t.api.get(t.admin, customResourceDefinitions, { name });
  await t.api.update(
    t.admin,
    customResourceDefinitions,
    { name },
    { ...found, spec: { ...found.spec, versions: versions('v2') } },
  );
  await served('v2');
  expect((await get(v2, 'old')).spec).toEqual({ measures: { size: 6 } });
  expect((await get(v1, 'old')).spec).toEqual({ size: 6, colour: 'red' });
});
