// Owns how an apply knows what a text no longer says: the note that kubectl and this leave in an annotation, and the
// patch that follows from it. The text's lists replace the object's lists whole.
import type { KubeObject } from '@berth/objects';

const annotation = 'kubectl.kubernetes.io/last-applied-configuration';

export const lastApplied = {
  annotation,

  /** What was applied last; undefined if nothing was, or the note cannot be read. */
  get(object: KubeObject): unknown {
    const note = object.metadata.annotations?.[annotation];
    if (note === undefined) return undefined;
    try {
      return JSON.parse(note);
    } catch {
      return undefined;
    }
  },

  /** The object with the note of itself. */
  put<T extends KubeObject>(object: T): T {
    const plain = lastApplied.remove(object);
    const annotations = { ...plain.metadata.annotations, [annotation]: `${JSON.stringify(plain)}\n` };
    return { ...plain, metadata: { ...plain.metadata, annotations } };
  },

  remove<T extends KubeObject>(object: T): T {
    const { annotations, ...metadata } = object.metadata;
    const { [annotation]: _, ...others } = annotations ?? {};
    return { ...object, metadata: { ...metadata, ...(Object.keys(others).length > 0 ? { annotations: others } : {}) } };
  },
};

/** RFC 7386: what `next` says, and null for each field that `last` said and `next` does not. */
export function threeWayPatch(last: unknown, next: unknown): unknown {
  if (!isRecord(next)) return next;
  const patch: Record<string, unknown> = {};
  const said = isRecord(last) ? last : {};
  for (const [key, value] of Object.entries(next)) patch[key] = threeWayPatch(said[key], value);
  for (const key of Object.keys(said)) if (!Object.hasOwn(next, key)) patch[key] = null;
  return patch;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
