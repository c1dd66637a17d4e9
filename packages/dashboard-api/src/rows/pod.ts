// Owns the row of a pod: how it stands in one word, and why it does not run in one sentence.
import { type ContainerStatus, type Pod, summarizePod } from '@berth/objects';
import type { PodRow, PodState } from '../contract.ts';
import { rowMeta } from './meta.ts';

/** `services`: the names of those whose selector matches, in order. */
export function podRow(pod: Pod, services: readonly string[]): PodRow {
  const { metadata, spec, status } = pod;
  const { reason: word, readyContainers, totalContainers, restarts } = summarizePod(pod);
  const state = podState(pod, word);
  const reason = state === 'running' || state === 'succeeded' ? undefined : whyNotRunning(pod, state);
  const owner = metadata.ownerReferences?.find(({ controller }) => controller);
  return {
    ...rowMeta(pod),
    namespace: metadata.namespace ?? '',
    state,
    status: word,
    ...(reason ? { reason } : {}),
    readyContainers,
    containers: totalContainers,
    restarts,
    ...(spec.nodeName ? { node: spec.nodeName } : {}),
    ...(status?.podIP ? { ip: status.podIP } : {}),
    ...(owner ? { owner: { kind: owner.kind, name: owner.name } } : {}),
    services,
  };
}

/** What a container waits for when nothing is wrong yet. */
const ordinaryWaits: ReadonlySet<string> = new Set(['', 'ContainerCreating', 'PodInitializing']);

function podState(pod: Pod, word: string): PodState {
  const phase = pod.status?.phase;
  if (pod.metadata.deletionTimestamp && word === 'Terminating') return 'terminating';
  if (phase === 'Succeeded') return 'succeeded';
  if (phase === 'Failed') return 'failing';
  if (phase === 'Unknown' || word === 'Unknown') return 'unknown';
  if (!pod.spec.nodeName) return 'pending';
  const statuses = allStatuses(pod);
  if (statuses.some(isFailing)) return 'failing';
  const containers = pod.status?.containerStatuses ?? [];
  const up = containers.filter(({ ready, state }) => ready && state?.running).length;
  const finished = containers.filter(({ state }) => state?.terminated?.exitCode === 0).length;
  return up > 0 && up + finished === pod.spec.containers.length ? 'running' : 'starting';
}

function allStatuses(pod: Pod): readonly ContainerStatus[] {
  return [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
}

function isFailing({ state }: ContainerStatus): boolean {
  if (state?.terminated) return state.terminated.exitCode !== 0;
  return !ordinaryWaits.has(state?.waiting?.reason ?? '');
}

function whyNotRunning(pod: Pod, state: PodState): string | undefined {
  if (state === 'terminating') return 'It was asked to stop and has not ended yet.';
  const unscheduled = pod.status?.conditions?.find(({ type, status }) => type === 'PodScheduled' && status === 'False');
  if (unscheduled) return unscheduled.message || 'No node can take it yet.';
  if (!pod.spec.nodeName) return 'It waits for the scheduler to choose a node.';
  for (const status of allStatuses(pod)) {
    const reason = containerReason(status);
    if (reason) return reason;
  }
  if (pod.status?.message) return pod.status.message;
  const unready = (pod.status?.containerStatuses ?? []).filter(({ ready, state }) => state?.running && !ready);
  if (unready.length > 0) return `${names(unready)} ${unready.length === 1 ? 'runs but is' : 'run but are'} not ready.`;
  return state === 'unknown' ? `Nothing was heard of it from node ${pod.spec.nodeName}.` : undefined;
}

function containerReason({ name, state, lastState }: ContainerStatus): string | undefined {
  const { waiting, terminated } = state ?? {};
  if (terminated && terminated.exitCode !== 0) return `Container ${name} ${ended(terminated)}.`;
  if (!waiting || ordinaryWaits.has(waiting.reason ?? '')) return undefined;
  const last = lastState?.terminated;
  if (waiting.reason === 'CrashLoopBackOff' && last)
    return `Container ${name} keeps ending: it ${ended(last)} last time.`;
  return `Container ${name} waits: ${waiting.message || waiting.reason}`;
}

function ended(terminated: { readonly exitCode: number; readonly signal?: number; readonly reason?: string }): string {
  if (terminated.reason === 'OOMKilled') return 'was killed because it used more memory than its limit';
  return terminated.signal ? `was ended by signal ${terminated.signal}` : `ended with exit code ${terminated.exitCode}`;
}

function names(statuses: readonly ContainerStatus[]): string {
  return `${statuses.length === 1 ? 'Container' : 'Containers'} ${statuses.map(({ name }) => name).join(', ')}`;
}
