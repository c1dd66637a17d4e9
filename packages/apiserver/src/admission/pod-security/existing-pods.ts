// Owns what a stricter level says of the pods that a namespace has already: nothing happens to them, and the client is
// told which would not come in again. Source: Kubernetes, "Pod Security Admission".
import type { Pod } from '@berth/objects';
import { violationsOf } from './evaluate.ts';
import { type Standard, shown } from './levels.ts';

/** So many pods are looked at. */
const mostPods = 3_000;

export function warningsOf(namespace: string, pods: readonly Pod[], standard: Standard): string[] {
  const looked = pods.slice(0, mostPods);
  const named = new Map<string, string[]>();
  for (const { metadata, spec } of looked) {
    const violations = violationsOf({ annotations: metadata.annotations ?? {}, spec }, standard);
    if (violations.length === 0) continue;
    const reasons = violations.map(({ reason }) => reason).join(', ');
    named.set(reasons, [...(named.get(reasons) ?? []), metadata.name]);
  }
  const warnings: string[] = [];
  if (looked.length < pods.length)
    warnings.push(
      `new PodSecurity enforce level only checked against the first ${looked.length} of ${pods.length} existing pods`,
    );
  if (named.size > 0)
    warnings.push(
      `existing pods in namespace "${namespace}" violate the new PodSecurity enforce level "${shown(standard)}"`,
    );
  const lines = [...named].map(([reasons, names]) => `${firstOf(names)}: ${reasons}`);
  return [...warnings, ...lines.sort()];
}

function firstOf(names: readonly string[]): string {
  const [first = '', ...others] = [...names].sort();
  if (others.length === 0) return first;
  return `${first} (and ${others.length} other ${others.length === 1 ? 'pod' : 'pods'})`;
}
