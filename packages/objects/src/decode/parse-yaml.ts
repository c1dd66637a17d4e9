// Owns reading a request body of YAML, as Kubernetes' parser reads it: only what JSON can say comes in.
import { YAMLException } from 'js-yaml';
import { badRequestError } from '../errors/status-error.ts';
import { maxDepth, parsedJson } from '../json-value.ts';
import { measure, type ParsedBody } from './parse-json.ts';
import { Aliases } from './yaml-aliases.ts';
import { MapKeys } from './yaml-keys.ts';
import { readYaml, type YamlState } from './yaml-state.ts';

/** Half a character of UTF-16, as YAML can escape it. */
const escapedHalf = /\\(?:u|U0000)[dD][89a-fA-F]/;

/** Reads one YAML document, at 5 to 30 MB/s. Throws BadRequest. */
export function parseYaml(body: Uint8Array): ParsedBody {
  const text = new TextDecoder().decode(body);
  try {
    return { value: parsed(text), duplicates: [] };
  } catch (error) {
    if (!isDuplication(error)) throw refusal(error);
  }
  // Hardly any body has duplicates: only then is it worth a closer look.
  const keys = new MapKeys();
  try {
    return { value: parsed(text, keys), duplicates: keys.duplicates };
  } catch (error) {
    throw refusal(error);
  }
}

/** Without `keys`, a key that stands twice in one map is an error. */
function parsed(text: string, keys?: MapKeys): unknown {
  const aliases = text.includes('*') ? new Aliases() : undefined;
  const listen = (event: 'open' | 'close', state: YamlState) => {
    keys?.[event](state);
    if (event === 'close') aliases?.close(state);
  };
  const reading = keys || aliases ? { listen } : {};
  const [value = null, ...others] = readYaml(text, { ...reading, lastCounts: keys !== undefined });
  // A line `---` at the end begins a document that says nothing.
  if (others.some((other) => other !== null)) throw new Error('expected a single document');
  return aliases?.found || escapedHalf.test(text) ? copied(value) : value;
}

/** With nothing shared between its parts, and every string one of Unicode. */
function copied(value: unknown): unknown {
  const json = JSON.stringify(value);
  if (measure(json).depth > maxDepth) throw new Error('exceeded max depth');
  return parsedJson(json);
}

function isDuplication(error: unknown): boolean {
  return error instanceof YAMLException && error.reason === 'duplicated mapping key';
}

function refusal(error: unknown) {
  const problem =
    error instanceof YAMLException
      ? `line ${error.mark.line + 1}: ${error.reason}`
      : (error as Error).message.split('\n', 1)[0];
  return badRequestError(`error converting YAML to JSON: yaml: ${problem}`);
}
