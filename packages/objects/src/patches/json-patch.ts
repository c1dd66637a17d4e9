// Owns JSON patch: fast-json-patch applies it, this makes its errors the caller's. Source: RFC 6902.
import fastJsonPatch, { type Operation } from 'fast-json-patch';
import { badRequestError, StatusError } from '../errors/status-error.ts';
import { isObject } from '../json-value.ts';

const MAX_OPERATIONS = 10_000;
/** Bytes. A few operations could otherwise double an object again and again. */
const MAX_COPIED = 3 * 1024 * 1024;
const operations = new Set(['add', 'remove', 'replace', 'move', 'copy', 'test']);

/** A patch that is well formed and does not fit the object. Kubernetes keeps to itself how; the cause says it here. */
export function unprocessablePatch(problem: string): StatusError {
  return new StatusError('Invalid', 'the server rejected our request due to an error in our request', {
    causes: [{ reason: 'FieldValueInvalid', field: 'patch', message: problem }],
  });
}

function checkOperations(patch: unknown): Operation[] {
  if (!Array.isArray(patch))
    throw badRequestError('json: cannot unmarshal object into Go value of type jsonpatch.Patch');
  if (patch.length > MAX_OPERATIONS)
    throw new StatusError(
      'RequestEntityTooLarge',
      `The allowed maximum operations in a JSON patch is ${MAX_OPERATIONS}, got ${patch.length}`,
    );
  for (const operation of patch) {
    if (!isObject(operation) || typeof operation.op !== 'string' || typeof operation.path !== 'string')
      throw badRequestError('each operation of a JSON patch needs an op and a path');
    if (!operations.has(operation.op)) throw unprocessablePatch(`Unexpected kind: ${operation.op}`);
    if (operation.path !== '' && !operation.path.startsWith('/'))
      throw unprocessablePatch(`path ${JSON.stringify(operation.path)} does not begin with a slash`);
  }
  return patch as Operation[];
}

/** The patched value; the target is left as it is. Throws BadRequest, Invalid and RequestEntityTooLarge. */
export function applyJsonPatch(target: unknown, patch: unknown): unknown {
  const checked = checkOperations(patch);
  let document: unknown = structuredClone(target);
  let copied = 0;
  for (const [index, operation] of checked.entries()) {
    try {
      if (operation.op === 'copy') copied += sizeAt(document, operation.from);
      if (copied <= MAX_COPIED)
        // Validated, in place, and never through a prototype.
        document = fastJsonPatch.applyOperation(document, operation, true, true, true, index).newDocument;
    } catch (error) {
      const [problem = 'the patch does not apply'] = error instanceof Error ? error.message.split('\n') : [];
      throw unprocessablePatch(problem);
    }
    if (copied > MAX_COPIED)
      throw new StatusError(
        'RequestEntityTooLarge',
        `Unable to complete the copy, the accumulated size increase of copy is ${copied}, exceeding the limit ${MAX_COPIED}`,
      );
  }
  return document;
}

function sizeAt(document: unknown, pointer: string): number {
  return JSON.stringify(fastJsonPatch.getValueByPointer(document, pointer))?.length ?? 0;
}
