// Owns decoding of the types that encode themselves: times, quantities, int-or-string, base64 bytes, raw JSON.
import type { Opaque, SchemaUnion } from '../api/schema.ts';
import { goDuration, parseGoDuration } from '../go-duration.ts';
import { canonicalQuantity, quantityFormatError } from '../quantity.ts';
import { type DecodeContext, DecodeError, formOf } from './context.ts';

const rfc3339 = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)([.,]\d+)?(Z|[+-]\d\d:\d\d)$/;

/** A time in UTC with so many digits after the second. Source: RFC 3339. */
function decodeTime(value: unknown, goType: string, digits: 0 | 6): string {
  if (typeof value !== 'string')
    throw new DecodeError(`json: cannot unmarshal ${formOf(value)} into Go value of type ${goType}`);
  const match = rfc3339.exec(value);
  const milliseconds = millisecondsOf(value);
  if (!match || Number.isNaN(milliseconds)) throw new DecodeError(timeError(value, digits));
  const seconds = new Date(milliseconds).toISOString().slice(0, 19);
  const fraction = (match[7] ?? '').slice(1);
  return digits === 0 ? `${seconds}Z` : `${seconds}.${fraction.padEnd(6, '0').slice(0, 6)}Z`;
}

/** Not a number if it is no time. */
function millisecondsOf(value: string): number {
  return rfc3339.test(value) ? Date.parse(value.replace(/[.,]\d+/, '')) : Number.NaN;
}

/** Why a text is no time of RFC 3339, if so. */
export function timeProblem(value: string): string | undefined {
  return Number.isNaN(millisecondsOf(value)) ? timeError(value, 0) : undefined;
}

const timeParts: readonly [string, RegExp][] = [
  ['2006', /^\d{4}/],
  ['-', /^-/],
  ['01', /^\d\d/],
  ['-', /^-/],
  ['02', /^\d\d/],
  ['T', /^T/],
  ['15', /^\d\d/],
  [':', /^:/],
  ['04', /^\d\d/],
  [':', /^:/],
  ['05', /^\d\d([.,]\d+)?/],
  ['Z07:00', /^(Z|[+-]\d\d:\d\d)$/],
];

/** What is wrong with a time, in the words of the parser that Kubernetes uses: the part where it gives up. */
function timeError(value: string, digits: 0 | 6): string {
  const layout = digits === 0 ? '2006-01-02T15:04:05Z07:00' : '2006-01-02T15:04:05.000000Z07:00';
  let rest = value;
  for (const [part, pattern] of timeParts) {
    const match = pattern.exec(rest);
    if (!match)
      return `parsing time ${JSON.stringify(value)} as ${JSON.stringify(layout)}: cannot parse ${JSON.stringify(rest)} as ${JSON.stringify(part)}`;
    rest = rest.slice(match[0].length);
  }
  return `parsing time ${JSON.stringify(value)}: day out of range`;
}

function decodeIntOrString(value: unknown): unknown {
  if (typeof value === 'string') return value;
  const intoInt32 = (given: string) => new DecodeError(`json: cannot unmarshal ${given} into Go value of type int32`);
  if (typeof value !== 'number') throw intoInt32(formOf(value));
  if (!Number.isInteger(value) || Math.abs(value) > 2 ** 31 - 1) throw intoInt32(`number ${value}`);
  return value;
}

function decodeQuantity(value: unknown): string {
  if (typeof value !== 'string' && typeof value !== 'number') throw new DecodeError(quantityFormatError);
  const quantity = canonicalQuantity(String(value));
  if ('error' in quantity) throw new DecodeError(quantity.error);
  return quantity.text;
}

function decodeDuration(value: unknown): string {
  if (typeof value !== 'string')
    throw new DecodeError(`json: cannot unmarshal ${formOf(value)} into Go value of type string`);
  const nanoseconds = parseGoDuration(value);
  if (nanoseconds === undefined) throw new DecodeError(`time: invalid duration ${JSON.stringify(value)}`);
  return goDuration(nanoseconds);
}

const base64 = /^[A-Za-z0-9+/]*(={0,2})$/;

function decodeBytes(value: unknown, context: DecodeContext): string {
  if (typeof value !== 'string') throw context.wrongType(formOf(value), '[]uint8');
  // Line breaks inside are allowed, and are gone once it has been read.
  const text = /[\r\n]/.test(value) ? value.replace(/[\r\n]/g, '') : value;
  if (text.length % 4 !== 0 || !base64.test(text)) throw new DecodeError(base64Error(text));
  return text;
}

function base64Error(text: string): string {
  const bad = text.search(/[^A-Za-z0-9+/]/);
  const whole = bad < 0 ? text.length - (text.length % 4) : bad;
  return `illegal base64 data at input byte ${whole}`;
}

/** Parsed bodies are never so deep; what patches pile up could be. */
const MAX_DEPTH = 500;

function isDeeper(value: unknown, limit: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return limit === 0 || Object.values(value).some((item) => isDeeper(item, limit - 1));
}

function decodeObject(value: unknown, context: DecodeContext): unknown {
  if (typeof value !== 'object' || Array.isArray(value))
    throw context.wrongType(formOf(value), 'map[string]interface {}');
  if (isDeeper(value, MAX_DEPTH)) throw new DecodeError('exceeded max depth');
  return value;
}

export const decodeOpaque: Readonly<
  Record<Exclude<Opaque, SchemaUnion> | 'bytes', (value: unknown, context: DecodeContext) => unknown>
> = {
  Time: (value) => decodeTime(value, 'string', 0),
  MicroTime: (value) => decodeTime(value, 'string', 6),
  Duration: decodeDuration,
  Quantity: decodeQuantity,
  IntOrString: decodeIntOrString,
  FieldsV1: decodeObject,
  RawExtension: (value) => value,
  JSON: (value) => value,
  bytes: decodeBytes,
};
