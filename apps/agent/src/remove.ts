// Owns `berth down` on this machine: every container, network, rule and route that Berth made, and nothing else.
import { removeContainers } from '@berth/kubelet/docker';
import { connectDocker, removeNodeNetworks } from '@berth/network';
import { removeServiceRules } from '@berth/proxy';
import type { RemoveOptions } from './options.ts';

export async function removeEverything({ dockerSocket, proxyTable }: RemoveOptions): Promise<void> {
  const docker = connectDocker(dockerSocket);
  const answers = await docker.ping().then(
    () => true,
    () => false,
  );
  if (answers) await removeContainers({ socketPath: dockerSocket });
  await removeNodeNetworks({ docker: answers ? docker : undefined });
  await removeServiceRules(proxyTable);
}
