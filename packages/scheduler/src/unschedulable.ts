// Owns what a pod that has no node says of it: an event, and in its status the condition that tells why and the node
// where room is being made for it.
import type { Writer } from '@berth/client';
import { type Clock, type Logger, timestamp } from '@berth/host';
import { isReason, type Pod, type PodCondition, pods } from '@berth/objects';
import type { EventRecorder } from '@berth/reconcile';

export interface ReportOptions {
  readonly client: Writer;
  readonly clock: Clock;
  readonly log: Logger;
  readonly events: EventRecorder;
}

const type = 'application/strategic-merge-patch+json';

/** `nominated`: where room is being made; undefined: nowhere. Never throws. */
export async function reportUnschedulable(
  options: ReportOptions,
  { pod, message, nominated }: { readonly pod: Pod; readonly message: string; readonly nominated: string | undefined },
): Promise<void> {
  options.events.record({ object: pod, type: 'Warning', reason: 'FailedScheduling', message });
  const condition = unschedulableCondition(pod, message, options.clock);
  const status = { ...nominationChange(pod, nominated), ...(condition ? { conditions: [condition] } : {}) };
  await patchStatus(options, pod, status);
}

/** Room is no longer being made for the pod. Never throws. */
export async function clearNomination(options: ReportOptions, pod: Pod): Promise<void> {
  await patchStatus(options, pod, nominationChange(pod, undefined));
}

function nominationChange({ status }: Pod, nominated: string | undefined): { nominatedNodeName?: string | null } {
  return (status.nominatedNodeName || undefined) === nominated ? {} : { nominatedNodeName: nominated ?? null };
}

async function patchStatus({ client, log }: ReportOptions, { metadata }: Pod, status: object): Promise<void> {
  if (Object.keys(status).length === 0) return;
  const { name, namespace, uid } = metadata;
  try {
    const patch = { type, body: { metadata: { uid }, status } } as const;
    await client.patch(pods, { name, namespace, subresource: 'status' }, patch);
  } catch (error) {
    if (isReason(error, 'NotFound') || isReason(error, 'Conflict')) return;
    log.warn({ err: error, pod: `${namespace}/${name}` }, 'could not say that the pod is unschedulable');
  }
}

/** The condition as it should stand; undefined if the pod carries it already. */
function unschedulableCondition(pod: Pod, message: string, clock: Clock): PodCondition | undefined {
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
