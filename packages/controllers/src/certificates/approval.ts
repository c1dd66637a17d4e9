// Owns which requests are approved without a person: those of agents for their certificates as users of the API, if
// whoever asks has the permission for it. Pure. Source: Kubernetes 1.32, csrapproving controller.
import {
  type CertificateRequest,
  type CertificateSigningRequest,
  certificateSigningRequests,
  kubeletClientProblem,
  kubeletClientSigner,
  type New,
  type SubjectAccessReview,
} from '@berth/objects';
import { hasCondition } from './authority.ts';

export interface Ground {
  /** Subresource of certificatesigningrequests that whoever asks must be allowed to create. */
  readonly permission: 'selfnodeclient' | 'nodeclient';
  /** Of the condition. */
  readonly message: string;
}

const own: Ground = {
  permission: 'selfnodeclient',
  message: 'Auto approving self kubelet client certificate after SubjectAccessReview.',
};
const other: Ground = {
  permission: 'nodeclient',
  message: 'Auto approving kubelet client certificate after SubjectAccessReview.',
};

export function isUndecided(request: CertificateSigningRequest): boolean {
  return !request.status.certificate && !hasCondition(request, 'Approved') && !hasCondition(request, 'Denied');
}

/** Grounds on which the request may be approved, in the order in which they are tried. */
export function groundsOf({ spec }: CertificateSigningRequest, contents: CertificateRequest): readonly Ground[] {
  const { signerName, usages = [], username } = spec;
  if (signerName !== kubeletClientSigner || kubeletClientProblem(contents, usages) !== undefined) return [];
  return username === contents.commonName ? [own, other] : [other];
}

/** Whether the permission is there, as a question to the API. */
export function questionOf({ spec }: CertificateSigningRequest, { permission }: Ground): New<SubjectAccessReview> {
  const { username, uid, groups, extra } = spec;
  const { group, plural } = certificateSigningRequests;
  return {
    metadata: {},
    spec: {
      user: username,
      uid,
      groups,
      extra,
      resourceAttributes: { group, resource: plural, verb: 'create', subresource: permission, version: '*' },
    },
  };
}

export function approved(request: CertificateSigningRequest, { message }: Ground): CertificateSigningRequest {
  const condition = { type: 'Approved', status: 'True', reason: 'AutoApproved', message } as const;
  return withCondition(request, condition);
}

export function withCondition(
  request: CertificateSigningRequest,
  condition: NonNullable<CertificateSigningRequest['status']['conditions']>[number],
): CertificateSigningRequest {
  const conditions = [...(request.status.conditions ?? []), condition];
  return { ...request, status: { ...request.status, conditions } };
}
