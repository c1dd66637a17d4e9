// Owns the translation of sandboxes and containers into what Docker is asked to create. Pure.
import type { ContainerCreateOptions, MountSettings } from 'dockerode';
import type { ContainerSpec, Mount, PodIdentity, SandboxSpec } from '../port.ts';
import { labels, type Owner, podLabels } from './labels.ts';

/** Kubernetes' period of the CPU quota, in microseconds. */
const cpuPeriod = 100_000;
const logConfig = { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '3' } };

function memoryVolumeName(pod: PodIdentity, volume: string): string {
  return `berth_${pod.uid}_${volume}`;
}

function containerName(pod: PodIdentity, name: string, attempt: number): string {
  return `berth_${name}_${pod.name}_${pod.namespace}_${pod.uid}_${attempt}`;
}

export function sandboxOptions(owner: Owner, image: string, spec: SandboxSpec): ContainerCreateOptions {
  const ports = spec.hostPorts.map((port) => ({ key: `${port.containerPort}/${port.protocol.toLowerCase()}`, port }));
  const bindings: Record<string, { HostIp: string; HostPort: string }[]> = {};
  for (const { key, port } of ports) {
    bindings[key] ??= [];
    bindings[key].push({ HostIp: port.hostIP, HostPort: String(port.hostPort) });
  }
  return {
    name: containerName(spec.pod, 'POD', 0),
    Image: image,
    ...(spec.network === undefined ? {} : { Hostname: spec.hostname }),
    ExposedPorts: Object.fromEntries(ports.map(({ key }) => [key, {}])),
    Labels: {
      ...podLabels(owner, spec.pod),
      [labels.role]: 'sandbox',
      [labels.gracePeriod]: String(spec.gracePeriodSeconds),
    },
    HostConfig: {
      NetworkMode: spec.network ?? 'host',
      IpcMode: spec.hostIPC ? 'host' : 'shareable',
      PidMode: spec.hostPID ? 'host' : '',
      PortBindings: bindings,
      Sysctls: { ...spec.sysctls },
      SecurityOpt: ['no-new-privileges'],
      Mounts: spec.memoryVolumes.map(
        ({ name, sizeBytes }): MountSettings => ({
          Type: 'volume',
          Source: memoryVolumeName(spec.pod, name),
          Target: `/volumes/${name}`,
          VolumeOptions: {
            NoCopy: true,
            Labels: podLabels(owner, spec.pod),
            DriverConfig: {
              Name: 'local',
              Options: {
                type: 'tmpfs',
                device: 'tmpfs',
                o: sizeBytes === undefined ? 'mode=0777' : `mode=0777,size=${sizeBytes}`,
              },
            },
          },
        }),
      ),
      LogConfig: logConfig,
    },
  };
}

export function containerOptions(owner: Owner, spec: ContainerSpec): ContainerCreateOptions {
  const { resources, security } = spec;
  const sandbox = `container:${spec.sandboxId}`;
  return {
    name: containerName(spec.pod, spec.name, spec.restartCount),
    Image: spec.image,
    // An empty entry point would be taken for none at all: Kubernetes ignores an empty command, too.
    ...(spec.command?.length ? { Entrypoint: [...spec.command] } : {}),
    ...(spec.args ? { Cmd: [...spec.args] } : {}),
    Env: spec.env.map(({ name, value }) => `${name}=${value}`),
    ...(spec.workingDir ? { WorkingDir: spec.workingDir } : {}),
    ...(security.user === undefined ? {} : { User: security.user }),
    Tty: spec.tty,
    OpenStdin: spec.stdin,
    StdinOnce: spec.stdinOnce,
    Labels: {
      ...podLabels(owner, spec.pod),
      [labels.role]: 'container',
      [labels.container]: spec.name,
      [labels.restartCount]: String(spec.restartCount),
      [labels.specHash]: spec.specHash,
      [labels.image]: spec.image,
    },
    // Probes are the kubelet's affair, not the image's.
    Healthcheck: { Test: ['NONE'] },
    HostConfig: {
      NetworkMode: sandbox,
      IpcMode: sandbox,
      PidMode: pidMode(spec, sandbox),
      Mounts: spec.mounts.map((mount) => mountSettings(spec.pod, mount)),
      CpuShares: resources.cpuShares,
      ...(resources.cpuQuota === undefined ? {} : { CpuPeriod: cpuPeriod, CpuQuota: resources.cpuQuota }),
      // The same with swap: none of it.
      ...(resources.memoryBytes === undefined
        ? {}
        : { Memory: resources.memoryBytes, MemorySwap: resources.memoryBytes }),
      // Below zero takes a capability that Docker itself lacks on many machines: there the container would not start.
      OomScoreAdj: Math.max(0, resources.oomScoreAdjust),
      Privileged: security.privileged,
      ReadonlyRootfs: security.readOnlyRootFilesystem,
      CapAdd: [...security.addCapabilities],
      CapDrop: [...security.dropCapabilities],
      GroupAdd: security.supplementalGroups.map(String),
      SecurityOpt: security.allowPrivilegeEscalation || security.privileged ? [] : ['no-new-privileges'],
      LogConfig: logConfig,
    },
  };
}

function pidMode({ hostPID, sharesProcesses, processesOf }: ContainerSpec, sandbox: string): string {
  if (hostPID) return 'host';
  if (sharesProcesses) return sandbox;
  return processesOf === undefined ? '' : `container:${processesOf}`;
}

function mountSettings(pod: PodIdentity, mount: Mount): MountSettings {
  if (mount.type === 'memory') {
    return {
      Type: 'volume',
      Source: memoryVolumeName(pod, mount.volume),
      Target: mount.containerPath,
      ReadOnly: mount.readOnly,
      VolumeOptions: { NoCopy: true, Labels: {}, DriverConfig: { Name: 'local', Options: {} } },
    };
  }
  return {
    Type: 'bind',
    Source: mount.hostPath,
    Target: mount.containerPath,
    ReadOnly: mount.readOnly,
    // Private is what Docker does unasked, but for the root and whatever else has Docker's own files in it: of those it
    // takes no private mounts, and unasked makes what comes nearest.
    ...(mount.propagation === 'private' ? {} : { BindOptions: { Propagation: mount.propagation } }),
  };
}
