// Owns the translation of a pod's container into what the runtime is asked for: command, resources, security. Pure.
import { type Container, milliValue, type Pod, wholeValue } from '@berth/objects';
import { ConfigurationError } from '../environment/environment.ts';
import { expand } from '../environment/expansion.ts';
import type { ContainerSecurity, ContainerSpec, HostPort, ImageInfo, Mount, ResourceLimits } from '../runtime/port.ts';
import { specHash } from './container-spec.ts';
import { qosClass } from './qos.ts';

export interface ContainerConfigInputs {
  readonly pod: Pod;
  readonly sandboxId: string;
  readonly restartCount: number;
  /** The container whose processes this one is to see. */
  readonly processesOf?: string;
  readonly environment: ReadonlyMap<string, string>;
  readonly mounts: readonly Mount[];
  readonly image: ImageInfo;
  /** Of the node, in bytes. */
  readonly nodeMemory: number;
}

/** Throws ConfigurationError for what cannot be run as the pod demands it. */
export function containerSpec(container: Container, inputs: ContainerConfigInputs): ContainerSpec {
  const { pod, environment } = inputs;
  const expanded = (texts: readonly string[] | undefined) => texts?.map((text) => expand(text, environment));
  return {
    pod: { uid: pod.metadata.uid, namespace: pod.metadata.namespace ?? '', name: pod.metadata.name },
    sandboxId: inputs.sandboxId,
    name: container.name,
    restartCount: inputs.restartCount,
    specHash: specHash(container),
    image: container.image ?? '',
    command: expanded(container.command),
    args: expanded(container.args),
    env: [...environment].map(([name, value]) => ({ name, value })),
    workingDir: container.workingDir,
    tty: container.tty ?? false,
    stdin: container.stdin ?? false,
    stdinOnce: container.stdinOnce ?? false,
    mounts: inputs.mounts,
    resources: resourceLimits(pod, container, inputs.nodeMemory),
    security: containerSecurity(pod, container, inputs.image),
    hostPID: pod.spec.hostPID ?? false,
    sharesProcesses: pod.spec.shareProcessNamespace ?? false,
    ...(inputs.processesOf === undefined ? {} : { processesOf: inputs.processesOf }),
  };
}

/** Kubernetes' figures: 1024 shares a CPU, at least 2; a quota of at least 1 ms in a period of 100 ms. */
function resourceLimits(pod: Pod, { resources }: Container, nodeMemory: number): ResourceLimits {
  const cpuLimit = resources?.limits?.cpu;
  const memoryLimit = resources?.limits?.memory;
  const cpuRequest = resources?.requests?.cpu ?? cpuLimit;
  const memoryRequest = resources?.requests?.memory ?? memoryLimit;
  const milliCpu = cpuRequest === undefined ? 0 : milliValue(cpuRequest);
  return {
    cpuShares: Math.max(2, Math.floor((milliCpu * 1024) / 1000)),
    ...(cpuLimit === undefined ? {} : { cpuQuota: Math.max(1000, milliValue(cpuLimit) * 100) }),
    ...(memoryLimit === undefined ? {} : { memoryBytes: wholeValue(memoryLimit) }),
    oomScoreAdjust: oomScore(pod, memoryRequest === undefined ? 0 : wholeValue(memoryRequest), nodeMemory),
  };
}

/** Source: Kubernetes documentation, "Node out of memory behavior". */
function oomScore(pod: Pod, memoryRequest: number, nodeMemory: number): number {
  switch (qosClass(pod)) {
    case 'Guaranteed':
      return -997;
    case 'BestEffort':
      return 1000;
    case 'Burstable':
      return Math.min(999, Math.max(3, Math.floor(1000 - (1000 * memoryRequest) / nodeMemory)));
  }
}

function containerSecurity(pod: Pod, container: Container, image: ImageInfo): ContainerSecurity {
  const own = container.securityContext ?? {};
  const shared = pod.spec.securityContext ?? {};
  const user = own.runAsUser ?? shared.runAsUser;
  const group = own.runAsGroup ?? shared.runAsGroup;
  if (own.runAsNonRoot ?? shared.runAsNonRoot) assertNonRoot(container, user, image);
  const groups = [...(shared.supplementalGroups ?? []), ...(shared.fsGroup === undefined ? [] : [shared.fsGroup])];
  const imageUser = image.user.split(':')[0] || '0';
  return {
    ...(user === undefined && group === undefined
      ? {}
      : { user: group === undefined ? String(user) : `${user ?? imageUser}:${group}` }),
    supplementalGroups: groups,
    privileged: own.privileged ?? false,
    readOnlyRootFilesystem: own.readOnlyRootFilesystem ?? false,
    allowPrivilegeEscalation: own.allowPrivilegeEscalation ?? true,
    addCapabilities: own.capabilities?.add ?? [],
    dropCapabilities: own.capabilities?.drop ?? [],
  };
}

function assertNonRoot(container: Container, user: number | undefined, image: ImageInfo): void {
  if (user === 0) {
    throw new ConfigurationError(`container's runAsUser breaks non-root policy (container: ${container.name})`);
  }
  if (user !== undefined) return;
  const name = image.user.split(':')[0] ?? '';
  if (name === '' || name === '0' || name === 'root') {
    throw new ConfigurationError(
      `container has runAsNonRoot and image will run as root (container: ${container.name})`,
    );
  }
  if (!/^\d+$/.test(name)) {
    throw new ConfigurationError(
      `container has runAsNonRoot and image has non-numeric user (${name}), cannot verify user is non-root`,
    );
  }
}

/** The ports of the node that lead into the pod. On the node's own network there is nothing to lead. */
export function hostPorts(pod: Pod): HostPort[] {
  if (pod.spec.hostNetwork) return [];
  return pod.spec.containers.flatMap(({ ports = [] }) =>
    ports.flatMap(({ containerPort, hostPort, hostIP, protocol }) =>
      hostPort ? [{ containerPort, hostPort, hostIP: hostIP ?? '', protocol: protocol ?? 'TCP' }] : [],
    ),
  );
}
