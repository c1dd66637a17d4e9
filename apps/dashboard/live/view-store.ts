// Owns the rows of one view: indexed by uid and patched frame by frame. What a frame costs is what it changes, never
// the size of the view; only a change of the order costs the order.
import type { Frame, Noun, Rows, ServerFreshness } from '@berth/dashboard-api';

export type Facets = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** What React follows. A new object per change; `row` reads the current rows. */
export interface ViewState<N extends Noun> {
  /** False until the first snapshot. */
  readonly loaded: boolean;
  /** The uids, as the server sorted them. */
  readonly order: readonly string[];
  readonly total: number;
  readonly facets: Facets;
  readonly server: ServerFreshness | undefined;
  /** The server refuses the query: a bad selector, or a missing right. */
  readonly error: string | undefined;
  row(uid: string): Rows[N] | undefined;
}

export class ViewStore<N extends Noun> {
  readonly #rows = new Map<string, Rows[N]>();
  #state: ViewState<N>;

  constructor() {
    this.#state = {
      loaded: false,
      order: [],
      total: 0,
      facets: {},
      server: undefined,
      error: undefined,
      row: (uid) => this.#rows.get(uid),
    };
  }

  get state(): ViewState<N> {
    return this.#state;
  }

  apply(frame: Frame<N>): void {
    switch (frame.kind) {
      case 'snapshot':
        this.#rows.clear();
        for (const row of frame.rows) this.#rows.set(row.uid, row);
        this.#state = {
          ...this.#state,
          loaded: true,
          order: frame.rows.map((row) => row.uid),
          total: frame.total,
          facets: frame.facets,
          server: frame.freshness,
          error: undefined,
        };
        return;
      case 'patch':
        this.#patch(frame);
        return;
      case 'freshness':
        this.#state = { ...this.#state, server: frame.freshness };
        return;
      case 'error':
        this.#state = { ...this.#state, error: frame.message };
        return;
    }
  }

  #patch(frame: Extract<Frame<N>, { kind: 'patch' }>): void {
    for (const uid of frame.remove) this.#rows.delete(uid);
    const added: string[] = [];
    for (const row of frame.put) {
      if (!this.#rows.has(row.uid)) added.push(row.uid);
      this.#rows.set(row.uid, row);
    }
    this.#state = {
      ...this.#state,
      order: frame.order ?? this.#orderAfter(frame.remove, added),
      total: frame.total,
      facets: frame.facets ?? this.#state.facets,
    };
  }

  /** The server sends an order when it changed; without one, what went is left out and what came stands at the end. */
  #orderAfter(removed: readonly string[], added: readonly string[]): readonly string[] {
    if (removed.length === 0 && added.length === 0) return this.#state.order;
    const gone = new Set(removed);
    return [...this.#state.order.filter((uid) => !gone.has(uid)), ...added];
  }
}
