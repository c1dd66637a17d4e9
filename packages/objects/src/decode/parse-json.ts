// Owns reading a request body: JSON or YAML text to a value, with the paths of keys that stand twice in one object,
// which a parsed value no longer shows, and with Kubernetes' words for what cannot be read.
import { parseDocument } from 'yaml';
import { badRequestError } from '../errors/status-error.ts';
import { scanJson } from './scan-json.ts';

export interface ParsedBody {
  readonly value: unknown;
  /** Paths of keys that stand twice in one object: `spec.replicas`. */
  readonly duplicateFields: readonly string[];
}

function summaryOf(text: string): string {
  const max = 30;
  if (text === '') return '<empty>';
  if (!text.startsWith('{')) {
    const bytes = Buffer.from(text);
    return bytes.length > max ? `${bytes.subarray(0, max).toString('hex')} ...` : bytes.toString('hex');
  }
  return text.length > max ? `${text.slice(0, max)} ...` : text;
}

/** Reads JSON. `kind` is what was expected, for the message: `Pod`. Throws BadRequest. */
export function parseJson(body: string | Uint8Array, kind: string): ParsedBody {
  const text = typeof body === 'string' ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString();
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    const { error = 'unexpected end of JSON input' } = scanJson(text);
    throw badRequestError(
      `the object provided is unrecognized (must be of type ${kind}): couldn't get version/kind; json parse error: ${error} (${summaryOf(text)})`,
    );
  }
  return { value, duplicateFields: hasDuplicates(text, value) ? scanJson(text).duplicateFields : [] };
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;

/** Counts the keys in the text and in the value: a scan without any allocation, since hardly any body has duplicates. */
function hasDuplicates(text: string, value: unknown): boolean {
  let keys = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (quoted) {
      if (code === BACKSLASH) at++;
      else if (code === QUOTE) quoted = false;
    } else if (code === QUOTE) quoted = true;
    else if (code === COLON) keys++;
  }
  return keys !== countKeys(value);
}

function countKeys(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let keys = 0;
  if (Array.isArray(value)) {
    for (const item of value) keys += countKeys(item);
    return keys;
  }
  const source = value as Record<string, unknown>;
  for (const key in source) keys += 1 + countKeys(source[key]);
  return keys;
}

/** YAML 1.1 as Kubernetes' parser reads it: `yes` is a boolean, a time or `22:22` a string. */
const yamlTags = (tags: readonly unknown[]) =>
  tags.filter((tag) => {
    const name = (tag as { tag?: string; format?: string }).tag;
    const format = (tag as { format?: string }).format;
    return name !== 'tag:yaml.org,2002:timestamp' && format !== 'TIME';
  });

/** Reads one YAML document. Throws BadRequest. */
export function parseYaml(body: string | Uint8Array): ParsedBody {
  const text = typeof body === 'string' ? body : new TextDecoder().decode(body);
  const document = parseDocument(text, {
    version: '1.1',
    uniqueKeys: false,
    customTags: (tags) => yamlTags(tags) as typeof tags,
  });
  const [error] = document.errors;
  if (error) throw badRequestError(`error converting YAML to JSON: yaml: ${error.message.split('\n')[0]}`);
  try {
    // Through JSON, so that only what JSON can say comes in.
    return { value: JSON.parse(JSON.stringify(document.toJS({ maxAliasCount: 100 })) ?? 'null'), duplicateFields: [] };
  } catch (cause) {
    throw badRequestError(`error converting YAML to JSON: yaml: ${(cause as Error).message}`);
  }
}
