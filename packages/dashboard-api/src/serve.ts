// Owns the running gateway: puts its parts together, and ends them in order.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { aborted, boundConnections } from '@berth/host';
import { Accounts } from './auth/accounts.ts';
import { adoptTokens } from './auth/adopt-tokens.ts';
import { ApiTokens } from './auth/api-tokens.ts';
import type { Parts } from './context.ts';
import type { Gateway, GatewayOptions } from './gateway.ts';
import { createRequestHandler } from './http/request-handler.ts';
import { StaticFiles } from './http/static-files.ts';
import { clusterComponent, createCluster } from './live/cluster.ts';
import { Hub } from './live/hub.ts';
import { rowSources } from './live/row-source.ts';
import { LiveSockets } from './live/sockets.ts';

interface Serving extends Pick<Gateway, 'url' | 'setUpUrl'> {
  readonly done: Promise<void>;
}

export async function serve(options: GatewayOptions, signal: AbortSignal): Promise<Serving> {
  const { api, client, clock, random, log, previewScale, endpoint } = options;
  const database = await options.openDatabase();
  const accounts = new Accounts({ database, clock, random });
  const apiTokens = new ApiTokens({ client, clock, random });
  const server = createServer();
  let setUpToken: string | undefined;
  try {
    ({ setUpToken } = await accounts.prepare(options.adminPassword));
    await listening(server, options);
    boundConnections({ server, most: options.mostConnections, clock, log });
  } catch (error) {
    await database.$disconnect();
    throw error;
  }

  // Not waited for: pages say that they are stale until the cluster's API has answered.
  const cluster = createCluster({ client, clock, log });
  const following = clusterComponent(cluster).start(signal);
  const adopting = adoptTokens({ database, apiTokens, clock, log }, signal);
  const parts: Parts = { api, cluster, accounts, apiTokens, endpoint, database, previewScale, clock, log };
  const hub = new Hub(rowSources(cluster), { clock, log });
  const { port } = server.address() as AddressInfo;
  const edge = { parts, port, hostNames: options.hostNames ?? [] };
  const sockets = new LiveSockets({ ...edge, hub });
  server.on('request', createRequestHandler({ ...edge, files: new StaticFiles(options.staticDirectory) }));
  server.on('upgrade', (request, socket, head) => sockets.upgrade(request, socket, head));

  const url = `http://${shownHost(options.host)}:${port}`;
  const done = aborted(signal).then(async () => {
    hub.stop();
    await sockets.close();
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
    await (await following).done;
    await adopting;
    await database.$disconnect();
  });
  const setUpUrl = setUpToken && `${url}/setup?token=${setUpToken}`;
  return { url, setUpUrl, done };
}

function listening(server: Server, { host, port }: Pick<GatewayOptions, 'host' | 'port'>): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** One that a browser on this machine can go to. */
function shownHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
