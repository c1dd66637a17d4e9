// Owns an admission request as those outside the server see it, webhooks and expressions alike: what kind of document it
// is about, under which resource, and with which operation.
import { apiVersionOf, type KubeObject } from '@berth/objects';
import type { AdmissionRequest } from '../plugin.ts';

interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

export interface ReviewedRequest {
  readonly operation: AdmissionRequest['operation'];
  readonly kind: GroupVersionKind;
  readonly resource: { readonly group: string; readonly version: string; readonly resource: string };
  readonly subresource: string;
  readonly name: string;
  readonly namespace: string;
  /** As it is now; null: there is none. */
  object(): unknown;
  oldObject(): unknown;
}

export function reviewedRequest(request: AdmissionRequest): ReviewedRequest {
  const { resource, sent } = request;
  const { group, version, kind } = sent?.kind ?? resource;
  return {
    operation: request.operation,
    kind: { group, version, kind },
    resource: { group: resource.group, version: resource.version, resource: resource.plural },
    subresource: request.subresource ?? '',
    name: request.name,
    namespace: namespaceOf(request),
    object: () => (sent ? sent.object() : request.draft) ?? null,
    oldObject: () => (sent ? sent.old() : request.old) ?? null,
  };
}

/** The same request, as if it had come by another version in which the objects are served. */
export function reviewedAs(request: ReviewedRequest, version: string): ReviewedRequest {
  const { resource, kind } = request;
  const converted = { ...request, resource: { ...resource, version } };
  // What goes over the wire under a subresource has a version of its own.
  if (kind.group !== resource.group || kind.version !== resource.version) return converted;
  const apiVersion = apiVersionOf({ group: kind.group, version });
  const shown = (object: unknown) => (object === null ? null : { ...(object as object), apiVersion });
  return {
    ...converted,
    kind: { ...kind, version },
    object: () => shown(request.object()),
    oldObject: () => shown(request.oldObject()),
  };
}

/** A namespace counts as being in itself. */
function namespaceOf({ resource, namespace, name }: AdmissionRequest): string {
  return isNamespaces(resource) ? name : (namespace ?? '');
}

export function isNamespaces({ group, plural }: { readonly group: string; readonly plural: string }): boolean {
  return group === '' && plural === 'namespaces';
}

/** An AdmissionRequest of admission.k8s.io, without its uid, as JSON has it. `reviewed`: as it is to be seen. */
export function wireRequest(request: AdmissionRequest, reviewed: ReviewedRequest): Record<string, unknown> {
  const { kind, resource, subresource, name, namespace } = reviewed;
  const requested = reviewedRequest(request);
  const { name: username, uid, groups, extra } = request.user;
  return {
    kind,
    resource,
    ...(subresource ? { subResource: subresource } : {}),
    requestKind: requested.kind,
    requestResource: requested.resource,
    ...(subresource ? { requestSubResource: subresource } : {}),
    ...(name ? { name } : {}),
    ...(namespace ? { namespace } : {}),
    operation: reviewed.operation,
    userInfo: { username, uid, groups, extra },
    object: reviewed.object(),
    oldObject: reviewed.oldObject(),
    dryRun: request.dryRun,
    options: request.options?.() ?? null,
  };
}

export function labelsOf(object: unknown): Readonly<Record<string, string>> | undefined {
  return (object as Partial<KubeObject> | null)?.metadata?.labels;
}
