// How an informer follows a server that drops, expires, delays and fails.
import { type Random, silentLogger, systemRandom } from '@berth/host';
import { FakeClock } from '@berth/host/testing';
import { type Pod, pods, StatusError } from '@berth/objects';
import { describe, expect, it } from 'vitest';
import { createInformer } from './create-informer.ts';
import type { Change } from './informer.ts';
import { FakeSource } from './testing/index.ts';

const steady: Random = { ...systemRandom, fraction: () => 0 };
const unreachable = new StatusError('ServiceUnavailable', 'connection refused');

function pod(name: string, fields: { node?: string; uid?: string; namespace?: string } = {}): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: fields.namespace ?? 'default',
      uid: fields.uid ?? `uid-${name}`,
      resourceVersion: '',
      creationTimestamp: '2026-01-01T00:00:00Z',
    },
    spec: { containers: [], nodeName: fields.node },
    status: {},
  };
}

async function begin(source = new FakeSource()) {
  const clock = new FakeClock();
  const stop = new AbortController();
  const informer = createInformer({
    client: source,
    resource: pods,
    clock,
    log: silentLogger,
    random: steady,
    indexes: { node: ({ spec }) => (spec.nodeName ? [spec.nodeName] : []) },
  });
  const changes: string[] = [];
  informer.onChange((batch) => changes.push(batch.map(described).join(' ')));
  const starting = informer.start(stop.signal);
  await clock.advance(0);
  return { source, clock, stop, informer, changes, starting };
}

function described({ key, previous, next }: Change<Pod>): string {
  return `${previous ? (next ? '~' : '-') : '+'}${key}`;
}

const names = (objects: readonly Pod[]) => objects.map(({ metadata }) => metadata.name).sort();

describe('informer', () => {
  it('lists, watches from there, and gives batches', async () => {
    const source = new FakeSource();
    source.put(pods, pod('a'));
    const { informer, changes, starting, clock } = await begin(source);
    await starting;
    source.put(pods, pod('b', { node: 'n1' }));
    source.put(pods, pod('c', { node: 'n1' }));
    source.remove(pods, 'default/a');
    await clock.advance(0);
    expect(source.requests).toEqual(['list pods @', 'watch pods @2']);
    expect(changes).toEqual(['+default/a', '+default/b +default/c -default/a']);
    expect(names(informer.byIndex('node', 'n1'))).toEqual(['b', 'c']);
    expect(informer.freshness).toMatchObject({ state: 'live' });
    expect(informer.resourceVersion).toBe('5');
  });

  it('moves an object between the values of an index, and finds by namespace', async () => {
    const { source, informer, clock } = await begin();
    source.put(pods, pod('a', { node: 'n1' }));
    source.put(pods, pod('b', { node: 'n1', namespace: 'other' }));
    await clock.advance(0);
    source.put(pods, pod('a', { node: 'n2' }));
    await clock.advance(0);
    expect([names(informer.byIndex('node', 'n1')), names(informer.byIndex('node', 'n2'))]).toEqual([['b'], ['a']]);
    expect([names(informer.list('other')), names(informer.list()), informer.size]).toEqual([['b'], ['a', 'b'], 2]);
    expect(() => informer.byIndex('nod', 'n1')).toThrow('no index');
  });

  it('freezes objects, and keeps their identity over a relist', async () => {
    const { source, informer, clock } = await begin();
    source.put(pods, pod('a'));
    await clock.advance(0);
    const before = informer.get('default/a');
    source.expire();
    source.dropWatches();
    await clock.advance(1_000);
    expect(source.requests.filter((request) => request.startsWith('list'))).toHaveLength(2);
    expect(informer.get('default/a')).toBe(before);
    expect(() => Object.assign(before!.spec, { nodeName: 'n1' })).toThrow(TypeError);
  });

  it('resumes from the last version, bookmarks included, when the server ends the watch', async () => {
    const { source, clock, changes } = await begin();
    source.put(pods, pod('a'));
    await clock.advance(0);
    source.put({ ...pods, plural: 'others' }, pod('x'));
    source.bookmark(pods);
    await clock.advance(0);
    source.dropWatches();
    await clock.advance(0);
    source.put(pods, pod('b'));
    await clock.advance(0);
    expect(source.requests).toEqual(['list pods @', 'watch pods @1', 'watch pods @3']);
    expect(changes).toEqual(['+default/a', '+default/b']);
  });

  it('lists again, consistently, when the version is too old, and yields the difference', async () => {
    const { source, clock, changes } = await begin();
    for (const name of ['kept', 'changed', 'gone', 'replaced']) source.put(pods, pod(name));
    await clock.advance(0);
    changes.length = 0;
    source.dropWatches(unreachable);
    await clock.advance(0);
    source.put(pods, pod('changed', { node: 'n1' }));
    source.remove(pods, 'default/gone');
    source.put(pods, pod('replaced', { uid: 'another' }));
    source.put(pods, pod('new'));
    source.expire();
    await clock.advance(1_000);
    expect(source.requests.slice(-3)).toEqual(['watch pods @5', 'list pods @', `watch pods @10`]);
    expect(changes).toEqual(['-default/gone ~default/changed -default/replaced +default/replaced +default/new']);
  });

  it('waits longer after each failure, and tells how fresh it is', async () => {
    const { source, clock, informer } = await begin();
    for (let i = 0; i < 3; i++) source.failNext('list', unreachable);
    source.dropWatches(unreachable);
    await clock.advance(0);
    const since = clock.now();
    expect(informer.freshness).toEqual({ state: 'reconnecting', since, error: 'connection refused' });
    const asked: number[] = [];
    for (let ms = 0; ms < 3_000; ms += 50) {
      const before = source.requests.length;
      await clock.advance(50);
      if (source.requests.length > before) asked.push(clock.now() - since);
    }
    expect(asked).toEqual([100, 300, 700, 1_500]);
    expect(informer.freshness).toEqual({ state: 'live', since: since + 1_500 });
  });

  it('does not spin on a server that ends each watch at once', async () => {
    const { source, clock } = await begin();
    for (let i = 0; i < 100; i++) {
      source.dropWatches();
      await clock.advance(10);
    }
    expect(source.requests.length).toBeLessThan(10);
  });

  it('takes a watch that outlives its time for dead', async () => {
    const { source, clock } = await begin();
    await clock.advance(331_000);
    expect(source.requests).toEqual(['list pods @', 'watch pods @1', 'watch pods @1']);
  });

  it('starts once the first list is in, and stops even while a list hangs', async () => {
    const source = new FakeSource();
    const release = source.hold();
    const { starting, stop, clock } = await begin(source);
    let started = false;
    void starting.then(() => {
      started = true;
    });
    await clock.advance(60_000);
    expect(started).toBe(false);
    stop.abort();
    await (await starting).done;
    release();
    await clock.advance(0);
    expect(source.openWatches).toBe(0);
  });

  it('outlives a listener that throws', async () => {
    const { source, clock, informer, changes } = await begin();
    informer.onChange(() => {
      throw new Error('a bug in a listener');
    });
    source.put(pods, pod('a'));
    source.put(pods, pod('b'));
    await clock.advance(0);
    expect(informer.size).toBe(2);
    expect(changes).toHaveLength(1);
  });
});
