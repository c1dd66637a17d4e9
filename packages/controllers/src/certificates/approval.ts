// Owns which requests are approved without a person: those of agents, if whoever asks has the permission for it. Pure.
// Of an agent's certificate as a server Kubernetes leaves the approval to people; here it is the node's own for its
// name and for addresses that are nobody else's. Source of the rest: Kubernetes 1.32, csrapproving controller.
import {
  type CertificateRequest,
  type CertificateSigningRequest,
  certificateSigningRequests,
  kubeletClientProblem,
  kubeletClientSigner,
  kubeletServingProblem,
  kubeletServingSigner,
  type New,
  nodeUserPrefix,
  type SubjectAccessReview,
} from '@berth/objects';
import { hasCondition } from './authority.ts';

export interface Ground {
  /** Subresource of certificatesigningrequests that whoever asks must be allowed to create. */
  readonly permission: 'selfnodeclient' | 'nodeclient' | 'selfnodeserver';
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
const server: Ground = {
  permission: 'selfnodeserver',
  message: 'Auto approving self kubelet serving certificate after SubjectAccessReview.',
};

export function isUndecided(request: CertificateSigningRequest): boolean {
  return !request.status.certificate && !hasCondition(request, 'Approved') && !hasCondition(request, 'Denied');
}

/**
 * Grounds on which the request may be approved, in the order in which they are tried. `isOthers`: whether an address is
 * known as that of anything but the node.
 */
export function groundsOf(
  { spec }: CertificateSigningRequest,
  contents: CertificateRequest,
  isOthers: (address: string, node: string) => boolean,
): readonly Ground[] {
  const { signerName, usages = [], username } = spec;
  const isItself = username === contents.commonName;
  if (signerName === kubeletClientSigner && kubeletClientProblem(contents, usages) === undefined)
    return isItself ? [own, other] : [other];
  if (signerName !== kubeletServingSigner || !isItself || kubeletServingProblem(contents, usages) !== undefined)
    return [];
  const node = contents.commonName.slice(nodeUserPrefix.length);
  const namesItself = contents.dnsNames.every((name) => name === node) && !apiNames.test(node);
  return namesItself && !contents.ipAddresses.some((address) => isOthers(address, node)) ? [server] : [];
}

/** What the API server is called, which no node is. */
const apiNames = /^(localhost|kubernetes(\.default(\.svc.*)?)?)$/;

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
