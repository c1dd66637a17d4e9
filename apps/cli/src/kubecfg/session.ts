// Owns what every command of kubecfg needs: the connection that the kubeconfig names, and the namespace it works in.
import { existsSync } from 'node:fs';
import { type Client, type Connection, httpsClient, loadKubeconfig, openConnection } from '@berth/client';
import type { Command } from 'commander';
import { defaultKubeconfig } from '../env.ts';
import { UsageError } from './targets.ts';

export interface Session {
  readonly client: Client;
  readonly connection: Connection;
  /** The namespace of `-n`, or the context's. */
  readonly namespace: string;
}

export interface GlobalOptions {
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
export function withSession(command: Command, run: (session: Session) => Promise<void>): Promise<void> {
  return withConnection(command.optsWithGlobals<GlobalOptions>(), run);
}

export async function withConnection<T>(options: GlobalOptions, run: (session: Session) => Promise<T>): Promise<T> {
  const { connection: where, namespace } = kubeconfigOf(options);
  const connection = openConnection({ ...where, userAgent: 'kubecfg' });
  try {
    return await run({ connection, client: httpsClient(connection), namespace: options.namespace ?? namespace });
  } finally {
    await connection.close();
  }
}

function kubeconfigOf(options: GlobalOptions): ReturnType<typeof loadKubeconfig> {
  const file = options.kubeconfig ?? defaultKubeconfig();
  if (!existsSync(file)) {
    throw new UsageError(`there is no kubeconfig at ${file}; name one with --kubeconfig or KUBECONFIG`);
  }
  try {
    return loadKubeconfig(file, options);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
