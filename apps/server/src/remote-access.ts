// Owns how parts act on an API that another process serves: each part by a certificate of its own that the process with
// the API left in the data directory, controllers by tokens of their service accounts, people by impersonation.
// docs/decisions/processes.md has the reasons.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  accountIdentity,
  type Connection,
  type ConnectionOptions,
  createRequestFigures,
  followServers,
  httpsClient,
  impersonating,
  loadKubeconfig,
  openConnection,
} from '@berth/client';
import { type Clock, type Component, group, type Logger, type Registry } from '@berth/host';
import { type Access, type PartName, partUser } from './access.ts';
import { createCertificateReload } from './certificate-reload.ts';

export function partKubeconfig(dataDir: string, part: PartName): string {
  return join(dataDir, `${part}.kubeconfig`);
}

export interface RemoteAccess extends Access {
  /** Keeps the ways to the API open that were asked for by its start: other servers, other certificates. */
  readonly upkeep: Component;
}

export interface RemoteAccessOptions {
  readonly dataDir: string;
  /** API servers beside the one that a kubeconfig names. */
  readonly servers: readonly string[];
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Registry;
}

/** Reads a part's kubeconfig when it is first asked for the part, and then throws what is wrong with it. */
export function remoteAccess({ dataDir, clock, log, metrics, ...options }: RemoteAccessOptions): RemoteAccess {
  const figures = createRequestFigures(metrics, clock);
  const connections = new Map<PartName, Connection>();
  const manager = 'kube-controller-manager';
  let withoutCertificate: Connection | undefined;

  function connectionOf(part: PartName): Connection {
    let connection = connections.get(part);
    if (!connection) {
      connection = openConnection(
        { ...readPart(dataDir, part), others: options.servers, userAgent: part },
        { figures },
      );
      connections.set(part, connection);
    }
    return connection;
  }

  /** A certificate would go before the token. */
  function tokenConnection(): Connection {
    const { servers, options } = connectionOf(manager);
    const { server, ca } = options;
    withoutCertificate ??= openConnection({ server, ca, userAgent: manager }, { figures, servers });
    return withoutCertificate;
  }

  function upkeepOf(part: PartName, connection: Connection): Component[] {
    const common = { connection, clock, log: log.child({ part }) };
    return [followServers(common), createCertificateReload({ ...common, kubeconfig: partKubeconfig(dataDir, part) })];
  }

  const name = 'ways to the API';
  return {
    upkeep: {
      name,
      start(signal) {
        const all = [...connections].flatMap(([part, connection]) => upkeepOf(part, connection));
        return group(name, all, log).start(signal);
      },
    },
    endpoint(part) {
      const { server, ca = '' } = connectionOf(part).options;
      return { server, ca };
    },
    part: (name) => httpsClient(connectionOf(name)),
    account(name) {
      const account = { namespace: 'kube-system', name };
      const client = httpsClient(connectionOf(manager));
      return httpsClient(tokenConnection().as(accountIdentity({ client, account, clock })));
    },
    person(user) {
      const connection = connectionOf('dashboard');
      // As in one process, what a person writes is managed under their name.
      return httpsClient(connection.as(impersonating(user), user.name));
    },
  };
}

function readPart(dataDir: string, part: PartName): ConnectionOptions {
  const file = partKubeconfig(dataDir, part);
  if (!existsSync(file)) {
    throw new Error(
      `there is no ${file}, by which ${partUser(part).name} acts on the API: ` +
        'the process that serves the API writes it into its own data directory when it starts without that part',
    );
  }
  return loadKubeconfig(file).connection;
}
