// Owns the API part of a server: store, core, HTTPS, and the credentials that it writes for others.
import { readFile } from 'node:fs/promises';
import { isIPv4, isIPv6 } from 'node:net';
import { join } from 'node:path';
import {
  type ApiCore,
  type ApiServer,
  Auditor,
  auditedApi,
  type CertificateAuthority,
  createApiCore,
  createApiServer,
  createKubeletStreams,
  createServiceAccountTokens,
  defaultAuditPolicy,
  ensureClusterCredentials,
  parseAuditPolicy,
} from '@berth/apiserver';
import { aborted, type Clock, type Component, type Logger, type Random, type Registry } from '@berth/host';
import { type Api, namespaces, type UserInfo } from '@berth/objects';
import type { Store } from '@berth/store';
import { AuditLog } from './audit-log.ts';
import { build } from './build.ts';
import type { ConnectionShares } from './connections.ts';
import type { ServerOptions } from './options.ts';
import { writtenCredentials } from './written-credentials.ts';

export interface Surroundings {
  readonly options: ServerOptions;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly metrics: Registry;
  readonly connections: ConnectionShares;
}

export interface ApiPart {
  /** What this process's own loops and the dashboard act on. */
  readonly api: Api;
  readonly server: ApiServer;
  /** PEM of the authority by which clients know the server. */
  readonly ca: string;
  readonly authority: CertificateAuthority;
  /** In the order in which they start. */
  readonly components: readonly Component[];
}

const bootstrapper: UserInfo = { name: 'system:apiserver', groups: ['system:masters'] };

/** As Kubernetes' tools do, the cluster is known by the identity of its own namespace. */
async function clusterIdOf(core: ApiCore): Promise<string> {
  const { metadata } = await core.get(bootstrapper, namespaces, { name: 'kube-system' });
  return metadata.uid;
}

/** Opens the store, which the last of the components closes. */
export async function createApi(surroundings: Surroundings): Promise<ApiPart> {
  const { options, clock, random, log, metrics } = surroundings;
  const directory = join(options.dataDir, 'pki');
  const credentials = await ensureClusterCredentials({
    directory,
    extraHosts: servedHosts(options),
    serviceAddress: firstAddress(options.serviceCidr),
    clock,
  });
  const store = await openStore(surroundings);
  const tokens = createServiceAccountTokens({ key: credentials.serviceAccountKey, clock });
  const core = createApiCore({
    store,
    clock,
    random,
    log,
    metrics,
    tokens,
    streams: createKubeletStreams({ ca: credentials.ca, client: () => credentials.kubeletClient }),
    serviceAddresses: options.serviceCidr,
    nodePorts: portRange(options.nodePortRange),
    advertise: advertised(options),
    authority: {
      ca: credentials.ca,
      serviceAccountKey: credentials.serviceAccountKey,
      directory,
      isShared: options.store === 'etcd',
    },
    defaultTolerationSeconds: options.podEvictionSeconds,
    compactionIntervalMs: options.compactionIntervalSeconds * 1000,
  });
  const audit = await createAudit(surroundings);
  const server = createApiServer({
    core,
    served: core.served,
    authorizer: core.authorizer,
    authenticateToken: core.authenticateToken,
    objectCount: core.objectCount,
    auditor: audit?.auditor,
    openProxy: core.openProxy,
    credentials,
    tokens,
    build,
    host: options.apiAddress,
    port: options.apiPort,
    mostConnections: surroundings.connections.api,
    metrics,
    log,
    clock,
    random,
  });
  return {
    api: audit ? auditedApi(core, audit.auditor, random) : core,
    server,
    ca: credentials.ca,
    authority: credentials.authority,
    components: [
      closing(store),
      ...(audit ? [audit.log] : []),
      core,
      writtenCredentials({
        options,
        credentials,
        clusterId: () => clusterIdOf(core),
        server: localAddress(options),
        clock,
        log,
      }),
      server,
    ],
  };
}

/** Throws what is wrong with the policy file. */
async function createAudit({
  options,
  clock,
  log,
  metrics,
}: Surroundings): Promise<{ auditor: Auditor; log: AuditLog } | undefined> {
  const { auditLogPath: path, auditPolicyFile } = options;
  if (path === undefined) return undefined;
  const { auditLogMaxsize: maxSize, auditLogMaxage: maxAge, auditLogMaxbackup: maxBackups } = options;
  const sink = new AuditLog({ path, maxSize, maxAge, maxBackups, clock, log });
  const policy = auditPolicyFile === undefined ? defaultAuditPolicy : await readPolicy(auditPolicyFile);
  return { auditor: new Auditor({ policy, sink, clock, metrics }), log: sink };
}

async function readPolicy(path: string) {
  try {
    return parseAuditPolicy(await readFile(path, 'utf8'));
  } catch (error) {
    throw new Error(`--audit-policy-file ${path}: ${error instanceof Error ? error.message : error}`);
  }
}

async function openStore({ options, log, metrics }: Surroundings): Promise<Store> {
  if (options.store === 'embedded') {
    const { openLmdbStore } = await import('@berth/store/lmdb');
    return openLmdbStore({ directory: join(options.dataDir, 'store'), log, metrics });
  }
  const { openEtcdStore } = await import('@berth/store/etcd');
  return openEtcdStore({ endpoints: options.etcdEndpoints, log, metrics });
}

/** Stands first, so that the store closes after everything that uses it has stopped. */
function closing(store: Store): Component {
  return {
    name: 'store',
    async start(signal) {
      return { done: aborted(signal).then(() => store.close()) };
    },
  };
}

/** Where programs reach the API, wherever they run: as far as the flags tell. */
export function publicAddress({ apiAddress, apiPort, hostNames }: ServerOptions): string {
  const isLocal = /^(127\.|localhost$|::1$)/.test(apiAddress);
  return `https://${clientHost((isLocal ? undefined : hostNames[0]) ?? apiAddress)}:${apiPort}`;
}

/** Where programs of this machine reach the API. */
function localAddress({ apiAddress, apiPort }: ServerOptions): string {
  return `https://${clientHost(apiAddress)}:${apiPort}`;
}

/** Where clients of this machine find a server that listens there. */
function clientHost(address: string): string {
  if (address === '0.0.0.0' || address === '::') return '127.0.0.1';
  return isIPv6(address) ? `[${address}]` : address;
}

/** What the serving certificate is for beyond this machine's own names. */
export function servedHosts({ apiAddress, hostNames }: Pick<ServerOptions, 'apiAddress' | 'hostNames'>): string[] {
  const isEvery = apiAddress === '0.0.0.0' || apiAddress === '::';
  return isEvery ? [...hostNames] : [apiAddress, ...hostNames];
}

/** Where the nodes reach the API, for the endpoints of the `kubernetes` service; a loopback address is no such place. */
function advertised({ apiAddress, apiPort, hostNames }: ServerOptions): { address: string; port: number } | undefined {
  const address = [apiAddress, ...hostNames].find((name) => isIPv4(name) && !/^(127\.|0\.0\.0\.0$)/.test(name));
  return address === undefined ? undefined : { address, port: apiPort };
}

/** `10.96.0.1` of `10.96.0.0/16`: the address of the `kubernetes` service. */
function firstAddress(cidr: string): string {
  return cidr.split('/')[0]!.replace(/\d+$/, (last) => String(Number(last) + 1));
}

function portRange(range: string): { first: number; last: number } {
  const [, first, last] = /^(\d+)-(\d+)$/.exec(range) ?? [];
  if (first === undefined || last === undefined || Number(first) > Number(last)) {
    throw new Error(`--node-port-range: "${range}" is not of the form FIRST-LAST`);
  }
  return { first: Number(first), last: Number(last) };
}
