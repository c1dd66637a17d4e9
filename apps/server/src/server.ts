// Owns which parts a server runs, and the order in which they start: the API, then the loops, then the dashboard.
import { join } from 'node:path';
import { readCertificateAuthority } from '@berth/apiserver';
import {
  type Client,
  type ConnectionOptions,
  httpsClient,
  inProcessClient,
  loadKubeconfig,
  openConnection,
} from '@berth/client';
import type { Component } from '@berth/host';
import type { UserInfo } from '@berth/objects';
import { type ApiPart, createApi, publicAddress, type Surroundings } from './api.ts';
import { createDashboard, type DashboardPart } from './dashboard.ts';
import { createLoops } from './loops.ts';

/** What whoever started the server wants to know. */
export interface Ready {
  readonly api?: string;
  readonly dashboard?: string;
  readonly setupLink?: string;
}

export interface BuiltServer {
  readonly components: readonly Component[];
  /** To be asked once everything has started. */
  ready(): Ready;
}

export async function buildServer(surroundings: Surroundings): Promise<BuiltServer> {
  const { options, clock } = surroundings;
  const { components: wanted } = options;
  let dashboard: DashboardPart | undefined;
  const userOfToken = async (token: string) => dashboard?.userOfToken(token);
  const api = wanted.includes('apiserver') ? await createApi(surroundings, userOfToken) : undefined;
  const remote = api ? undefined : adminConnection(surroundings);
  const clientOf = api
    ? (user: UserInfo, manager?: string) => inProcessClient(api.api, user, manager)
    : remoteClient(remote!);
  const loops = createLoops(surroundings, {
    clientOf,
    rootCa: api?.ca ?? remote?.ca ?? '',
    authority: api?.authority ?? (await readCertificateAuthority(join(options.dataDir, 'pki'), clock)),
  });
  const endpoint = () =>
    api ? { server: publicAddress(options), ca: api.ca } : { server: remote!.server, ca: remote!.ca ?? '' };
  if (wanted.includes('dashboard')) dashboard = createDashboard(surroundings, clientOf, endpoint);
  return {
    components: [...(api?.components ?? []), ...loops, ...(dashboard ? [dashboard.component] : [])],
    ready: () => ({ ...addressOf(api), ...dashboard?.ready() }),
  };
}

function addressOf(api: ApiPart | undefined): Ready {
  return api ? { api: api.server.address } : {};
}

/** Another process serves the API: everything here acts on it as the admin whose kubeconfig lies in the data directory. */
function adminConnection({ options }: Surroundings): ConnectionOptions {
  return loadKubeconfig(join(options.dataDir, 'admin.kubeconfig')).connection;
}

function remoteClient(connection: ConnectionOptions): () => Client {
  const client = httpsClient(openConnection(connection));
  return () => client;
}
