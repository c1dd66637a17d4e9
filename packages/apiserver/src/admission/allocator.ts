// Owns who holds which of a range of numbers. A number is taken in the same step in which it is found free, so that two
// concurrent writes never get the same.
import type { Random } from '@berth/host';

export interface Range {
  readonly first: number;
  /** How many numbers the range has. */
  readonly size: number;
  /** How many at the beginning are handed out unasked only when all others are taken. */
  readonly setAside: number;
  /** Numbers that are never handed out unasked. */
  readonly reserved: readonly number[];
}

export class Allocator {
  readonly #range: Range;
  readonly #random: Random;
  readonly #owners = new Map<number, string>();
  readonly #reserved: ReadonlySet<number>;

  constructor(range: Range, random: Random) {
    this.#range = range;
    this.#random = random;
    this.#reserved = new Set(range.reserved);
  }

  contains(number: number): boolean {
    return number >= this.#range.first && number < this.#range.first + this.#range.size;
  }

  owner(number: number): string | undefined {
    return this.#owners.get(number);
  }

  /** Returns false if another one holds it. */
  take(number: number, owner: string): boolean {
    const holder = this.#owners.get(number);
    if (holder !== undefined) return holder === owner;
    this.#owners.set(number, owner);
    return true;
  }

  /** Any free number; undefined if there is none. */
  takeAny(owner: string): number | undefined {
    const { first, size, setAside } = this.#range;
    const found = this.#free(first + setAside, size - setAside) ?? this.#free(first, setAside);
    if (found !== undefined) this.#owners.set(found, owner);
    return found;
  }

  /** Does nothing if another one holds the number by now. */
  release(number: number, owner: string): void {
    if (this.#owners.get(number) === owner) this.#owners.delete(number);
  }

  clear(): void {
    this.#owners.clear();
  }

  #free(first: number, size: number): number | undefined {
    const begin = Math.floor(this.#random.fraction() * size);
    for (let step = 0; step < size; step++) {
      const number = first + ((begin + step) % size);
      if (!this.#owners.has(number) && !this.#reserved.has(number)) return number;
    }
    return undefined;
  }
}
