// Owns what types and fields mean, in a sentence each: what `kubectl explain` and OpenAPI say. Every sentence is Berth's
// own. What is left out speaks for itself, or describes what Berth does not do (volumes of clouds, Windows).
import sentences from './descriptions.json' with { type: 'json' };

const described: Readonly<Record<string, Readonly<Record<string, string>>>> = sentences;

/** Of a type of the API facts. */
export function descriptionOf(type: string): string | undefined {
  return described[type]?.[''];
}

/** Of a field of a type. What many types have under the same name is described once, under `*`. */
export function fieldDescriptionOf(type: string, field: string): string | undefined {
  return described[type]?.[field] ?? described['*']?.[field];
}
