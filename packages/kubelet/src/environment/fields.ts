// Owns what a pod can be told about itself: fields of its object and its containers' resources (the downward API).
import { milliValue, type Pod, parseQuantity, type ResourceFieldSelector, wholeValue } from '@berth/objects';
import { containerNamed } from '../pod/container-spec.ts';

export interface NodeFacts {
  readonly hostIP: string;
  /** What a container without a limit may take. */
  readonly allocatable: Readonly<Record<string, string>>;
}

export interface PodFacts extends NodeFacts {
  readonly pod: Pod;
  readonly podIP: string | undefined;
}

/** Undefined for a path that there is not. */
export function fieldValue({ pod, podIP, hostIP }: PodFacts, path: string): string | undefined {
  const keyed = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(path);
  if (keyed) return pod.metadata[keyed[1] as 'labels' | 'annotations']?.[keyed[2] ?? ''] ?? '';
  switch (path) {
    case 'metadata.name':
      return pod.metadata.name;
    case 'metadata.namespace':
      return pod.metadata.namespace ?? '';
    case 'metadata.uid':
      return pod.metadata.uid;
    case 'metadata.labels':
      return quotedLines(pod.metadata.labels);
    case 'metadata.annotations':
      return quotedLines(pod.metadata.annotations);
    case 'spec.nodeName':
      return pod.spec.nodeName ?? '';
    case 'spec.serviceAccountName':
      return pod.spec.serviceAccountName ?? '';
    case 'status.podIP':
    case 'status.podIPs':
      return (pod.spec.hostNetwork ? hostIP : podIP) ?? '';
    case 'status.hostIP':
    case 'status.hostIPs':
      return hostIP;
    default:
      return undefined;
  }
}

function quotedLines(record: Readonly<Record<string, string>> = {}): string {
  return Object.entries(record)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join('\n');
}

/** `limits.cpu` and its like, in units of the divisor, rounded up. Undefined for what there is not. */
export function resourceValue(
  { pod, allocatable }: PodFacts,
  selector: ResourceFieldSelector,
  containerName: string,
): string | undefined {
  const container = containerNamed(pod, selector.containerName ?? containerName);
  const [side, ...rest] = selector.resource.split('.');
  const resource = rest.join('.');
  if (!container || (side !== 'limits' && side !== 'requests') || !resource) return undefined;
  const limit = container.resources?.limits?.[resource];
  const quantity =
    side === 'limits'
      ? (limit ?? allocatable[resource] ?? '0')
      : (container.resources?.requests?.[resource] ?? limit ?? '0');
  const divisor = selector.divisor && parseQuantity(selector.divisor).nano !== 0n ? selector.divisor : '1';
  const measure = resource === 'cpu' ? milliValue : wholeValue;
  return String(Math.ceil(measure(quantity) / measure(divisor)));
}
