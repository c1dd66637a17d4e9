// Owns the scale subresource: how many replicas an object has and should have, as an `autoscaling/v1` Scale whatever
// the kind of the object.
import {
  type Draft,
  draftOf,
  invalid,
  invalidError,
  type KubeObject,
  type ReplicationController,
  type Resource,
  type Scale,
  selectorFromMap,
} from '@berth/objects';

/** What a Scale is decoded and patched as. */
export const scaleType: Pick<Resource<Scale>, 'group' | 'version' | 'kind' | 'type' | 'object'> = {
  group: 'autoscaling',
  version: 'v1',
  kind: 'Scale',
  type: 'io.k8s.api.autoscaling.v1.Scale',
};

/** The kinds with this subresource all have these fields. */
export type Scalable = Pick<ReplicationController, 'apiVersion' | 'kind' | 'metadata' | 'spec' | 'status'>;

export function scaleOf(object: Scalable): Scale {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const selector = selectorFromMap(object.spec.selector).toString();
  return {
    kind: scaleType.kind,
    apiVersion: `${scaleType.group}/${scaleType.version}`,
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: object.spec.replicas ?? 0 },
    status: { replicas: object.status.replicas ?? 0, ...(selector ? { selector } : {}) },
  };
}

/** The object with as many replicas as the Scale says. Throws Invalid. */
export function withScale<T extends KubeObject>(object: T, scale: Scale): Draft<T> {
  const replicas = scale.spec.replicas ?? 0;
  if (replicas < 0)
    throw invalidError(scaleType, object.metadata.name, [
      invalid('spec.replicas', replicas, 'must be greater than or equal to 0'),
    ]);
  const draft = draftOf(object);
  (draft as Draft<KubeObject> as Draft<Scalable>).spec.replicas = replicas;
  return draft;
}
