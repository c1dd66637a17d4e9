// Owns what a pod's containers are to the kubelet: which are init containers, which sidecars, when one is started again.
import { createHash } from 'node:crypto';
import type { Container, EphemeralContainer, Pod } from '@berth/objects';
import type { ContainerState, PodState } from '../runtime/port.ts';

/** An init container that keeps running beside the others. */
export function isSidecar(container: Container): boolean {
  return container.restartPolicy === 'Always';
}

export function sidecarsOf(pod: Pod): readonly Container[] {
  return (pod.spec.initContainers ?? []).filter(isSidecar);
}

export function allContainers(pod: Pod): readonly Container[] {
  return [...(pod.spec.initContainers ?? []), ...pod.spec.containers, ...ephemeralOf(pod)];
}

/** Those that somebody added to a pod that runs, to look at it. They are never started again. */
export function ephemeralOf({ spec }: Pod): readonly EphemeralContainer[] {
  return spec.ephemeralContainers ?? [];
}

export type ContainerRole = 'container' | 'init_container' | 'ephemeral_container';

export function roleOf({ spec }: Pod, name: string): ContainerRole {
  if (spec.initContainers?.some((container) => container.name === name)) return 'init_container';
  return spec.ephemeralContainers?.some((container) => container.name === name) ? 'ephemeral_container' : 'container';
}

export function containerNamed(pod: Pod, name: string): Container | undefined {
  return allContainers(pod).find((container) => container.name === name);
}

export function hasContainer(pod: Pod, name: string): boolean {
  return containerNamed(pod, name) !== undefined;
}

/** Newest first. */
export function instancesOf(observed: PodState, name: string): readonly ContainerState[] {
  return observed.containers.filter((container) => container.name === name);
}

export function latestOf(observed: PodState, name: string): ContainerState | undefined {
  return observed.containers.find((container) => container.name === name);
}

export function isRunning(container: ContainerState | undefined): container is ContainerState {
  return container?.status.phase === 'running';
}

/** Of what may be changed while a pod runs only the image concerns the container itself. */
export function specHash(container: Container): string {
  const identity = JSON.stringify([container.name, container.image]);
  return createHash('sha256').update(identity).digest('hex').slice(0, 16);
}

/** Whether a container that ended this way is started again. */
export function restartsAfter(pod: Pod, container: Container, exitCode: number): boolean {
  if (isSidecar(container)) return true;
  const role = roleOf(pod, container.name);
  if (role === 'ephemeral_container') return false;
  switch (pod.spec.restartPolicy ?? 'Always') {
    case 'Always':
      // An init container that did its work is done.
      return role === 'init_container' ? exitCode !== 0 : true;
    case 'OnFailure':
      return exitCode !== 0;
    case 'Never':
      return false;
  }
}

/** Kubernetes' reference to a pod in messages: `name_namespace(uid)`. */
export function podReference(pod: Pod): string {
  return `${pod.metadata.name}_${pod.metadata.namespace}(${pod.metadata.uid})`;
}
