// Owns the live views of all browsers: one table per noun, one view per distinct query, and the beat in which changes
// become frames. Nothing is computed for what nobody looks at.
import type { Clock, Logger, Timer } from '@berth/host';
import type { Frame, Noun, ServerFreshness } from '../contract.ts';
import { planView, type ViewPlan } from './query.ts';
import type { RowSource, RowSources } from './row-source.ts';
import { RowTable } from './row-table.ts';
import { View } from './view.ts';

/** Changes within so many milliseconds go out together. */
const beatMs = 80;
/** How often freshness is looked at: an informer does not tell when it loses the server. */
const freshnessMs = 1_000;
/** A table outlives its last view for so long: pages come and go. */
const lingerMs = 30_000;

/** Gets the frames of one view. Called with a snapshot first. */
export type Deliver = (frame: Frame) => void;

export interface OpenView {
  /** All that the view shows, for a browser that lost its place. */
  snapshot(): Frame;
  close(): void;
}

/** The views of one noun, and the table that they share. */
interface Board {
  readonly source: RowSource<Noun>;
  readonly table: RowTable<Noun>;
  readonly views: Map<string, { readonly view: View<Noun>; readonly readers: Set<Deliver> }>;
  freshness: ServerFreshness;
  /** Views that are about to open. */
  opening: number;
  expiry: Timer | undefined;
}

export class Hub {
  readonly #sources: RowSources;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #startedAt: number;
  readonly #boards = new Map<Noun, Board>();
  #beat: Timer | undefined;
  #watch: Timer | undefined;

  constructor(sources: RowSources, options: { readonly clock: Clock; readonly log: Logger }) {
    this.#sources = sources;
    this.#clock = options.clock;
    this.#log = options.log;
    this.#startedAt = options.clock.now();
  }

  /** Delivers a snapshot, then frames until it is closed. Throws an error for people when the query is bad. */
  async open(query: unknown, deliver: Deliver): Promise<OpenView> {
    const plan = planView(query);
    const board = this.#boardOf(plan.noun);
    board.opening++;
    await board.table.built;
    board.opening--;
    const { view, readers } = this.#viewOf(board, plan);
    readers.add(deliver);
    const snapshot = () => view.snapshot(board.freshness);
    deliver(snapshot());
    return {
      snapshot,
      close: () => {
        readers.delete(deliver);
        if (readers.size === 0) board.views.delete(plan.key);
        this.#letGo(plan.noun, board);
      },
    };
  }

  stop(): void {
    this.#beat?.cancel();
    this.#watch?.cancel();
    for (const { table, expiry } of this.#boards.values()) {
      expiry?.cancel();
      table.stop();
    }
    this.#boards.clear();
  }

  /** How many tables are held: none when nobody looks at anything. */
  get tables(): number {
    return this.#boards.size;
  }

  #boardOf(noun: Noun): Board {
    const found = this.#boards.get(noun);
    if (found) {
      found.expiry?.cancel();
      found.expiry = undefined;
      return found;
    }
    const source = this.#sources[noun] as RowSource<Noun>;
    const board: Board = {
      source,
      table: new RowTable(source, () => this.#schedule()),
      views: new Map(),
      freshness: this.#freshnessOf(source),
      opening: 0,
      expiry: undefined,
    };
    this.#boards.set(noun, board);
    this.#watch ??= this.#clock.after(freshnessMs, () => this.#lookAtFreshness());
    return board;
  }

  #viewOf(board: Board, plan: ViewPlan) {
    const found = board.views.get(plan.key);
    if (found) return found;
    const opened = { view: new View<Noun>(plan, board.table.rows()), readers: new Set<Deliver>() };
    board.views.set(plan.key, opened);
    return opened;
  }

  #letGo(noun: Noun, board: Board): void {
    if (board.views.size > 0 || board.expiry) return;
    board.expiry = this.#clock.after(lingerMs, () => {
      board.expiry = undefined;
      if (board.views.size > 0 || board.opening > 0) return;
      board.table.stop();
      this.#boards.delete(noun);
    });
  }

  #schedule(): void {
    this.#beat ??= this.#clock.after(beatMs, () => {
      this.#beat = undefined;
      for (const board of this.#boards.values()) this.#settle(board);
    });
  }

  #settle({ table, views }: Board): void {
    const changes = table.settle();
    if (changes.length === 0) return;
    for (const { view, readers } of views.values()) {
      const frame = view.apply(changes);
      if (frame) this.#tell(readers, frame);
    }
  }

  #lookAtFreshness(): void {
    this.#watch = undefined;
    for (const board of this.#boards.values()) {
      const freshness = this.#freshnessOf(board.source);
      if (freshness.state === board.freshness.state && freshness.since === board.freshness.since) continue;
      board.freshness = freshness;
      for (const { readers } of board.views.values()) this.#tell(readers, { kind: 'freshness', freshness });
    }
    if (this.#boards.size > 0) this.#watch = this.#clock.after(freshnessMs, () => this.#lookAtFreshness());
  }

  /** Stale since the first of the informers lost the server; live since the last of them found it. */
  #freshnessOf({ informers }: RowSource<Noun>): ServerFreshness {
    const all = informers.map(({ freshness }) =>
      freshness.state === 'starting' ? ({ state: 'stale', since: this.#startedAt } as const) : freshness,
    );
    const stale = all.filter(({ state }) => state !== 'live').map(({ since }) => since);
    if (stale.length > 0) return { state: 'stale', since: Math.min(...stale) };
    return { state: 'live', since: Math.max(...all.map(({ since }) => since)) };
  }

  #tell(readers: ReadonlySet<Deliver>, frame: Frame): void {
    for (const deliver of readers) {
      try {
        deliver(frame);
      } catch (error) {
        this.#log.error({ err: error }, 'a browser could not be told of a change');
      }
    }
  }
}
