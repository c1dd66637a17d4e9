// The hub over informers that follow a fake source, with a clock that the test steps.
import { silentLogger } from '@berth/host';
import { FakeClock } from '@berth/host/testing';
import { FakeSource } from '@berth/informers/testing';
import { type KubeObject, type Node, nodes, type Pod, pods, type Service, services } from '@berth/objects';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Frame } from '../contract.ts';
import { clusterComponent, createCluster } from './cluster.ts';
import { Hub } from './hub.ts';
import { rowSources } from './row-source.ts';

let clock: FakeClock;
let source: FakeSource;
let stop: AbortController;
let hub: Hub;

beforeEach(() => {
  clock = new FakeClock();
  source = new FakeSource();
  stop = new AbortController();
});

afterEach(() => {
  hub.stop();
  stop.abort();
});

async function start(): Promise<void> {
  const cluster = createCluster({ client: source, clock, log: silentLogger });
  await clusterComponent(cluster).start(stop.signal);
  hub = new Hub(rowSources(cluster), { clock, log: silentLogger });
}

function meta(name: string, labels: Record<string, string> = {}) {
  return {
    name,
    namespace: 'default',
    uid: `uid-${name}`,
    labels,
    creationTimestamp: '2026-01-01T00:00:00Z',
    resourceVersion: '',
  };
}

function pod(name: string, options: { labels?: Record<string, string>; restarts?: number; node?: string } = {}): Pod {
  const { labels = { app: 'web' }, restarts = 0, node = 'node-0' } = options;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: meta(name, labels),
    spec: { nodeName: node, containers: [{ name: 'main', resources: { requests: { cpu: '100m' } } }] },
    status: {
      phase: 'Running',
      containerStatuses: [
        { name: 'main', ready: true, restartCount: restarts, image: '', imageID: '', state: { running: {} } },
      ],
    },
  };
}

const node: Node = {
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { ...meta('node-0'), namespace: undefined },
  spec: {},
  status: {},
};

function service(selector: Record<string, string>): Service {
  return { apiVersion: 'v1', kind: 'Service', metadata: meta('front'), spec: { selector }, status: {} };
}

type Patch = Extract<Frame, { kind: 'patch' }>;

function patches(frames: readonly Frame[]): Patch[] {
  return frames.filter((frame) => frame.kind === 'patch');
}

/** Lets what was put reach the hub, then a beat pass. */
async function beat(): Promise<void> {
  await clock.advance(0);
  await clock.advance(100);
}

async function open(query: object): Promise<Frame[]> {
  const frames: Frame[] = [];
  await hub.open(query, (frame) => frames.push(frame));
  return frames;
}

test('changes within a beat come as one frame, and a pod that changed ten times as one row', async () => {
  source.put(pods, pod('a'));
  await start();
  const frames = await open({ noun: 'pods' });
  for (let restarts = 1; restarts <= 10; restarts++) source.put(pods, pod('a', { restarts }));
  source.put(pods, pod('b'));
  await beat();
  expect(patches(frames)).toHaveLength(1);
  expect(patches(frames)[0]).toMatchObject({ put: [{ name: 'a', restarts: 10 }, { name: 'b' }], total: 2 });
});

test('a change that no row shows makes no frame', async () => {
  source.put(pods, pod('a'));
  await start();
  const frames = await open({ noun: 'pods' });
  source.put(pods, { ...pod('a'), metadata: { ...pod('a').metadata, annotations: { note: 'new' } } });
  await beat();
  expect(frames).toHaveLength(1);
});

test('a pod replaced by another of its name is two rows', async () => {
  source.put(pods, pod('a'));
  await start();
  const frames = await open({ noun: 'pods' });
  source.remove(pods, 'default/a');
  source.put(pods, { ...pod('a'), metadata: { ...pod('a').metadata, uid: 'uid-second' } });
  await beat();
  expect(patches(frames)[0]).toMatchObject({ put: [{ uid: 'uid-second' }], remove: ['uid-a'], total: 1 });
});

describe('rows change with what they are related to', () => {
  test('a service that begins to select shows on its pods, and they on it', async () => {
    source.put(pods, pod('a'));
    source.put(pods, pod('b', { labels: { app: 'db' } }));
    await start();
    const podFrames = await open({ noun: 'pods' });
    const serviceFrames = await open({ noun: 'services' });
    source.put(services, service({ app: 'web' }));
    await beat();
    expect(patches(podFrames)[0]?.put).toMatchObject([{ name: 'a', services: ['front'] }]);
    expect(patches(serviceFrames)[0]?.put).toMatchObject([{ name: 'front', pods: ['default/a'] }]);
    source.put(pods, pod('a', { labels: { app: 'db' } }));
    await beat();
    expect(patches(podFrames)[1]?.put).toMatchObject([{ name: 'a', services: [] }]);
    expect(patches(serviceFrames)[1]?.put).toMatchObject([{ name: 'front', pods: [] }]);
  });

  test('a node shows what its pods request', async () => {
    source.put(nodes, node);
    source.put(pods, pod('a'));
    await start();
    const frames = await open({ noun: 'nodes' });
    expect(frames[0]).toMatchObject({ rows: [{ name: 'node-0', pods: 1, requested: { cpu: 100 } }] });
    source.put(pods, pod('b'));
    source.put(pods, pod('elsewhere', { node: 'node-1' }));
    await beat();
    expect(patches(frames)[0]?.put).toMatchObject([{ pods: 2, requested: { cpu: 200 } }]);
    source.put(pods, pod('b', { restarts: 3 }));
    await beat();
    expect(patches(frames)).toHaveLength(1);
  });
});

describe('freshness', () => {
  test('a view says since when it is stale, and when it is live again', async () => {
    source.put(pods, pod('a'));
    await start();
    const frames = await open({ noun: 'pods' });
    expect(frames[0]).toMatchObject({ kind: 'snapshot', freshness: { state: 'live' } });
    const lost = new Error('connection refused');
    for (let n = 0; n < 40; n++) source.failNext('list', lost);
    source.dropWatches(lost);
    await clock.advance(0);
    const since = clock.now();
    await clock.advance(1_500);
    expect(frames[1]).toMatchObject({ kind: 'freshness', freshness: { state: 'stale', since } });
    await clock.advance(3_600_000);
    expect(frames.at(-1)).toMatchObject({ kind: 'freshness', freshness: { state: 'live' } });
  });

  test('before the first list a view is empty and stale', async () => {
    const cluster = createCluster({ client: source, clock, log: silentLogger });
    hub = new Hub(rowSources(cluster), { clock, log: silentLogger });
    const frames = await open({ noun: 'pods' });
    expect(frames[0]).toMatchObject({ rows: [], freshness: { state: 'stale', since: clock.now() } });
    source.put(pods, pod('a'));
    await clusterComponent(cluster).start(stop.signal);
    await beat();
    await clock.advance(1_500);
    expect(frames.slice(1)).toMatchObject([
      { kind: 'patch', total: 1 },
      { kind: 'freshness', freshness: { state: 'live' } },
    ]);
  });
});

test('nothing is kept for what nobody looks at any more', async () => {
  await start();
  const idle = clock.waiting;
  const view = await hub.open({ noun: 'pods' }, () => {});
  expect(hub.tables).toBe(1);
  view.close();
  await clock.advance(29_000);
  expect(hub.tables).toBe(1);
  await clock.advance(2_000);
  expect(hub.tables).toBe(0);
  await clock.advance(2_000);
  expect(clock.waiting).toBe(idle);
});

test('20,000 pods and 500 changes a second: frames are as large as what changed', { timeout: 30_000 }, async () => {
  const names = Array.from({ length: 20_000 }, (_, n) => `web-${String(n).padStart(5, '0')}`);
  for (const name of names) source.put<KubeObject>(pods, pod(name));
  await start();
  const frames = await open({ noun: 'pods', sort: { by: 'name', descending: false }, limit: 100 });
  const everything = await open({ noun: 'pods', ordered: false });
  expect(frames[0]).toMatchObject({ total: 20_000 });
  const seconds = 2;
  const tick = 20;
  let changed = 0;
  for (let ms = 0; ms < seconds * 1_000; ms += tick) {
    for (let n = 0; n < 10; n++) source.put(pods, pod(names[(changed++ * 37) % names.length]!, { restarts: 1 }));
    await clock.advance(tick);
  }
  await clock.advance(100);
  const rowsOf = (all: readonly Frame[]) => patches(all).flatMap(({ put }) => put);
  expect(changed).toBe(1_000);
  expect(rowsOf(everything)).toHaveLength(1_000);
  expect(patches(everything).length).toBeLessThanOrEqual((seconds * 1_000) / 80 + 1);
  expect(patches(everything).some(({ order }) => order)).toBe(false);
  // The window of 100 sees only what happens in it.
  const inWindow = names.slice(0, 100);
  expect(rowsOf(frames).every(({ name }) => inWindow.includes(name))).toBe(true);
  expect(rowsOf(frames).length).toBeGreaterThan(0);
  expect(rowsOf(frames).length).toBeLessThan(20);
});
