// Owns the word that kubectl prints under STATUS for a pod. Source: Kubernetes' printers.
import type { ContainerState, Pod } from '@berth/objects';

export interface PodStatusWord {
  readonly status: string;
  readonly readyContainers: number;
  readonly restarts: number;
}

export function podStatusWord(pod: Pod): PodStatusWord {
  const init = initProgress(pod);
  if (init) return { status: ending(pod, init.status), readyContainers: 0, restarts: init.restarts };
  const statuses = pod.status?.containerStatuses ?? [];
  let status: string = pod.status?.reason || pod.status?.phase || '';
  let running = false;
  // The first container with something to say has the last word.
  for (const container of [...statuses].reverse()) {
    if (container.state?.waiting?.reason) status = container.state.waiting.reason;
    else if (container.state?.terminated) status = endedWord(container.state);
    else if (container.ready && container.state?.running) running = true;
  }
  if (status === 'Completed' && running) status = isReady(pod) ? 'Running' : 'NotReady';
  return {
    status: ending(pod, status),
    readyContainers: statuses.filter(({ ready, state }) => ready && state?.running).length,
    restarts: statuses.reduce((sum, { restartCount }) => sum + restartCount, 0),
  };
}

/** What an unfinished init container has the pod show; undefined when all are through. */
function initProgress(pod: Pod): { status: string; restarts: number } | undefined {
  const containers = pod.spec.initContainers ?? [];
  const statuses = pod.status?.initContainerStatuses ?? [];
  let restarts = 0;
  for (const [index, { name, state, restartCount, started }] of statuses.entries()) {
    restarts += restartCount;
    const sidecar = containers.find((container) => container.name === name)?.restartPolicy === 'Always';
    if (state?.terminated?.exitCode === 0 || (sidecar && started)) continue;
    if (state?.terminated) return { status: `Init:${endedWord(state)}`, restarts };
    const waiting = state?.waiting?.reason;
    if (waiting && waiting !== 'PodInitializing') return { status: `Init:${waiting}`, restarts };
    return { status: `Init:${index}/${containers.length}`, restarts };
  }
  return undefined;
}

function endedWord({ terminated }: ContainerState): string {
  if (terminated?.reason) return terminated.reason;
  return terminated?.signal ? `Signal:${terminated.signal}` : `ExitCode:${terminated?.exitCode ?? 0}`;
}

function ending(pod: Pod, status: string): string {
  if (!pod.metadata.deletionTimestamp) return status;
  if (pod.status?.reason === 'NodeLost') return 'Unknown';
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed' ? status : 'Terminating';
}

function isReady(pod: Pod): boolean {
  return pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
}
