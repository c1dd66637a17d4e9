// Owns patching an object: the three formats, then decoding of what came out, since a patch may make it anything.
import type { applyPatchType, PatchType } from '../api-request.ts';
import type { Decoded, DecodeOptions } from '../decode/decode.ts';
import { decodePatched } from '../decode/decode.ts';
import { badRequestError } from '../errors/status-error.ts';
import { isObject, type JsonObject } from '../json-value.ts';
import type { KubeObject } from '../object.ts';
import type { Resource } from '../resource.ts';
import { applyJsonPatch } from './json-patch.ts';
import { applyMergePatch } from './merge-patch.ts';
import { applyStrategicMergePatch } from './strategic-merge-patch.ts';

export interface Patch {
  readonly type: Exclude<PatchType, typeof applyPatchType>;
  readonly body: unknown;
}

/**
 * The object with the patch applied, normalised like one that was sent whole. The current object is left as it is.
 * Throws BadRequest for a malformed patch, Invalid for one that does not fit the object or makes it something else.
 */
export function applyPatch<T extends KubeObject>(
  resource: Pick<Resource<T>, 'group' | 'version' | 'kind' | 'type' | 'object'>,
  current: T,
  patch: Patch,
  options: DecodeOptions = {},
): Decoded<T> {
  return decodePatched(resource, patched(current as unknown as JsonObject, patch, resource.type), options);
}

function patched(current: JsonObject, { type, body }: Patch, factsType: string): unknown {
  if (type === 'application/json-patch+json') return applyJsonPatch(current, body);
  if (!isObject(body))
    throw badRequestError('json: cannot unmarshal array into Go value of type map[string]interface {}');
  return type === 'application/merge-patch+json'
    ? applyMergePatch(current, body)
    : applyStrategicMergePatch(current, body, factsType);
}
