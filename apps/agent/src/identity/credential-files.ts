// Owns the files by which an agent knows its server and is known by it: what the server wrote for it, or what it got by
// joining.
import { existsSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type ConnectionOptions, kubeconfigText, loadKubeconfig } from '@berth/client';
import { writePrivate } from '@berth/host';
import { nodeUserPrefix } from '@berth/objects';
import type { KeyPair } from './certificate-request.ts';

export interface NodeCredentials {
  readonly connection: ConnectionOptions;
  /** PEM texts of the agent's own server. */
  readonly serving: KeyPair & { readonly ca: string };
  /** Marks on this machine what belongs to the cluster. */
  readonly clusterId: string;
}

const kubeconfig = 'agent.kubeconfig';

export function hasCredentials(directory: string): boolean {
  return existsSync(join(directory, kubeconfig));
}

export function readCredentials(directory: string): NodeCredentials {
  const read = (name: string) => readFileSync(join(directory, name), 'utf8');
  return {
    connection: loadKubeconfig(join(directory, kubeconfig)).connection,
    serving: { cert: read('serving.crt'), key: read('serving.key'), ca: read('ca.crt') },
    clusterId: read('cluster-id').trim(),
  };
}

/** The kubeconfig comes last: where it is, everything is. */
export async function writeCredentials(directory: string, nodeName: string, all: NodeCredentials): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await writePrivate(join(directory, 'ca.crt'), all.serving.ca);
  await writePrivate(join(directory, 'cluster-id'), all.clusterId);
  await writeServing(directory, all.serving);
  await writeConnection(directory, nodeName, all.connection);
}

export function writeConnection(directory: string, nodeName: string, connection: ConnectionOptions): Promise<void> {
  return writePrivate(join(directory, kubeconfig), kubeconfigText(connection, `${nodeUserPrefix}${nodeName}`));
}

/** The key first: a crash in between leaves no certificate without its key. */
export async function writeServing(directory: string, { cert, key }: KeyPair): Promise<void> {
  await writePrivate(join(directory, 'serving.key'), key);
  await writePrivate(join(directory, 'serving.crt'), cert);
}
