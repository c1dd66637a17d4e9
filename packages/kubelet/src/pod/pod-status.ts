// Owns the status of a pod: phase, conditions, addresses. Pure.
import type { ContainerStatus, Pod, PodCondition, PodStatus } from '@berth/objects';
import { ephemeralOf, isSidecar } from './container-spec.ts';
import { apiTime, containerStatuses, type StatusView } from './container-status.ts';
import type { Failure } from './decide.ts';
import { qosClass } from './qos.ts';

export interface PodStatusView extends StatusView {
  readonly now: number;
  readonly hostIP: string;
  /** When the kubelet first saw the pod. */
  readonly startTime: number;
  /** The containers have ended for good. */
  readonly ended: boolean;
  /** Why the kubelet ended the pod itself. */
  readonly failure?: Failure;
  /** What was reported last, which the pod may not show yet. */
  readonly reported: PodStatus | undefined;
}

/** The conditions that the kubelet reports; others' are left alone. */
export const ownConditions: ReadonlySet<string> = new Set([
  'PodReadyToStartContainers',
  'Initialized',
  'Ready',
  'ContainersReady',
  'PodScheduled',
]);

type Phase = NonNullable<PodStatus['phase']>;

export function podStatus(view: PodStatusView): PodStatus {
  const { pod, observed, failure } = view;
  if (failure?.refused) return refusedStatus(view, failure);
  const init = containerStatuses(view, pod.spec.initContainers ?? [], 'init_container');
  const mains = containerStatuses(view, pod.spec.containers, 'container');
  const ephemeral = containerStatuses(view, ephemeralOf(pod), 'ephemeral_container');
  const phase = failure ? 'Failed' : phaseOf(view, init, mains);
  const before = view.reported ?? pod.status;
  const podIP = pod.spec.hostNetwork
    ? view.hostIP
    : (observed.sandboxes.find(({ ready }) => ready)?.address ?? (isTerminal(phase) ? before?.podIP : undefined));
  return {
    phase,
    conditions: conditions(view, phase, init, mains),
    ...(failure ? { reason: failure.reason, message: failure.message } : {}),
    hostIP: view.hostIP,
    hostIPs: [{ ip: view.hostIP }],
    ...(podIP ? { podIP, podIPs: [{ ip: podIP }] } : {}),
    startTime: pod.status?.startTime ?? apiTime(view.startTime),
    ...(init.length > 0 ? { initContainerStatuses: init } : {}),
    containerStatuses: mains,
    ...(ephemeral.length > 0 ? { ephemeralContainerStatuses: ephemeral } : {}),
    qosClass: pod.status?.qosClass ?? qosClass(pod),
  };
}

/** Of a pod that never had anything on this node. */
function refusedStatus(view: PodStatusView, { reason, message }: Failure): PodStatus {
  return {
    phase: 'Failed',
    conditions: [condition(view, 'PodScheduled', met())],
    reason,
    message: `Pod was rejected: ${message}`,
    startTime: view.pod.status?.startTime ?? apiTime(view.startTime),
    qosClass: view.pod.status?.qosClass ?? qosClass(view.pod),
  };
}

function isTerminal(phase: Phase | undefined): boolean {
  return phase === 'Succeeded' || phase === 'Failed';
}

function phaseOf(view: PodStatusView, init: readonly ContainerStatus[], mains: readonly ContainerStatus[]): Phase {
  const { pod } = view;
  const before = pod.status?.phase;
  if (before === 'Succeeded' || before === 'Failed') return before;
  const policy = pod.spec.restartPolicy ?? 'Always';
  const exitCodes = mains.map(exitCodeOf);
  const ended = exitCodes.filter((code) => code !== undefined);
  const running = mains.filter(({ state }) => state?.running).length;
  if (view.ended && running === 0) {
    return ended.length > 0 && ended.length === mains.length && ended.every((code) => code === 0)
      ? 'Succeeded'
      : 'Failed';
  }
  const initStates = init.map((status, index) => initState(pod, status, index));
  if (policy === 'Never' && initStates.includes('failed')) return 'Failed';
  if (initStates.some((state) => state !== 'done') && running === 0 && ended.length === 0) return 'Pending';
  if (running + ended.length < mains.length) return 'Pending';
  if (running > 0) return 'Running';
  if (policy === 'Always') return 'Running';
  if (ended.every((code) => code === 0)) return 'Succeeded';
  return policy === 'Never' ? 'Failed' : 'Running';
}

/** Of a container that has ended, whether it waits to be started again or not. */
function exitCodeOf({ state, lastState }: ContainerStatus): number | undefined {
  if (state?.running) return undefined;
  return (state?.terminated ?? lastState?.terminated)?.exitCode;
}

function initState(pod: Pod, status: ContainerStatus, index: number): 'done' | 'failed' | 'pending' {
  const container = pod.spec.initContainers?.[index];
  if (container && isSidecar(container)) return status.started ? 'done' : 'pending';
  const exitCode = status.state?.terminated?.exitCode;
  if (exitCode === undefined) return 'pending';
  return exitCode === 0 ? 'done' : 'failed';
}

function conditions(
  view: PodStatusView,
  phase: Phase,
  init: readonly ContainerStatus[],
  mains: readonly ContainerStatus[],
): PodCondition[] {
  const { pod, observed } = view;
  const begun = mains.some(({ containerID }) => containerID);
  const incomplete = init.filter((status, index) => initState(pod, status, index) !== 'done');
  const initialized =
    incomplete.length === 0 || begun || phase === 'Succeeded'
      ? met()
      : unmet('ContainersNotInitialized', `containers with incomplete status: [${names(incomplete)}]`);
  const unready = [...init.filter((_, index) => isSidecarAt(pod, index)), ...mains].filter(({ ready }) => !ready);
  const containersReady = isTerminal(phase)
    ? unmet(phase === 'Succeeded' ? 'PodCompleted' : 'PodFailed')
    : unready.length === 0
      ? met()
      : unmet('ContainersNotReady', `containers with unready status: [${names(unready)}]`);
  const gates = (pod.spec.readinessGates ?? []).filter(
    ({ conditionType }) =>
      !pod.status?.conditions?.some(({ type, status }) => type === conditionType && status === 'True'),
  );
  const ready =
    containersReady.status === 'True' && gates.length > 0
      ? unmet('ReadinessGatesNotReady', `the status of pod readiness gate "${gates[0]?.conditionType}" is not "True"`)
      : containersReady;
  const sandboxReady = observed.sandboxes.some((sandbox) => sandbox.ready && (sandbox.address || pod.spec.hostNetwork));
  const own: [string, Verdict][] = [
    ['PodReadyToStartContainers', sandboxReady ? met() : unmet()],
    ['Initialized', initialized],
    ['Ready', ready],
    ['ContainersReady', containersReady],
    ['PodScheduled', met()],
  ];
  return own.map(([type, verdict]) => condition(view, type, verdict));
}

interface Verdict {
  readonly status: 'True' | 'False';
  readonly reason?: string;
  readonly message?: string;
}

function met(): Verdict {
  return { status: 'True' };
}

function unmet(reason?: string, message?: string): Verdict {
  return { status: 'False', ...(reason ? { reason } : {}), ...(message ? { message } : {}) };
}

/** The time of the last change stays while the status does. */
function condition(view: PodStatusView, type: string, verdict: Verdict): PodCondition {
  const previous = (view.reported ?? view.pod.status)?.conditions?.find((candidate) => candidate.type === type);
  const lastTransitionTime =
    previous?.status === verdict.status && previous.lastTransitionTime
      ? previous.lastTransitionTime
      : apiTime(view.now);
  return { type, ...verdict, lastTransitionTime };
}

function isSidecarAt(pod: Pod, index: number): boolean {
  const container = pod.spec.initContainers?.[index];
  return container !== undefined && isSidecar(container);
}

function names(statuses: readonly ContainerStatus[]): string {
  return statuses.map(({ name }) => name).join(' ');
}
