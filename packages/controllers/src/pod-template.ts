// Owns how an object's template becomes a pod of its own, and the hash that tells templates from each other. Pure.
import { createHash } from 'node:crypto';
import type { KubeObject, New, Pod, PodTemplateSpec } from '@berth/objects';
import { controllerReference } from './ownership.ts';

/** What neither spells words nor can be mistaken for something else. Source: Kubernetes' generated names. */
const alphabet = 'bcdfghjklmnpqrstvwxz2456789';

export function podOfTemplate(owner: KubeObject, { metadata = {}, spec }: PodTemplateSpec): New<Pod> {
  const { labels, annotations, finalizers } = metadata;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      generateName: `${owner.metadata.name}-`,
      namespace: owner.metadata.namespace,
      labels,
      annotations,
      finalizers,
      ownerReferences: [controllerReference(owner)],
    },
    spec: spec ?? { containers: [] },
  };
}

/** `collisions`: how often the name that it gave was taken. */
export function templateHash(template: PodTemplateSpec, collisions: number): string {
  const text = JSON.stringify([template, collisions], inOrder);
  const number = createHash('sha256').update(text).digest().readUInt32BE();
  return [...String(number)].map((digit) => alphabet[digit.charCodeAt(0) % alphabet.length]).join('');
}

/** Equal templates give equal text, in whatever order their fields stand. */
function inOrder(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
