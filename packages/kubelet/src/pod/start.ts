// Owns the steps by which a pod's sandbox and containers come up.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Container, type Pod, pods } from '@berth/objects';
import { ConfigurationError, environmentOf, type ReferenceReader } from '../environment/environment.ts';
import type { PodFacts } from '../environment/fields.ts';
import type { Mount, SandboxState } from '../runtime/port.ts';
import { VolumeError } from '../volumes/volume-files.ts';
import { containerSpec, hostPorts } from './container-config.ts';
import { type PodContext, recordEvent } from './context.ts';
import { hostnameOf, hostsFile, resolvConf, resolverOf } from './network-files.ts';
import { pullCredentials } from './pull-credentials.ts';
import { terminationMessageMount } from './termination-message.ts';

export function factsOf(context: PodContext, pod: Pod, podIP: string | undefined): PodFacts {
  return { pod, podIP, hostIP: context.node.hostIP, allocatable: context.node.allocatable };
}

export function referencesOf(context: PodContext, pod: Pod): ReferenceReader {
  const { uid, namespace = '' } = pod.metadata;
  return { read: (resource, name) => context.references.read(uid, resource, { namespace, name }) };
}

export async function createSandbox(context: PodContext, pod: Pod): Promise<void> {
  const { uid, namespace = '', name } = pod.metadata;
  await context.runtime.createSandbox({
    pod: { uid, namespace, name },
    hostname: hostnameOf(pod),
    network: pod.spec.hostNetwork ? undefined : context.network,
    hostPorts: hostPorts(pod),
    hostIPC: pod.spec.hostIPC ?? false,
    hostPID: pod.spec.hostPID ?? false,
    sysctls: Object.fromEntries((pod.spec.securityContext?.sysctls ?? []).map((sysctl) => [sysctl.name, sysctl.value])),
    memoryVolumes: context.volumes.memoryVolumes(pod),
    gracePeriodSeconds: pod.spec.terminationGracePeriodSeconds ?? 30,
    annotations: pod.metadata.annotations ?? {},
  });
}

export type ImageVerdict =
  | { readonly verdict: 'present' }
  | { readonly verdict: 'pull' }
  | { readonly verdict: 'refused'; readonly reason: string; readonly message: string };

/** What the pull policy says about the image. */
export async function checkImage(context: PodContext, pod: Pod, container: Container): Promise<ImageVerdict> {
  const name = container.image ?? '';
  const policy = container.imagePullPolicy ?? 'IfNotPresent';
  if (policy === 'Always') return { verdict: 'pull' };
  if (await context.runtime.image(name)) {
    const message = `Container image "${name}" already present on machine`;
    recordEvent(context, pod, { type: 'Normal', reason: 'Pulled', message }, container.name);
    return { verdict: 'present' };
  }
  if (policy === 'IfNotPresent') return { verdict: 'pull' };
  const message = `Container image "${name}" is not present with pull policy of Never`;
  recordEvent(context, pod, { type: 'Warning', reason: 'ErrImageNeverPull', message }, container.name);
  return { verdict: 'refused', reason: 'ErrImageNeverPull', message };
}

/** Throws RuntimeError. */
export async function pullImage(
  context: PodContext,
  pod: Pod,
  container: Container,
  signal: AbortSignal,
): Promise<void> {
  const name = container.image ?? '';
  const report = (type: 'Normal' | 'Warning', reason: string, message: string) =>
    recordEvent(context, pod, { type, reason, message }, container.name);
  report('Normal', 'Pulling', `Pulling image "${name}"`);
  const began = context.clock.monotonic();
  try {
    const credentials = await pullCredentials(pod, name, referencesOf(context, pod));
    await context.runtime.pull(name, { signal, ...(credentials ? { credentials } : {}) });
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    report('Warning', 'Failed', `Failed to pull image "${name}": ${detail}`);
    report('Warning', 'Failed', 'Error: ErrImagePull');
    throw error;
  }
  const size = (await context.runtime.image(name))?.sizeBytes ?? 0;
  const took = `${((context.clock.monotonic() - began) / 1000).toFixed(3)}s`;
  report(
    'Normal',
    'Pulled',
    `Successfully pulled image "${name}" in ${took} (${took} including waiting). Image size: ${size} bytes.`,
  );
}

/** Throws what the container's status then shows: see `waitingFor`. */
export async function startContainer(
  context: PodContext,
  pod: Pod,
  container: Container,
  at: {
    readonly sandbox: SandboxState;
    readonly restartCount: number;
    /** The container whose processes this one is to see. */
    readonly processesOf: string | undefined;
  },
): Promise<string> {
  const { sandbox, restartCount, processesOf } = at;
  const namespace = pod.metadata.namespace ?? '';
  const image = await context.runtime.image(container.image ?? '');
  if (!image) throw new ConfigurationError(`image "${container.image}" is gone`);
  const environment = await environmentOf(container, {
    facts: factsOf(context, pod, sandbox.address),
    references: referencesOf(context, pod),
    services: context.services.list(namespace),
    clusterService: namespace === 'default' ? undefined : context.services.get('default/kubernetes'),
  });
  const mounts = context.runtime.simulated
    ? []
    : await containerMounts(context, pod, container, { sandbox, restartCount, environment });
  const spec = containerSpec(container, {
    pod,
    sandboxId: sandbox.id,
    restartCount,
    processesOf,
    environment,
    mounts,
    image,
    nodeMemory: context.node.memoryBytes,
  });
  const id = await context.runtime.startContainer(spec);
  const report = (reason: string, message: string) =>
    recordEvent(context, pod, { type: 'Normal', reason, message }, container.name);
  report('Created', `Created container: ${container.name}`);
  return id;
}

async function containerMounts(
  context: PodContext,
  pod: Pod,
  container: Container,
  at: {
    readonly sandbox: SandboxState;
    readonly restartCount: number;
    readonly environment: ReadonlyMap<string, string>;
  },
): Promise<Mount[]> {
  const directory = context.volumes.directory(pod.metadata.uid);
  const mounts = [
    ...(await context.volumes.mounts(pod, container, at.environment)),
    await terminationMessageMount(directory, container, at.restartCount),
  ];
  const taken = new Set(mounts.map(({ containerPath }) => containerPath));
  const files = {
    '/etc/resolv.conf': resolvConf(resolverOf(pod, context.dns, context.nodeResolver)),
    '/etc/hosts': hostsFile(pod, at.sandbox.address, context.dns.domain, context.nodeHosts),
  };
  for (const [containerPath, content] of Object.entries(files)) {
    if (taken.has(containerPath)) continue;
    const hostPath = join(directory, containerPath.slice(1).replace('/', '-'));
    await writeFile(hostPath, content, { mode: 0o644 });
    mounts.push({ type: 'bind', hostPath, containerPath, readOnly: false, propagation: 'private' });
  }
  return mounts;
}

/** How a failed start shows in the container's status. */
export function waitingFor(error: unknown): { readonly reason: string; readonly message: string } {
  const message = error instanceof Error ? error.message : String(error);
  const isConfiguration = error instanceof ConfigurationError || error instanceof VolumeError;
  return { reason: isConfiguration ? 'CreateContainerConfigError' : 'CreateContainerError', message };
}

/** The last act: the API object goes. Harmless when it is gone already, or another has the name. */
export async function deleteObject(context: PodContext, pod: Pod): Promise<void> {
  const { namespace, name, uid } = pod.metadata;
  await context.client.delete(pods, { namespace, name }, { gracePeriodSeconds: 0, preconditions: { uid } });
}
