// Owns making a pod go for another: it says in its status why, and ends as gracefully as it asks for.
import type { Writer } from '@berth/client';
import { type Clock, timestamp } from '@berth/host';
import { isReason, type Pod, pods } from '@berth/objects';
import type { EventRecorder } from '@berth/reconcile';

export interface MakeRoomOptions {
  readonly client: Writer;
  readonly clock: Clock;
  readonly events: EventRecorder;
}

const type = 'application/strategic-merge-patch+json';

/** Does nothing to a victim that goes already. Throws what else went wrong. */
export async function makeRoom(
  { client, clock, events }: MakeRoomOptions,
  { victim, by, node }: { readonly victim: Pod; readonly by: Pod; readonly node: string },
): Promise<void> {
  const { name, namespace, uid, deletionTimestamp } = victim.metadata;
  if (deletionTimestamp) return;
  const condition = {
    type: 'DisruptionTarget',
    status: 'True',
    reason: 'PreemptionByScheduler',
    message: `${by.spec.schedulerName}: preempting to accommodate a higher priority pod`,
    lastTransitionTime: timestamp(clock),
  };
  const body = { metadata: { uid }, status: { conditions: [condition] } };
  try {
    await client.patch(pods, { name, namespace, subresource: 'status' }, { type, body });
    await client.delete(pods, { name, namespace }, { preconditions: { uid } });
  } catch (error) {
    // Gone, or another one of the same name.
    if (isReason(error, 'NotFound') || isReason(error, 'Conflict')) return;
    throw error;
  }
  const message = `Preempted by pod ${by.metadata.uid} on node ${node}`;
  events.record({ object: victim, type: 'Normal', reason: 'Preempted', message });
}
