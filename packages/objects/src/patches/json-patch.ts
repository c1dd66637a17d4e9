// Owns JSON patch: its operations, its errors in the words of Kubernetes' library, and its limits. Each operation costs
// no more than what it names. Sources: RFC 6902; RFC 6901 for the pointers.
import { badRequestError, StatusError } from '../errors/status-error.ts';
import { depthOf, getKey, isObject, type JsonObject, maxDepth, sameJson, setKey } from '../json-value.ts';

const MAX_OPERATIONS = 10_000;
/** Bytes. A few operations could otherwise double an object again and again. */
const MAX_COPIED = 3 * 1024 * 1024;

const operations = ['add', 'remove', 'replace', 'move', 'copy', 'test'] as const;

interface Operation {
  readonly op: (typeof operations)[number];
  readonly path: string;
  readonly from: string;
  readonly value: unknown;
}

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
  return patch.map(checkOperation);
}

function checkOperation(operation: unknown): Operation {
  if (!isObject(operation) || typeof operation.op !== 'string' || typeof operation.path !== 'string')
    throw badRequestError('each operation of a JSON patch needs an op and a path');
  const op = operations.find((known) => known === operation.op);
  if (!op) throw unprocessablePatch(`Unexpected kind: ${operation.op}`);
  const from = op === 'move' || op === 'copy' ? operation.from : '';
  if (typeof from !== 'string') throw badRequestError(`the operation ${op} of a JSON patch needs a from`);
  for (const pointer of [operation.path, from])
    if (pointer !== '' && !pointer.startsWith('/'))
      throw unprocessablePatch(`path ${JSON.stringify(pointer)} does not begin with a slash`);
  return { op, path: operation.path, from, value: operation.value ?? null };
}

/** The patched value; the target is left as it is. Throws BadRequest, Invalid and RequestEntityTooLarge. */
export function applyJsonPatch(target: unknown, patch: unknown): unknown {
  const checked = checkOperations(patch);
  const document = new Patched(structuredClone(target));
  for (const operation of checked) document.apply(operation);
  if (depthOf(document.root) > maxDepth) throw unprocessablePatch('exceeded max depth');
  return document.root;
}

/** Where a pointer leads: into a container that exists, to a key that may not. */
interface Place {
  readonly container: JsonObject | unknown[];
  readonly key: string;
}

class Patched {
  root: unknown;
  #copied = 0;

  constructor(root: unknown) {
    this.root = root;
  }

  apply({ op, path, from, value }: Operation): void {
    const missing = (what: string) => `${op} operation does not apply: doc is missing ${what}: missing value`;
    switch (op) {
      case 'add':
        this.#add(path, value, () => missing(`path: ${JSON.stringify(path)}`));
        break;
      case 'remove':
        this.#remove(path, () => missing(`path: ${JSON.stringify(path)}`));
        break;
      case 'replace':
        if (this.#get(path) === undefined) throw unprocessablePatch(missing(`key: ${path}`));
        this.#set(path, value);
        break;
      case 'test':
        if (!sameJson(this.#get(path) ?? null, value))
          throw unprocessablePatch(`testing value ${path} failed: test failed`);
        break;
      case 'move': {
        if (path.startsWith(`${from}/`))
          throw unprocessablePatch(`move operation does not apply: ${path} lies within ${from}`);
        const moved = this.#remove(from, () => missing(`from path: ${from}`));
        this.#add(path, moved, () => missing(`destination path: ${path}`));
        break;
      }
      case 'copy': {
        const found = this.#get(from);
        if (found === undefined) throw unprocessablePatch(missing(`from path: ${from}`));
        this.#add(path, this.#copyOf(found), () => missing(`destination path: ${path}`));
        break;
      }
    }
  }

  #copyOf(value: unknown): unknown {
    // Before its text is made, which goes down the stack.
    if (depthOf(value) > maxDepth) throw unprocessablePatch('exceeded max depth');
    const text = JSON.stringify(value);
    this.#copied += text.length;
    if (this.#copied > MAX_COPIED)
      throw new StatusError(
        'RequestEntityTooLarge',
        `Unable to complete the copy, the accumulated size increase of copy is ${this.#copied}, exceeding the limit ${MAX_COPIED}`,
      );
    return JSON.parse(text) as unknown;
  }

  #get(path: string): unknown {
    if (path === '') return this.root;
    const place = this.#placeOf(path);
    if (!place) return undefined;
    const { container, key } = place;
    if (!Array.isArray(container)) return getKey(container, key);
    const index = indexOf(key, container.length);
    return index === undefined ? undefined : container[index];
  }

  #set(path: string, value: unknown): void {
    const place = this.#placeOf(path);
    if (!place) this.root = value;
    else if (Array.isArray(place.container)) place.container[indexOf(place.key, place.container.length)!] = value;
    else setKey(place.container, place.key, value);
  }

  #add(path: string, value: unknown, missing: () => string): void {
    if (path === '') {
      this.root = value;
      return;
    }
    const place = this.#placeOf(path);
    if (!place) throw unprocessablePatch(missing());
    const { container, key } = place;
    if (Array.isArray(container)) {
      const index = key === '-' ? container.length : indexOf(key, container.length + 1);
      if (index === undefined) throw invalidIndex(key);
      container.splice(index, 0, value);
    } else setKey(container, key, value);
  }

  /** Returns what was removed. */
  #remove(path: string, missing: () => string): unknown {
    const place = this.#placeOf(path);
    if (!place) throw unprocessablePatch(missing());
    const { container, key } = place;
    if (Array.isArray(container)) {
      const index = indexOf(key, container.length);
      if (index === undefined) throw invalidIndex(key);
      return container.splice(index, 1)[0];
    }
    const found = getKey(container, key);
    if (found === undefined)
      throw unprocessablePatch(
        `error in remove for path: '${path}': Unable to remove nonexistent key: ${key}: missing value`,
      );
    delete container[key];
    return found;
  }

  /** Undefined if there is no such container, and of the whole document. */
  #placeOf(path: string): Place | undefined {
    const keys = path.split('/').slice(1).map(unescaped);
    const key = keys.pop();
    if (key === undefined) return undefined;
    let at = this.root;
    for (const step of keys) {
      const index = Array.isArray(at) ? indexOf(step, at.length) : undefined;
      if (Array.isArray(at)) at = index === undefined ? undefined : at[index];
      else at = isObject(at) ? getKey(at, step) : undefined;
    }
    return Array.isArray(at) || isObject(at) ? { container: at, key } : undefined;
  }
}

function invalidIndex(key: string): StatusError {
  return unprocessablePatch(`Unable to access invalid index: ${key}: invalid index referenced`);
}

function unescaped(key: string): string {
  return key.includes('~') ? key.replaceAll('~1', '/').replaceAll('~0', '~') : key;
}

/** Undefined if there is no such item. As in Kubernetes' library, a negative index counts from the end. */
function indexOf(key: string, length: number): number | undefined {
  if (!/^-?\d{1,9}$/.test(key)) return undefined;
  const index = Number(key);
  if (index >= length || index < -length) return undefined;
  return index < 0 ? index + length : index;
}
