// Owns what every command of kubecfg needs: the connection that the kubeconfig names, and the namespace it works in.
import { type Client, type Connection, httpsClient, loadKubeconfig, openConnection } from '@berth/client';
import type { Command } from 'commander';
import { defaultKubeconfig } from '../env.ts';

export interface Session {
  readonly client: Client;
  readonly connection: Connection;
  /** The namespace of `-n`, or the context's. */
  readonly namespace: string;
}

interface GlobalOptions {
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly namespace?: string;
}

/** The flags that every command takes. */
export function addGlobalOptions(program: Command): Command {
  return program
    .option(
      '--kubeconfig <file>',
      'the kubeconfig to use (KUBECONFIG, else .berth/admin.kubeconfig, else ~/.kube/config)',
    )
    .option('--context <name>', 'the context of the kubeconfig to use')
    .option('-n, --namespace <name>', 'the namespace to work in');
}

/** Runs a command with its session, which is closed when the command is done. */
export async function withSession(command: Command, run: (session: Session) => Promise<void>): Promise<void> {
  const options = command.optsWithGlobals<GlobalOptions>();
  const { connection: where, namespace } = loadKubeconfig(options.kubeconfig ?? defaultKubeconfig(), options);
  const connection = openConnection(where);
  try {
    await run({ connection, client: httpsClient(connection), namespace: options.namespace ?? namespace });
  } finally {
    await connection.close();
  }
}
