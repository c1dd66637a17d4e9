// Owns the objects of one namespace in the order of their names. A write costs the same however many there are; the
// order is made good by the next list.
import type { KubeObject } from '@berth/objects';

export class SortedObjects<T extends KubeObject = KubeObject> {
  readonly #objects = new Map<string, T>();
  /** Sorted; together with `#added` holds every name once, and those in `#gone` beside. */
  #names: string[] = [];
  #added: string[] = [];
  readonly #gone = new Set<string>();

  get size(): number {
    return this.#objects.size;
  }

  get(name: string): T | undefined {
    return this.#objects.get(name);
  }

  set(name: string, object: T): void {
    if (!this.#objects.has(name) && !this.#gone.delete(name)) this.#added.push(name);
    this.#objects.set(name, object);
  }

  delete(name: string): void {
    if (this.#objects.delete(name)) this.#gone.add(name);
  }

  /** In the order of the names. */
  *values(): Iterable<T> {
    if (this.#added.length > 0 || this.#gone.size > 0) this.#sort();
    for (const name of this.#names) yield this.#objects.get(name)!;
  }

  #sort(): void {
    const added = this.#added.sort();
    const names: string[] = [];
    let next = 0;
    for (const name of this.#names) {
      while (next < added.length && added[next]! < name) names.push(added[next++]!);
      names.push(name);
    }
    for (; next < added.length; next++) names.push(added[next]!);
    this.#names = this.#gone.size > 0 ? names.filter((name) => !this.#gone.has(name)) : names;
    this.#added = [];
    this.#gone.clear();
  }
}
