// Owns the status of a pod's containers, as kubectl prints and describes it. Pure.
import type { Container, ContainerStatus, Pod, ContainerState as ReportedState } from '@berth/objects';
import type { ContainerState, PodState } from '../runtime/port.ts';
import { type ContainerRole, instancesOf, isSidecar } from './container-spec.ts';
import { healthOf, memoryOf, type PodMemory } from './memory.ts';

export interface StatusView {
  readonly pod: Pod;
  readonly observed: PodState;
  readonly memory: PodMemory;
  /** As in `docker://…`. */
  readonly runtimeName: string;
}

/** A time in whole seconds, as the API writes it. */
export function apiTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

export function containerStatuses(
  view: StatusView,
  containers: readonly Container[],
  role: ContainerRole,
): ContainerStatus[] {
  return containers.map((container) => containerStatus(view, container, role));
}

function containerStatus(view: StatusView, container: Container, role: ContainerRole): ContainerStatus {
  const { observed, memory } = view;
  const instances = instancesOf(observed, container.name);
  const latest = instances[0];
  if (!latest) return unseen(view, container);
  const { waiting } = memoryOf(memory, container.name);
  const running = latest.status.phase === 'running';
  const isWaiting = !running && (waiting !== undefined || latest.status.phase === 'created');
  const state: ReportedState = isWaiting
    ? { waiting: waiting ?? { reason: 'ContainerCreating' } }
    : reported(view, latest);
  const ended = instances.filter(({ status }) => status.phase === 'exited');
  const last = isWaiting ? ended[0] : ended.find(({ id }) => id !== latest.id);
  const health = healthOf(memory, latest);
  return {
    name: container.name,
    state,
    lastState: last ? reported(view, last) : {},
    ready: isReady(container, role, latest) ?? (running && health.started && health.ready),
    started: role === 'ephemeral_container' ? false : running && health.started,
    restartCount: latest.restartCount,
    image: container.image ?? latest.image,
    imageID: latest.imageId,
    containerID: `${view.runtimeName}://${latest.id}`,
  };
}

/** Of a container that serves nobody; undefined: of the others its probes tell. */
function isReady(container: Container, role: ContainerRole, { status }: ContainerState): boolean | undefined {
  if (role === 'ephemeral_container') return false;
  if (role === 'container' || isSidecar(container)) return undefined;
  return status.phase === 'exited' && status.exitCode === 0;
}

/** No instance is here: not yet, or lost. What the API knows of one that ended stays. */
function unseen({ pod, memory }: StatusView, container: Container): ContainerStatus {
  const { initContainerStatuses = [], containerStatuses = [], ephemeralContainerStatuses = [] } = pod.status ?? {};
  const before = [...initContainerStatuses, ...containerStatuses, ...ephemeralContainerStatuses].find(
    ({ name }) => name === container.name,
  );
  const terminal = pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
  if (before?.state?.terminated || (before && terminal)) return { ...before, started: false };
  const hasInit = (pod.spec.initContainers ?? []).some(({ name }) => name !== container.name);
  const fallback = { reason: hasInit ? 'PodInitializing' : 'ContainerCreating' };
  return {
    name: container.name,
    state: { waiting: memoryOf(memory, container.name).waiting ?? fallback },
    lastState: before?.lastState ?? {},
    ready: false,
    started: false,
    restartCount: before?.restartCount ?? 0,
    image: container.image ?? '',
    imageID: '',
  };
}

function reported(view: StatusView, container: ContainerState): ReportedState {
  const { status } = container;
  switch (status.phase) {
    case 'created':
      return { waiting: { reason: 'ContainerCreating' } };
    case 'running':
      return { running: { startedAt: apiTime(status.startedAt) } };
    case 'exited': {
      const message = status.startError ?? view.memory.terminationMessages.get(container.id);
      return {
        terminated: {
          exitCode: status.exitCode,
          reason: endReason(status),
          ...(message ? { message } : {}),
          startedAt: apiTime(status.startedAt),
          finishedAt: apiTime(status.finishedAt),
          containerID: `${view.runtimeName}://${container.id}`,
        },
      };
    }
  }
}

function endReason(status: { exitCode: number; oomKilled: boolean; startError?: string }): string {
  if (status.startError !== undefined) return 'StartError';
  if (status.oomKilled) return 'OOMKilled';
  return status.exitCode === 0 ? 'Completed' : 'Error';
}
