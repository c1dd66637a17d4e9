// Owns the answers to requests for the node's figures: what is measured, in the forms that are asked for.
import type { Registry } from '@berth/host';
import type { NodeStats } from './server/node-stats.ts';
import { resourceMetrics } from './stats/resource-metrics.ts';
import { type SummaryOptions, summary } from './stats/summary.ts';
import type { UsageCollector } from './stats/usage-collector.ts';

export interface NodeStatsOptions extends Omit<SummaryOptions, 'onlyCpuAndMemory'> {
  readonly collector: Pick<UsageCollector, 'measure'>;
  readonly registry: Registry;
}

export function createNodeStats({ collector, registry, ...node }: NodeStatsOptions): NodeStats {
  return {
    summary: async (onlyCpuAndMemory) => summary(await collector.measure(), { ...node, onlyCpuAndMemory }),
    resourceMetrics: async () => resourceMetrics(await collector.measure()),
    metrics: () => registry.metrics(),
  };
}
