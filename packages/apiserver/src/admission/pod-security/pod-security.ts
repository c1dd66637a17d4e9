// Owns which pods a namespace lets in by the security levels of its labels, and who is told of the others.
// Source: Kubernetes admission plugin PodSecurity.
import {
  forbiddenError,
  invalidError,
  type Kind,
  type Namespace,
  namespaces,
  type Pod,
  pods,
  type Resource,
} from '@berth/objects';
import { type AdmissionPlugin, type AdmissionRequest, writeOf } from '../plugin.ts';
import { containersOf, type Subject } from './check.ts';
import { detailsOf, violationsOf } from './evaluate.ts';
import { warningsOf } from './existing-pods.ts';
import { isSame, levels, type Policy, policyOf, type Standard, shown } from './levels.ts';

export interface PodSecurityOptions {
  /** As this server knows it. */
  namespace(name: string): Namespace | undefined;
  pods(namespace: string): Iterable<Pod>;
  kindOf(resource: Resource): Kind;
}

export function podSecurity(options: PodSecurityOptions): AdmissionPlugin {
  return {
    name: 'PodSecurity',
    validate(request) {
      if (request.operation !== 'CREATE' && request.operation !== 'UPDATE') return;
      const namespace = writeOf(request, namespaces);
      if (namespace) checkNamespace(request, namespace as { draft: Namespace; old: Namespace | undefined });
      else if (request.draft && request.namespace) checkSubject(request);
    },
  };

  function checkNamespace(request: AdmissionRequest, { draft, old }: { draft: Namespace; old: Namespace | undefined }) {
    const { enforce, errors } = policyOf(draft.metadata.labels);
    const before = old && policyOf(old.metadata.labels);
    if (errors.length > 0 && JSON.stringify(errors) !== JSON.stringify(before?.errors))
      throw invalidError(namespaces, request.name, errors);
    if (!before || !isStricter(enforce, before.enforce)) return;
    const warnings = warningsOf(request.name, [...options.pods(request.name)], enforce);
    for (const warning of warnings) request.notices?.onWarning?.(warning);
  }

  function checkSubject(request: AdmissionRequest): void {
    const pod = isPodItself(request) ? { draft: request.draft as Pod, old: request.old as Pod | undefined } : undefined;
    if (!pod && request.subresource) return;
    const policy = policyOf(options.namespace(request.namespace ?? '')?.metadata.labels);
    const standards = [policy.audit, policy.warn, ...(pod ? [policy.enforce] : [])];
    if (standards.every(({ level }) => level === 'privileged')) return;
    if (pod?.old && !isSignificant(pod.draft, pod.old)) return;
    const subject = pod ? subjectOf(pod.draft) : templateOf(request, options.kindOf(request.resource));
    if (subject) judge(request, subject, { policy, enforced: pod !== undefined });
  }
}

/** Throws Forbidden. Otherwise tells the client and the audit log what they should know. */
function judge(
  request: AdmissionRequest,
  subject: Subject,
  { policy, enforced }: { readonly policy: Policy; readonly enforced: boolean },
): void {
  const { notices } = request;
  if (enforced) notices?.onAuditAnnotation?.('pod-security.kubernetes.io/enforce-policy', shown(policy.enforce));
  const audited = violationsOf(subject, policy.audit);
  if (audited.length > 0)
    notices?.onAuditAnnotation?.(
      'pod-security.kubernetes.io/audit-violations',
      `would violate PodSecurity "${shown(policy.audit)}": ${detailsOf(audited)}`,
    );
  const refused = enforced ? violationsOf(subject, policy.enforce) : [];
  if (refused.length > 0)
    throw forbiddenError(
      request.resource,
      request.name,
      `violates PodSecurity "${shown(policy.enforce)}": ${detailsOf(refused)}`,
    );
  const warned = violationsOf(subject, policy.warn);
  if (warned.length > 0)
    notices?.onWarning?.(`would violate PodSecurity "${shown(policy.warn)}": ${detailsOf(warned)}`);
}

/** Another level or version may say something new of the pods that are there, unless it only lets more in. */
function isStricter(next: Standard, before: Standard): boolean {
  if (isSame(next, before) || next.level === 'privileged') return false;
  return next.version !== before.version || levels.indexOf(next.level) > levels.indexOf(before.level);
}

/** Whether the request writes what a pod runs. */
function isPodItself({ resource, subresource = '' }: AdmissionRequest): boolean {
  const isPod = resource.group === pods.group && resource.plural === pods.plural;
  return isPod && (subresource === '' || subresource === 'ephemeralcontainers' || subresource === 'resize');
}

/** Little of a pod can be changed: the images, and the containers that come later. */
function isSignificant(pod: Pod, old: Pod): boolean {
  const before = new Map(containersOf(subjectOf(old)).map(({ name, image }) => [name, image]));
  const isNew = containersOf(subjectOf(pod)).some(({ name, image }) => before.get(name) !== image);
  return isNew || seccompOf(pod) !== seccompOf(old);
}

function seccompOf({ metadata }: Pod): string {
  const all = Object.entries(metadata.annotations ?? {}).filter(([key]) => key.includes('seccomp.security.alpha.'));
  return JSON.stringify(all.sort());
}

function subjectOf({ metadata, spec }: Pod): Subject {
  return { annotations: metadata.annotations ?? {}, spec };
}

/** What the controller makes pods of; undefined if the kind makes none. */
function templateOf({ draft }: AdmissionRequest, kind: Kind): Subject | undefined {
  const template = draft && kind.podTemplate?.(draft as Parameters<NonNullable<Kind['podTemplate']>>[0]);
  return template?.spec && { annotations: template.metadata?.annotations ?? {}, spec: template.spec };
}
