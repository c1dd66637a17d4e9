// Owns what a delete does to an object: whether it goes at once, waits for its grace period or for its finalizers. Pure.
// Source: Kubernetes API conventions and concepts, "Garbage collection", "Finalizers", "Termination of Pods".
import {
  conflictError,
  type DeleteOptions,
  type Draft,
  draftOf,
  invalidError,
  type Kind,
  type KubeObject,
  type Namespace,
  namespaces,
  notSupported,
  qualifiedName,
  type Resource,
} from '@berth/objects';

export type Deletion<T extends KubeObject> =
  | { readonly type: 'remove' }
  /** Write this and let it wait. */
  | { readonly type: 'mark'; readonly draft: Draft<T> }
  /** It waits already, and this delete changes nothing. */
  | { readonly type: 'keep' };

/** What keeps an object of some kind besides its finalizers, and what its deletion changes besides its metadata. */
interface Hold {
  holds(object: KubeObject): boolean;
  mark(draft: Draft<KubeObject>): void;
}

/** A namespace waits until its contents are gone, which `spec.finalizers` says. */
const namespaceHold: Hold = {
  holds: (object) => ((object as Namespace).spec.finalizers?.length ?? 0) > 0,
  mark: (draft) => {
    (draft as Draft<Namespace>).status.phase = 'Terminating';
  },
};
const holds = new Map<string, Hold>([[qualifiedName(namespaces), namespaceHold]]);

const orphan = 'orphan';
const foreground = 'foregroundDeletion';

export function decideDeletion<T extends KubeObject>(
  kind: Kind<T>,
  object: T,
  { options, nowMs }: { readonly options: Partial<DeleteOptions>; readonly nowMs: number },
): Deletion<T> {
  const grace = gracePeriod(kind, object, options);
  const finalizers = finalizersFor(kind, object, options);
  const hold = holds.get(qualifiedName(kind.resource));
  const held = finalizers.length > 0 || (hold?.holds(object) ?? false);
  if (grace === 0 && !held) return { type: 'remove' };
  const { deletionTimestamp, deletionGracePeriodSeconds: current = 0 } = object.metadata;
  const newFinalizers = !sameItems(finalizers, object.metadata.finalizers ?? []);
  const shorter = deletionTimestamp !== undefined && grace < current;
  if (deletionTimestamp !== undefined && !shorter && !newFinalizers) return { type: 'keep' };
  const draft = draftOf(object);
  const metadata = draft.metadata as Draft<KubeObject>['metadata'];
  if (deletionTimestamp === undefined || shorter) {
    // A shorter grace period counts from when the first delete came.
    const begun = deletionTimestamp === undefined ? nowMs : Date.parse(deletionTimestamp) - current * 1000;
    metadata.deletionTimestamp = `${new Date(begun + grace * 1000).toISOString().slice(0, 19)}Z`;
    // What takes others along goes by rules of its own.
    if (!hold && !kind.deletionFinalizer) {
      metadata.deletionGracePeriodSeconds = grace;
      if (metadata.generation) metadata.generation++;
    }
    hold?.mark(draft as Draft<KubeObject>);
  }
  if (finalizers.length > 0) metadata.finalizers = finalizers;
  else delete metadata.finalizers;
  return { type: 'mark', draft };
}

/** Whether an object that is being deleted waits for nothing any more, so that the write that led here removes it. */
export function isReleased(resource: Resource<KubeObject>, object: KubeObject): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds, finalizers } = object.metadata;
  if (deletionTimestamp === undefined || deletionGracePeriodSeconds || finalizers?.length) return false;
  return !holds.get(qualifiedName(resource))?.holds(object);
}

/** Throws Invalid if the options contradict each other or name what there is not. */
export function checkDeleteOptions(options: Partial<DeleteOptions>): void {
  const kind = { group: 'meta.k8s.io', kind: 'DeleteOptions' };
  const { propagationPolicy: policy, orphanDependents } = options;
  if (policy !== undefined && orphanDependents !== undefined) {
    const message = 'Invalid value: null: orphanDependents and deletionPropagation cannot be both set';
    throw invalidError(kind, '', [{ type: 'FieldValueInvalid', field: 'propagationPolicy', message }]);
  }
  const policies = ['Foreground', 'Background', 'Orphan'];
  if (policy !== undefined && !policies.includes(policy))
    throw invalidError(kind, '', [notSupported('propagationPolicy', policy, [...policies, 'nil'])]);
}

/** What is told to whoever deletes so; undefined: nothing. */
export function warningOfDelete(
  { leavesDependents }: Pick<Kind, 'leavesDependents'>,
  options: Partial<DeleteOptions>,
): string | undefined {
  return askedPolicy(options) === undefined ? leavesDependents?.warning : undefined;
}

/** Throws Conflict if the object is not the one that the delete means; as in Kubernetes, which names its kind. */
export function checkDeletePreconditions<T extends KubeObject>(
  { resource: { group, kind } }: Kind<T>,
  { metadata: { name, uid, resourceVersion } }: T,
  { preconditions = {} }: Partial<DeleteOptions>,
): void {
  const refuse = (what: string, { asked, is }: { asked: string; is: string }, might: string) => {
    const mismatch = `the ${what} in the precondition (${asked}) does not match the ${what} in record (${is})`;
    return conflictError({ group, plural: kind }, name, `${mismatch}. The object might have been ${might}`);
  };
  const { uid: askedUid, resourceVersion: askedVersion } = preconditions;
  if (askedUid && askedUid !== uid) throw refuse('UID', { asked: askedUid, is: uid }, 'deleted and then recreated');
  if (askedVersion && askedVersion !== resourceVersion)
    throw refuse('ResourceVersion', { asked: askedVersion, is: resourceVersion }, 'modified');
}

/** Seconds that the object may still take; 0: none. */
function gracePeriod<T extends KubeObject>(kind: Kind<T>, object: T, options: Partial<DeleteOptions>): number {
  const usual = kind.gracePeriodSeconds?.(object);
  if (!usual) return 0;
  const asked = options.gracePeriodSeconds ?? object.metadata.deletionGracePeriodSeconds ?? usual;
  return asked < 0 ? 1 : asked;
}

/** How dependents are treated is a finalizer that the garbage collector works off. */
function finalizersFor<T extends KubeObject>(kind: Kind<T>, object: T, options: Partial<DeleteOptions>): string[] {
  const { deletionFinalizer: own } = kind;
  const { deletionTimestamp, finalizers: known = [] } = object.metadata;
  const current = own && !deletionTimestamp && !known.includes(own) ? [...known, own] : known;
  const policy = askedPolicy(options) ?? usualPolicy(kind, current);
  const others = current.filter((finalizer) => finalizer !== orphan && finalizer !== foreground);
  if (policy === 'Orphan') return [...others, orphan];
  return policy === 'Foreground' ? [...others, foreground] : others;
}

function askedPolicy({ propagationPolicy, orphanDependents }: Partial<DeleteOptions>) {
  if (propagationPolicy !== undefined || orphanDependents === undefined) return propagationPolicy;
  return orphanDependents ? 'Orphan' : 'Background';
}

/** What an earlier delete said, or else what the kind is used to. */
function usualPolicy({ leavesDependents }: Pick<Kind, 'leavesDependents'>, finalizers: readonly string[]) {
  if (finalizers.includes(orphan)) return 'Orphan';
  if (finalizers.includes(foreground)) return 'Foreground';
  return leavesDependents ? 'Orphan' : 'Background';
}

function sameItems(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item) => b.includes(item));
}
