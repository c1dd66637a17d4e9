// Owns what keeps pods off a node unless they tolerate it: cordoned, not ready, taints.
// Source: Kubernetes, "Taints and tolerations" and "Taint nodes by condition".
import { isTolerated, type Taint } from '@berth/objects';
import type { PodFacts } from '../pod-facts.ts';
import type { Filter } from './filter.ts';

function untolerated({ pod }: PodFacts, taints: readonly Taint[]): string | undefined {
  const first = taints.find((one) => one.effect !== 'PreferNoSchedule' && !isTolerated(pod.spec, one));
  return first && `node(s) had untolerated taint {${first.key}: ${first.value ?? ''}}`;
}

export const schedulable: Filter = ({ pod }, { node }) => {
  if (!node.spec.unschedulable) return undefined;
  const cordon: Taint = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };
  return isTolerated(pod.spec, cordon) ? undefined : 'node(s) were unschedulable';
};

/** A node counts as not ready before the taint that says so is written. */
export const ready: Filter = (pod, { node }) => {
  const condition = node.status.conditions?.find(({ type }) => type === 'Ready');
  if (condition?.status === 'True') return undefined;
  const state = condition?.status === 'Unknown' ? 'unreachable' : 'not-ready';
  return untolerated(pod, [{ key: `node.kubernetes.io/${state}`, effect: 'NoSchedule' }]);
};

export const taints: Filter = (pod, { node }) => untolerated(pod, node.spec.taints ?? []);
