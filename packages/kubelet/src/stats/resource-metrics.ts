// Owns `/metrics/resource`: what is used, for programs that compare one round with the next. Pure.
// Sources: Kubernetes, kubelet's resource metrics; Prometheus, text-based format.
import { nodeTotal, podTotal, type Total, totalOf } from './totals.ts';
import type { NodeMeasured } from './usage-collector.ts';

type Labels = Readonly<Record<string, string>>;

interface Sample {
  readonly labels: Labels;
  readonly total: Total;
  /** Of a container, in milliseconds. */
  readonly startedAt?: number;
}

export function resourceMetrics(measured: NodeMeasured): string {
  const node: Sample[] = [{ labels: {}, total: nodeTotal(measured) }];
  const pods = measured.pods.map((each): Sample => ({ labels: podLabels(each.pod), total: podTotal(each) }));
  const containers = measured.pods.flatMap((each) =>
    each.containers.map(
      (container): Sample => ({
        labels: { container: container.name, ...podLabels(each.pod) },
        total: totalOf(container),
        startedAt: container.startedAt,
      }),
    ),
  );
  return [
    ...figures('container', containers),
    ...family(
      'container_start_time_seconds',
      ['gauge', 'Start time of the container since unix epoch in seconds'],
      containers.map(({ labels, startedAt = 0 }) => ({ labels, value: startedAt / 1000 })),
    ),
    ...figures('node', node),
    ...figures('pod', pods),
    ...family(
      'resource_scrape_error',
      ['gauge', '1 if there was an error while getting container metrics, 0 otherwise'],
      [{ labels: {}, value: 0 }],
    ),
    '',
  ].join('\n');
}

function podLabels({ metadata: { namespace = '', name } }: { metadata: { namespace?: string; name: string } }): Labels {
  return { namespace, pod: name };
}

function figures(of: 'container' | 'node' | 'pod', samples: readonly Sample[]): string[] {
  return [
    ...family(
      `${of}_cpu_usage_seconds_total`,
      ['counter', `Cumulative cpu time consumed by the ${of} in core-seconds`],
      samples.map(({ labels, total }) => ({ labels, value: total.cpuNanoseconds / 1e9, at: total.at })),
    ),
    ...family(
      `${of}_memory_working_set_bytes`,
      ['gauge', `Current working set of the ${of} in bytes`],
      samples.map(({ labels, total }) => ({ labels, value: total.memory.workingSetBytes, at: total.at })),
    ),
  ];
}

function family(
  name: string,
  [type, help]: readonly [type: 'counter' | 'gauge', help: string],
  samples: readonly { readonly labels: Labels; readonly value: number; readonly at?: number }[],
): string[] {
  if (samples.length === 0) return [];
  const lines = samples.map(({ labels, value, at }) => {
    const pairs = Object.entries(labels).map(([key, text]) => `${key}="${text.replace(/["\\]/g, '\\$&')}"`);
    const named = pairs.length > 0 ? `${name}{${pairs.join(',')}}` : name;
    return `${named} ${value}${at === undefined ? '' : ` ${Math.round(at)}`}`;
  });
  return [`# HELP ${name} [STABLE] ${help}`, `# TYPE ${name} ${type}`, ...lines];
}
