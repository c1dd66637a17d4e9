// Owns the rows of one noun while anybody looks at them: built in slices at first, then only those that were touched.
// What a settled change costs is what was touched, however often.
import { isDeepStrictEqual } from 'node:util';
import type { Noun, Rows } from '../contract.ts';
import type { RowSource } from './row-source.ts';

/** `previous` is the very row that was told last; both undefined never comes. */
export interface RowChange<N extends Noun> {
  readonly previous: Rows[N] | undefined;
  readonly next: Rows[N] | undefined;
}

/** Rows built before other work of the process gets its turn. */
const sliceSize = 500;

export class RowTable<N extends Noun> {
  readonly #source: RowSource<N>;
  readonly #rows = new Map<string, Rows[N]>();
  readonly #touched = new Set<string>();
  readonly #stop: () => void;
  /** Resolves when all rows are there. */
  readonly built: Promise<void>;

  /** `onTouched` is called when there is something to settle. */
  constructor(source: RowSource<N>, onTouched: () => void) {
    this.#source = source;
    this.#stop = source.watch((key) => {
      this.#touched.add(key);
      onTouched();
    });
    this.built = this.#build();
  }

  rows(): IterableIterator<Rows[N]> {
    return this.#rows.values();
  }

  /** Brings the touched rows up to date and tells what changed. */
  settle(): RowChange<N>[] {
    const changes: RowChange<N>[] = [];
    for (const key of this.#touched) changes.push(...this.#refresh(key));
    this.#touched.clear();
    return changes;
  }

  stop(): void {
    this.#stop();
  }

  async #build(): Promise<void> {
    const keys = this.#source.keys();
    for (let from = 0; from < keys.length; from += sliceSize) {
      if (from > 0) await new Promise((resolve) => setImmediate(resolve));
      for (const key of keys.slice(from, from + sliceSize)) this.#refresh(key);
    }
  }

  #refresh(key: string): RowChange<N>[] {
    const previous = this.#rows.get(key);
    const next = this.#source.build(key);
    if (!previous && !next) return [];
    if (next) {
      if (isDeepStrictEqual(previous, next)) return [];
      this.#rows.set(key, next);
      // Of the same name, but another object: two rows, one of them gone.
      if (previous && previous.uid !== next.uid)
        return [
          { previous, next: undefined },
          { previous: undefined, next },
        ];
    } else this.#rows.delete(key);
    return [{ previous, next }];
  }
}
