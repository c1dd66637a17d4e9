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
  httpsClient,
  impersonating,
  loadKubeconfig,
  openConnection,
} from '@berth/client';
import type { Clock, Registry } from '@berth/host';
import { type Access, type PartName, partUser } from './access.ts';

export function partKubeconfig(dataDir: string, part: PartName): string {
  return join(dataDir, `${part}.kubeconfig`);
}

/** Reads a part's kubeconfig when it is first asked for the part, and then throws what is wrong with it. */
export function remoteAccess(dataDir: string, { clock, metrics }: { clock: Clock; metrics: Registry }): Access {
  const figures = createRequestFigures(metrics, clock);
  const connections = new Map<PartName, Connection>();
  const manager = 'kube-controller-manager';
  let withoutCertificate: Connection | undefined;

  function connectionOf(part: PartName): Connection {
    let connection = connections.get(part);
    if (!connection) {
      connection = openConnection({ ...readPart(dataDir, part), userAgent: part }, figures);
      connections.set(part, connection);
    }
    return connection;
  }

  /** A certificate would go before the token. */
  function tokenConnection(): Connection {
    const { server, ca } = connectionOf(manager).options;
    withoutCertificate ??= openConnection({ server, ca, userAgent: manager }, figures);
    return withoutCertificate;
  }

  return {
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
