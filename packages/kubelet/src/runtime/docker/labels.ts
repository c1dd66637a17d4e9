// Owns what Berth writes on a Docker container to find it again: the only memory of a pod that outlives the agent.
import type { PodIdentity } from '../port.ts';

export const labels = {
  cluster: 'berth.cluster',
  node: 'berth.node',
  podUid: 'berth.pod.uid',
  podNamespace: 'berth.pod.namespace',
  podName: 'berth.pod.name',
  /** `sandbox` or `container`. */
  role: 'berth.role',
  container: 'berth.container.name',
  restartCount: 'berth.container.restart-count',
  specHash: 'berth.container.spec-hash',
  image: 'berth.container.image',
  gracePeriod: 'berth.pod.grace-period',
} as const;

/** Whose containers these are: several clusters and several agents may share one Docker Engine. */
export interface Owner {
  readonly clusterId: string;
  readonly nodeName: string;
}

type Labels = Readonly<Record<string, string>>;

export function podLabels(owner: Owner, pod: PodIdentity): Record<string, string> {
  return {
    [labels.cluster]: owner.clusterId,
    [labels.node]: owner.nodeName,
    [labels.podUid]: pod.uid,
    [labels.podNamespace]: pod.namespace,
    [labels.podName]: pod.name,
  };
}

export function podOf(found: Labels): PodIdentity {
  return {
    uid: found[labels.podUid] ?? '',
    namespace: found[labels.podNamespace] ?? '',
    name: found[labels.podName] ?? '',
  };
}

/** A filter for Docker's lists and events. */
export function labelFilter(owner: Owner, pod?: PodIdentity): string[] {
  const wanted = [`${labels.cluster}=${owner.clusterId}`, `${labels.node}=${owner.nodeName}`];
  return pod ? [...wanted, `${labels.podUid}=${pod.uid}`] : wanted;
}
