// Owns what the cluster's own certificates may be asked for: the names of the signers that Kubernetes defines, and the
// rules of each. What a request says is read elsewhere. Source: Kubernetes, "Certificates and Certificate Signing
// Requests", Kubernetes signers.
import type { CertificateSigningRequestSpec } from './api/types.ts';

/** What the text of a request (PKCS #10) says. */
export interface CertificateRequest {
  readonly commonName: string;
  readonly organizations: readonly string[];
  readonly dnsNames: readonly string[];
  readonly ipAddresses: readonly string[];
  readonly emailAddresses: readonly string[];
  readonly uris: readonly string[];
}

export type KeyUsage = NonNullable<CertificateSigningRequestSpec['usages']>[number];

/** Users of the API. */
export const apiClientSigner = 'kubernetes.io/kube-apiserver-client';
/** Agents, as users of the API. */
export const kubeletClientSigner = 'kubernetes.io/kube-apiserver-client-kubelet';
/** Agents, as servers. */
export const kubeletServingSigner = 'kubernetes.io/kubelet-serving';

/** Of the user that a node's agent is. */
export const nodeUserPrefix = 'system:node:';
const nodesGroup = 'system:nodes';

/** Why the signer does not sign the request, in Kubernetes' words; undefined: it does. */
type SignerRule = (request: CertificateRequest, usages: readonly KeyUsage[]) => string | undefined;

/** The signers that the cluster's authority stands for. Approval is another question. */
export const signerRules: Readonly<Record<string, SignerRule>> = {
  [apiClientSigner]: (_request, usages) => apiClientProblem(usages),
  [kubeletClientSigner]: kubeletClientProblem,
  [kubeletServingSigner]: kubeletServingProblem,
};

function apiClientProblem(usages: readonly KeyUsage[]): string | undefined {
  const allowed: readonly KeyUsage[] = ['client auth', 'digital signature', 'key encipherment'];
  const other = usages.find((usage) => !allowed.includes(usage));
  if (other !== undefined) return `invalid usage for client certificate: ${other}`;
  return usages.includes('client auth') ? undefined : 'missing required usage for client certificate: client auth';
}

export function kubeletClientProblem(request: CertificateRequest, usages: readonly KeyUsage[]): string | undefined {
  if (!isOfNodes(request)) return 'subject organization is not system:nodes';
  if (request.dnsNames.length > 0) return 'DNS subjectAltNames are not allowed';
  if (request.emailAddresses.length > 0) return 'Email subjectAltNames are not allowed';
  if (request.ipAddresses.length > 0) return 'IP subjectAltNames are not allowed';
  if (request.uris.length > 0) return 'URI subjectAltNames are not allowed';
  if (!request.commonName.startsWith(nodeUserPrefix)) return 'subject common name does not begin with system:node:';
  return usagesProblem(usages, 'client auth');
}

export function kubeletServingProblem(request: CertificateRequest, usages: readonly KeyUsage[]): string | undefined {
  if (!isOfNodes(request)) return 'subject organization is not system:nodes';
  if (request.dnsNames.length + request.ipAddresses.length === 0) return 'DNS or IP subjectAltName is required';
  if (request.emailAddresses.length > 0) return 'Email subjectAltNames are not allowed';
  if (request.uris.length > 0) return 'URI subjectAltNames are not allowed';
  if (!request.commonName.startsWith(nodeUserPrefix)) return 'subject common name does not begin with system:node:';
  return usagesProblem(usages, 'server auth');
}

function isOfNodes({ organizations }: CertificateRequest): boolean {
  return organizations.length === 1 && organizations[0] === nodesGroup;
}

/** `key encipherment` is of RSA keys alone. */
function usagesProblem(usages: readonly KeyUsage[], purpose: KeyUsage): string | undefined {
  const wanted = [purpose, 'digital signature', 'key encipherment'].sort();
  const given = new Set<string>([...usages, 'key encipherment']);
  const same = given.size === wanted.length && wanted.every((usage) => given.has(usage));
  return same ? undefined : `usages did not match [${wanted.join(' ')}]`;
}
