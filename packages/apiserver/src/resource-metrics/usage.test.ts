import { describe, expect, test } from 'vitest';
import { readScrape } from './scrape.ts';
import { measuredAt, usageOf, usageQuantities } from './usage.ts';

describe('what an agent says', () => {
  const text = [
    '# HELP container_cpu_usage_seconds_total [STABLE] Cumulative cpu time',
    '# TYPE container_cpu_usage_seconds_total counter',
    'container_cpu_usage_seconds_total{container="main",namespace="default",pod="web"} 1.5e+01 1000',
    'container_memory_working_set_bytes{pod="web",container="main",namespace="default"} 2048 1001',
    'container_start_time_seconds{container="main",namespace="default",pod="web"} 0.5',
    'container_cpu_usage_seconds_total{container="half",namespace="default",pod="web"} 1 1000',
    'container_cpu_usage_seconds_total{container="main",namespace="default",pod="odd\\"name"} 1',
    'node_cpu_usage_seconds_total 20 1000',
    'node_memory_working_set_bytes 4096 1000',
    'node_memory_working_set_bytes NaN 1000',
    'pod_cpu_usage_seconds_total{namespace="default",pod="web"} 15 1000',
    'resource_scrape_error 0',
    'no line of this format',
    '',
  ].join('\n');

  test('is read, whatever else stands there', () => {
    const { node, pods } = readScrape(text);
    expect(node).toEqual({ at: 1000, cpuSeconds: 20, memoryBytes: 4096 });
    expect([...pods].map(([name, found]) => [name, Object.fromEntries(found)])).toEqual([
      ['default/web', { main: { at: 1000, cpuSeconds: 15, memoryBytes: 2048, startedAt: 500 } }],
    ]);
  });

  test('may be nothing', () => {
    expect(readScrape('')).toEqual({ node: undefined, pods: new Map() });
  });
});

describe('two measurements', () => {
  const at = 1_000_000;
  const point = (seconds: number, cpuSeconds: number, startedAt?: number) => ({
    at: at + seconds * 1000,
    cpuSeconds,
    memoryBytes: 4096,
    ...(startedAt === undefined ? {} : { startedAt: at + startedAt * 1000 }),
  });

  test.each([
    ['give a rate', point(15, 103), point(0, 100), 200_000_000, 15_000],
    ['of a container that runs on', point(15, 103, -60), point(0, 100, -60), 200_000_000, 15_000],
    ['of a container that was started again meanwhile', point(15, 3, 3), point(0, 100, -60), 250_000_000, 12_000],
    ['are one, of a young container', point(15, 3, 3), undefined, 250_000_000, 12_000],
  ])('%s', (_what, last, previous, nanoCores, windowMs) => {
    expect(usageOf(last, previous)).toEqual({ at: last.at, windowMs, nanoCores, memoryBytes: 4096 });
  });

  test.each([
    ['only one of a node', point(15, 103), undefined],
    ['only one of an old container', point(15, 103, -60), undefined],
    ['one of a container in its first moments', point(15, 3, 10), undefined],
    ['the same twice', point(0, 100), point(0, 100)],
    ['a counter that went back', point(15, 99), point(0, 100)],
  ])('tell nothing: %s', (_what, last, previous) => {
    expect(usageOf(last, previous)).toBeUndefined();
  });
});

test('quantities and times are written as metrics-server writes them', () => {
  const usage = { at: Date.parse('2026-01-01T00:00:15.7Z'), windowMs: 15_012, nanoCores: 1_234_567, memoryBytes: 2048 };
  expect(usageQuantities(usage)).toEqual({ cpu: '1234567n', memory: '2Ki' });
  expect(usageQuantities({ ...usage, nanoCores: 0, memoryBytes: 1025 })).toEqual({ cpu: '0', memory: '1025' });
  expect(measuredAt([usage, { ...usage, at: usage.at + 5_000, windowMs: 20_000 }])).toEqual({
    timestamp: '2026-01-01T00:00:15Z',
    window: '15.012s',
  });
});
