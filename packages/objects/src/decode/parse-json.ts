// Owns reading a request body of JSON: its text to a value, with the paths of keys that stand twice in one object,
// which a parsed value no longer shows, and with Kubernetes' words for what cannot be read.
import { badRequestError } from '../errors/status-error.ts';
import { maxDepth, parsedJson } from '../json-value.ts';
import { scanJson } from './scan-json.ts';

export interface ParsedBody {
  readonly value: unknown;
  /** What is to be said of keys that stand twice in one object: `duplicate field "spec.replicas"`. */
  readonly duplicates: readonly string[];
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
  const refuse = (problem: string) =>
    badRequestError(
      `the object provided is unrecognized (must be of type ${kind}): couldn't get version/kind; json parse error: ${problem} (${summaryOf(text)})`,
    );
  const { keys, depth } = measure(text);
  if (depth > maxDepth) throw refuse('exceeded max depth');
  let value: unknown;
  try {
    value = parsedJson(text);
  } catch {
    throw refuse(scanJson(text).error ?? 'unexpected end of JSON input');
  }
  // Hardly any body has duplicates: only then is it worth a closer look.
  const fields = keys === countKeys(value) ? [] : scanJson(text).duplicateFields;
  return { value, duplicates: fields.map((field) => `duplicate field "${field}"`) };
}

/** Reads a patch, which is JSON of any form. Throws BadRequest. */
export function parsePatch(body: Uint8Array): unknown {
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString();
  if (measure(text).depth > maxDepth) throw badRequestError('error decoding patch: exceeded max depth');
  try {
    return parsedJson(text);
  } catch {
    throw badRequestError(`error decoding patch: ${scanJson(text).error ?? 'unexpected end of JSON input'}`);
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;

/** How many keys the text has, and how deep it is nested; without any allocation, since every body is measured. */
export function measure(text: string): { readonly keys: number; readonly depth: number } {
  let keys = 0;
  let level = 0;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case QUOTE:
        at = closingQuote(text, at + 1);
        break;
      case COLON:
        keys++;
        break;
      case 0x7b: // {
      case 0x5b: // [
        if (++level > depth) depth = level;
        break;
      case 0x7d: // }
      case 0x5d: // ]
        level--;
        break;
    }
  }
  return { keys, depth };
}

/** Where the string that begins here ends: at a quote with an even number of backslashes before it. */
function closingQuote(text: string, start: number): number {
  for (let at = text.indexOf('"', start); at >= 0; at = text.indexOf('"', at + 1)) {
    let slash = at;
    while (slash > start && text.charCodeAt(slash - 1) === BACKSLASH) slash--;
    if ((at - slash) % 2 === 0) return at;
  }
  return text.length;
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
