// Owns how a pod's state is told in one word and two counts, as kubectl tells it. Source: Kubernetes' pod printer.
import type { ContainerStateTerminated, ContainerStatus, Pod } from '../api/types.ts';

export interface PodSummary {
  /** `Running`, `CrashLoopBackOff`, `Init:0/1`, `Completed`, `Terminating`, … */
  readonly reason: string;
  readonly readyContainers: number;
  readonly totalContainers: number;
  readonly restarts: number;
  /** When a container last ended before it was restarted, in milliseconds. */
  readonly lastRestart: number | undefined;
}

function terminatedReason({ reason, signal, exitCode }: ContainerStateTerminated): string {
  if (reason) return reason;
  return signal ? `Signal:${signal}` : `ExitCode:${exitCode}`;
}

class Restarts {
  count = 0;
  last: number | undefined;

  add({ restartCount, lastState }: ContainerStatus): void {
    this.count += restartCount;
    const finished = Date.parse(lastState?.terminated?.finishedAt ?? '');
    if (!Number.isNaN(finished) && finished > (this.last ?? 0)) this.last = finished;
  }
}

/** What init containers say; `reason` is undefined once they let the others run. */
function summarizeInit(pod: Pod) {
  const restarts = new Restarts();
  const sidecarRestarts = new Restarts();
  let readySidecars = 0;
  const specs = pod.spec.initContainers ?? [];
  const sidecars = new Set(specs.filter(({ restartPolicy }) => restartPolicy === 'Always').map(({ name }) => name));
  let reason: string | undefined;
  for (const [index, status] of (pod.status.initContainerStatuses ?? []).entries()) {
    const { terminated, waiting } = status.state ?? {};
    const isSidecar = sidecars.has(status.name);
    restarts.add(status);
    if (isSidecar) sidecarRestarts.add(status);
    if (terminated?.exitCode === 0) continue;
    if (isSidecar && status.started) {
      if (status.ready) readySidecars++;
      continue;
    }
    if (terminated) reason = `Init:${terminatedReason(terminated)}`;
    else if (waiting?.reason && waiting.reason !== 'PodInitializing') reason = `Init:${waiting.reason}`;
    else reason = `Init:${index}/${specs.length}`;
    break;
  }
  return { reason, restarts, sidecarRestarts, readySidecars, sidecars: sidecars.size };
}

function hasCondition(pod: Pod, type: string): boolean {
  return pod.status.conditions?.some((condition) => condition.type === type && condition.status === 'True') ?? false;
}

function phaseReason({ status }: Pod): string {
  const gated = status.conditions?.some(({ type, reason }) => type === 'PodScheduled' && reason === 'SchedulingGated');
  return gated ? 'SchedulingGated' : status.reason || status.phase || '';
}

export function summarizePod(pod: Pod): PodSummary {
  const init = summarizeInit(pod);
  let reason = init.reason ?? phaseReason(pod);
  let restarts = init.restarts;
  let ready = init.readySidecars;
  if (!init.reason || hasCondition(pod, 'Initialized')) {
    restarts = init.sidecarRestarts;
    let running = false;
    for (const status of (pod.status.containerStatuses ?? []).toReversed()) {
      restarts.add(status);
      const { waiting, terminated, running: runs } = status.state ?? {};
      if (waiting?.reason) reason = waiting.reason;
      else if (terminated) reason = terminatedReason(terminated);
      else if (status.ready && runs) {
        running = true;
        ready++;
      }
    }
    if (reason === 'Completed' && running) reason = hasCondition(pod, 'Ready') ? 'Running' : 'NotReady';
  }
  const finished = pod.status.phase === 'Succeeded' || pod.status.phase === 'Failed';
  if (pod.metadata.deletionTimestamp && pod.status.reason === 'NodeLost') reason = 'Unknown';
  else if (pod.metadata.deletionTimestamp && !finished) reason = 'Terminating';
  return {
    reason,
    readyContainers: ready,
    totalContainers: pod.spec.containers.length + init.sidecars,
    restarts: restarts.count,
    lastRestart: restarts.last,
  };
}

/** A pod's state in one word. */
export function podStatusReason(pod: Pod): string {
  return summarizePod(pod).reason;
}
