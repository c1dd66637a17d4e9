export type { AdmissionPlugin, AdmissionRequest } from './admission/plugin.ts';
export { auditedApi } from './audit/audited-api.ts';
export { Auditor, type AuditSink } from './audit/auditor.ts';
export { defaultAuditPolicy } from './audit/default-policy.ts';
export { parseAuditPolicy } from './audit/parse-policy.ts';
export type { CertificateAuthority } from './auth/certificate-authority.ts';
export { issueSelfSigned, type KeyPair } from './auth/certificates.ts';
export {
  type ClusterCredentials,
  ensureClusterCredentials,
  type NodeCredentials,
  readCertificateAuthority,
} from './auth/credentials.ts';
export { writeKubeconfig } from './auth/kubeconfig.ts';
export { createServiceAccountTokens, type ServiceAccountTokens } from './auth/service-account-tokens.ts';
export { jsonOf, watchFrameOf } from './encoding.ts';
export { type ApiServer, type ApiServerOptions, createApiServer } from './http/server.ts';
export type { BuildInfo } from './openapi/documents.ts';
export { type ApiCore, type ApiCoreOptions, createApiCore } from './registry/api-core.ts';
export type { Attributes, Authorizer } from './registry/authorization.ts';
export { createKubeletStreams } from './streams/kubelet-streams.ts';
export type { PodStreams, StreamTarget } from './streams/port.ts';
