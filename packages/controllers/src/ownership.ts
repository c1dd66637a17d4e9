// Owns how one object becomes the controller of another.
import type { KubeObject, OwnerReference } from '@berth/objects';

export function controllerReference({ apiVersion, kind, metadata }: KubeObject): OwnerReference {
  const { name, uid } = metadata;
  return { apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true };
}

/** A strategic merge patch that lets the object go; the uid in it is a precondition. */
export function releasePatch(object: KubeObject, owner: KubeObject) {
  return ownersPatch(object, [{ $patch: 'delete', uid: owner.metadata.uid }]);
}

/** A strategic merge patch that adopts the object. `finalizers`: what it gets beside. */
export function adoptionPatch(object: KubeObject, owner: KubeObject, finalizers?: readonly string[]) {
  return ownersPatch(object, [controllerReference(owner)], finalizers);
}

function ownersPatch(
  { metadata: { uid } }: KubeObject,
  ownerReferences: readonly object[],
  finalizers?: readonly string[],
) {
  const body = { metadata: { uid, ownerReferences, ...(finalizers ? { finalizers } : {}) } };
  return { type: 'application/strategic-merge-patch+json', body } as const;
}
