// Owns how a deployment's template becomes a replica set of its own: the hash that tells it and its pods from the
// others, and when a replica set is of the template. Pure.
import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Deployment, LabelSelector, New, PodTemplateSpec, ReplicaSet } from '@berth/objects';
import { controllerReference } from '../ownership.ts';

const hashLabel = 'pod-template-hash';

/** What neither spells words nor can be mistaken for something else. Source: Kubernetes' generated names. */
const alphabet = 'bcdfghjklmnpqrstvwxz2456789';

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
  const hash = hashOf(spec.template, status.collisionCount ?? 0);
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

/** `collisions`: how often the name that it gave was taken. */
function hashOf(template: PodTemplateSpec, collisions: number): string {
  const text = JSON.stringify([template, collisions], inOrder);
  const number = createHash('sha256').update(text).digest().readUInt32BE();
  return [...String(number)].map((digit) => alphabet[digit.charCodeAt(0) % alphabet.length]).join('');
}

/** Equal templates give equal text, in whatever order their fields stand. */
function inOrder(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
