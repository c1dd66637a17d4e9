// Owns how a deployment's template becomes a replica set of its own: the hash that tells it and its pods from the
// others, and when a replica set is of the template. Pure.
import { isDeepStrictEqual } from 'node:util';
import type { Deployment, LabelSelector, New, PodTemplateSpec, ReplicaSet } from '@berth/objects';
import { controllerReference } from '../ownership.ts';
import { templateHash } from '../pod-template.ts';

const hashLabel = 'pod-template-hash';

/** The oldest replica set of the deployment's template. */
export function currentOf(deployment: Deployment, replicaSets: readonly ReplicaSet[]): ReplicaSet | undefined {
  return byAge(replicaSets).find((replicaSet) => isOfTemplate(replicaSet, deployment.spec.template));
}

/** The oldest first. */
export function byAge(replicaSets: readonly ReplicaSet[]): ReplicaSet[] {
  return [...replicaSets].sort(
    ({ metadata: a }, { metadata: b }) =>
      Date.parse(a.creationTimestamp) - Date.parse(b.creationTimestamp) || (a.name < b.name ? -1 : 1),
  );
}

export function isOfTemplate({ spec }: ReplicaSet, template: PodTemplateSpec): boolean {
  return isDeepStrictEqual(withoutHash(spec.template ?? {}), withoutHash(template));
}

function withoutHash({ metadata = {}, spec }: PodTemplateSpec): object {
  const { [hashLabel]: _, ...labels } = metadata.labels ?? {};
  return { metadata: { ...metadata, labels }, spec };
}

/** The replica set that the deployment's template asks for, of no size yet. */
export function replicaSetFor({ metadata, spec, status, ...document }: Deployment): New<ReplicaSet> {
  const hash = templateHash(spec.template, status.collisionCount ?? 0);
  const labels = { ...spec.template.metadata?.labels, [hashLabel]: hash };
  return {
    metadata: {
      name: `${metadata.name}-${hash}`,
      namespace: metadata.namespace,
      labels,
      ownerReferences: [controllerReference({ ...document, metadata })],
    },
    spec: {
      replicas: 0,
      minReadySeconds: spec.minReadySeconds,
      selector: withHash(spec.selector, hash),
      template: { ...spec.template, metadata: { ...spec.template.metadata, labels } },
    },
  };
}

function withHash(selector: LabelSelector, hash: string): LabelSelector {
  return { ...selector, matchLabels: { ...selector.matchLabels, [hashLabel]: hash } };
}
