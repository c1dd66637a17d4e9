// Owns the files by which an agent on this machine knows its server and is known by it.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type ClusterCredentials, writeKubeconfig } from '@berth/apiserver';
import { writePrivate } from '@berth/host';

export interface NodeCredentialsOptions {
  readonly name: string;
  /** Where the agent reaches the API server. */
  readonly server: string;
  readonly credentials: ClusterCredentials;
  /** Marks on a machine what belongs to this cluster. */
  readonly clusterId: string;
}

/** `agent.kubeconfig` for the way to the server; `serving.crt`, `serving.key` and `ca.crt` for the agent's own one; `cluster-id`. */
export async function writeNodeCredentials(directory: string, options: NodeCredentialsOptions): Promise<void> {
  const { name, server, credentials } = options;
  const { client, serving } = await credentials.issueNode({ name, hosts: [name, 'localhost', '127.0.0.1'] });
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await writePrivate(join(directory, 'serving.key'), serving.key);
  await writePrivate(join(directory, 'serving.crt'), serving.cert);
  await writePrivate(join(directory, 'ca.crt'), credentials.ca);
  await writePrivate(join(directory, 'cluster-id'), options.clusterId);
  const user = `system:node:${name}`;
  await writeKubeconfig(join(directory, 'agent.kubeconfig'), { server, ca: credentials.ca, user, credentials: client });
}
