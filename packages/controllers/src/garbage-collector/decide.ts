// Owns what becomes of an object whose owners are gone or about to go, and of an owner that waits for its dependents.
// Pure. Source: Kubernetes, "Garbage collection".
import type { KubeObject, OwnerReference } from '@berth/objects';

export const orphanFinalizer = 'orphan';
export const foregroundFinalizer = 'foregroundDeletion';

/** What is known of an owner: `gone` only after the API server has confirmed it. */
export type OwnerState = 'there' | 'gone' | 'waits for its dependents';

export type Action =
  | { readonly type: 'none' }
  /** The owners that go, while others stay. */
  | { readonly type: 'drop references'; readonly uids: readonly string[] }
  | { readonly type: 'delete'; readonly propagationPolicy: 'Background' | 'Foreground' | 'Orphan' }
  /** Dependents lose their reference to this owner, which then loses its finalizer. */
  | { readonly type: 'orphan dependents' }
  /** Dependents go first. */
  | { readonly type: 'delete dependents' }
  | { readonly type: 'remove finalizer'; readonly finalizer: string };

/** `owners`: of each owner reference, in order. `dependents`: objects that name this one as an owner. */
export function decide(object: KubeObject, owners: readonly OwnerState[], dependents: readonly KubeObject[]): Action {
  const { deletionTimestamp, finalizers = [], ownerReferences = [], uid } = object.metadata;
  if (deletionTimestamp && finalizers.includes(orphanFinalizer))
    return dependents.length > 0
      ? { type: 'orphan dependents' }
      : { type: 'remove finalizer', finalizer: orphanFinalizer };
  if (deletionTimestamp && finalizers.includes(foregroundFinalizer))
    return dependents.some((dependent) => blocks(dependent, uid))
      ? { type: 'delete dependents' }
      : { type: 'remove finalizer', finalizer: foregroundFinalizer };
  if (deletionTimestamp || ownerReferences.length === 0) return { type: 'none' };
  const going = ownerReferences.filter((_, index) => owners[index] !== 'there');
  if (going.length === 0) return { type: 'none' };
  if (going.length < ownerReferences.length) return { type: 'drop references', uids: going.map((owner) => owner.uid) };
  // Its owner waits for it, so that it waits for its own dependents in turn.
  const waitedFor = owners.includes('waits for its dependents') && dependents.length > 0;
  if (finalizers.includes(orphanFinalizer)) return { type: 'delete', propagationPolicy: 'Orphan' };
  if (waitedFor || finalizers.includes(foregroundFinalizer)) return { type: 'delete', propagationPolicy: 'Foreground' };
  return { type: 'delete', propagationPolicy: 'Background' };
}

/** Whether an owner that is deleted in the foreground has to wait for this dependent. */
function blocks(dependent: KubeObject, ownerUid: string): boolean {
  return referenceTo(dependent, ownerUid)?.blockOwnerDeletion === true;
}

export function referenceTo(dependent: KubeObject, ownerUid: string): OwnerReference | undefined {
  return dependent.metadata.ownerReferences?.find(({ uid }) => uid === ownerUid);
}
