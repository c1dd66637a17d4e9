// Owns `berth down` on this machine: every container, network, rule and route that Berth made, and nothing else.
import { removeContainers } from '@berth/kubelet/docker';
import { connectDocker, removeNodeNetworks } from '@berth/network';
import { removeServiceRules } from '@berth/proxy';
import type { RemoveOptions } from './options.ts';

export async function removeEverything(options: RemoveOptions): Promise<void> {
  const { dockerSocket, proxyTable, clusterId } = options;
  const docker = connectDocker(dockerSocket);
  const answers = await docker.ping().then(
    () => true,
    () => false,
  );
  if (answers) await removeContainers({ socketPath: dockerSocket, clusterId });
  const clusterNetwork = clusterId === undefined ? undefined : options.clusterCidr;
  await removeNodeNetworks({ docker: answers ? docker : undefined, clusterId, clusterNetwork });
  await removeServiceRules(proxyTable);
}
