import type { ContainerStats } from 'dockerode';
import { expect, test } from 'vitest';
import { usageOf } from './usage.ts';

const read = '2026-01-01T00:00:00.5Z';

function stats(memory: object, more: object = {}): ContainerStats {
  const cpu_stats = { cpu_usage: { total_usage: 123 } };
  return { read, cpu_stats, memory_stats: memory, ...more } as unknown as ContainerStats;
}

test.each([
  [
    'v1',
    { cache: 60, inactive_file: 1, total_inactive_file: 30, total_rss: 40, total_pgfault: 5, total_pgmajfault: 1 },
  ],
  ['v2', { file: 60, inactive_file: 30, anon: 40, pgfault: 5, pgmajfault: 1 }],
])('of cgroup %s', (_version, figures) => {
  expect(usageOf(stats({ usage: 100, stats: figures }))).toEqual({
    at: Date.parse(read),
    cpuNanoseconds: 123,
    memory: { usageBytes: 100, workingSetBytes: 70, rssBytes: 40, pageFaults: 5, majorPageFaults: 1 },
    network: {},
  });
});

test('with the network of a sandbox', () => {
  const eth0 = { rx_bytes: 1, rx_packets: 9, rx_errors: 2, rx_dropped: 9, tx_bytes: 3, tx_errors: 4 };
  expect(usageOf(stats({ usage: 1 }, { networks: { eth0 } }))?.network).toEqual({
    eth0: { rxBytes: 1, rxErrors: 2, txBytes: 3, txErrors: 4 },
  });
});

test('of a container without memory, which has just ended', () => {
  expect(usageOf(stats({}))?.memory).toMatchObject({ usageBytes: 0, workingSetBytes: 0 });
});

test('of a container that does not run there is none', () => {
  expect(usageOf(stats({}, { read: '0001-01-01T00:00:00Z' }))).toBeUndefined();
});
