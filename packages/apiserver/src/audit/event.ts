// Owns the form of an audit event, one JSON line each. Source: Kubernetes, audit.k8s.io/v1 Event.
import type { Status, UserInfo } from '@berth/objects';
import type { AuditedResource, AuditLevel, AuditStage } from './policy.ts';

/** What is known of a request when it comes. */
export interface AuditedRequest {
  readonly auditID: string;
  readonly requestURI: string;
  readonly verb: string;
  /** Undefined: nobody who is known. */
  readonly user: UserInfo | undefined;
  readonly impersonated?: UserInfo;
  readonly sourceIPs: readonly string[];
  readonly userAgent?: string;
  readonly resource?: AuditedResource;
}

/** What of the object is known beyond the URL, such as the name that a body brings along. */
export interface ObjectIdentity {
  readonly namespace?: string;
  readonly name?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
}

export interface AuditEvent {
  readonly level: AuditLevel;
  readonly stage: AuditStage;
  readonly request: AuditedRequest;
  readonly identity: ObjectIdentity;
  /** The code alone where there is no Status. */
  readonly responseStatus?: { readonly code: number; readonly status?: Status };
  readonly requestObject?: unknown;
  readonly responseObject?: unknown;
  /** MicroTimes. */
  readonly received: string;
  readonly reached: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Kubernetes' own limit. */
const longestUserAgent = 1024;

/** JSON in Kubernetes' order of fields, without a line end. */
export function auditLine(event: AuditEvent): string {
  const { request, responseStatus, annotations } = event;
  return JSON.stringify({
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: event.level,
    auditID: request.auditID,
    stage: event.stage,
    requestURI: request.requestURI,
    verb: request.verb,
    user: request.user ? shownUser(request.user) : {},
    impersonatedUser: request.impersonated && shownUser(request.impersonated),
    sourceIPs: request.sourceIPs.length > 0 ? request.sourceIPs : undefined,
    userAgent: request.userAgent && shortened(request.userAgent),
    objectRef: request.resource && objectRef(request.resource, event.identity),
    responseStatus: responseStatus && shownStatus(responseStatus),
    requestObject: event.requestObject,
    responseObject: event.responseObject,
    requestReceivedTimestamp: event.received,
    stageTimestamp: event.reached,
    annotations,
  });
}

function shownUser({ name, uid, groups, extra }: UserInfo) {
  return { username: name, uid, groups, extra };
}

function objectRef(resource: AuditedResource, identity: ObjectIdentity) {
  return {
    resource: resource.plural,
    namespace: resource.namespace || identity.namespace || undefined,
    name: resource.name || identity.name || undefined,
    uid: identity.uid || undefined,
    apiGroup: resource.group || undefined,
    apiVersion: resource.version,
    resourceVersion: identity.resourceVersion || undefined,
    subresource: resource.subresource,
  };
}

function shownStatus({ code, status }: NonNullable<AuditEvent['responseStatus']>) {
  if (!status) return { metadata: {}, code };
  const { message, reason, details } = status;
  return { metadata: {}, status: status.status, message, reason, details, code };
}

function shortened(userAgent: string): string {
  return userAgent.length > longestUserAgent ? `${userAgent.slice(0, longestUserAgent)}...TRUNCATED` : userAgent;
}
