// From measurements to what is served: the collector over a runtime that a test plays, and the two documents.
import { FakeClock } from '@berth/host/testing';
import type { Pod } from '@berth/objects';
import { beforeEach, describe, expect, test } from 'vitest';
import type { PodState, Usage } from '../runtime/port.ts';
import { resourceMetrics } from './resource-metrics.ts';
import { summary } from './summary.ts';
import { UsageCollector } from './usage-collector.ts';

const start = Date.parse('2026-01-01T00:00:00Z');
const MiB = 1024 * 1024;

let clock: FakeClock;
/** By container: CPUs that it uses. */
let rates: Map<string, number>;
let asked: string[];
let states: { pod: Pod; observed: PodState }[];

beforeEach(() => {
  clock = new FakeClock(start);
  rates = new Map([
    ['sandbox', 0],
    ['c1', 0.5],
  ]);
  asked = [];
  states = [pod('web', 'sandbox', ['c1'])];
});

function pod(name: string, sandboxId: string, containers: string[]): { pod: Pod; observed: PodState } {
  const identity = { uid: `uid-${name}`, namespace: 'default', name };
  const sandbox = { id: sandboxId, ready: true, createdAt: start - 60_000, gracePeriodSeconds: 1 };
  const states = containers.map((id) => ({
    id,
    name: `main-${id}`,
    sandboxId,
    restartCount: 0,
    specHash: '',
    image: '',
    imageId: '',
    createdAt: start - 60_000,
    status: { phase: 'running', startedAt: start - 60_000 } as const,
  }));
  return {
    pod: { metadata: identity, spec: { containers: [] } } as unknown as Pod,
    observed: { pod: identity, sandboxes: [sandbox], containers: states },
  };
}

function collector(hasWholeMachine = false): UsageCollector {
  return new UsageCollector({
    runtime: {
      async usage(id): Promise<Usage | undefined> {
        asked.push(id);
        const rate = rates.get(id);
        if (rate === undefined) return undefined;
        const at = clock.now();
        const bytes = id === 'sandbox' ? MiB : 10 * MiB;
        const memory = {
          usageBytes: 2 * bytes,
          workingSetBytes: bytes,
          rssBytes: 0,
          pageFaults: 1,
          majorPageFaults: 0,
        };
        const network: Usage['network'] =
          id === 'sandbox' ? { eth0: { rxBytes: 5, rxErrors: 0, txBytes: 6, txErrors: 0 } } : {};
        return { at, cpuNanoseconds: Math.round(rate * (at - start + 60_000) * 1e6), memory, network };
      },
    },
    pods: () => states,
    clock,
    directory: '/',
    hasWholeMachine,
  });
}

describe('measuring', () => {
  test('asks once of each container, however many ask, and again when that is old', async () => {
    const measuring = collector();
    await Promise.all([measuring.measure(), measuring.measure()]);
    await clock.advance(4_000);
    await measuring.measure();
    expect(asked).toEqual(['sandbox', 'c1']);
    await clock.advance(1_000);
    await measuring.measure();
    expect(asked).toHaveLength(4);
  });

  test('leaves out what has ended meanwhile', async () => {
    rates.delete('c1');
    states.push(pod('gone', 'other', ['c2']));
    const { pods } = await collector().measure();
    expect(pods.map((each) => [each.pod.metadata.name, each.containers.length])).toEqual([['web', 0]]);
  });

  test('never goes back for a node that is the sum of its pods', async () => {
    const measuring = collector();
    const first = await measuring.measure();
    states = [];
    await clock.advance(10_000);
    const second = await measuring.measure();
    expect([first.cpu.cpuNanoseconds, second.cpu.cpuNanoseconds]).toEqual([30e9, 30e9]);
  });

  test('of a node that has its machine to itself is that of the machine', async () => {
    const { cpu, machine } = await collector(true).measure();
    expect(cpu.cpuNanoseconds).toBe(machine?.cpuNanoseconds);
    expect(machine?.memory.totalBytes).toBeGreaterThan(0);
  });
});

test('/metrics/resource has the names, labels and times that Kubernetes has', async () => {
  const text = resourceMetrics(await collector().measure());
  expect(text.split('\n').filter((line) => !line.startsWith('#'))).toEqual([
    `container_cpu_usage_seconds_total{container="main-c1",namespace="default",pod="web"} 30 ${start}`,
    `container_memory_working_set_bytes{container="main-c1",namespace="default",pod="web"} ${10 * MiB} ${start}`,
    `container_start_time_seconds{container="main-c1",namespace="default",pod="web"} ${start / 1000 - 60}`,
    `node_cpu_usage_seconds_total 30 ${start}`,
    `node_memory_working_set_bytes ${11 * MiB} ${start}`,
    `pod_cpu_usage_seconds_total{namespace="default",pod="web"} 30 ${start}`,
    `pod_memory_working_set_bytes{namespace="default",pod="web"} ${11 * MiB} ${start}`,
    'resource_scrape_error 0',
    '',
  ]);
  expect(text).toContain('# TYPE node_cpu_usage_seconds_total counter\n');
});

describe('/stats/summary', () => {
  const options = { nodeName: 'n1', startedAt: start - 1_000, memoryBytes: 100 * MiB, onlyCpuAndMemory: false };

  test('tells a rate once there are two measurements', async () => {
    const measuring = collector();
    const first = summary(await measuring.measure(), options);
    await clock.advance(10_000);
    const second = summary(await measuring.measure(), options);
    const cpu = { time: '2026-01-01T00:00:00Z', usageCoreNanoSeconds: 30e9 };
    expect(first).toMatchObject({ node: { cpu }, pods: [{ cpu, containers: [{ name: 'main-c1', cpu }] }] });
    expect(first).not.toHaveProperty('node.cpu.usageNanoCores');
    const later = { time: '2026-01-01T00:00:10Z', usageCoreNanoSeconds: 35e9, usageNanoCores: 5e8 };
    expect(second).toMatchObject({ node: { cpu: later }, pods: [{ cpu: later, containers: [{ cpu: later }] }] });
  });

  test('tells of memory, networks and the disk', async () => {
    expect(summary(await collector().measure(), options)).toMatchObject({
      node: {
        nodeName: 'n1',
        memory: { availableBytes: 89 * MiB, usageBytes: 22 * MiB, workingSetBytes: 11 * MiB, pageFaults: 2 },
        fs: { capacityBytes: expect.any(Number) },
      },
      pods: [
        {
          podRef: { name: 'web', namespace: 'default', uid: 'uid-web' },
          startTime: '2025-12-31T23:59:00Z',
          memory: { workingSetBytes: 11 * MiB },
          network: { name: 'eth0', rxBytes: 5, txBytes: 6, interfaces: [{ name: 'eth0' }] },
        },
      ],
    });
  });

  test('only of CPU and memory, where that is asked for', async () => {
    const found = summary(await collector().measure(), { ...options, onlyCpuAndMemory: true });
    expect(JSON.stringify(found)).not.toMatch(/"fs"|"network"/);
  });
});
