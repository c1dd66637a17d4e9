// Owns JSON merge patch. Source: RFC 7386.
import { copyOf, getKey, isObject, setKey } from '../json-value.ts';

/** The patched value. Parts that did not change are shared with the target, which is left as it is. */
export function applyMergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const result = isObject(target) ? copyOf(target) : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else setKey(result, key, applyMergePatch(getKey(result, key), value));
  }
  return result;
}
