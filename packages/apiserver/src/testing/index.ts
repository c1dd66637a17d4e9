// Owns the API server that other packages test against: the real core over a store in a temporary directory.

export { type MadeRequest, makeCertificateRequest, type RequestFacts } from './certificate-requests.ts';
export { startTestApi, type TestApi } from './test-api.ts';
