// Owns the bound on what aliases make of a document: a few lines can stand for gigabytes.
import { isObject } from '../json-value.ts';
import type { YamlState } from './yaml-state.ts';

/** Characters of JSON that aliases may add, all together: as many as a body may have. */
const mostAdded = 3 * 1024 * 1024;

/** Follows the reading of one document. */
export class Aliases {
  /** Whether there are any: then parts of the value are shared. */
  found = false;
  #added = 0;
  /** What has an anchor and has been read to its end. */
  readonly #complete = new WeakSet<object>();
  readonly #lengths = new WeakMap<object, number>();

  /** A node was read. Throws an Error where an alias means too much, or what it stands in. */
  close({ kind, tag, anchor, result }: YamlState): void {
    const isAlias = kind === null && tag === null && result !== null;
    if (!isAlias) {
      if (anchor !== null && typeof result === 'object' && result !== null) this.#complete.add(result);
      return;
    }
    this.found = true;
    if (typeof result === 'object' && !this.#complete.has(result as object))
      throw new Error('the value of an anchor contains itself');
    this.#added += this.#lengthOf(result);
    if (this.#added > mostAdded) throw new Error('document contains excessive aliasing');
  }

  #lengthOf(value: unknown): number {
    if (typeof value === 'string') return value.length + 2;
    if (typeof value !== 'object' || value === null) return String(value).length;
    const known = this.#lengths.get(value);
    if (known !== undefined) return known;
    let length = 2;
    if (isObject(value)) for (const key in value) length += key.length + 4 + this.#lengthOf(value[key]);
    else for (const item of value as readonly unknown[]) length += 1 + this.#lengthOf(item);
    this.#lengths.set(value, length);
    return length;
  }
}
