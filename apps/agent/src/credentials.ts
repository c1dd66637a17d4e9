// Owns the reading of what the server wrote for this node: how the agent knows the server and is known by it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ConnectionOptions, loadKubeconfig } from '@berth/client';

export interface NodeCredentials {
  readonly connection: ConnectionOptions;
  /** PEM texts of the agent's own server. */
  readonly serving: { readonly cert: string; readonly key: string; readonly ca: string };
  /** Marks on this machine what belongs to the cluster. */
  readonly clusterId: string;
}

export function readCredentials(directory: string): NodeCredentials {
  const read = (name: string) => readFileSync(join(directory, name), 'utf8');
  return {
    connection: loadKubeconfig(join(directory, 'agent.kubeconfig')).connection,
    serving: { cert: read('serving.crt'), key: read('serving.key'), ca: read('ca.crt') },
    clusterId: read('cluster-id').trim(),
  };
}
