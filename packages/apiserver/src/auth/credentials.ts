// Owns the cluster's certificates and keys on disk: made at the first start, renewed near their end, readable by the owner
// alone. The files are named as Kubernetes' own installer names them.
import { generateKeyPairSync } from 'node:crypto';
import { chmod, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, writePrivate } from '@berth/host';
import type { UserInfo } from '@berth/objects';
import { type CertificateAuthority, createCertificateAuthority } from './certificate-authority.ts';
import { createAuthority, issueLeaf, type KeyPair, type LeafRequest, needsRenewal } from './certificates.ts';

export interface CredentialsOptions {
  readonly directory: string;
  /** Names and addresses by which clients reach the server, beside those that every cluster has. */
  readonly extraHosts?: readonly string[];
  /** The `kubernetes` service's address. */
  readonly serviceAddress?: string;
  readonly clock: Clock;
}

interface NodeRequest {
  readonly name: string;
  /** Addresses and names by which the server reaches the node's agent. */
  readonly hosts: readonly string[];
}

export interface NodeCredentials {
  /** The agent towards the API server: user `system:node:NAME`, group `system:nodes`. */
  readonly client: KeyPair;
  /** What the agent's own server shows. */
  readonly serving: KeyPair;
}

export interface ClusterCredentials {
  /** PEM of the cluster's certificate authority. */
  readonly ca: string;
  /** This one and the next two as they are now: `renew` exchanges them. */
  readonly serving: KeyPair;
  /** Group `system:masters`: may do everything. */
  readonly admin: KeyPair;
  /** The server towards the agents. */
  readonly kubeletClient: KeyPair;
  /** PEM of the private key that signs the tokens of service accounts. */
  readonly serviceAccountKey: string;
  /** Signs what others ask for. */
  readonly authority: CertificateAuthority;
  /** Makes those of the server's own anew that are near their end. Whether there were any. */
  renew(): Promise<boolean>;
  /** Calls the listener after each exchange. Returns the function that ends the subscription. */
  onRenewed(listener: () => void): () => void;
  /** Whether one that was issued here is to be exchanged: in the last fifth of its life. */
  isNearEnd(pair: KeyPair): boolean;
  issueNode(request: NodeRequest): Promise<NodeCredentials>;
  /** For a client that is this user. */
  issueClient(user: Pick<UserInfo, 'name' | 'groups'>): Promise<KeyPair>;
}

/** Reads the credentials of a cluster, and makes what is missing or near its end. */
export async function ensureClusterCredentials(options: CredentialsOptions): Promise<ClusterCredentials> {
  const { directory, clock } = options;
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await chmod(directory, 0o700);
  const authority = await ensureAuthority(directory, clock);
  const own = () => ensureOwn(options, authority);
  const listeners = new Set<() => void>();
  let current = await own();
  return {
    ca: authority.cert,
    get serving() {
      return current.serving;
    },
    get admin() {
      return current.admin;
    },
    get kubeletClient() {
      return current.kubeletClient;
    },
    async renew() {
      const before = current;
      current = await own();
      const renewed = ownNames.some((name) => current[name].cert !== before[name].cert);
      if (renewed) for (const listener of listeners) listener();
      return renewed;
    },
    onRenewed(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    isNearEnd: (pair) => needsRenewal(pair, authority.cert, {}, clock),
    serviceAccountKey: await ensureServiceAccountKey(directory),
    authority: createCertificateAuthority(authority, clock),
    issueClient: ({ name, groups }) =>
      issueLeaf(authority, { commonName: name, organizations: groups, usages: ['client'] }, clock),
    issueNode: async ({ name, hosts }) => {
      const commonName = `system:node:${name}`;
      const organizations = ['system:nodes'];
      return {
        client: await issueLeaf(authority, { commonName, organizations, usages: ['client'] }, clock),
        serving: await issueLeaf(authority, { commonName, organizations, usages: ['server'], hosts }, clock),
      };
    },
  };
}

const ownNames = ['serving', 'admin', 'kubeletClient'] as const;
type OwnCredentials = Pick<ClusterCredentials, (typeof ownNames)[number]>;

/** What the server itself needs, from the files where it is good. */
async function ensureOwn(options: CredentialsOptions, authority: KeyPair): Promise<OwnCredentials> {
  const { directory, clock } = options;
  const leaf = (name: string, request: LeafRequest) => ensureLeaf({ directory, name, authority, clock }, request);
  return {
    serving: await leaf('apiserver', {
      commonName: 'kube-apiserver',
      usages: ['server'],
      hosts: servingHosts(options),
    }),
    admin: await leaf('admin', {
      commonName: 'kubernetes-admin',
      organizations: ['system:masters'],
      usages: ['client'],
    }),
    kubeletClient: await leaf('apiserver-kubelet-client', {
      commonName: 'kube-apiserver-kubelet-client',
      organizations: ['system:masters'],
      usages: ['client'],
    }),
  };
}

/** For a process without an API server; undefined if the authority's key does not lie in the directory. */
export async function readCertificateAuthority(
  directory: string,
  clock: Clock,
): Promise<CertificateAuthority | undefined> {
  const found = await readPair(directory, 'ca');
  return found && createCertificateAuthority(found, clock);
}

function servingHosts(options: CredentialsOptions): string[] {
  const hosts = [
    'localhost',
    '127.0.0.1',
    '::1',
    'kubernetes',
    'kubernetes.default',
    'kubernetes.default.svc',
    'kubernetes.default.svc.cluster.local',
    options.serviceAddress ?? '10.96.0.1',
    ...(options.extraHosts ?? []),
  ];
  return [...new Set(hosts)];
}

async function ensureAuthority(directory: string, clock: Clock): Promise<KeyPair> {
  const found = await readPair(directory, 'ca');
  if (found) return found;
  const made = await createAuthority('berth', clock);
  await writePair(directory, 'ca', made);
  return made;
}

/** `sa.pub` is for whoever wants to check tokens; the server itself needs the private key alone. */
async function ensureServiceAccountKey(directory: string): Promise<string> {
  const found = await readIfThere(join(directory, 'sa.key'));
  if (found !== undefined) return found;
  const { privateKey, publicKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  await writePrivate(join(directory, 'sa.pub'), publicKey);
  await writePrivate(join(directory, 'sa.key'), privateKey);
  return privateKey;
}

interface LeafFile {
  readonly directory: string;
  readonly name: string;
  readonly authority: KeyPair;
  readonly clock: Clock;
}

async function ensureLeaf(file: LeafFile, request: LeafRequest): Promise<KeyPair> {
  const { directory, name, authority, clock } = file;
  const found = await readPair(directory, name);
  if (found && !needsRenewal(found, authority.cert, request, clock)) return found;
  const made = await issueLeaf(authority, request, clock);
  await writePair(directory, name, made);
  return made;
}

async function readPair(directory: string, name: string): Promise<KeyPair | undefined> {
  const cert = await readIfThere(join(directory, `${name}.crt`));
  const key = await readIfThere(join(directory, `${name}.key`));
  return cert === undefined || key === undefined ? undefined : { cert, key };
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The key first: a crash in between leaves no certificate without its key. */
async function writePair(directory: string, name: string, pair: KeyPair): Promise<void> {
  await writePrivate(join(directory, `${name}.key`), pair.key);
  await writePrivate(join(directory, `${name}.crt`), pair.cert);
}
