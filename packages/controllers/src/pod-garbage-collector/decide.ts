// Owns which pods nobody will finish, and which finished ones are too many. Pure.
// Source: Kubernetes' pod garbage collector.
import type { Node, Pod, PodCondition } from '@berth/objects';
import { isFinished } from '../pod-state.ts';

export interface PodsToDelete {
  readonly reason: string;
  /** Nobody will tell how they end: they have failed. */
  readonly failed?: boolean;
  /** What is said of them beside. */
  readonly condition?: Pick<PodCondition, 'type' | 'reason' | 'message'>;
  readonly pods: readonly Pod[];
}

const outOfService = 'node.kubernetes.io/out-of-service';

/** `nodes` by name; `goneNodes`: names that have been missing for long enough. */
export function decide(
  pods: readonly Pod[],
  nodes: ReadonlyMap<string, Node>,
  options: { readonly goneNodes: ReadonlySet<string>; readonly terminatedPodThreshold: number },
): PodsToDelete[] {
  const terminating = pods.filter(({ metadata }) => metadata.deletionTimestamp !== undefined);
  return [
    {
      reason: 'its node is gone',
      failed: true,
      condition: { type: 'DisruptionTarget', reason: 'DeletionByPodGC', message: 'PodGC: node no longer exists' },
      pods: pods.filter(({ spec }) => spec.nodeName !== undefined && options.goneNodes.has(spec.nodeName)),
    },
    {
      reason: 'it was deleted before it had a node',
      failed: true,
      pods: terminating.filter(({ spec }) => !spec.nodeName),
    },
    {
      reason: 'its node is out of service',
      failed: true,
      pods: terminating.filter(({ spec }) => isOutOfService(nodes.get(spec.nodeName ?? ''))),
    },
    { reason: 'too many pods have finished', pods: oldestFinished(pods, options.terminatedPodThreshold) },
  ];
}

/** Somebody said by this taint that the machine is off: its containers have stopped. */
function isOutOfService(node: Node | undefined): boolean {
  const ready = node?.status.conditions?.find(({ type }) => type === 'Ready')?.status === 'True';
  return !ready && (node?.spec.taints?.some(({ key }) => key === outOfService) ?? false);
}

function oldestFinished(pods: readonly Pod[], threshold: number): Pod[] {
  const finished = pods.filter((pod) => isFinished(pod) && !pod.metadata.deletionTimestamp);
  if (finished.length <= threshold) return [];
  const age = ({ metadata }: Pod) => `${metadata.creationTimestamp} ${metadata.name}`;
  return finished.sort((a, b) => (age(a) < age(b) ? -1 : 1)).slice(0, finished.length - threshold);
}
