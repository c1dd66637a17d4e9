// Owns that nobody becomes one of `system:masters`, whom no role restrains, by a certificate that the cluster signs.
// Source: Kubernetes admission plugin CertificateSubjectRestriction.
import { apiClientSigner, certificateSigningRequests, forbiddenError } from '@berth/objects';
import { readCertificateRequest } from '../auth/certificate-authority.ts';
import { type AdmissionPlugin, writeOf } from './plugin.ts';

const forbiddenGroup = 'system:masters';

export const certificateSubjectRestriction: AdmissionPlugin = {
  name: 'CertificateSubjectRestriction',
  async validate(request) {
    const write = request.operation === 'CREATE' ? writeOf(request, certificateSigningRequests) : undefined;
    if (write?.draft.spec.signerName !== apiClientSigner) return;
    const { organizations } = await readCertificateRequest(Buffer.from(write.draft.spec.request, 'base64'));
    if (!organizations.includes(forbiddenGroup)) return;
    const problem = `use of ${apiClientSigner} signer with ${forbiddenGroup} group is not allowed`;
    throw forbiddenError(certificateSigningRequests, request.name, problem);
  },
};
