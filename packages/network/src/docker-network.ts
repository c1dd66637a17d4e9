// Owns the Docker networks that are nodes' pod networks.
import { labels, type NetworkPlan } from './decide.ts';
import type { DockerConnection } from './docker-connection.ts';

/** Makes the network, or adopts the one that is there. Throws with a reason that a person understands. */
export async function ensureNetwork(docker: DockerConnection, plan: NetworkPlan): Promise<void> {
  const found = await findNetwork(docker, plan.name);
  if (found) {
    if (found.Labels?.[labels.cluster] !== plan.labels[labels.cluster])
      throw new Error(`the Docker network ${plan.name} belongs to another Berth cluster, which "npm run down" removes`);
    const same = found.IPAM?.Config?.[0]?.Subnet === plan.subnet && found.Options?.[bridgeOption] === bridgeOf(plan);
    if (same) return;
    // The node was given another subnet. Containers that still use the old one hold the network until they are gone.
    await docker.getNetwork(found.Id).remove();
  }
  await docker.createNetwork({
    Name: plan.name,
    Driver: 'bridge',
    CheckDuplicate: true,
    IPAM: { Driver: 'default', Config: [{ Subnet: plan.subnet, Gateway: plan.gateway }] },
    Options: { ...plan.options },
    Labels: { ...plan.labels },
  });
}

/** Removes the networks of one cluster, or of all; containers that are still on them are disconnected. */
export async function removeNetworks(docker: DockerConnection, clusterId: string | undefined): Promise<void> {
  const label = clusterId === undefined ? labels.cluster : `${labels.cluster}=${clusterId}`;
  for (const { Id } of await docker.listNetworks({ filters: { label: [label] } })) {
    const network = docker.getNetwork(Id);
    const { Containers = {} } = (await network.inspect()) as { Containers?: Record<string, unknown> };
    for (const container of Object.keys(Containers)) await network.disconnect({ Container: container, Force: true });
    await network.remove();
  }
}

const bridgeOption = 'com.docker.network.bridge.name';

function bridgeOf(plan: NetworkPlan): string | undefined {
  return plan.options[bridgeOption];
}

async function findNetwork(docker: DockerConnection, name: string) {
  // Docker's filter finds every name that contains this one.
  const found = await docker.listNetworks({ filters: { name: [name] } });
  return found.find((network) => network.Name === name);
}
