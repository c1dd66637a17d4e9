// Owns the reading and writing of kubeconfig files, as far as Berth's own programs need them: the current context's
// server, certificate authority, client certificate or token, embedded or as files.
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parse, stringify } from 'yaml';
import type { ConnectionOptions } from './https/connection.ts';

interface Kubeconfig {
  readonly 'current-context'?: string;
  readonly contexts?: readonly { readonly name: string; readonly context: Context }[];
  readonly clusters?: readonly { readonly name: string; readonly cluster: Cluster }[];
  readonly users?: readonly { readonly name: string; readonly user: Fields }[];
}

interface Context {
  readonly cluster: string;
  readonly user: string;
  readonly namespace?: string;
}

type Cluster = Fields & {
  readonly extensions?: readonly { readonly name: string; readonly extension?: { readonly servers?: unknown } }[];
};

type Fields = Readonly<Record<string, string | undefined>>;

export interface LoadedKubeconfig {
  readonly connection: ConnectionOptions;
  /** The context's namespace, `default` if it has none. */
  readonly namespace: string;
}

/** Under which a cluster's further servers stand; kubectl leaves extensions alone. */
const serversExtension = 'berth.dev/servers';

/** Throws an Error that names the file and what it lacks. `context`: instead of the file's current one. */
export function loadKubeconfig(file: string, options: { readonly context?: string } = {}): LoadedKubeconfig {
  const config = parse(readFileSync(file, 'utf8')) as Kubeconfig | null;
  const wanted = options.context ?? config?.['current-context'];
  const context = config?.contexts?.find(({ name }) => name === wanted)?.context;
  if (!context) throw new Error(`${file}: ${wanted ? `there is no context "${wanted}"` : 'no current-context is set'}`);
  const cluster = config?.clusters?.find(({ name }) => name === context.cluster)?.cluster;
  if (!cluster?.server) throw new Error(`${file}: the cluster "${context.cluster}" has no server`);
  const user = config?.users?.find(({ name }) => name === context.user)?.user ?? {};
  const pem = (fields: Fields, name: string) => embedded(fields, name) ?? fromFile(file, fields[name]);
  return {
    connection: {
      server: cluster.server.replace(/\/+$/, ''),
      others: othersOf(cluster),
      ca: pem(cluster, 'certificate-authority'),
      cert: pem(user, 'client-certificate'),
      key: pem(user, 'client-key'),
      token: user.token,
    },
    namespace: context.namespace ?? 'default',
  };
}

/** The text of a kubeconfig with everything embedded. `user`: its name within the file. */
export function kubeconfigText(options: ConnectionOptions, user: string): string {
  const { server, others = [], ca, cert, key, token } = options;
  const name = 'berth';
  const encoded = (text: string | undefined) => text && Buffer.from(text).toString('base64');
  const extensions =
    others.length > 0 ? { extensions: [{ name: serversExtension, extension: { servers: others } }] } : {};
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server, 'certificate-authority-data': encoded(ca), ...extensions } }],
    users: [{ name: user, user: { 'client-certificate-data': encoded(cert), 'client-key-data': encoded(key), token } }],
    contexts: [{ name, context: { cluster: name, user } }],
    'current-context': name,
  };
  return stringify(config, { lineWidth: 0 });
}

function othersOf({ extensions = [] }: Cluster): string[] {
  const servers = extensions.find(({ name }) => name === serversExtension)?.extension?.servers;
  return Array.isArray(servers) ? servers.map(String) : [];
}

function embedded(fields: Fields, name: string): string | undefined {
  const data = fields[`${name}-data`];
  return data === undefined ? undefined : Buffer.from(data, 'base64').toString('utf8');
}

/** Relative paths in a kubeconfig start at the file's own directory. */
function fromFile(kubeconfig: string, path: string | undefined): string | undefined {
  return path === undefined ? undefined : readFileSync(resolve(dirname(kubeconfig), path), 'utf8');
}
