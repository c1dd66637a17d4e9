// Owns how long a certificate signing request is kept. Pure. Source: Kubernetes 1.32, csrcleaner controller.
import { X509Certificate } from 'node:crypto';
import type { CertificateSigningRequest } from '@berth/objects';

const hourMs = 3600 * 1000;
const issuedMs = hourMs;
const deniedMs = hourMs;
const failedMs = hourMs;
const pendingMs = 24 * hourMs;

/** Milliseconds since the epoch at which the request goes; undefined: it waits for its signer, and stays. */
export function endOf({ metadata, status }: CertificateSigningRequest): number | undefined {
  const { conditions = [], certificate } = status;
  if (conditions.length === 0 && !certificate) return Date.parse(metadata.creationTimestamp) + pendingMs;
  const ends = conditions.flatMap(({ type, lastUpdateTime }) => {
    const since = Date.parse(lastUpdateTime ?? metadata.creationTimestamp);
    if (type === 'Denied') return [since + deniedMs];
    if (type === 'Failed') return [since + failedMs];
    return type === 'Approved' && certificate ? [since + issuedMs, expiryOf(certificate)] : [];
  });
  return ends.length > 0 ? Math.min(...ends) : undefined;
}

/** Of what cannot be read: never. Who signs it may be anybody. */
function expiryOf(certificate: string): number {
  try {
    return Date.parse(new X509Certificate(Buffer.from(certificate, 'base64')).validTo);
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
