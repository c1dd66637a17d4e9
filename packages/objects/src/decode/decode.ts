// Owns reading a document that a client sent: from a parsed body to a normalised object of the expected kind, or the
// BadRequest that Kubernetes answers.
import { allTypes } from '../api/schema.ts';
import { formOf as documentFormOf } from '../documents/facts-form.ts';
import type { DocumentType } from '../documents/form.ts';
import { invalid } from '../errors/field-error.ts';
import { badRequestError, invalidError, type StatusError } from '../errors/status-error.ts';
import type { Draft } from '../object.ts';
import { apiVersionOf } from '../resource.ts';
import { DecodeError, formOf } from './context.ts';

/** Of unknown and duplicate fields, which are told. Source: Kubernetes, sigs.k8s.io/json. */
const mostProblems = 100;

export interface DecodeOptions {
  /** What becomes of unknown and duplicate fields; they are dropped in any case. */
  readonly fieldValidation?: 'Ignore' | 'Warn' | 'Strict';
  /** As the parser found them. */
  readonly duplicates?: readonly string[];
}

export interface Decoded<T> {
  /** Nothing of it is shared with the body. */
  readonly object: Draft<T>;
  /** For the Warning header. */
  readonly warnings: readonly string[];
}

/**
 * Decodes a document. apiVersion and kind may be left out; when they are there they must be the expected ones.
 * Unknown fields are dropped, defaults set, structs that are always there filled in.
 */
export function decode<T>(expected: DocumentType<T>, body: unknown, options: DecodeOptions = {}): Decoded<T> {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw unrecognized(expected, `json: cannot unmarshal ${formOf(body)} into Go value of type ${typeMeta}`);
  const { apiVersion, kind, ...fields } = body as Record<string, unknown>;
  checkTypeMeta(expected, apiVersion, kind);
  return decodeFields(expected, fields, options, (problem) => cannotHandle(expected, problem));
}

/**
 * Decodes what a patch made of an object. What is wrong with it is the patch's fault: Invalid. `shown`: what the message
 * then quotes.
 */
export function decodePatched<T>(
  expected: DocumentType<T>,
  patched: unknown,
  options: DecodeOptions,
  shown: () => string = () => JSON.stringify(patched),
): Decoded<T> {
  const refuse = (problem: string) => invalidError({ group: '', kind: '' }, '', [invalid('patch', shown(), problem)]);
  if (typeof patched !== 'object' || patched === null || Array.isArray(patched))
    throw refuse(`json: cannot unmarshal ${formOf(patched)} into Go value of type v1.${expected.kind}`);
  const { apiVersion, kind, ...fields } = patched as Record<string, unknown>;
  if (kind !== expected.kind || apiVersion !== apiVersionOf(expected))
    throw refuse(`no kind "${kind}" is registered for version "${apiVersion}"`);
  return decodeFields(expected, fields, options, refuse);
}

function decodeFields<T>(
  expected: DocumentType<T>,
  fields: Record<string, unknown>,
  options: DecodeOptions,
  refuse: (problem: string) => StatusError,
): Decoded<T> {
  const form = documentFormOf(expected);
  let read: ReturnType<typeof form.read>;
  try {
    read = form.read(fields);
  } catch (error) {
    if (error instanceof DecodeError) throw refuse(error.message);
    throw error;
  }
  const unknown = read.dropped ? form.unknownFields(fields) : [];
  const warnings = strictProblems(unknown, options);
  if (warnings.length > 0 && options.fieldValidation === 'Strict')
    throw refuse(`strict decoding error: ${warnings.join(', ')}`);
  return {
    object: { kind: expected.kind, apiVersion: apiVersionOf(expected), ...read.object } as Draft<T>,
    warnings,
  };
}

/** How Kubernetes' parser calls the part of a document that it reads first. */
const typeMeta =
  'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';

function cannotHandle({ kind, version }: DocumentType, problem: string) {
  return badRequestError(`${kind} in version "${version}" cannot be handled as a ${kind}: ${problem}`);
}

function unrecognized({ kind }: DocumentType, problem: string) {
  return badRequestError(
    `the object provided is unrecognized (must be of type ${kind}): couldn't get version/kind; json parse error: ${problem}`,
  );
}

function checkTypeMeta(expected: DocumentType, apiVersion: unknown, kind: unknown): void {
  for (const [name, value] of [
    ['apiVersion', apiVersion],
    ['kind', kind],
  ] as const)
    if (value !== undefined && value !== null && typeof value !== 'string')
      throw unrecognized(
        expected,
        `json: cannot unmarshal ${formOf(value)} into Go struct field .${name} of type string`,
      );
  if (kind && kind !== expected.kind)
    throw otherKind(expected, String(apiVersion || apiVersionOf(expected)), String(kind));
  if (apiVersion && apiVersion !== apiVersionOf(expected))
    throw badRequestError(
      `the API version in the data (${apiVersion}) does not match the expected API version (${apiVersionOf(expected)})`,
    );
}

/** A document of another kind than the expected one: Kubernetes knows it and cannot convert it, or does not know it. */
function otherKind(expected: DocumentType, apiVersion: string, kind: string): StatusError {
  const [version = '', group = ''] = apiVersion.split('/').reverse();
  const packageOf = (name: string) => name.split('.')[0] || 'core';
  const isKnown = allTypes.some((type) => type.endsWith(`.${packageOf(group)}.${version}.${kind}`));
  const problem = isKnown
    ? `converting (${version}.${kind}) to (${packageOf(expected.group)}.${expected.kind}): unknown conversion`
    : `no kind "${kind}" is registered for version "${apiVersion}"`;
  return badRequestError(`${kind} in version "${version}" cannot be handled as a ${expected.kind}: ${problem}`);
}

function strictProblems(unknownFields: readonly string[], options: DecodeOptions): string[] {
  if (options.fieldValidation === 'Ignore') return [];
  const problems = [...(options.duplicates ?? []), ...unknownFields.map((field) => `unknown field "${field}"`)];
  return problems.slice(0, mostProblems);
}
