// Owns what follows from a node's silence: its conditions, its taints, and when its pods go. Pure; all times are
// milliseconds. Source: Kubernetes' node lifecycle and taint eviction controllers.
import { type Node, type NodeCondition, type Pod, type Taint, tolerates } from '@berth/objects';

export interface NodeTiming {
  /** A node that was not heard of for so long is Unknown. */
  readonly gracePeriodMs: number;
  /** Like it, for a node that never reported. */
  readonly startupGracePeriodMs: number;
}

/** What the node reports about itself, and the taint that follows when it reports it. */
const reported: readonly { readonly type: string; readonly taint: Partial<Record<NodeCondition['status'], string>> }[] =
  [
    { type: 'Ready', taint: { False: 'node.kubernetes.io/not-ready', Unknown: 'node.kubernetes.io/unreachable' } },
    { type: 'MemoryPressure', taint: { True: 'node.kubernetes.io/memory-pressure' } },
    { type: 'DiskPressure', taint: { True: 'node.kubernetes.io/disk-pressure' } },
    { type: 'PIDPressure', taint: { True: 'node.kubernetes.io/pid-pressure' } },
    { type: 'NetworkUnavailable', taint: { True: 'node.kubernetes.io/network-unavailable' } },
  ];
const unschedulable = 'node.kubernetes.io/unschedulable';
const ownKeys = new Set([unschedulable, ...reported.flatMap(({ taint }) => Object.values(taint))]);
/** A node that stays silent is not known to be free of these. */
const unknownWhenSilent = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'];
/** Because of these, pods leave too. */
const evictingKeys = new Set(['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']);

export function readyConditionOf(node: Node): NodeCondition | undefined {
  return node.status.conditions?.find(({ type }) => type === 'Ready');
}

/** How long until the node counts as silent; not positive: it is silent. */
export function patienceWith(node: Node, heardAt: number, now: number, timing: NodeTiming): number {
  return heardAt + (readyConditionOf(node) ? timing.gracePeriodMs : timing.startupGracePeriodMs) - now;
}

/** The conditions of a node that is silent; undefined if they say so already. */
export function silentConditions(node: Node, timestamp: string): readonly NodeCondition[] | undefined {
  const conditions = node.status.conditions ?? [];
  const missing = unknownWhenSilent.filter((type) => !conditions.some((condition) => condition.type === type));
  const next: NodeCondition[] = [
    ...conditions.map((condition) => {
      if (!unknownWhenSilent.includes(condition.type) || condition.status === 'Unknown') return condition;
      const message = 'Kubelet stopped posting node status.';
      return {
        ...condition,
        status: 'Unknown' as const,
        reason: 'NodeStatusUnknown',
        message,
        lastTransitionTime: timestamp,
      };
    }),
    ...missing.map((type) => ({
      type,
      status: 'Unknown' as const,
      reason: 'NodeStatusNeverUpdated',
      message: 'Kubelet never posted node status.',
      lastHeartbeatTime: node.metadata.creationTimestamp,
      lastTransitionTime: timestamp,
    })),
  ];
  return next.every((condition, index) => condition === conditions[index]) ? undefined : next;
}

/** The node's taints as they should be; undefined if they are. A taint that stays keeps the time it was added. */
export function taintsOf(node: Node, timestamp: string): readonly Taint[] | undefined {
  const current = node.spec.taints ?? [];
  const wanted: Taint[] = node.spec.unschedulable ? [{ key: unschedulable, effect: 'NoSchedule' }] : [];
  for (const { type, taint } of reported) {
    const key = taint[node.status.conditions?.find((condition) => condition.type === type)?.status ?? 'False'];
    // A node that has not reported yet is not ready either.
    if (key) wanted.push({ key, effect: 'NoSchedule' });
    if (key && evictingKeys.has(key)) wanted.push({ key, effect: 'NoExecute', timeAdded: timestamp });
  }
  const isWanted = (taint: Taint) => wanted.some((one) => one.key === taint.key && one.effect === taint.effect);
  // `unschedulable` with NoExecute and such are somebody else's.
  const isOurs = ({ key, effect }: Taint) => ownKeys.has(key) && (effect === 'NoSchedule' || evictingKeys.has(key));
  const kept = current.filter((taint) => !isOurs(taint) || isWanted(taint));
  const added = wanted.filter((taint) => !current.some((one) => one.key === taint.key && one.effect === taint.effect));
  return added.length === 0 && kept.length === current.length ? undefined : [...kept, ...added];
}

export interface Evictions {
  readonly now: readonly Pod[];
  /** Milliseconds until the next pod is due; undefined: none will be. */
  readonly nextInMs: number | undefined;
}

/** Which of the node's pods have to go because of its NoExecute taints. */
export function evictionsOf(node: Node, pods: readonly Pod[], now: number): Evictions {
  const taints = (node.spec.taints ?? []).filter(({ effect }) => effect === 'NoExecute');
  const due: Pod[] = [];
  let nextInMs: number | undefined;
  for (const pod of pods) {
    if (pod.metadata.deletionTimestamp) continue;
    const wait = Math.min(...taints.map((taint) => stayUnder(taint, pod, now)));
    if (wait <= 0) due.push(pod);
    else if (wait < Number.POSITIVE_INFINITY) nextInMs = Math.min(wait, nextInMs ?? wait);
  }
  return { now: due, nextInMs };
}

/** For how long the pod may stay with this taint. Of several tolerations that fit, the first counts, as in Kubernetes. */
function stayUnder(taint: Taint, { metadata, spec }: Pod, now: number): number {
  // A static pod is run by its node alone, whoever deletes what stands for it in the API.
  if (metadata.annotations?.['kubernetes.io/config.mirror']) return Number.POSITIVE_INFINITY;
  const toleration = spec.tolerations?.find((one) => tolerates(one, taint));
  if (!toleration) return 0;
  if (toleration.tolerationSeconds === undefined) return Number.POSITIVE_INFINITY;
  const since = taint.timeAdded ? Date.parse(taint.timeAdded) : now;
  return since + Math.max(0, toleration.tolerationSeconds) * 1_000 - now;
}
