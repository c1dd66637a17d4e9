// Owns which parts a server runs, and the order in which they start: the API, then the loops, then the dashboard.
import { join } from 'node:path';
import { readCertificateAuthority } from '@berth/apiserver';
import type { Component } from '@berth/host';
import { type Access, localAccess } from './access.ts';
import { type ApiPart, createApi, publicAddress, type Surroundings } from './api.ts';
import { createDashboard } from './dashboard.ts';
import { createLoops } from './loops.ts';
import { loopsServers } from './loops-server.ts';
import { remoteAccess } from './remote-access.ts';

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
  const api = wanted.includes('apiserver') ? await createApi(surroundings) : undefined;
  const { access, components: ways } = accessTo(api, surroundings);
  const authority = api?.authority ?? (await readCertificateAuthority(join(options.dataDir, 'pki'), clock));
  const loops = createLoops(surroundings, { access, authority });
  const dashboard = wanted.includes('dashboard') ? createDashboard(surroundings, access) : undefined;
  return {
    components: [...(api?.components ?? []), ...ways, ...loops, ...(dashboard ? [dashboard.component] : [])],
    ready: () => ({ ...addressOf(api), ...dashboard?.ready() }),
  };
}

/** In this process, or beside the API of another one. */
function accessTo(
  api: ApiPart | undefined,
  { options, clock, log, metrics }: Surroundings,
): { readonly access: Access; readonly components: readonly Component[] } {
  if (api) return { access: localAccess(api.api, { server: publicAddress(options), ca: api.ca }), components: [] };
  const { dataDir, server: servers } = options;
  const access = remoteAccess({ dataDir, servers, clock, log, metrics });
  return { access, components: [access.upkeep, ...loopsServers({ options, access, clock, log, metrics })] };
}

function addressOf(api: ApiPart | undefined): Ready {
  return api ? { api: api.server.address } : {};
}
