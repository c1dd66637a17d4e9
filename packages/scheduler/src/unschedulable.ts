// Owns the condition that tells on a pod why it has no node.
import { type Clock, timestamp } from '@berth/host';
import type { Pod, PodCondition } from '@berth/objects';

/** The condition as it should stand; undefined if the pod carries it already. */
export function unschedulableCondition(pod: Pod, message: string, clock: Clock): PodCondition | undefined {
  const before = pod.status.conditions?.find(({ type }) => type === 'PodScheduled');
  const same = before?.status === 'False' && before.reason === 'Unschedulable';
  if (same && before.message === message) return undefined;
  return {
    type: 'PodScheduled',
    status: 'False',
    reason: 'Unschedulable',
    message,
    lastTransitionTime: before?.status === 'False' ? before.lastTransitionTime : timestamp(clock),
  };
}
