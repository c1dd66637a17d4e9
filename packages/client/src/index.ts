export { accountIdentity } from './https/account-identity.ts';
export { httpsClient } from './https/client.ts';
export { type Connection, type ConnectionOptions, openConnection } from './https/connection.ts';
export { impersonating } from './https/impersonation.ts';
export { linesOf } from './https/lines.ts';
export { createRequestFigures } from './https/request-figures.ts';
export { inProcessClient } from './in-process.ts';
export * from './interfaces.ts';
export { kubeconfigText, type LoadedKubeconfig, loadKubeconfig } from './kubeconfig.ts';
