// Owns the files that the process with the API leaves for others: kubectl's way in, that of each part which this process
// does not run, and one for each agent that will be started on this machine. All are there before the API is served, and
// what would end while it runs is exchanged before; agents look after theirs themselves.
import { join } from 'node:path';
import { type ClusterCredentials, type KeyPair, writeKubeconfig } from '@berth/apiserver';
import { type Clock, type Component, type Logger, sleep } from '@berth/host';
import { type PartName, partNames, partUser } from './access.ts';
import { writeNodeCredentials } from './node-credentials.ts';
import type { ServerOptions } from './options.ts';
import { partKubeconfig } from './remote-access.ts';

export interface WrittenCredentialsOptions {
  readonly options: Pick<ServerOptions, 'dataDir' | 'components' | 'nodeCredentials'>;
  readonly credentials: ClusterCredentials;
  /** Asked for at the start. */
  readonly clusterId: () => Promise<string>;
  /** Where programs of this machine reach the API. */
  readonly server: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** How often it is looked whether a certificate is near its end, which comes months later. */
const lookMs = 10 * 60_000;

export function writtenCredentials(given: WrittenCredentialsOptions): Component {
  const { options, credentials, server, clock, log } = given;
  const { ca } = credentials;
  const ofParts = new Map<PartName, KeyPair>();

  function writeAdmin(): Promise<void> {
    const file = join(options.dataDir, 'admin.kubeconfig');
    return writeKubeconfig(file, { server, ca, user: 'admin', credentials: credentials.admin });
  }

  async function writePart(part: PartName): Promise<void> {
    const user = partUser(part);
    const own = await credentials.issueClient(user);
    await writeKubeconfig(partKubeconfig(options.dataDir, part), { server, ca, user: user.name, credentials: own });
    ofParts.set(part, own);
  }

  async function look(): Promise<void> {
    if (await credentials.renew()) {
      await writeAdmin();
      log.info({ dataDir: options.dataDir }, 'the certificates of the server were renewed');
    }
    for (const [part, pair] of ofParts) {
      if (!credentials.isNearEnd(pair)) continue;
      await writePart(part);
      log.info({ part }, 'the certificate of a part was renewed');
    }
  }

  async function keep(signal: AbortSignal): Promise<void> {
    for (;;) {
      await sleep(clock, lookMs, signal);
      if (signal.aborted) return;
      await look().catch((err: unknown) => log.warn({ err }, 'could not renew certificates; trying again later'));
    }
  }

  return {
    name: 'credentials',
    async start(signal) {
      await writeAdmin();
      for (const part of partsElsewhere(options)) await writePart(part);
      const clusterId = await given.clusterId();
      for (const name of options.nodeCredentials) {
        const directory = join(options.dataDir, 'agents', name);
        await writeNodeCredentials(directory, { name, server, credentials, clusterId });
      }
      return { done: keep(signal) };
    },
  };
}

const componentOf: Readonly<Record<PartName, ServerOptions['components'][number]>> = {
  'kube-controller-manager': 'controllers',
  'kube-scheduler': 'scheduler',
  dashboard: 'dashboard',
};

/** The parts that another process has to run, for this cluster to have them. */
function partsElsewhere({ components }: Pick<ServerOptions, 'components'>): PartName[] {
  return partNames.filter((part) => !components.includes(componentOf[part]));
}
