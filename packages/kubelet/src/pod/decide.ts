// Owns the pod worker's decision: from what is, what should be and what is remembered to the one next step. Pure.
//
//   run:   volumes ─► sandbox ─► init containers, one by one ─► containers ─► wait
//            ▲           │ lost: stop what ran in it, then a new one
//   end:   stop containers ─► stop sandbox ─► report the end ─► delete the API object
//   gone:  stop containers ─► remove containers ─► remove sandboxes ─► remove volumes
import type { Container, Pod } from '@berth/objects';
import type { ContainerState, PodState } from '../runtime/port.ts';
import { heldBackUntil } from './back-off.ts';
import {
  containerNamed,
  ephemeralOf,
  instancesOf,
  isRunning,
  isSidecar,
  latestOf,
  restartsAfter,
  roleOf,
  sidecarsOf,
  specHash,
} from './container-spec.ts';
import { healthOf, memoryOf, type PodMemory } from './memory.ts';
import { type StopRequest, stopContainers } from './stop.ts';

/** Why the kubelet ends a pod of its own accord. */
export interface Failure {
  readonly reason: string;
  readonly message: string;
  /** Nothing of the pod was ever started, nor will be. */
  readonly refused?: boolean;
}

export type Desired =
  | { readonly state: 'run'; readonly pod: Pod }
  /** The containers are to end; the API object is deleted after that if somebody asked for it. */
  | {
      readonly state: 'end';
      readonly pod: Pod;
      readonly graceSeconds: number;
      readonly deleteObject: boolean;
      readonly failure?: Failure;
    }
  /** The API has no such pod (any more). */
  | { readonly state: 'gone'; readonly graceSeconds: number };

export interface PodView {
  readonly desired: Desired;
  readonly observed: PodState;
  readonly memory: PodMemory;
  readonly now: number;
}

export type Action =
  /** Nothing to do before something changes, or `until`. */
  | { readonly do: 'wait'; readonly until?: number }
  | { readonly do: 'prepareVolumes' }
  | { readonly do: 'createSandbox' }
  | { readonly do: 'stopSandbox'; readonly id: string }
  | { readonly do: 'removeSandbox'; readonly id: string }
  | { readonly do: 'ensureImage'; readonly container: Container }
  | {
      readonly do: 'startContainer';
      readonly container: Container;
      readonly sandboxId: string;
      readonly restartCount: number;
    }
  | {
      readonly do: 'noteBackOff';
      readonly container: Container;
      readonly of: 'image' | 'crash';
      readonly delayMs: number;
    }
  | { readonly do: 'beginStop'; readonly stops: readonly StopRequest[] }
  | { readonly do: 'signal'; readonly containers: readonly ContainerState[] }
  | { readonly do: 'kill'; readonly containers: readonly ContainerState[] }
  | { readonly do: 'removeContainers'; readonly ids: readonly string[] }
  | { readonly do: 'removeVolumes' }
  | { readonly do: 'reportEnd' }
  | { readonly do: 'forget' };

/** Dead containers that are kept per name: the last one, and the one that `kubectl logs --previous` shows. */
const keptInstances = 2;
/** How long a failed image is shown as such before it is shown as backing off. */
const imageNoticeMs = 2_000;

export function decide(view: PodView): Action {
  const { desired, observed, memory } = view;
  switch (desired.state) {
    case 'run':
      return decideRun(view, desired.pod);
    case 'end': {
      const stop = stopEverything(view, desired.pod, desired.graceSeconds);
      if (stop) return stop;
      const sandbox = observed.sandboxes.find(({ ready }) => ready);
      if (sandbox) return { do: 'stopSandbox', id: sandbox.id };
      return desired.deleteObject ? { do: 'reportEnd' } : { do: 'wait' };
    }
    case 'gone': {
      const stops = observed.containers.map((container) => ({
        container,
        graceMs: desired.graceSeconds * 1000,
        message: `Stopping container ${container.name}`,
      }));
      const stop = stopContainers(stops, memory, view.now);
      if (stop) return stop;
      if (observed.containers.length > 0) {
        return { do: 'removeContainers', ids: observed.containers.map(({ id }) => id) };
      }
      const sandbox = observed.sandboxes[0];
      if (sandbox) return { do: 'removeSandbox', id: sandbox.id };
      return memory.volumes.state === 'removed' ? { do: 'forget' } : { do: 'removeVolumes' };
    }
  }
}

/** Sidecars serve the others until these have ended. */
function stopEverything(view: PodView, pod: Pod, graceSeconds: number): Action | undefined {
  const sidecars = new Set(sidecarsOf(pod).map(({ name }) => name));
  const request = (container: ContainerState): StopRequest => ({
    container,
    graceMs: graceSeconds * 1000,
    message: `Stopping container ${container.name}`,
  });
  const containers = view.observed.containers;
  const mains = containers.filter(({ name }) => !sidecars.has(name)).map(request);
  const beside = containers.filter(({ name }) => sidecars.has(name)).map(request);
  return stopContainers(mains, view.memory, view.now) ?? stopContainers(beside, view.memory, view.now);
}

function decideRun(view: PodView, pod: Pod): Action {
  const { observed, memory, now } = view;
  if (isFinished(pod, observed)) {
    const stop = stopEverything(view, pod, pod.spec.terminationGracePeriodSeconds ?? 30);
    if (stop) return stop;
    const left = observed.sandboxes.find(({ ready }) => ready);
    return left ? { do: 'stopSandbox', id: left.id } : { do: 'wait' };
  }
  const waits: number[] = [];
  if (memory.volumes.state === 'due') return { do: 'prepareVolumes' };
  if (memory.volumes.state === 'failed') {
    if (memory.volumes.until <= now) return { do: 'prepareVolumes' };
    waits.push(memory.volumes.until);
  }
  const sandbox = observed.sandboxes.find(({ ready }) => ready);
  if (!sandbox) return decideSandbox(view, waits);

  const stop = stopContainers(stopRequests(view, pod, sandbox.id), memory, now);
  if (stop && stop.do !== 'wait') return stop;
  if (stop?.until !== undefined) waits.push(stop.until);

  const garbage = garbageOf(pod, observed);
  if (garbage.length > 0) return { do: 'removeContainers', ids: garbage };

  if (memory.volumes.state === 'ready') {
    const turn = [...unstartedEphemeral(pod, observed), ...startable(pod, observed, memory, sandbox.id)];
    for (const container of turn) {
      const action = decideContainer(view, pod, container, sandbox.id);
      if (action && action.do !== 'wait') return action;
      if (action?.until !== undefined) waits.push(action.until);
    }
  }
  return soonest(waits);
}

function soonest(waits: readonly number[]): Action {
  return waits.length > 0 ? { do: 'wait', until: Math.min(...waits) } : { do: 'wait' };
}

/** What ran in a sandbox that is lost has no network any more. */
function decideSandbox({ observed, memory, now }: PodView, waits: readonly number[]): Action {
  const stops = observed.containers.map((container) => ({
    container,
    graceMs: 2_000,
    message: 'Pod sandbox changed, it will be killed and re-created.',
  }));
  const stop = stopContainers(stops, memory, now);
  if (stop) return stop;
  const dead = observed.sandboxes[0];
  if (dead) return { do: 'removeSandbox', id: dead.id };
  if (memory.volumes.state !== 'ready') return soonest(waits);
  if (memory.sandbox.state === 'failed' && memory.sandbox.until > now)
    return { do: 'wait', until: memory.sandbox.until };
  return { do: 'createSandbox' };
}

function stopRequests({ observed, memory }: PodView, pod: Pod, sandboxId: string): StopRequest[] {
  const grace = (pod.spec.terminationGracePeriodSeconds ?? 30) * 1000;
  const stops: StopRequest[] = [];
  for (const state of observed.containers) {
    if (!isRunning(state)) continue;
    const container = containerNamed(pod, state.name);
    const { failed } = healthOf(memory, state);
    if (!container || state.specHash !== specHash(container)) {
      const message = `Container ${state.name} definition changed, will be restarted`;
      stops.push({ container: state, graceMs: grace, message });
    } else if (state.sandboxId !== sandboxId) {
      const message = 'Pod sandbox changed, it will be killed and re-created.';
      stops.push({ container: state, graceMs: grace, message });
    } else if (failed) {
      const probe = failed === 'liveness' ? container.livenessProbe : container.startupProbe;
      const seconds = probe?.terminationGracePeriodSeconds;
      stops.push({
        container: state,
        graceMs: seconds === undefined ? grace : seconds * 1000,
        message: `Container ${state.name} failed ${failed} probe, will be restarted`,
      });
    } else {
      const under = memory.stopping.get(state.id);
      if (under) stops.push({ container: state, graceMs: under.graceMs, message: '' });
    }
  }
  return stops;
}

function garbageOf(pod: Pod, observed: PodState): string[] {
  const ids: string[] = [];
  for (const name of new Set(observed.containers.map((container) => container.name))) {
    const kept = containerNamed(pod, name) ? keptInstances : 0;
    const dead = instancesOf(observed, name).filter(
      ({ status }, age) => status.phase === 'created' || (status.phase === 'exited' && age >= kept),
    );
    ids.push(...dead.map(({ id }) => id));
  }
  return ids;
}

/** They do not wait for the others: an init container that fails may be what somebody wants to look at. */
function unstartedEphemeral(pod: Pod, observed: PodState): readonly Container[] {
  return ephemeralOf(pod).filter(({ name }) => {
    const known = pod.status?.ephemeralContainerStatuses?.find((status) => status.name === name);
    return !known?.containerID && !latestOf(observed, name);
  });
}

/** The containers whose turn it is, whether they run already or not. */
function startable(pod: Pod, observed: PodState, memory: PodMemory, sandboxId: string): readonly Container[] {
  const begun = pod.spec.containers.some(({ name }) =>
    instancesOf(observed, name).some((instance) => instance.sandboxId === sandboxId),
  );
  if (begun) return [...sidecarsOf(pod), ...pod.spec.containers];
  const turn: Container[] = [];
  for (const container of pod.spec.initContainers ?? []) {
    const latest = latestOf(observed, container.name);
    const here = latest?.sandboxId === sandboxId ? latest : undefined;
    if (isSidecar(container)) {
      turn.push(container);
      if (!isRunning(here) || !healthOf(memory, here).started) return turn;
    } else if (here?.status.phase !== 'exited' || here.status.exitCode !== 0) {
      return [...turn, container];
    }
  }
  return [...turn, ...pod.spec.containers];
}

function decideContainer(view: PodView, pod: Pod, container: Container, sandboxId: string): Action | undefined {
  const { observed, now } = view;
  const memory = memoryOf(view.memory, container.name);
  const latest = latestOf(observed, container.name);
  if (latest?.status.phase === 'running') return undefined;
  if (latest?.status.phase === 'exited') {
    const { exitCode, finishedAt } = latest.status;
    const changed = latest.specHash !== specHash(container);
    const again = latest.sandboxId !== sandboxId && roleOf(pod, container.name) === 'init_container';
    if (!changed && !again && !restartsAfter(pod, container, exitCode)) return undefined;
    const until = changed || again ? undefined : heldBackUntil(memory.crashBackOff, finishedAt, now);
    if (until !== undefined) {
      const delayMs = memory.crashBackOff?.delayMs ?? 0;
      if (memory.notedBackOff !== latest.id) return { do: 'noteBackOff', container, of: 'crash', delayMs };
      return { do: 'wait', until };
    }
  }
  const image = memory.image;
  switch (image.state) {
    case 'unknown':
      return memory.retryAt > now ? { do: 'wait', until: memory.retryAt } : { do: 'ensureImage', container };
    case 'pulling':
      return { do: 'wait' };
    case 'failed': {
      const notice = image.until - (memory.imageBackOff?.delayMs ?? 0) + imageNoticeMs;
      if (image.until <= now) return { do: 'ensureImage', container };
      if (image.noted) return { do: 'wait', until: image.until };
      if (notice > now) return { do: 'wait', until: Math.min(notice, image.until) };
      return { do: 'noteBackOff', container, of: 'image', delayMs: memory.imageBackOff?.delayMs ?? 0 };
    }
    case 'present': {
      if (memory.retryAt > now) return { do: 'wait', until: memory.retryAt };
      const restartCount = latest ? latest.restartCount + 1 : reportedRestarts(pod, container.name);
      return { do: 'startContainer', container, sandboxId, restartCount };
    }
  }
}

/** The count goes on where the API says that it stood, when the runtime has lost the container. */
function reportedRestarts(pod: Pod, name: string): number {
  const statuses = [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])];
  const status = statuses.find((candidate) => candidate.name === name);
  return status?.containerID ? status.restartCount + 1 : 0;
}

/** Nothing of the pod will ever run again. */
function isFinished(pod: Pod, observed: PodState): boolean {
  if (pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed') return true;
  const ended = (container: Container) => {
    const latest = latestOf(observed, container.name);
    if (latest?.status.phase !== 'exited' || latest.specHash !== specHash(container)) return undefined;
    return restartsAfter(pod, container, latest.status.exitCode) ? undefined : latest.status.exitCode;
  };
  const initFailed = (pod.spec.initContainers ?? []).some((container) => (ended(container) ?? 0) !== 0);
  return initFailed || pod.spec.containers.every((container) => ended(container) !== undefined);
}
