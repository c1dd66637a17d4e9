// Owns what admission is told of a request beside its draft: the form in which the client knows it, its options, and how
// the draft can be patched from outside.
import {
  applyPatch,
  applyScale,
  badRequestError,
  type DocumentType,
  type Draft,
  documentOf,
  invalid,
  invalidError,
  type Kind,
  type KubeObject,
  StatusError,
  scaleDocument,
  scaleOf,
  type WriteOptions,
} from '@berth/objects';
import type { AdmissionRequest, SentForm } from '../admission/plugin.ts';
import { sameJson } from './equality.ts';

interface Write<T extends KubeObject> {
  readonly draft: Draft<T> | undefined;
  readonly old: T | undefined;
  readonly subresource?: string;
}

/** Undefined: the draft itself was sent. */
export function sentForm<T extends KubeObject>(
  kind: Kind<T>,
  { draft, old, subresource }: Write<T>,
): SentForm | undefined {
  if (subresource !== 'scale') return undefined;
  return {
    kind: scaleDocument,
    object: () => draft && scaleOf(kind, draft as T),
    old: () => old && scaleOf(kind, old),
  };
}

/** As `meta.k8s.io/v1` has them. */
export function optionsOf(operation: AdmissionRequest['operation'], options: WriteOptions | object): object {
  const kinds = { CREATE: 'CreateOptions', UPDATE: 'UpdateOptions', DELETE: 'DeleteOptions', CONNECT: '' };
  const head = { kind: kinds[operation], apiVersion: 'meta.k8s.io/v1' };
  if (operation === 'DELETE') {
    const { onWarning: _, onAuditAnnotation: __, ...sent } = options as WriteOptions;
    return { ...head, ...sent };
  }
  const { dryRun, fieldManager, fieldValidation } = options as WriteOptions;
  return {
    ...head,
    ...(dryRun ? { dryRun: ['All'] } : {}),
    ...(fieldManager ? { fieldManager } : {}),
    ...(fieldValidation ? { fieldValidation } : {}),
  };
}

/**
 * Applies a JSON patch to what was sent, decodes and defaults it again, and puts it into the draft; whether that changed
 * anything. The identity of the object and the managers of its fields stay as they are. Throws InternalError for a patch
 * that does not fit, and Invalid or BadRequest for one that makes it another object.
 */
export function patchDraft<T extends KubeObject>(
  kind: Kind<T>,
  { draft, old, subresource }: Write<T> & { readonly draft: Draft<T> },
  operations: readonly unknown[],
): boolean {
  const patch = { type: 'application/json-patch+json', body: operations } as const;
  if (subresource === 'scale') {
    const before = scaleOf(kind, draft as T)!;
    const { object: scale } = unlessBroken(() => applyPatch(scaleDocument, before, patch));
    const errors = applyScale(kind, draft, scale as typeof before);
    if (errors.length > 0) throw invalidError(scaleDocument, before.metadata.name, errors);
    return scale.spec.replicas !== before.spec.replicas;
  }
  const { managedFields, ...metadata } = (draft as Draft<KubeObject>).metadata;
  const before = { ...draft, metadata } as T;
  const next = unlessBroken(() => applyPatch(documentOf(kind), before, patch)).object as Draft<KubeObject>;
  keepIdentity(kind, next.metadata, { metadata, isNew: old === undefined });
  kind.setDefaults?.(next as Draft<T>);
  const changed = !sameJson(next, before);
  if (managedFields) next.metadata.managedFields = managedFields;
  replace(draft, next);
  return changed;
}

/** The same for a document that is not kept, such as a Binding. Throws InternalError for a patch that does not fit. */
export function patchDocument<T extends KubeObject>(
  type: DocumentType<T>,
  draft: Draft<T>,
  operations: readonly unknown[],
): boolean {
  const patch = { type: 'application/json-patch+json', body: operations } as const;
  const { object: next } = unlessBroken(() => applyPatch(type, draft as T, patch));
  const changed = !sameJson(next, draft);
  replace(draft, next);
  return changed;
}

function replace(draft: object, next: object): void {
  const target = draft as Record<string, unknown>;
  for (const key of Object.keys(target)) delete target[key];
  Object.assign(target, next);
}

/** A patch comes from outside, but not from the client: that it does not fit is no mistake of the client's. */
function unlessBroken<T>(apply: () => T): T {
  try {
    return apply();
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    throw new StatusError('InternalError', `Internal error occurred: ${error.message}`);
  }
}

function keepIdentity<T extends KubeObject>(
  kind: Kind<T>,
  next: Draft<KubeObject>['metadata'],
  { metadata, isNew }: { readonly metadata: Partial<Draft<KubeObject>['metadata']>; readonly isNew: boolean },
): void {
  if (next.namespace !== metadata.namespace)
    throw badRequestError('the namespace of the provided object does not match the namespace sent on the request');
  if (!isNew && next.name !== metadata.name)
    throw invalidError(kind.resource, metadata.name ?? '', [invalid('metadata.name', next.name, 'field is immutable')]);
  for (const key of ['uid', 'creationTimestamp', 'resourceVersion', 'generation', 'deletionTimestamp'] as const) {
    delete next[key];
    if (metadata[key] !== undefined) Object.assign(next, { [key]: metadata[key] });
  }
}
