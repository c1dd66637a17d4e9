// Owns patching an object: the three formats, then decoding of what came out, since a patch may make it anything.
import { applyPatchType, type PatchType } from '../api-request.ts';
import { formOf as jsonFormOf } from '../decode/context.ts';
import type { Decoded, DecodeOptions } from '../decode/decode.ts';
import { decodePatched } from '../decode/decode.ts';
import { formOf } from '../documents/facts-form.ts';
import type { DocumentForm, DocumentType } from '../documents/form.ts';
import { badRequestError, StatusError } from '../errors/status-error.ts';
import { isObject, type JsonObject } from '../json-value.ts';
import type { KubeObject } from '../object.ts';
import { applyJsonPatch } from './json-patch.ts';
import { applyMergePatch } from './merge-patch.ts';

export interface Patch {
  readonly type: Exclude<PatchType, typeof applyPatchType>;
  readonly body: unknown;
}

/**
 * The object with the patch applied, normalised like one that was sent whole. The current object is left as it is.
 * Throws BadRequest for a malformed patch, Invalid for one that does not fit the object or makes it something else,
 * UnsupportedMediaType for a type of patch that the documents do not have.
 */
export function applyPatch<T extends KubeObject>(
  document: DocumentType<T>,
  current: T,
  patch: Patch,
  options: DecodeOptions = {},
): Decoded<T> {
  const merged = patched(current as unknown as JsonObject, patch, formOf(document));
  const isStrategic = patch.type === 'application/strategic-merge-patch+json';
  return decodePatched(document, merged, options, isStrategic ? () => asGoMap(patch.body) : undefined);
}

/** As Kubernetes prints the patch in its messages: Go's `%+v` of a map. */
function asGoMap(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(asGoMap).join(' ')}]`;
  if (value === null) return '<nil>';
  if (!isObject(value)) return String(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `map[${entries.map(([key, item]) => `${key}:${asGoMap(item)}`).join(' ')}]`;
}

/** The types of patches that documents have. */
export function patchTypesOf({ strategicMerge }: DocumentForm): readonly PatchType[] {
  return [
    'application/json-patch+json',
    'application/merge-patch+json',
    ...(strategicMerge ? (['application/strategic-merge-patch+json'] as const) : []),
    applyPatchType,
  ];
}

/** A body of another type than the accepted ones. */
export function unsupportedMediaTypeError(accepted: readonly string[]): StatusError {
  return new StatusError(
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`,
  );
}

function patched(current: JsonObject, { type, body }: Patch, form: DocumentForm): unknown {
  if (type === 'application/json-patch+json') return applyJsonPatch(current, body);
  const isMerge = type === 'application/merge-patch+json';
  if (!isObject(body)) {
    const problem = `json: cannot unmarshal ${jsonFormOf(body)} into Go value of type map[string]interface {}`;
    throw badRequestError(isMerge ? `error decoding patch: ${problem}` : problem);
  }
  if (isMerge) return applyMergePatch(current, body);
  if (!form.strategicMerge) throw unsupportedMediaTypeError(patchTypesOf(form));
  return form.strategicMerge(current, body);
}
