// Owns that a part in a process of its own goes on under its next certificate: the process with the API exchanges the one
// in the part's kubeconfig before it ends, and the file is looked at again from time to time, as Kubernetes' clients do.
import { type Connection, loadKubeconfig } from '@berth/client';
import { type Clock, type Component, type Logger, sleep } from '@berth/host';

export interface CertificateReloadOptions {
  readonly kubeconfig: string;
  /** Renewed when there is another certificate in the file. */
  readonly connection: Connection;
  readonly clock: Clock;
  readonly log: Logger;
}

const lookMs = 60_000;

export function createCertificateReload(options: CertificateReloadOptions): Component {
  return {
    name: `certificate in ${options.kubeconfig}`,
    async start(signal) {
      return { done: reload(options, signal) };
    },
  };
}

async function reload({ kubeconfig, connection, clock, log }: CertificateReloadOptions, signal: AbortSignal) {
  for (;;) {
    await sleep(clock, lookMs, signal);
    if (signal.aborted) return;
    try {
      const { cert, key } = loadKubeconfig(kubeconfig).connection;
      if (!cert || !key || cert === connection.options.cert) continue;
      connection.renew({ cert, key });
      log.info({ kubeconfig }, 'goes on under another certificate');
    } catch (err) {
      log.warn({ err }, 'cannot look for another certificate; trying again later');
    }
  }
}
