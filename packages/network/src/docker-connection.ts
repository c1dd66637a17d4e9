// Owns how this package, and whoever composes it, reaches Docker Engine.
import Docker from 'dockerode';

export type { default as DockerConnection } from 'dockerode';

export function connectDocker(socketPath: string): Docker {
  return new Docker({ socketPath });
}
