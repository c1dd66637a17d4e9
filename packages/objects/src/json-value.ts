// Owns safe handling of JSON values whose keys a client chose.

export type JsonObject = Record<string, unknown>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A shallow copy; a key named `__proto__` stays a key. */
export function copyOf(object: JsonObject): JsonObject {
  return { ...object };
}

/** Sets a key that a client chose: assigning to `__proto__` would change the prototype instead. */
export function setKey(object: JsonObject, key: string, value: unknown): void {
  if (key === '__proto__')
    Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
  else object[key] = value;
}

/** An own key's value: a client may ask for `constructor`. */
export function getKey(object: JsonObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** Whether two JSON values say the same. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, index) => sameJson(item, b[index]));
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && sameJson(a[key], b[key]))
  );
}

/** Far beyond any API object; what is nested deeper would overflow the stack of whoever walks it. */
export const maxDepth = 500;

/** How deeply lists and objects are nested within each other; of what is deeper than `maxDepth`, only that it is. */
export function depthOf(value: unknown): number {
  let depth = 0;
  let level = containersIn([value]);
  for (; level.length > 0 && depth <= maxDepth; depth++)
    level = level.flatMap((item) => containersIn(Object.values(item)));
  return depth;
}

function containersIn(values: readonly unknown[]): object[] {
  return values.filter((value) => typeof value === 'object' && value !== null);
}

/** Half a character of UTF-16, which UTF-8 cannot say, as JSON can escape it. */
const escapedHalf = /\\u[dD][89a-fA-F]/;

/** What `JSON.parse` gives, in which every string is one of Unicode: half a character becomes U+FFFD, as in Go. */
export function parsedJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  return escapedHalf.test(text) ? wellFormed(value) : value;
}

function wellFormed(value: unknown): unknown {
  if (typeof value === 'string') return Buffer.from(value).toString();
  if (Array.isArray(value)) return value.map(wellFormed);
  if (!isObject(value)) return value;
  const copy: JsonObject = {};
  for (const [key, item] of Object.entries(value)) setKey(copy, Buffer.from(key).toString(), wellFormed(item));
  return copy;
}
