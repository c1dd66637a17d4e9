// Owns a scale that holds only if the count is still the one that the person saw. That something else of the object
// changed meanwhile, as its status does all the time, is ordinary: the count is read again.
import type { Scaler } from '@berth/client';
import { conflictError, draftOf, isReason, type ObjectName, replicationControllers, type Scale } from '@berth/objects';

export interface ScaleWish {
  /** The count that the person saw. */
  readonly expected: number;
  readonly replicas: number;
}

/** Throws a conflict that names the count, if it is no longer `expected`. */
export async function scaleFrom(client: Scaler, target: ObjectName, wish: ScaleWish): Promise<Scale> {
  for (;;) {
    const scale = await client.getScale(replicationControllers, target);
    const count = scale.spec.replicas ?? 0;
    if (count !== wish.expected) {
      throw conflictError(replicationControllers, target.name, `the count is ${count} now, not ${wish.expected}`);
    }
    const changed = draftOf(scale);
    changed.spec.replicas = wish.replicas;
    try {
      return await client.updateScale(replicationControllers, target, changed);
    } catch (error) {
      if (!isReason(error, 'Conflict')) throw error;
    }
  }
}
