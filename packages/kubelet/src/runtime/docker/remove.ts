// Owns the removal of every container that Berth made on a machine.
import Docker from 'dockerode';
import { labels } from './labels.ts';

/** Containers at once, without grace: whoever asks for this wants nothing of them. Those of every cluster and node. */
export async function removeContainers(options: { readonly socketPath: string }): Promise<void> {
  const docker = new Docker(options);
  const found = await docker.listContainers({ all: true, filters: { label: [labels.cluster] } });
  await Promise.all(found.map(({ Id }) => removeOne(docker, Id)));
}

async function removeOne(docker: Docker, id: string): Promise<void> {
  try {
    await docker.getContainer(id).remove({ force: true, v: true });
  } catch (error) {
    // Gone already, or on its way.
    if (![404, 409].includes((error as { statusCode?: number }).statusCode ?? 0)) throw error;
  }
}
