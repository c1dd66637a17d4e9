// Owns who may approve a certificate signing request and who may sign it: whoever has the verbs `approve` and `sign` on
// its signer. Source: Kubernetes admission plugins CertificateApproval and CertificateSigning.
import {
  type CertificateSigningRequest,
  certificateSigningRequests,
  forbiddenError,
  type UserInfo,
} from '@berth/objects';
import type { Authorizer } from '../registry/authorization.ts';
import { sameJson } from '../registry/equality.ts';
import { type AdmissionPlugin, type AdmissionRequest, concerns } from './plugin.ts';

export function certificateApproval(authorizer: Authorizer): AdmissionPlugin {
  return {
    name: 'CertificateApproval',
    validate(request) {
      if (isUpdateOf(request, 'approval')) check(authorizer, request, 'approve');
    },
  };
}

export function certificateSigning(authorizer: Authorizer): AdmissionPlugin {
  return {
    name: 'CertificateSigning',
    validate(request) {
      if (!isUpdateOf(request, 'status')) return;
      const { certificate, conditions } = (request.draft as CertificateSigningRequest).status;
      const { status: old } = request.old as CertificateSigningRequest;
      const same = certificate === old.certificate && sameJson(conditions ?? [], old.conditions ?? []);
      if (!same) check(authorizer, request, 'sign');
    },
  };
}

function isUpdateOf(request: AdmissionRequest, subresource: string): boolean {
  const isUpdate = request.operation === 'UPDATE' && request.subresource === subresource;
  return isUpdate && concerns(request, certificateSigningRequests);
}

/** The signer is that of the stored request, which no update changes. */
function check(authorizer: Authorizer, { user, old, name }: AdmissionRequest, verb: 'approve' | 'sign'): void {
  const { signerName } = (old as CertificateSigningRequest).spec;
  if (mayUseSigner(authorizer, user, { verb, signerName })) return;
  const problem = `user not permitted to ${verb} requests with signerName ${JSON.stringify(signerName)}`;
  throw forbiddenError(certificateSigningRequests, name, problem);
}

/** On the signer itself, or on all of its domain: `example.com/*`. */
function mayUseSigner(
  authorizer: Authorizer,
  user: UserInfo,
  { verb, signerName }: { readonly verb: string; readonly signerName: string },
): boolean {
  const resource = { group: certificateSigningRequests.group, plural: 'signers' };
  const names = [signerName, `${signerName.split('/')[0]}/*`];
  return names.some((name) => authorizer.allows(user, { verb, resource, name }));
}
