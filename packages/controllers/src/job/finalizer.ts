// Owns how a job lets a pod go that it has counted.
import type { Writer } from '@berth/client';
import { jobTrackingFinalizer, type Pod, pods } from '@berth/objects';
import { unlessGone } from '../writes.ts';
import { isHeld } from './pods.ts';

/** Of a pod that is gone nothing is left to be done. */
export async function releasePod(client: Writer, pod: Pod): Promise<void> {
  if (!isHeld(pod)) return;
  const { namespace, name, uid } = pod.metadata;
  const body = { metadata: { uid, '$deleteFromPrimitiveList/finalizers': [jobTrackingFinalizer] } };
  await unlessGone(client.patch(pods, { namespace, name }, { type: 'application/strategic-merge-patch+json', body }));
}
