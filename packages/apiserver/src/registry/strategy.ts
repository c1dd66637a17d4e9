// Owns what becomes of an object on its way into the store: which metadata the server sets, and what an update may not
// touch. The kind's own part of it comes from the kinds registry.
import { type Clock, type Random, timestamp } from '@berth/host';
import {
  badRequestError,
  conflictError,
  type Draft,
  invalidError,
  type Kind,
  type KubeObject,
  type ObjectName,
  type Resource,
  type StatusError,
  staleError,
} from '@berth/objects';
import { sameJson } from './equality.ts';

type DraftMeta = Draft<KubeObject>['metadata'];

/** Kubernetes' limit on what a generated name begins with. */
const maxGeneratedPrefix = 58;

/** The server's part of a new object's metadata. */
export function prepareCreate<T extends KubeObject>(
  kind: Kind<T>,
  draft: Draft<T>,
  from: { readonly namespace: string | undefined; readonly clock: Clock; readonly random: Random },
): void {
  const metadata = draft.metadata as DraftMeta;
  if (metadata.resourceVersion) throw badRequestError('resourceVersion should not be set on objects to be created');
  adoptNamespace(kind.resource, metadata, from.namespace);
  metadata.uid = from.random.uuid();
  metadata.creationTimestamp = timestamp(from.clock);
  delete metadata.deletionTimestamp;
  delete metadata.deletionGracePeriodSeconds;
  delete metadata.selfLink;
  if (kind.countsGenerations) metadata.generation = 1;
  // What counts none keeps what it came with.
  else if (metadata.generation === 0) delete metadata.generation;
  if (!metadata.name && metadata.generateName) metadata.name = generateName(metadata.generateName, from.random);
}

export function generateName(prefix: string, random: Random): string {
  return prefix.slice(0, maxGeneratedPrefix) + random.suffix(5);
}

/**
 * What a client may leave out of an update, and what it cannot change. `replaces`: the draft is a whole object that the
 * client sent, and says which one it means. Throws Conflict, and Invalid if it does not say what it must.
 */
export function prepareUpdate<T extends KubeObject>(
  kind: Kind<T>,
  draft: Draft<T>,
  { old, replaces }: { readonly old: T; readonly replaces: boolean },
): void {
  const metadata = draft.metadata as DraftMeta;
  const { uid, resourceVersion } = metadata;
  checkPreconditions(kind, old, { resourceVersion, ...(replaces ? { uid } : {}) });
  if (replaces && kind.versionedUpdates && !resourceVersion) throw noVersionError(kind.resource, old);
  metadata.uid ||= old.metadata.uid;
  metadata.creationTimestamp ||= old.metadata.creationTimestamp;
  metadata.deletionTimestamp ??= old.metadata.deletionTimestamp;
  metadata.deletionGracePeriodSeconds ??= old.metadata.deletionGracePeriodSeconds;
  metadata.generation = old.metadata.generation;
  metadata.resourceVersion = old.metadata.resourceVersion;
  delete metadata.selfLink;
}

/** As Kubernetes says it: it names the resource where others name the kind, and the version as a number. */
function noVersionError({ group, plural }: Resource<KubeObject>, { metadata }: KubeObject): StatusError {
  const message = 'Invalid value: 0x0: must be specified for an update';
  const error = { type: 'FieldValueInvalid', field: 'metadata.resourceVersion', message } as const;
  return invalidError({ group, kind: plural }, metadata.name, [error]);
}

/** Counts a change of the spec, or of whatever else the kind counts. */
export function countGeneration<T extends KubeObject>(kind: Kind<T>, draft: Draft<T>, old: T): void {
  if (!kind.countsGenerations) return;
  const changed =
    kind.countsGenerations === 'all but metadata'
      ? !sameJson({ ...draft, metadata: undefined }, { ...old, metadata: undefined })
      : !sameJson((draft as { spec?: unknown }).spec, (old as { spec?: unknown }).spec) ||
        (kind.countsGenerations === 'with annotations' &&
          !sameJson((draft.metadata as DraftMeta).annotations ?? {}, old.metadata.annotations ?? {}));
  if (changed) (draft.metadata as DraftMeta).generation = (old.metadata.generation ?? 0) + 1;
}

/** Throws BadRequest if the body is about another object than the URL. */
export function checkTarget<T extends KubeObject>(kind: Kind<T>, draft: Draft<T>, target: ObjectName): void {
  const metadata = draft.metadata as DraftMeta;
  adoptNamespace(kind.resource, metadata, target.namespace);
  if (!metadata.name)
    throw badRequestError(
      `the name of the object (${target.name} based on URL) was undeterminable: name must be provided`,
    );
  if (metadata.name !== target.name)
    throw badRequestError(
      `the name of the object (${metadata.name}) does not match the name on the URL (${target.name})`,
    );
}

/** Throws Conflict if the object is not the one, or not in the state, that the client means. */
export function checkPreconditions<T extends KubeObject>(
  kind: Kind<T>,
  object: T,
  expected: { readonly uid?: string; readonly resourceVersion?: string },
): void {
  const { uid, resourceVersion, name } = object.metadata;
  if (expected.uid && expected.uid !== uid)
    throw conflictError(
      kind.resource,
      name,
      `Precondition failed: UID in precondition: ${expected.uid}, UID in object meta: ${uid}`,
    );
  if (expected.resourceVersion && expected.resourceVersion !== resourceVersion) throw staleError(kind.resource, name);
}

function adoptNamespace(resource: Resource<KubeObject>, metadata: DraftMeta, namespace: string | undefined): void {
  if (!resource.namespaced) delete metadata.namespace;
  if (!resource.namespaced || !namespace) return;
  metadata.namespace ||= namespace;
  if (metadata.namespace !== namespace)
    throw badRequestError('the namespace of the provided object does not match the namespace sent on the request');
}
