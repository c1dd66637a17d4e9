// metrics.k8s.io of a real core, whose agents a test plays.
import { FakeClock } from '@berth/host/testing';
import { nodeMetrics, nodes, podMetrics, pods, type Resource } from '@berth/objects';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { PodStreams } from '../streams/port.ts';
import { startTestApi, type TestApi } from '../testing/index.ts';

let t: TestApi;
let clock: FakeClock;
/** What the agent of a node says; undefined: it does not answer. */
let answers: Map<string, string | undefined>;
let rounds: string[];

const nobody = () => Promise.reject(new Error('nobody asks for that here'));

beforeEach(async () => {
  clock = new FakeClock(Date.parse('2026-01-01T00:00:00Z'));
  answers = new Map();
  rounds = [];
  const streams: PodStreams = {
    log: nobody,
    exec: nobody,
    attach: nobody,
    connect: nobody,
    connectAgent: nobody,
    async read({ metadata: { name } }, path) {
      rounds.push(`${name} ${path}`);
      const answer = answers.get(name);
      if (answer === undefined) throw new Error('it does not answer');
      return answer;
    },
  };
  t = await startTestApi({ streams, clock });
  for (const [name, disk] of Object.entries({ n1: 'ssd', n2: 'hdd' })) {
    await t.api.create(t.admin, nodes, {}, { metadata: { name, labels: { disk } } });
    const body = { status: { daemonEndpoints: { kubeletEndpoint: { Port: 10250 } } } };
    await t.api.patch(t.admin, nodes, { name, subresource: 'status' }, { type: 'application/merge-patch+json', body });
  }
  await t.namespace('other');
  await pod('default', 'web', { app: 'web' });
  await pod('default', 'idle', {});
  await pod('other', 'web', { app: 'web' });
});
afterEach(() => t.close());

async function pod(namespace: string, name: string, labels: object): Promise<void> {
  const spec = { nodeName: 'n1', containers: [{ name: 'main', image: 'x' }] };
  await t.api.create(t.admin, pods, { namespace }, { metadata: { name, labels }, spec });
}

/** What an agent says when its node, and the pods named, have used so many seconds. */
function says(cpuSeconds: number, ...names: readonly string[]): string {
  const at = clock.now();
  return [
    `node_cpu_usage_seconds_total ${cpuSeconds} ${at}`,
    `node_memory_working_set_bytes 1048576 ${at}`,
    ...names.flatMap((each) => {
      const [namespace, name] = each.split('/');
      const labels = `{container="main",namespace="${namespace}",pod="${name}"}`;
      return [
        `container_cpu_usage_seconds_total${labels} ${cpuSeconds / 2} ${at}`,
        `container_memory_working_set_bytes${labels} 2048 ${at}`,
      ];
    }),
  ].join('\n');
}

/** Waits until the agents have been asked once more. */
async function round(): Promise<void> {
  const before = rounds.length;
  await clock.advance(15_000);
  await vi.waitFor(() => expect(rounds.length).toBeGreaterThanOrEqual(before + 2));
}

async function measureTwice(): Promise<void> {
  answers.set('n1', says(10, 'default/web', 'other/web'));
  answers.set('n2', says(10));
  await round();
  answers.set('n1', says(13, 'default/web', 'other/web', 'default/idle'));
  answers.set('n2', says(10));
  await round();
}

const names = async (resource: Resource, options: object = {}) =>
  (await t.api.list(t.admin, resource, options)).items.map(({ metadata: { namespace, name } }) =>
    namespace ? `${namespace}/${name}` : name,
  );

describe('nodes and pods', () => {
  test('are there once they were measured twice, with rates over the time between', async () => {
    answers.set('n1', says(10));
    await round();
    expect(await names(nodeMetrics)).toEqual([]);
    await measureTwice();
    const found = await t.api.get(t.admin, nodeMetrics, { name: 'n1' });
    expect(found).toEqual({
      kind: 'NodeMetrics',
      apiVersion: 'metrics.k8s.io/v1beta1',
      metadata: { name: 'n1', creationTimestamp: found.timestamp, labels: { disk: 'ssd' } },
      timestamp: '2026-01-01T00:00:30Z',
      window: '15s',
      usage: { cpu: '200000000n', memory: '1024Ki' },
    });
    expect(await t.api.get(t.admin, podMetrics, { namespace: 'default', name: 'web' })).toMatchObject({
      kind: 'PodMetrics',
      metadata: { namespace: 'default', name: 'web', labels: { app: 'web' } },
      containers: [{ name: 'main', usage: { cpu: '100000000n', memory: '2Ki' } }],
    });
  });

  test('are selected by namespace, label and name', async () => {
    await measureTwice();
    expect(await names(nodeMetrics)).toEqual(['n1', 'n2']);
    expect(await names(nodeMetrics, { labelSelector: 'disk=hdd' })).toEqual(['n2']);
    expect(await names(podMetrics)).toEqual(['default/web', 'other/web']);
    expect(await names(podMetrics, { namespace: 'other', labelSelector: 'app=web' })).toEqual(['other/web']);
    expect(await names(podMetrics, { fieldSelector: 'metadata.namespace=default' })).toEqual(['default/web']);
  });

  test('of which nothing was measured are not found', async () => {
    await measureTwice();
    await expect(t.api.get(t.admin, podMetrics, { namespace: 'default', name: 'idle' })).rejects.toMatchObject({
      reason: 'NotFound',
      message: 'pods.metrics.k8s.io "idle" not found',
    });
    await expect(t.api.get(t.admin, nodeMetrics, { name: 'n3' })).rejects.toMatchObject({ reason: 'NotFound' });
  });

  test('of a node that does not answer are gone', async () => {
    await measureTwice();
    answers.set('n1', undefined);
    answers.set('n2', says(11));
    await round();
    await vi.waitFor(async () => expect(await names(nodeMetrics)).toEqual(['n2']));
    expect(await names(podMetrics)).toEqual([]);
  });
});

test('whoever may not, does not see them', async () => {
  const user = { name: 'eve', groups: ['system:authenticated'] };
  await expect(t.api.list(user, podMetrics, {})).rejects.toMatchObject({
    reason: 'Forbidden',
    message: expect.stringContaining('cannot list resource "pods" in API group "metrics.k8s.io"'),
  });
});
