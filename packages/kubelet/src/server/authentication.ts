// Owns who may use the agent's server: the API server, and the cluster's masters. Both show a certificate of the
// cluster's authority.
import type { TLSSocket } from 'node:tls';

const apiServerName = 'kube-apiserver-kubelet-client';
const mastersGroup = 'system:masters';

export type Verdict = 'unauthenticated' | 'forbidden' | 'allowed';

export function authorize(socket: Pick<TLSSocket, 'authorized' | 'getPeerCertificate'>): Verdict {
  if (!socket.authorized) return 'unauthenticated';
  const { subject } = socket.getPeerCertificate();
  if (!subject) return 'unauthenticated';
  // A subject may name several organizations.
  const groups = [subject.O].flat();
  return subject.CN === apiServerName || groups.includes(mastersGroup) ? 'allowed' : 'forbidden';
}
