// Owns the patch of `apply`: from what was applied last, what is, and what shall be, a JSON merge patch (RFC 7386) that
// sets what shall be and removes what was applied before and is no longer wanted. What others set stays. Lists are
// values: they are replaced whole.

type Json = unknown;

/** Undefined: nothing to change. */
export function threeWayPatch(last: Json, live: Json, wanted: Json): Readonly<Record<string, Json>> | undefined {
  if (!isRecord(wanted)) return undefined;
  const patch: Record<string, Json> = {};
  const now = isRecord(live) ? live : {};
  for (const [key, value] of Object.entries(wanted)) {
    if (isRecord(value) && isRecord(now[key])) {
      const below = threeWayPatch(isRecord(last) ? last[key] : undefined, now[key], value);
      if (below) patch[key] = below;
    } else if (!covers(now[key], value)) {
      patch[key] = value;
    }
  }
  for (const key of Object.keys(isRecord(last) ? last : {})) {
    if (!(key in wanted) && key in now) patch[key] = null;
  }
  return Object.keys(patch).length > 0 ? patch : undefined;
}

/** Whether `live` is `wanted` plus, at most, fields that the server has set by default. */
function covers(live: Json, wanted: Json): boolean {
  if (Array.isArray(wanted)) {
    return (
      Array.isArray(live) && live.length === wanted.length && wanted.every((item, index) => covers(live[index], item))
    );
  }
  if (isRecord(wanted)) return isRecord(live) && Object.keys(wanted).every((key) => covers(live[key], wanted[key]));
  return live === wanted;
}

function isRecord(value: Json): value is Record<string, Json> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
