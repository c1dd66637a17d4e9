// Owns what the controllers of certificate signing requests ask of whoever holds the cluster's key.
import type { CertificateRequest, CertificateSigningRequest, KeyUsage } from '@berth/objects';

export interface CertificateAuthority {
  /** What the request (PEM of PKCS #10) says. Rejects if it cannot be read. */
  read(request: Uint8Array): Promise<CertificateRequest>;
  /** The certificate as PEM. */
  sign(
    request: Uint8Array,
    terms: { readonly usages: readonly KeyUsage[]; readonly lifetimeMs: number },
  ): Promise<string>;
}

export function requestBytes({ spec }: CertificateSigningRequest): Buffer {
  return Buffer.from(spec.request, 'base64');
}

export function hasCondition({ status }: CertificateSigningRequest, type: 'Approved' | 'Denied' | 'Failed'): boolean {
  return status.conditions?.some((condition) => condition.type === type && condition.status === 'True') ?? false;
}
