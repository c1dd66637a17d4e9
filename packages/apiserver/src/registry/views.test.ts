// One object that two kinds show: events of the core group and of events.k8s.io, over a real store.
import {
  applyPatchType,
  type Event,
  type EventsV1Event,
  events,
  eventsV1Events,
  type ListOptions,
  type ObjectList,
  type Resource,
  type WatchEvent,
} from '@berth/objects';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../testing/index.ts';

const namespace = 'told';
let t: TestApi;
beforeAll(async () => {
  t = await startTestApi();
  await t.namespace(namespace);
});
afterAll(() => t.close());

const micro = '2026-01-01T00:00:00.000001Z';
const about = (name: string) => ({ kind: 'Pod', name, namespace });
const report = { eventTime: micro, reportingInstance: 'i', action: 'Start', reason: 'Started', type: 'Normal' };

function tell(name: string, pod = 'p'): Promise<EventsV1Event> {
  const body = { metadata: { name }, ...report, reportingController: 'c', regarding: about(pod), note: 'It began.' };
  return t.api.create(t.admin, eventsV1Events, { namespace }, body, { fieldManager: 'me' });
}

const old = (name: string): Promise<Event> => t.api.get(t.admin, events, { namespace, name });
const shown = (name: string): Promise<EventsV1Event> => t.api.get(t.admin, eventsV1Events, { namespace, name });
const names = ({ items }: ObjectList) => items.map(({ metadata }) => metadata.name);

describe('an object with two forms', () => {
  test('is created in one and read in both', async () => {
    const made = await tell('both');
    expect(made).toMatchObject({ apiVersion: 'events.k8s.io/v1', note: 'It began.', regarding: about('p') });
    const { metadata, involvedObject, message, apiVersion } = await old('both');
    expect([apiVersion, involvedObject, message]).toEqual(['v1', about('p'), 'It began.']);
    expect(metadata).toEqual(made.metadata);
    expect(Object.keys(metadata.managedFields?.[0]?.fieldsV1 ?? {})).toContain('f:note');
    expect(metadata.managedFields?.[0]).toMatchObject({ manager: 'me', apiVersion: 'events.k8s.io/v1' });
  });

  test('lies in the store once, as the kind that keeps it', async () => {
    await tell('once');
    const { entries } = await t.store.list(`/registry/events/${namespace}/once`);
    expect(entries.map(({ key }) => key)).toEqual([`/registry/events/${namespace}/once`]);
    expect(JSON.parse(Buffer.from(entries[0]!.value).toString())).toMatchObject({
      apiVersion: 'v1',
      message: 'It began.',
    });
    expect((await t.store.list('/registry/events.events.k8s.io/')).entries).toEqual([]);
  });

  test('is one frozen object to all who see a version of it', async () => {
    const made = await tell('shared');
    expect(await shown('shared')).toBe(made);
    const { items } = await t.api.list(t.admin, eventsV1Events, { namespace, fieldSelector: 'metadata.name=shared' });
    expect(items[0]).toBe(made);
    expect(Object.isFrozen(made.regarding)).toBe(true);
  });

  test('is refused in the words of the form in which it was sent', async () => {
    await expect(
      t.api.create(t.admin, eventsV1Events, { namespace }, { metadata: { name: 'x' }, regarding: about('p') }),
    ).rejects.toMatchObject({ code: 422, message: expect.stringContaining('eventTime: Required value') });
    await expect(tell('both')).rejects.toThrow('events.events.k8s.io "both" already exists');
    await expect(shown('none')).rejects.toThrow('events.events.k8s.io "none" not found');
  });

  test('is changed and deleted in either', async () => {
    await tell('changed');
    const series = { count: 2, lastObservedTime: micro };
    const patch = { type: 'application/merge-patch+json', body: { series } } as const;
    await t.api.patch(t.admin, eventsV1Events, { namespace, name: 'changed' }, patch);
    const current = await old('changed');
    expect(current.series).toEqual(series);
    await t.api.update(t.admin, events, { namespace, name: 'changed' }, { ...current, message: 'Again.' });
    expect(await shown('changed')).toMatchObject({ note: 'Again.', series });
    const strategic = {
      type: 'application/strategic-merge-patch+json',
      body: { metadata: { labels: { a: 'b' } } },
    } as const;
    expect(
      (await t.api.patch(t.admin, eventsV1Events, { namespace, name: 'changed' }, strategic)).metadata.labels,
    ).toEqual({
      a: 'b',
    });
    expect(await t.api.delete(t.admin, eventsV1Events, { namespace, name: 'changed' })).toMatchObject({
      note: 'Again.',
    });
    await expect(old('changed')).rejects.toMatchObject({ code: 404 });
  });

  test('is changed only as it was read', async () => {
    const { metadata, ...rest } = await tell('stale');
    await t.api.update(t.admin, events, { namespace, name: 'stale' }, { ...(await old('stale')), message: 'Other.' });
    await expect(
      t.api.update(t.admin, eventsV1Events, { namespace, name: 'stale' }, { metadata, ...rest, series: undefined }),
    ).rejects.toMatchObject({ code: 409 });
  });

  test('is applied under the version of the configuration', async () => {
    const body = {
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata: { name: 'applied' },
      ...report,
      reportingController: 'c',
      regarding: about('p'),
      note: 'Applied.',
    };
    const apply = () =>
      t.api.patch(
        t.admin,
        eventsV1Events,
        { namespace, name: 'applied' },
        { type: applyPatchType, body },
        { fieldManager: 'me' },
      );
    const { metadata } = await apply();
    expect(metadata.managedFields).toMatchObject([{ operation: 'Apply', apiVersion: 'events.k8s.io/v1' }]);
    expect((await apply()).metadata.resourceVersion).toBe(metadata.resourceVersion);
    expect(await old('applied')).toMatchObject({ message: 'Applied.', involvedObject: about('p') });
  });
});

describe('lists of a view', () => {
  beforeAll(async () => {
    for (const pod of ['x', 'y', 'x', 'y', 'x'])
      await tell(`list-${pod}${Math.random().toString(36).slice(2, 8)}`, pod);
  });

  test.each<{ name: string; resource: Resource; options: ListOptions; count: number }>([
    { name: 'a field of its own', resource: eventsV1Events, options: { fieldSelector: 'regarding.name=x' }, count: 3 },
    {
      name: 'the same field in the other form',
      resource: events,
      options: { fieldSelector: 'involvedObject.name=x' },
      count: 3,
    },
    {
      name: 'a field and a namespace',
      resource: eventsV1Events,
      options: { namespace, fieldSelector: 'regarding.name=y' },
      count: 2,
    },
  ])('by $name', async ({ resource, options, count }) => {
    expect(names(await t.api.list(t.admin, resource, options))).toHaveLength(count);
  });

  test('know no field of the other form', async () => {
    await expect(t.api.list(t.admin, eventsV1Events, { fieldSelector: 'involvedObject.name=x' })).rejects.toThrow(
      'field label not supported: involvedObject.name',
    );
  });

  test('go on where they were, also in the past', async () => {
    const all = names(await t.api.list(t.admin, eventsV1Events, { namespace }));
    const first = await t.api.list(t.admin, eventsV1Events, { namespace, limit: 2 });
    await tell('list-later');
    const rest = await t.api.list(t.admin, eventsV1Events, { namespace, continue: first.metadata.continue });
    expect([...names(first), ...names(rest)]).toEqual(all);
    expect(rest.items.every(({ apiVersion }) => apiVersion === 'events.k8s.io/v1')).toBe(true);
  });
});

describe('watches of a view', () => {
  /** What a watch tells until it has told of `last`. */
  async function follow(options: { fieldSelector?: string; resourceVersion?: string }, last: string) {
    const stop = new AbortController();
    const told: WatchEvent<EventsV1Event>[] = [];
    const watch = t.api.watch(t.admin, eventsV1Events, { namespace, ...options, signal: stop.signal });
    for await (const batch of watch)
      for (const event of batch) {
        told.push(event);
        if (event.type !== 'BOOKMARK' && event.object.metadata.name === last) stop.abort();
      }
    return told;
  }
  const summary = (told: readonly WatchEvent<EventsV1Event>[]) =>
    told.map((event) => [
      event.type,
      event.object.apiVersion,
      'regarding' in event.object && event.object.regarding.name,
    ]);

  test('tell of every change in its form, whoever made it', async () => {
    const { metadata } = await t.api.list(t.admin, eventsV1Events, { namespace, limit: 1 });
    const live = follow({ ...metadata, fieldSelector: 'regarding.name=w' }, 'w-end');
    await tell('w-1', 'w');
    await t.api.update(t.admin, events, { namespace, name: 'w-1' }, { ...(await old('w-1')), message: 'Again.' });
    await tell('w-other', 'else');
    await t.api.delete(t.admin, events, { namespace, name: 'w-1' });
    await tell('w-end', 'w');
    const seen = ['ADDED', 'MODIFIED', 'DELETED', 'ADDED'].map((type) => [type, 'events.k8s.io/v1', 'w']);
    expect(summary(await live)).toEqual(seen);
    expect(summary(await follow({ ...metadata, fieldSelector: 'regarding.name=w' }, 'w-end'))).toEqual(seen);
  });

  test('share their events', async () => {
    const { metadata } = await t.api.list(t.admin, eventsV1Events, { namespace, limit: 1 });
    const both = [follow({ ...metadata }, 'w-shared'), follow({ ...metadata }, 'w-shared')];
    await tell('w-shared');
    const [one, two] = await Promise.all(both);
    expect(one?.at(-1)).toBe(two?.at(-1));
  });

  test('begin with what there is, and end that with a bookmark of their kind', async () => {
    const stop = new AbortController();
    const options = { namespace, sendInitialEvents: true, allowWatchBookmarks: true, signal: stop.signal };
    for await (const batch of t.api.watch(t.admin, eventsV1Events, options)) {
      expect(new Set(batch.map(({ object }) => object.apiVersion))).toEqual(new Set(['events.k8s.io/v1']));
      expect(batch.at(-1)).toMatchObject({ type: 'BOOKMARK', object: { kind: 'Event' } });
      stop.abort();
    }
  });
});
