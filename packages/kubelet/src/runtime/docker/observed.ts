// Owns the reading of what Docker tells about a container. Pure.
import type { ContainerInspectInfo } from 'dockerode';
import type { ContainerPhase, ContainerState, PodIdentity, PodState, SandboxState } from '../port.ts';
import { labels, podOf } from './labels.ts';

/** What Kubernetes reports for a program that could not be started. */
const startErrorExitCode = 128;

/** Groups containers by pod, newest first. */
export function podStates(inspected: readonly ContainerInspectInfo[]): PodState[] {
  const pods = new Map<string, { pod: PodIdentity; sandboxes: SandboxState[]; containers: ContainerState[] }>();
  for (const info of inspected) {
    const pod = podOf(info.Config.Labels);
    let state = pods.get(pod.uid);
    if (!state) {
      state = { pod, sandboxes: [], containers: [] };
      pods.set(pod.uid, state);
    }
    if (info.Config.Labels[labels.role] === 'sandbox') state.sandboxes.push(sandboxState(info));
    else state.containers.push(containerState(info));
  }
  for (const { sandboxes, containers } of pods.values()) {
    sandboxes.sort((a, b) => b.createdAt - a.createdAt);
    containers.sort((a, b) => b.restartCount - a.restartCount || b.createdAt - a.createdAt);
  }
  return [...pods.values()];
}

function sandboxState(info: ContainerInspectInfo): SandboxState {
  const found = info.Config.Labels;
  const address = Object.values(info.NetworkSettings.Networks).find((network) => network.IPAddress)?.IPAddress;
  return {
    id: info.Id,
    ready: info.State.Running,
    createdAt: Date.parse(info.Created),
    ...(info.State.Running && address ? { address } : {}),
    gracePeriodSeconds: Number(found[labels.gracePeriod] ?? 30),
  };
}

function containerState(info: ContainerInspectInfo): ContainerState {
  const found = info.Config.Labels;
  return {
    id: info.Id,
    name: found[labels.container] ?? '',
    sandboxId: info.HostConfig.NetworkMode?.replace(/^container:/, '') ?? '',
    restartCount: Number(found[labels.restartCount] ?? 0),
    specHash: found[labels.specHash] ?? '',
    image: found[labels.image] ?? info.Config.Image,
    imageId: `docker://${info.Image}`,
    createdAt: Date.parse(info.Created),
    status: phaseOf(info),
  };
}

function phaseOf({ State: state, Created: created }: ContainerInspectInfo): ContainerPhase {
  if (state.Running || state.Restarting) return { phase: 'running', startedAt: Date.parse(state.StartedAt) };
  if (state.Status === 'created') {
    if (!state.Error) return { phase: 'created' };
    const at = Date.parse(created);
    return {
      phase: 'exited',
      startedAt: at,
      finishedAt: at,
      exitCode: startErrorExitCode,
      oomKilled: false,
      startError: state.Error,
    };
  }
  return {
    phase: 'exited',
    startedAt: Date.parse(state.StartedAt),
    finishedAt: Date.parse(state.FinishedAt),
    exitCode: state.ExitCode,
    oomKilled: state.OOMKilled,
  };
}
