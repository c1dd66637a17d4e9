// Owns what needs a person's attention first: nodes that are lost, services that nobody answers for, pods that fail or
// wait, grouped so that a hundred pods with one trouble are one line. Pure.
import type { NodeRow, PodRow, ServiceRow } from '@berth/dashboard-api';
import { pageOf } from '../../live/address.ts';

export interface Concern {
  readonly key: string;
  /** How it is drawn; also the order of weight. */
  readonly kind: 'node' | 'service' | 'failing' | 'pending' | 'unknown';
  /** What it is about, in few words. */
  readonly subject: string;
  readonly namespace?: string;
  /** What is wrong, in a sentence. */
  readonly reason: string;
  readonly count: number;
  readonly href: string;
}

const weight: Readonly<Record<Concern['kind'], number>> = { node: 0, failing: 1, service: 2, unknown: 3, pending: 4 };
/** How long a pod may wait before that is worth a word, in milliseconds. */
const patience = 15_000;

export interface Seen {
  readonly pods: readonly PodRow[];
  readonly nodes: readonly NodeRow[];
  readonly services: readonly ServiceRow[];
  readonly now: number;
}

export function concernsOf({ pods, nodes, services, now }: Seen): Concern[] {
  const concerns: Concern[] = [];
  for (const node of nodes) {
    if (node.ready) continue;
    concerns.push({
      key: `node/${node.name}`,
      kind: 'node',
      subject: node.name,
      reason: node.pods > 0 ? `The node is not ready; ${node.pods} pods are on it.` : 'The node is not ready.',
      count: 1,
      href: pageOf({ kind: 'Node', name: node.name })!,
    });
  }
  for (const service of services) {
    if (service.readyEndpoints > 0 || Object.keys(service.selector).length === 0) continue;
    concerns.push({
      key: `service/${service.uid}`,
      kind: 'service',
      subject: service.name,
      namespace: service.namespace,
      reason:
        service.pods.length === 0
          ? 'No pod matches its selector, so nobody answers.'
          : `None of the ${service.pods.length} pods it selects is ready.`,
      count: 1,
      href: pageOf({ kind: 'Service', ...service })!,
    });
  }
  concerns.push(...podConcerns(pods, now));
  return concerns.sort((a, b) => weight[a.kind] - weight[b.kind] || b.count - a.count || (a.key < b.key ? -1 : 1));
}

function podConcerns(pods: readonly PodRow[], now: number): Concern[] {
  const groups = new Map<string, PodRow[]>();
  for (const pod of pods) {
    const waits = pod.state === 'pending' && now - pod.createdAt > patience;
    if (pod.state !== 'failing' && pod.state !== 'unknown' && !waits) continue;
    const key = `${pod.state}/${pod.namespace}/${pod.owner?.name ?? pod.name}/${pod.status}`;
    const group = groups.get(key);
    if (group) group.push(pod);
    else groups.set(key, [pod]);
  }
  return [...groups].map(([key, group]) => {
    const [first] = group as [PodRow, ...PodRow[]];
    const kind = first.state as 'failing' | 'unknown' | 'pending';
    const owner = first.owner;
    return {
      key,
      kind,
      subject: group.length === 1 ? first.name : (owner?.name ?? first.name),
      namespace: first.namespace,
      reason: first.reason ?? first.status,
      count: group.length,
      href:
        group.length === 1 || !owner
          ? pageOf({ kind: 'Pod', ...first })!
          : (pageOf({ ...owner, namespace: first.namespace }) ?? pageOf({ kind: 'Pod', ...first })!),
    };
  });
}
