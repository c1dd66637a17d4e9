// Owns the scale subresource: an object seen as an `autoscaling/v1` Scale, and with the replicas that a Scale asks for.
import {
  applyScale,
  type Draft,
  deepFreeze,
  draftOf,
  invalidError,
  type Kind,
  type KubeObject,
  type Scale,
  scaleDocument,
  scaleOf,
} from '@berth/objects';

/** The caller asked for `scale`, and knows that the answer is a Scale whatever the resource's own kind. */
export function asScale<T extends KubeObject>(kind: Kind<T>, object: T): T {
  return deepFreeze(scaleOf(kind, object)) as KubeObject as T;
}

/** Throws Invalid. */
export function scaled<T extends KubeObject>(kind: Kind<T>, object: T, scale: Scale): Draft<T> {
  const draft = draftOf(object);
  const errors = applyScale(kind, draft, scale);
  if (errors.length > 0) throw invalidError(scaleDocument, object.metadata.name, errors);
  return draft;
}
