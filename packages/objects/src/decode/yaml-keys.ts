// Owns the keys that stand twice in one map of a YAML document, of which its value shows the last alone.
import { mergeTag } from './yaml-schema.ts';
import type { YamlState } from './yaml-state.ts';

/** Follows the reading of one document. */
export class MapKeys {
  /** In the words of Kubernetes' parser. */
  readonly duplicates: string[] = [];
  /** Of each node that is being read, the keys that it has as a map. */
  readonly #maps: (Set<string> | undefined)[] = [];

  open(_state: YamlState): void {
    this.#maps.push(undefined);
  }

  close(state: YamlState): void {
    const maps = this.#maps;
    maps.pop();
    if (maps.length === 0 || state.tag === mergeTag || !isKey(state)) return;
    const key = String(state.result);
    const keys = maps.at(-1) ?? new Set();
    if (keys.has(key)) this.duplicates.push(`line ${state.line + 1}: key ${JSON.stringify(key)} already set in map`);
    maps[maps.length - 1] = keys.add(key);
  }
}

function isKey({ kind, input, position }: YamlState): boolean {
  if (kind !== 'scalar') return false;
  let at = position;
  while (input[at] === ' ' || input[at] === '\t') at++;
  return input[at] === ':';
}
