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
  const text = orderedJson([template, collisions]);
  const number = createHash('sha256').update(text).digest().readUInt32BE();
  return [...String(number)].map((digit) => alphabet[digit.charCodeAt(0) % alphabet.length]).join('');
}

/** JSON that is the same for equal values, in whatever order their fields stand. */
export function orderedJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => {
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
