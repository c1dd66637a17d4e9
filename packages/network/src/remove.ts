// Owns the removal of everything that Berth's network made on a machine.
import { type Run, runCommand } from './command.ts';
import { staleRoutes } from './decide.ts';
import type { DockerConnection } from './docker-connection.ts';
import { removeNetworks } from './docker-network.ts';
import { ownRoutes, removeRoute, removeRules } from './host.ts';

export interface RemoveOptions {
  /** Undefined: there is no Docker Engine, so there are no networks. */
  readonly docker: DockerConnection | undefined;
  /** Left out: of every cluster. */
  readonly clusterId?: string;
  /** Addresses of pods. Routes do not say whose they are; left out: all that Berth made. */
  readonly clusterNetwork?: string;
  readonly run?: Run;
}

/** Networks, packet rules and routes. The containers on the networks are the runtime's to remove, before this. */
export async function removeNodeNetworks(options: RemoveOptions): Promise<void> {
  const { docker, clusterId, clusterNetwork, run = runCommand } = options;
  if (docker) await removeNetworks(docker, clusterId);
  const runIfThere = orNothing(run);
  await removeRules(runIfThere, clusterId);
  const made = await ownRoutes(runIfThere);
  const routes = clusterNetwork === undefined ? made : staleRoutes(made, [], clusterNetwork);
  for (const route of routes) await removeRoute(runIfThere, route);
}

/** Where the program is missing, Berth made nothing with it. */
function orNothing(run: Run): Run {
  return (program, args) =>
    run(program, args).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      return '';
    });
}
