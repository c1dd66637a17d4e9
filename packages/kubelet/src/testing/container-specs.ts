// Owns the plainest container that a runtime can be asked for.
import type { ContainerSpec, PodIdentity } from '../runtime/port.ts';

export function freshSpec(pod: PodIdentity, sandboxId: string, changes: Partial<ContainerSpec> = {}): ContainerSpec {
  return {
    pod,
    sandboxId,
    name: 'app',
    restartCount: 0,
    specHash: 'hash',
    image: 'berth/hello:1',
    env: [],
    tty: false,
    stdin: false,
    stdinOnce: false,
    mounts: [],
    resources: { cpuShares: 2, oomScoreAdjust: 0 },
    security: {
      supplementalGroups: [],
      privileged: false,
      readOnlyRootFilesystem: false,
      allowPrivilegeEscalation: true,
      addCapabilities: [],
      dropCapabilities: [],
    },
    hostPID: false,
    sharesProcesses: false,
    ...changes,
  };
}
