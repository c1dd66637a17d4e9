// Owns what one query shows: the matching rows in order, the window of them that browsers hold, and the frames that
// bring a browser from one state to the next. A frame holds what changed and nothing else. All browsers with the same
// query share one view.
import type { Frame, Noun, Rows, ServerFreshness } from '../contract.ts';
import { Facets } from './facets.ts';
import type { ViewPlan } from './query.ts';
import type { RowChange } from './row-table.ts';

/** From this part of the rows on, sorting all anew is cheaper than placing each. */
const bulk = 1 / 8;

export class View<N extends Noun> {
  readonly plan: ViewPlan<N>;
  readonly #facets = new Facets();
  /** Every matching row, in order. */
  #rows: Rows[N][];
  /** What browsers hold: the rows of the window by uid, in order. */
  #shown = new Map<string, Rows[N]>();
  #total: number;

  constructor(plan: ViewPlan<N>, rows: Iterable<Rows[N]>) {
    this.plan = plan;
    const matching: Rows[N][] = [];
    for (const row of rows) {
      if (!plan.inScope(row)) continue;
      this.#facets.add(row.labels);
      if (plan.labelsMatch(row)) matching.push(row);
    }
    this.#rows = matching.sort(plan.compare);
    this.#total = this.#rows.length;
    this.#facets.takeChanged();
    for (const row of this.#window()) this.#shown.set(row.uid, row);
  }

  snapshot(freshness: ServerFreshness): Frame<N> {
    return {
      kind: 'snapshot',
      rows: [...this.#shown.values()],
      total: this.#total,
      facets: this.#facets.toCounts(),
      freshness,
    };
  }

  /** The frame that these changes make for browsers; undefined if the view does not show any of it. */
  apply(changes: readonly RowChange<N>[]): Frame<N> | undefined {
    for (const change of changes) this.#countFacets(change);
    const replaced = this.#place(changes);
    const patch = replaced ? this.#patchReplaced(replaced) : this.#patchMoved();
    const facets = this.#facets.takeChanged() ? { facets: this.#facets.toCounts() } : {};
    const unchanged = patch.put.length === 0 && patch.remove.length === 0 && !patch.order && !facets.facets;
    if (unchanged && this.#rows.length === this.#total) return undefined;
    this.#total = this.#rows.length;
    return { kind: 'patch', ...patch, total: this.#total, ...facets };
  }

  #window(): readonly Rows[N][] {
    return this.plan.limit < this.#rows.length ? this.#rows.slice(0, this.plan.limit) : this.#rows;
  }

  /** The row, if the view holds it. */
  #matching(row: Rows[N] | undefined): Rows[N] | undefined {
    return row && this.plan.inScope(row) && this.plan.labelsMatch(row) ? row : undefined;
  }

  #countFacets({ previous, next }: RowChange<N>): void {
    const [before, after] = [previous, next].map((row) => (row && this.plan.inScope(row) ? row.labels : undefined));
    if (before && after && sameLabels(before, after)) return;
    if (before) this.#facets.remove(before);
    if (after) this.#facets.add(after);
  }

  /** Brings the rows up to date. The rows that were replaced, if no row came, went or moved; undefined otherwise. */
  #place(changes: readonly RowChange<N>[]): Rows[N][] | undefined {
    const concerned = changes
      .map(({ previous, next }) => ({ before: this.#matching(previous), after: this.#matching(next) }))
      .filter(({ before, after }) => before || after);
    if (concerned.length > 100 && concerned.length > this.#rows.length * bulk) return this.#rebuild(concerned);
    const { compare } = this.plan;
    const replaced: Rows[N][] = [];
    let moved = false;
    for (const { before, after } of concerned) {
      if (before && after && compare(before, after) === 0) {
        this.#rows[this.#indexOf(before)] = after;
        replaced.push(after);
        continue;
      }
      if (before) this.#rows.splice(this.#indexOf(before), 1);
      if (after) this.#rows.splice(this.#indexOf(after), 0, after);
      moved = true;
    }
    return moved ? undefined : replaced;
  }

  #rebuild(changes: readonly { before: Rows[N] | undefined; after: Rows[N] | undefined }[]): undefined {
    const gone = new Set(changes.map(({ before }) => before));
    const come = changes.flatMap(({ after }) => after ?? []);
    this.#rows = [...this.#rows.filter((row) => !gone.has(row)), ...come].sort(this.plan.compare);
  }

  /** Where the row stands, or would. */
  #indexOf(row: Rows[N]): number {
    let [low, high] = [0, this.#rows.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.plan.compare(this.#rows[middle]!, row) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #patchReplaced(rows: readonly Rows[N][]): Patch<N> {
    const put = rows.filter(({ uid }) => this.#shown.has(uid));
    for (const row of put) this.#shown.set(row.uid, row);
    return { put, remove: [] };
  }

  #patchMoved(): Patch<N> {
    const before = this.#shown;
    const after = new Map(this.#window().map((row) => [row.uid, row]));
    this.#shown = after;
    const put = [...after.values()].filter((row) => before.get(row.uid) !== row);
    const remove = [...before.keys()].filter((uid) => !after.has(uid));
    // What a browser makes of it by itself: what went is left out, what came stands at the end.
    const expected = [...before.keys()].filter((uid) => after.has(uid));
    expected.push(...put.map(({ uid }) => uid).filter((uid) => !before.has(uid)));
    const order = [...after.keys()];
    const asExpected = !this.plan.ordered || order.every((uid, index) => uid === expected[index]);
    return { put, remove, ...(asExpected ? {} : { order }) };
  }
}

type Patch<N extends Noun> = Pick<Extract<Frame<N>, { kind: 'patch' }>, 'put' | 'remove' | 'order'>;

function sameLabels(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  if (a === b) return true;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}
