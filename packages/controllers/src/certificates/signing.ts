// Owns what becomes of an approved request: for how long its certificate is valid, or why there is none. Pure.
// Source: Kubernetes 1.32, csrsigning controller.
import { type CertificateRequest, type CertificateSigningRequest, signerRules } from '@berth/objects';
import { withCondition } from './approval.ts';
import { hasCondition } from './authority.ts';

const shortestMs = 10 * 60 * 1000;

/** Approved, of one of the cluster's own signers, and neither signed nor found wanting. */
export function isToBeSigned(request: CertificateSigningRequest): boolean {
  const { spec, status } = request;
  if (status.certificate || !Object.hasOwn(signerRules, spec.signerName)) return false;
  return hasCondition(request, 'Approved') && !hasCondition(request, 'Denied') && !hasCondition(request, 'Failed');
}

/** Why the signer does not sign it; undefined: it does. */
export function signingProblem({ spec }: CertificateSigningRequest, contents: CertificateRequest): string | undefined {
  return signerRules[spec.signerName]?.(contents, spec.usages ?? []);
}

/** `longestMs`: how long it is at most, and where nothing is asked for. */
export function lifetimeMs({ spec: { expirationSeconds } }: CertificateSigningRequest, longestMs: number): number {
  if (expirationSeconds === undefined) return longestMs;
  return Math.min(Math.max(expirationSeconds * 1000, shortestMs), longestMs);
}

export function failed(request: CertificateSigningRequest, message: string): CertificateSigningRequest {
  return withCondition(request, { type: 'Failed', status: 'True', reason: 'SignerValidationFailure', message });
}

/** `certificate`: PEM. */
export function issued(request: CertificateSigningRequest, certificate: string): CertificateSigningRequest {
  return { ...request, status: { ...request.status, certificate: Buffer.from(certificate).toString('base64') } };
}
