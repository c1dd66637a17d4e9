// Owns the kinds of metrics.k8s.io: what nodes and pods use. Nothing of them is kept: their objects are measured.
// Source: Kubernetes, metrics-server.
import type { NodeMetrics, PodMetrics } from '../api/types.ts';
import type { KubeObject } from '../object.ts';
import { addQuantities } from '../quantity.ts';
import { nodeMetrics, podMetrics, type Resource } from '../resource.ts';
import { columnOf, nameColumn } from './columns.ts';
import type { Kind } from './kind.ts';

function measured<T extends KubeObject & { readonly window: string }>(
  resource: Resource<T>,
  usageOf: (object: T, resource: 'cpu' | 'memory') => string,
): Kind<T> {
  return {
    resource,
    nameRule: 'dns-subdomain',
    subresources: [],
    countsGenerations: false,
    measured: true,
    validate: () => [],
    columns: [
      nameColumn,
      columnOf('cpu', 'CPUs in use, over the window.', (object) => usageOf(object, 'cpu')),
      columnOf('memory', 'The working set of memory.', (object) => usageOf(object, 'memory')),
      columnOf('Window', 'Time over which the use of CPU was measured.', ({ window }) => window),
    ],
    fieldSelectors: {},
  };
}

export const nodeMetricsKind = measured<NodeMetrics>(nodeMetrics, ({ usage }, resource) => usage[resource] ?? '0');
export const podMetricsKind = measured<PodMetrics>(podMetrics, ({ containers }, resource) =>
  containers.map(({ usage }) => usage[resource] ?? '0').reduce(addQuantities, '0'),
);
