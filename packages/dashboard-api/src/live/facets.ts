// Owns the counts of labels over the rows of a view, kept up to date row by row.

type Labels = Readonly<Record<string, string>>;
export type FacetCounts = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** What goes to the browser is bounded: so many labels, the most frequent ones, and so many values of each. */
const maxLabels = 40;
const maxValues = 40;

export class Facets {
  readonly #counts = new Map<string, Map<string, number>>();
  #changed = false;

  add(labels: Labels): void {
    for (const key in labels) this.#count(key, labels[key]!, 1);
  }

  remove(labels: Labels): void {
    for (const key in labels) this.#count(key, labels[key]!, -1);
  }

  /** Whether anything changed since this was asked last. */
  takeChanged(): boolean {
    const changed = this.#changed;
    this.#changed = false;
    return changed;
  }

  toCounts(): FacetCounts {
    const labels = largest(
      [...this.#counts].map(([key, values]) => ({ key, values, count: sum(values) })),
      maxLabels,
    );
    return Object.fromEntries(
      labels.map(({ key, values }) => {
        const shown = largest(
          [...values].map(([key, count]) => ({ key, count })),
          maxValues,
        );
        return [key, Object.fromEntries(shown.map(({ key, count }) => [key, count]))];
      }),
    );
  }

  #count(key: string, value: string, by: 1 | -1): void {
    this.#changed = true;
    const values = this.#counts.get(key) ?? new Map<string, number>();
    const count = (values.get(value) ?? 0) + by;
    if (count > 0) values.set(value, count);
    else values.delete(value);
    if (values.size > 0) this.#counts.set(key, values);
    else this.#counts.delete(key);
  }
}

function sum(values: ReadonlyMap<string, number>): number {
  let total = 0;
  for (const count of values.values()) total += count;
  return total;
}

/** The ones with the highest counts, in the order of their keys. */
function largest<T extends { readonly key: string; readonly count: number }>(all: T[], most: number): T[] {
  const chosen = all.length <= most ? all : all.sort((a, b) => b.count - a.count || order(a, b)).slice(0, most);
  return chosen.sort(order);
}

function order(a: { readonly key: string }, b: { readonly key: string }): number {
  return a.key < b.key ? -1 : 1;
}
