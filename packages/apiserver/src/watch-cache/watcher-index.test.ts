import { kindOf, type Pod, pods, type WatchEvent } from '@berth/objects';
import { expect, test } from 'vitest';
import { CacheEvent } from './cache-event.ts';
import { fieldOf } from './resource-cache.ts';
import { Selection, type SelectionRequest } from './selection.ts';
import { Watcher } from './watcher.ts';
import { WatcherIndex } from './watcher-index.ts';

const kind = kindOf(pods);

function pod(nodeName: string | undefined, labels: Record<string, string> = {}): Pod {
  const metadata = { name: 'p', namespace: 'default', labels, uid: 'u', creationTimestamp: '', resourceVersion: '1' };
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: { nodeName, containers: [] }, status: {} };
}

function watching(index: WatcherIndex<Pod>, request: SelectionRequest, limit = 10): Watcher<Pod> {
  const watcher = new Watcher<Pod>({
    selection: new Selection(kind, request),
    bookmarks: false,
    initial: [],
    limit,
    onEnd: (ended) => index.remove(ended),
  });
  index.add(watcher);
  return watcher;
}

/** What a watcher has been told so far. */
async function told(watcher: Watcher<Pod>): Promise<WatchEvent<Pod>[]> {
  watcher.end();
  const events: WatchEvent<Pod>[] = [];
  for await (const batch of watcher) events.push(...batch);
  return events;
}

const unbound = pod(undefined);
const web = pod('n1', { app: 'web' });
const moved = pod('n2', { app: 'web' });
const relabelled = pod('n1', { app: 'db' });

const cases: {
  name: string;
  request: SelectionRequest;
  previous: Pod | undefined;
  object: Pod | undefined;
  expected: WatchEvent['type'][];
}[] = [
  { name: 'everything, new', request: {}, previous: undefined, object: web, expected: ['ADDED'] },
  { name: 'everything, changed', request: {}, previous: unbound, object: web, expected: ['MODIFIED'] },
  { name: 'everything, gone', request: {}, previous: web, object: undefined, expected: ['DELETED'] },
  { name: 'its namespace', request: { namespace: 'default' }, previous: unbound, object: web, expected: ['MODIFIED'] },
  { name: 'another namespace', request: { namespace: 'x' }, previous: unbound, object: web, expected: [] },
  {
    name: 'a pod that comes to the node',
    request: { fieldSelector: 'spec.nodeName=n1' },
    previous: unbound,
    object: web,
    expected: ['ADDED'],
  },
  {
    name: 'a pod that leaves the node',
    request: { fieldSelector: 'spec.nodeName=n1' },
    previous: web,
    object: moved,
    expected: ['DELETED'],
  },
  {
    name: 'a pod of another node',
    request: { fieldSelector: 'spec.nodeName=n3' },
    previous: web,
    object: moved,
    expected: [],
  },
  {
    name: 'a pod that stops matching labels',
    request: { labelSelector: 'app=web' },
    previous: web,
    object: relabelled,
    expected: ['DELETED'],
  },
  {
    name: 'a pod that begins to match labels',
    request: { labelSelector: 'app=db', fieldSelector: 'spec.nodeName=n1' },
    previous: web,
    object: relabelled,
    expected: ['ADDED'],
  },
  {
    name: 'unequal fields',
    request: { fieldSelector: 'spec.nodeName!=n1' },
    previous: web,
    object: moved,
    expected: ['ADDED'],
  },
  {
    name: 'by name',
    request: { fieldSelector: 'metadata.name=p' },
    previous: web,
    object: undefined,
    expected: ['DELETED'],
  },
  { name: 'another name', request: { fieldSelector: 'metadata.name=q' }, previous: web, object: moved, expected: [] },
];

test.each(cases)('$name: $expected', async ({ request, previous, object, expected }) => {
  const index = new WatcherIndex<Pod>((each, field) => fieldOf(kind, each, field));
  const watcher = watching(index, request);
  index.dispatch(new CacheEvent({ revision: 2, at: 0, object, previous }));
  expect((await told(watcher)).map(({ type }) => type)).toEqual(expected);
});

test('a DELETED carries the last state with the revision of the delete', async () => {
  const index = new WatcherIndex<Pod>((each, field) => fieldOf(kind, each, field));
  const watcher = watching(index, {});
  index.dispatch(new CacheEvent({ revision: 9, at: 0, object: undefined, previous: web }));
  const [event] = await told(watcher);
  const { metadata, ...rest } = event!.object as Pod;
  expect(metadata).toEqual({ ...web.metadata, resourceVersion: '9' });
  expect(rest.spec).toBe(web.spec);
});

test('watchers share one event object', async () => {
  const index = new WatcherIndex<Pod>((each, field) => fieldOf(kind, each, field));
  const both = [watching(index, {}), watching(index, { labelSelector: 'app' })];
  index.dispatch(new CacheEvent({ revision: 2, at: 0, object: web, previous: undefined }));
  const [one, other] = await Promise.all(both.map(told));
  expect(one).toHaveLength(1);
  expect(one![0]).toBe(other![0]);
});

test('a watcher that falls behind is ended and leaves the others alone', async () => {
  const index = new WatcherIndex<Pod>((each, field) => fieldOf(kind, each, field));
  const slow = watching(index, {}, 2);
  const patient = watching(index, {}, 100);
  const dispatch = () => index.dispatch(new CacheEvent({ revision: 2, at: 0, object: web, previous: web }));
  expect([dispatch(), dispatch(), dispatch(), dispatch()]).toEqual([0, 0, 1, 0]);
  expect(index.size).toBe(1);
  expect(await told(slow)).toEqual([]);
  expect(await told(patient)).toHaveLength(4);
  expect(index.size).toBe(0);
});
