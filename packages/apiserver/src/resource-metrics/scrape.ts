// Owns the reading of what an agent says of its node, its pods and their containers under `/metrics/resource`.
// Sources: Prometheus, text-based format; Kubernetes, kubelet's resource metrics.

/** One measurement. Both figures belong to the same moment. */
export interface Point {
  /** Milliseconds of the agent's wall clock. */
  readonly at: number;
  /** Since the beginning. */
  readonly cpuSeconds: number;
  /** The working set. */
  readonly memoryBytes: number;
  /** When the container started, in milliseconds; a node has no such time. */
  readonly startedAt?: number;
}

export interface Scrape {
  readonly node: Point | undefined;
  /** By `NAMESPACE/NAME`, and by container. */
  readonly pods: ReadonlyMap<string, ReadonlyMap<string, Point>>;
}

type Parts = { -readonly [Part in keyof Point]?: Point[Part] };

const line = /^([a-z_]+)(?:\{([^}]*)\})? (\S+)(?: (\d+))?$/;
const label = /([a-z_]+)="((?:[^"\\]|\\.)*)"/g;

/** What is no measurement is passed over, and so is a container of which a figure is missing. */
export function readScrape(text: string): Scrape {
  const node: Parts = {};
  const containers = new Map<string, Map<string, Parts>>();
  for (const each of text.split('\n')) {
    const [, name = '', labels = '', value = '', time] = line.exec(each) ?? [];
    const [, of, figure] = /^(node|container)_(.*)$/.exec(name) ?? [];
    const number = Number(value);
    if (of === undefined || figure === undefined || !Number.isFinite(number)) continue;
    if (of === 'node') take(node, figure, { number, time });
    else take(partsOf(containers, labels), figure, { number, time });
  }
  const pods = [...containers].map(([pod, parts]) => {
    const whole = [...parts].flatMap(([container, part]) => (isWhole(part) ? [[container, part] as const] : []));
    return [pod, new Map(whole)] as const;
  });
  return { node: isWhole(node) ? node : undefined, pods: new Map(pods.filter(([, found]) => found.size > 0)) };
}

function take(parts: Parts, figure: string, { number, time }: { number: number; time: string | undefined }): void {
  switch (figure) {
    case 'cpu_usage_seconds_total':
      parts.cpuSeconds = number;
      // Without a time a rate cannot be told.
      if (time !== undefined) parts.at = Number(time);
      break;
    case 'memory_working_set_bytes':
      parts.memoryBytes = number;
      break;
    case 'start_time_seconds':
      parts.startedAt = number * 1000;
      break;
  }
}

function partsOf(containers: Map<string, Map<string, Parts>>, labels: string): Parts {
  const {
    namespace = '',
    pod = '',
    container = '',
  } = Object.fromEntries([...labels.matchAll(label)].map(([, key = '', value = '']) => [key, value]));
  const key = `${namespace}/${pod}`;
  const ofPod = containers.get(key) ?? new Map<string, Parts>();
  containers.set(key, ofPod);
  const parts = ofPod.get(container) ?? {};
  ofPod.set(container, parts);
  return parts;
}

function isWhole(parts: Parts): parts is Point {
  return parts.at !== undefined && parts.cpuSeconds !== undefined && parts.memoryBytes !== undefined;
}
