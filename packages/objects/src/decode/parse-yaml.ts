// Owns reading a request body of YAML, as Kubernetes' parser reads it: only what JSON can say comes in.
import { isMap, isScalar, isSeq, type Node, parseDocument } from 'yaml';
import { badRequestError, StatusError } from '../errors/status-error.ts';
import { maxDepth, parsedJson } from '../json-value.ts';
import { kubernetesTags } from '../yaml.ts';
import { measure, type ParsedBody } from './parse-json.ts';

/** Bytes. YAML is read in one go, a hundred times slower than JSON, and everybody else would wait so long. */
const maxBytes = 256 * 1024;

/** Reads one YAML document. Throws BadRequest and RequestEntityTooLarge. */
export function parseYaml(body: Uint8Array): ParsedBody {
  if (body.length > maxBytes)
    throw new StatusError(
      'RequestEntityTooLarge',
      `Request entity too large: limit for YAML is ${maxBytes}; send it as JSON`,
    );
  const text = new TextDecoder().decode(body);
  try {
    const document = parseDocument(text, {
      version: '1.1',
      // Or else the process prints a warning for what a client has sent.
      logLevel: 'error',
      // That check compares each key with all others.
      uniqueKeys: false,
      customTags: kubernetesTags,
    });
    const [error] = document.errors;
    if (error) throw error;
    const json = JSON.stringify(document.toJS({ maxAliasCount: 100 })) ?? 'null';
    if (measure(json).depth > maxDepth) throw new Error('exceeded max depth');
    return { value: parsedJson(json), duplicateFields: [...duplicatesIn(document.contents, '')] };
  } catch (cause) {
    const [problem] = (cause as Error).message.split('\n');
    throw badRequestError(`error converting YAML to JSON: yaml: ${problem}`);
  }
}

/** Paths of the keys that stand twice in one map. */
function* duplicatesIn(node: Node | null, path: string): Iterable<string> {
  if (isSeq(node)) {
    for (const [index, item] of node.items.entries()) yield* duplicatesIn(item as Node, `${path}[${index}]`);
    return;
  }
  if (!isMap(node)) return;
  const seen = new Set<string>();
  for (const { key, value } of node.items) {
    const name = isScalar(key) ? String(key.value) : '';
    const at = path ? `${path}.${name}` : name;
    if (seen.has(name)) yield at;
    seen.add(name);
    yield* duplicatesIn(value as Node | null, at);
  }
}
