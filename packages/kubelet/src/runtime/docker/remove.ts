// Owns the removal of every container that Berth made on a machine, of whatever node.
import Docker from 'dockerode';
import { isConflict, isMissing } from './errors.ts';
import { labels } from './labels.ts';

export interface RemoveContainersOptions {
  readonly socketPath: string;
  /** Left out: of every cluster. */
  readonly clusterId?: string;
}

export async function removeContainers({ socketPath, clusterId }: RemoveContainersOptions): Promise<void> {
  const docker = new Docker({ socketPath });
  const filters = { label: clusterId === undefined ? [labels.node] : [`${labels.cluster}=${clusterId}`] };
  const found = await docker.listContainers({ all: true, filters });
  await Promise.all(found.map(({ Id }) => unlessGone(docker.getContainer(Id).remove({ force: true, v: true }))));
  const { Volumes: volumes } = await docker.listVolumes({ filters });
  await Promise.all((volumes ?? []).map(({ Name }) => unlessGone(docker.getVolume(Name).remove())));
}

/** Somebody else may be removing it at this moment. */
async function unlessGone(removal: Promise<unknown>): Promise<void> {
  await removal.catch((error: unknown) => {
    if (!isMissing(error) && !isConflict(error)) throw error;
  });
}
