// Watches as clients hold them, over a real store: where they begin, what they say, how they end.
import { FakeClock } from '@berth/host/testing';
import { type ConfigMap, configMaps, type WatchEvent, type WatchOptions } from '@berth/objects';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../testing/index.ts';

let t: TestApi;
let clock: FakeClock;
let stop: AbortController;
beforeEach(async () => {
  clock = new FakeClock();
  t = await startTestApi({ clock });
  stop = new AbortController();
});
afterEach(async () => {
  stop.abort();
  await t.close();
});

const namespace = 'default';
const version = ({ object }: WatchEvent) => Number(object.metadata.resourceVersion);

function create(name: string, labels: Record<string, string> = {}) {
  return t.api.create(t.admin, configMaps, { namespace }, { metadata: { name, labels } });
}

function relabel(name: string, labels: Record<string, string | null>) {
  const patch = { type: 'application/merge-patch+json', body: { metadata: { labels } } } as const;
  return t.api.patch(t.admin, configMaps, { namespace, name }, patch);
}

function remove(name: string) {
  return t.api.delete(t.admin, configMaps, { namespace, name });
}

/** Reads events as they are asked for. */
class Reader {
  readonly #batches: AsyncIterator<readonly WatchEvent<ConfigMap>[]>;
  #ready: WatchEvent<ConfigMap>[] = [];

  constructor(options: Partial<WatchOptions>) {
    const watch = t.api.watch(t.admin, configMaps, { signal: stop.signal, ...options });
    this.#batches = watch[Symbol.asyncIterator]();
  }

  /** The next `count` events as `TYPE name`, or as many as there are before the watch ends. */
  async take(count: number): Promise<string[]> {
    return (await this.events(count)).map(shown);
  }

  async events(count: number): Promise<WatchEvent<ConfigMap>[]> {
    while (this.#ready.length < count) {
      const { done, value } = await this.#batches.next();
      if (done) break;
      this.#ready.push(...value);
    }
    return this.#ready.splice(0, count);
  }
}

function shown(event: WatchEvent<ConfigMap>): string {
  if (event.type !== 'BOOKMARK') return `${event.type} ${event.object.metadata.name}`;
  const marks = Object.keys(event.object.metadata.annotations ?? {});
  return ['BOOKMARK', ...marks].join(' ');
}

describe('where a watch begins', () => {
  const initial = ['ADDED a', 'ADDED b'];
  const end = 'BOOKMARK k8s.io/initial-events-end';
  test.each([
    { name: 'unset', options: {}, first: initial },
    { name: 'any version', options: { resourceVersion: '0' }, first: initial },
    { name: 'now', options: { sendInitialEvents: false }, first: [] },
    { name: 'WatchList', options: { sendInitialEvents: true, allowWatchBookmarks: true }, first: [...initial, end] },
    {
      name: 'WatchList from any version',
      options: { sendInitialEvents: true, allowWatchBookmarks: true, resourceVersion: '0' },
      first: [...initial, end],
    },
    { name: 'WatchList without bookmarks', options: { sendInitialEvents: true }, first: initial },
    { name: 'one object', options: { fieldSelector: 'metadata.name=b', resourceVersion: '0' }, first: ['ADDED b'] },
  ])('$name', async ({ options, first }) => {
    await create('a');
    await create('b');
    const reader = new Reader({ namespace, ...options });
    const begun = reader.events(first.length + 1);
    await settle();
    await create('b-2');
    await remove('b');
    const events = await begun;
    const next = options.fieldSelector ? 'DELETED b' : 'ADDED b-2';
    expect(events.map(shown)).toEqual([...first, next]);
  });

  test('at a version, without gap or duplicate', async () => {
    const { metadata } = await create('a');
    await create('b');
    await relabel('a', { x: '1' });
    const reader = new Reader({ namespace, resourceVersion: metadata.resourceVersion });
    expect(await reader.take(2)).toEqual(['ADDED b', 'MODIFIED a']);
    await remove('a');
    const [gone] = await reader.events(1);
    expect(shown(gone!)).toBe('DELETED a');
    expect(version(gone!)).toBe(await t.store.revision());
  });

  test('the initial events end with the version that they show', async () => {
    const { metadata } = await create('a');
    const reader = new Reader({ namespace, sendInitialEvents: true, allowWatchBookmarks: true });
    const [, bookmark] = await reader.events(2);
    expect(bookmark!.object).toEqual({
      kind: 'ConfigMap',
      apiVersion: 'v1',
      metadata: { resourceVersion: metadata.resourceVersion, annotations: { 'k8s.io/initial-events-end': 'true' } },
    });
  });

  test('at a version that is none: at once', () => {
    const open = () => t.api.watch(t.admin, configMaps, { resourceVersion: '01', signal: stop.signal });
    expect(open).toThrow('must be a decimal number');
  });
});

describe('labels', () => {
  test('an object that begins to match is ADDED, one that stops is DELETED', async () => {
    await create('a', { app: 'db' });
    const reader = new Reader({ namespace, labelSelector: 'app=web', sendInitialEvents: false });
    const told = reader.events(4);
    await settle();
    await relabel('a', { app: 'web' });
    await relabel('a', { tier: 'front' });
    await relabel('a', { app: 'db' });
    await relabel('a', { app: 'web' });
    const events = await told;
    expect(events.map(({ type }) => type)).toEqual(['ADDED', 'MODIFIED', 'DELETED', 'ADDED']);
    // Gone from the watch: its last matching state, at the version that took it away.
    const [, , deleted] = events;
    expect(deleted!.object.metadata).toMatchObject({ labels: { app: 'web', tier: 'front' } });
    expect(version(deleted!)).toBeGreaterThan(version(events[1]!));
  });
});

describe('how a watch ends', () => {
  test('with its signal', async () => {
    const reader = new Reader({ namespace });
    const told = reader.take(1);
    await settle();
    stop.abort();
    expect(await told).toEqual([]);
  });

  test('after its time, with a bookmark for those who want one', async () => {
    const plain = new Reader({ namespace, timeoutSeconds: 5 }).take(1);
    const marked = new Reader({ namespace, timeoutSeconds: 5, allowWatchBookmarks: true }).take(2);
    await settle();
    await clock.advance(5_000);
    expect(await plain).toEqual([]);
    expect(await marked).toEqual(['BOOKMARK']);
  });

  test('with the server', async () => {
    const reader = new Reader({ namespace });
    const told = reader.take(1);
    await settle();
    await t.close();
    expect(await told).toEqual([]);
    t = await startTestApi({ clock });
  });

  test('a bookmark comes every minute', async () => {
    const reader = new Reader({ namespace, allowWatchBookmarks: true });
    const told = reader.events(2);
    await settle();
    await clock.advance(60_000);
    const { metadata } = await t.api.create(
      t.admin,
      configMaps,
      { namespace: 'kube-system' },
      { metadata: { name: 'x' } },
    );
    await clock.advance(60_000);
    const events = await told;
    expect(events.map(shown)).toEqual(['BOOKMARK', 'BOOKMARK']);
    expect(events[1]!.object.metadata.resourceVersion).toBe(metadata.resourceVersion);
  });
});

/** Lets a watch that was opened register itself. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
