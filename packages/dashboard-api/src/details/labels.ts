// Owns what labels decide: who selects a pod, and what a change of its labels would change about that.
import { type Pod, selectorFromMap } from '@berth/objects';
import type { LabelPreview, Selecting } from '../answers.ts';
import { type Cluster, controllerOf, servicesFor } from '../live/cluster.ts';

type Labels = Readonly<Record<string, string>>;
type Selectors = Pick<Cluster, 'services' | 'replicationControllers'>;

/** The services and controllers that select a pod with these labels, and the controller that owns it anyhow. */
export function selecting(pod: Pod, labels: Labels, cluster: Selectors): Selecting[] {
  const { namespace } = pod.metadata;
  const owner = controllerOf(pod);
  const services = servicesFor(cluster, namespace, labels).map(
    ({ metadata, spec }): Selecting => ({
      kind: 'Service',
      name: metadata.name,
      selector: spec.selector ?? {},
      owns: false,
    }),
  );
  const controllers = cluster.replicationControllers
    .list(namespace)
    .map(({ metadata, spec }) => ({
      controller: { kind: 'ReplicationController', name: metadata.name, selector: spec.selector ?? {} } as const,
      owns: owner?.uid === metadata.uid,
      matches: selectorFromMap(spec.selector).matches(labels),
    }))
    // A pod of another controller is never adopted.
    .filter(({ owns, matches }) => owns || (matches && !owner))
    .map(({ controller, owns }) => ({ ...controller, owns }));
  return [...services, ...controllers];
}

/** A controller lets go of its pod when the selector no longer matches; one without an owner is taken by who matches. */
export function labelPreview(pod: Pod, labels: Labels, cluster: Selectors): LabelPreview {
  const before = selecting(pod, pod.metadata.labels ?? {}, cluster);
  const after = selecting(pod, labels, cluster).filter(({ selector }) => selectorFromMap(selector).matches(labels));
  return { gains: without(after, before), loses: without(before, after) };
}

function without(all: readonly Selecting[], others: readonly Selecting[]): Selecting[] {
  return all.filter(({ kind, name }) => !others.some((other) => other.kind === kind && other.name === name));
}

/** One line per label that differs: `+ tier=web`, `- canary=true`, `app: web → shop`. */
export function labelDiff(previous: Labels, next: Labels): string[] {
  return differing(previous, next).map(({ key, was, is }) => {
    if (was === undefined) return `+ ${key}=${is}`;
    return is === undefined ? `- ${key}=${was}` : `${key}: ${was} → ${is}`;
  });
}

/** The same as kubectl takes it: `tier=web canary-`. */
export function labelArguments(previous: Labels, next: Labels): string[] {
  return differing(previous, next).map(({ key, is }) => (is === undefined ? `${key}-` : `${key}=${is}`));
}

function differing(previous: Labels, next: Labels) {
  const keys = [...new Set([...Object.keys(previous), ...Object.keys(next)])].sort();
  return keys.map((key) => ({ key, was: previous[key], is: next[key] })).filter(({ was, is }) => was !== is);
}
