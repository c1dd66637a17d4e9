import { configMaps, type WatchEvent } from '@berth/objects';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { jsonOf, watchFrameOf } from './encoding.ts';
import { startTestApi, type TestApi } from './testing/index.ts';

let t: TestApi;
beforeAll(async () => {
  t = await startTestApi();
});
afterAll(() => t.close());

const namespace = 'default';

test('the bytes of an object are its JSON, made once for a write, a read and a watch', async () => {
  const body = { metadata: { name: 'a', annotations: { text: '"metadata":{ ü €' } }, data: { metadata: '{}' } };
  const made = await t.api.create(t.admin, configMaps, { namespace }, body);
  const read = await t.api.get(t.admin, configMaps, { namespace, name: 'a' });
  expect(JSON.parse(jsonOf(made).toString())).toEqual(made);
  expect(jsonOf(read)).toBe(jsonOf(made));
  const signal = AbortSignal.timeout(5_000);
  for await (const [event] of t.api.watch(t.admin, configMaps, { namespace, signal })) {
    expect(jsonOf(event!.object)).toBe(jsonOf(made));
    break;
  }
});

test('an object that was read from the store has the same JSON as the one that was written', async () => {
  const name = 'b';
  const made = await t.api.create(t.admin, configMaps, { namespace }, { metadata: { name }, data: { x: 'y' } });
  const patch = { type: 'application/merge-patch+json', body: { data: { x: 'z' } } } as const;
  await t.api.patch(t.admin, configMaps, { namespace, name }, patch);
  const { items } = await t.api.list(t.admin, configMaps, {
    namespace,
    fieldSelector: 'metadata.name=b',
    resourceVersion: made.metadata.resourceVersion,
    resourceVersionMatch: 'Exact',
  });
  expect(items[0]).not.toBe(made);
  expect(JSON.parse(jsonOf(items[0]!).toString())).toEqual(JSON.parse(jsonOf(made).toString()));
});

test('a watch frame is one line of JSON, made once', () => {
  const metadata = { name: 'a', uid: 'u', creationTimestamp: 't', resourceVersion: '1', annotations: { line: 'a\nb' } };
  const event: WatchEvent = { type: 'ADDED', object: { apiVersion: 'v1', kind: 'ConfigMap', metadata } };
  const frame = watchFrameOf(event);
  expect(watchFrameOf(event)).toBe(frame);
  expect(frame.indexOf('\n')).toBe(frame.length - 1);
  expect(JSON.parse(frame.toString())).toEqual(event);
});
