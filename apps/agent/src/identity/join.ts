// Owns how a machine becomes known to a cluster by a bootstrap token: with it the agent asks for a certificate as a
// user of the API, and with that for one as a server. Source: Kubernetes, "TLS bootstrapping".
import { X509Certificate } from 'node:crypto';
import { type ConnectionOptions, httpsClient, loadKubeconfig, openConnection } from '@berth/client';
import { type Clock, type Logger, sleep } from '@berth/host';
import { isReason, namespaces } from '@berth/objects';
import { obtainCertificate } from './certificate-request.ts';
import { hasCredentials, readCredentials, writeCredentials } from './credential-files.ts';
import { discoverAuthority } from './discovery.ts';

export interface JoinOptions {
  readonly credentials: string;
  readonly nodeName: string;
  readonly nodeAddress: string;
  /** A kubeconfig with the server, its authority and the token. */
  readonly bootstrapKubeconfig: string | undefined;
  /** Instead of the file: these three. */
  readonly server: readonly string[];
  readonly token: string | undefined;
  readonly discoveryTokenCaCertHash: string | undefined;
}

export interface JoinSurroundings {
  readonly clock: Clock;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

const retryMs = 2_000;

/** Does nothing where there are credentials that are valid, or no means to get any. Throws why it cannot join. */
export async function ensureCredentials(options: JoinOptions, surroundings: JoinSurroundings): Promise<void> {
  const { clock, log, signal } = surroundings;
  const given = options.bootstrapKubeconfig !== undefined || options.token !== undefined;
  if (!given || isValid(options.credentials, clock)) return;
  while (!signal.aborted) {
    try {
      await join(options, surroundings);
      log.info({ credentials: options.credentials }, 'joined the cluster');
      return;
    } catch (error) {
      if (!isReason(error, 'ServiceUnavailable') && !isReason(error, 'TooManyRequests')) throw error;
      log.warn({ err: error }, 'cannot join yet');
      await sleep(clock, retryMs, signal);
    }
  }
}

function isValid(directory: string, clock: Clock): boolean {
  if (!hasCredentials(directory)) return false;
  const { cert } = readCredentials(directory).connection;
  return cert !== undefined && Date.parse(new X509Certificate(cert).validTo) > clock.now();
}

async function join(options: JoinOptions, { clock, signal }: JoinSurroundings): Promise<void> {
  const { nodeName, nodeAddress } = options;
  const stranger = await introduction(options);
  const waiting = { clock, signal };
  const asStranger = openConnection({ ...stranger, userAgent: 'kubelet' });
  const client = await obtainCertificate(
    httpsClient(asStranger),
    { nodeName, purpose: 'client', hosts: [] },
    waiting,
  ).finally(() => asStranger.close());
  const { server, others, ca = '' } = asStranger.options;
  const connection: ConnectionOptions = { server, others, ca, ...client };
  const asNode = openConnection({ ...connection, userAgent: 'kubelet' });
  try {
    const hosts = [nodeName, nodeAddress];
    const serving = await obtainCertificate(httpsClient(asNode), { nodeName, purpose: 'server', hosts }, waiting);
    const { metadata } = await httpsClient(asNode).get(namespaces, { name: 'kube-system' });
    const all = { connection, serving: { ...serving, ca }, clusterId: metadata.uid };
    await writeCredentials(options.credentials, nodeName, all);
  } finally {
    await asNode.close();
  }
}

/** Where the server is, how it is known, and the token. */
async function introduction(options: JoinOptions): Promise<ConnectionOptions> {
  if (options.bootstrapKubeconfig !== undefined) return loadKubeconfig(options.bootstrapKubeconfig).connection;
  const { server: servers, token, discoveryTokenCaCertHash: hash } = options;
  const [server, ...others] = servers;
  if (!server || !hash) throw new Error('--token needs --server and --discovery-token-ca-cert-hash beside it');
  return { server, others, token, ca: await authorityOf(servers, hash) };
}

/** As the first of the servers that answers shows it. Throws what the last one said. */
async function authorityOf([server, ...others]: readonly string[], hash: string): Promise<string> {
  try {
    return await discoverAuthority(server!, hash);
  } catch (error) {
    if (others.length === 0) throw error;
    return authorityOf(others, hash);
  }
}
