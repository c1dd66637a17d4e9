// Owns when two objects say the same, so that an update that changes nothing writes nothing.
import type { Draft, KubeObject } from '@berth/objects';

/** Equal as JSON: a key whose value is undefined counts as absent. Shared parts are not looked into. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, i) => sameJson(item, b[i]));
  }
  const left = a as Record<string, unknown>;
  const right = b as Record<string, unknown>;
  let keys = 0;
  for (const key in left) {
    if (left[key] === undefined) continue;
    keys++;
    if (!sameJson(left[key], right[key])) return false;
  }
  for (const key in right) if (right[key] !== undefined) keys--;
  return keys === 0;
}

/** Whether writing the draft would change nothing but the resourceVersion. */
export function isUnchanged(draft: Draft<KubeObject>, old: KubeObject): boolean {
  const { resourceVersion: _, ...metadata } = draft.metadata;
  const { resourceVersion: __, ...oldMetadata } = old.metadata;
  return sameJson({ ...draft, metadata }, { ...old, metadata: oldMetadata });
}
