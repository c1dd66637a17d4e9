// Owns how JSON stands in the expressions of admission, where its form is not known beforehand.

/** Whole numbers are ints, objects maps whose keys are nobody's but theirs. */
export function expressionValue(json: unknown): unknown {
  if (typeof json === 'number') return Number.isSafeInteger(json) ? BigInt(json) : json;
  if (Array.isArray(json)) return json.map(expressionValue);
  if (typeof json !== 'object' || json === null) return json ?? null;
  const map = new Map<string, unknown>();
  for (const [key, value] of Object.entries(json)) if (value !== undefined) map.set(key, expressionValue(value));
  return map;
}
