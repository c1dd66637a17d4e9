// Owns how many pods of a budget may be evicted, from its pods and the sizes of their controllers. Pure.
// Source: Kubernetes' disruption controller.
import { isDeepStrictEqual } from 'node:util';
import type { Condition, Pod, PodDisruptionBudget, PodDisruptionBudgetStatus } from '@berth/objects';
import { isReady } from '../pod-state.ts';

/** A pod that was evicted and lives on after so long is taken as one that stays. */
const evictionTimeoutMs = 120_000;

export interface Facts {
  /** Those that the budget's selector matches. */
  readonly pods: readonly Pod[];
  /** How many pods their controllers want in all; a text: why that cannot be told. */
  readonly scale: number | string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export interface Decision {
  readonly status: PodDisruptionBudgetStatus;
  /** When an eviction that did not come to be is forgotten. */
  readonly recheckMs?: number;
  /** Why nothing is known of what may be evicted. */
  readonly problem?: string;
}

export function decide(budget: PodDisruptionBudget, facts: Facts): Decision {
  const { pods, now } = facts;
  const expected = expectation(budget, facts);
  if (typeof expected === 'string') return { status: unknown(budget, expected, now), problem: expected };
  const disrupted = stillDisrupted(budget, pods, now);
  const healthy = pods.filter(
    (pod) => !pod.metadata.deletionTimestamp && isReady(pod) && !(pod.metadata.name in disrupted),
  ).length;
  const allowed = expected.pods > 0 ? Math.max(0, healthy - expected.healthy) : 0;
  const counts = {
    observedGeneration: budget.metadata.generation,
    currentHealthy: healthy,
    desiredHealthy: expected.healthy,
    disruptionsAllowed: allowed,
    expectedPods: expected.pods,
    ...(Object.keys(disrupted).length > 0 ? { disruptedPods: disrupted } : {}),
  };
  const reason = allowed > 0 ? 'SufficientPods' : 'InsufficientPods';
  const status = { ...counts, conditions: conditionsOf(budget, { status: allowed > 0, reason, message: '' }, now) };
  const waits = Object.values(disrupted).map((time) => Date.parse(time) + evictionTimeoutMs - now);
  return waits.length > 0 ? { status, recheckMs: Math.max(0, Math.min(...waits)) + 1 } : { status };
}

/** Of how many pods so many must be healthy. */
function expectation(
  { spec: { minAvailable, maxUnavailable } }: PodDisruptionBudget,
  { pods, scale }: Facts,
): { readonly pods: number; readonly healthy: number } | string {
  if (maxUnavailable !== undefined) {
    if (typeof scale === 'string') return scale;
    return { pods: scale, healthy: Math.max(0, scale - partOf(scale, maxUnavailable)) };
  }
  if (typeof minAvailable !== 'string') return { pods: pods.length, healthy: minAvailable ?? 0 };
  if (typeof scale === 'string') return scale;
  return { pods: scale, healthy: partOf(scale, minAvailable) };
}

function partOf(whole: number, part: number | string): number {
  return typeof part === 'string' ? Math.ceil((whole * Number.parseInt(part, 10)) / 100) : part;
}

/** name → when it was evicted, of the pods whose eviction is under way. */
function stillDisrupted(
  { status }: PodDisruptionBudget,
  pods: readonly Pod[],
  now: number,
): Readonly<Record<string, string>> {
  const living = new Set(
    pods.filter(({ metadata }) => !metadata.deletionTimestamp).map(({ metadata }) => metadata.name),
  );
  const recent = Object.entries(status.disruptedPods ?? {}).filter(
    ([name, time]) => living.has(name) && Date.parse(time) + evictionTimeoutMs > now,
  );
  return Object.fromEntries(recent);
}

/** Where nothing is known, nothing may be evicted. */
function unknown(budget: PodDisruptionBudget, message: string, now: number): PodDisruptionBudgetStatus {
  const conditions = conditionsOf(budget, { status: false, reason: 'SyncFailed', message }, now);
  return { ...budget.status, observedGeneration: budget.metadata.generation, disruptionsAllowed: 0, conditions };
}

function conditionsOf(
  { metadata, status: { conditions = [] } }: PodDisruptionBudget,
  next: { readonly status: boolean; readonly reason: string; readonly message: string },
  now: number,
): readonly Condition[] {
  const type = 'DisruptionAllowed';
  const known = conditions.find((condition) => condition.type === type);
  const status = next.status ? 'True' : 'False';
  const lastTransitionTime =
    known?.status === status ? known.lastTransitionTime : `${new Date(now).toISOString().slice(0, 19)}Z`;
  const { generation = 0 } = metadata;
  const { reason, message } = next;
  const others = conditions.filter((condition) => condition !== known);
  return [...others, { type, status, reason, message, lastTransitionTime, observedGeneration: generation }];
}

export function sameStatus(a: PodDisruptionBudgetStatus, b: PodDisruptionBudgetStatus): boolean {
  const { conditions = [], disruptedPods = {}, ...counts } = a;
  const { conditions: others = [], disruptedPods: otherPods = {}, ...otherCounts } = b;
  return (
    isDeepStrictEqual(counts, otherCounts) &&
    isDeepStrictEqual(conditions, others) &&
    isDeepStrictEqual(disruptedPods, otherPods)
  );
}
