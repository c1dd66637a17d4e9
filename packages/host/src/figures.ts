// Owns figures that cost next to nothing to keep: counts and distributions that a caller holds on to, and that are put
// into Prometheus' form when somebody asks for them. They lie in a prom-client registry beside its own metrics.
import type { Metric, Registry } from 'prom-client';

export type Labels = Readonly<Record<string, string>>;

interface Sample {
  readonly labels: Labels;
  readonly value: number;
  readonly metricName?: string;
}

interface Description {
  readonly name: string;
  readonly help: string;
}

/** Registers figures that are kept elsewhere: `read` gives all of them. */
function addFigures(
  registry: Registry,
  {
    name,
    help,
    type,
    read,
  }: Description & { type: 'counter' | 'gauge' | 'histogram'; read(): Iterable<Sample> | Promise<Iterable<Sample>> },
): void {
  const metric = {
    name,
    help,
    type,
    aggregator: 'sum',
    get: async () => ({ name, help, type, aggregator: 'sum', values: [...(await read())] }),
    reset() {},
  };
  registry.registerMetric(metric as unknown as Metric);
}

/** A gauge whose values are known to somebody else. */
export function addGauge(
  registry: Registry,
  {
    read,
    ...description
  }: Description & { read(): Iterable<readonly [Labels, number]> | Promise<Iterable<readonly [Labels, number]>> },
): void {
  const samples = async () => [...(await read())].map(([labels, value]) => ({ labels, value }));
  addFigures(registry, { ...description, type: 'gauge', read: samples });
}

export interface Count {
  add(amount?: number): void;
}

class CountOf implements Count {
  value = 0;

  add(amount = 1): void {
    this.value += amount;
  }
}

/** Counters, one for each set of labels that was ever asked for. Whoever asks often keeps what it got. */
export class Counts {
  readonly #all = new Map<string, { readonly labels: Labels; readonly count: CountOf }>();

  /** `type`: a gauge may also go down. */
  constructor(registry: Registry, { type = 'counter', ...description }: Description & { type?: 'counter' | 'gauge' }) {
    addFigures(registry, { ...description, type, read: () => this.#samples() });
  }

  of(labels: Labels): Count {
    const key = Object.values(labels).join('\0');
    let found = this.#all.get(key);
    if (!found) {
      found = { labels, count: new CountOf() };
      this.#all.set(key, found);
    }
    return found.count;
  }

  *#samples(): Iterable<Sample> {
    for (const { labels, count } of this.#all.values()) yield { labels, value: count.value };
  }
}

export interface Distribution {
  observe(value: number): void;
}

class DistributionOf implements Distribution {
  readonly #bounds: readonly number[];
  /** One behind the bounds, for what lies above all of them. */
  readonly #counts: number[];
  #sum = 0;

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = Array<number>(bounds.length + 1).fill(0);
  }

  observe(value: number): void {
    let at = 0;
    while (at < this.#bounds.length && value > this.#bounds[at]!) at++;
    this.#counts[at]! += 1;
    this.#sum += value;
  }

  *samples(name: string, labels: Labels): Iterable<Sample> {
    let count = 0;
    for (const [at, bound] of [...this.#bounds, Number.POSITIVE_INFINITY].entries()) {
      count += this.#counts[at]!;
      const le = bound === Number.POSITIVE_INFINITY ? '+Inf' : String(bound);
      yield { metricName: `${name}_bucket`, labels: { ...labels, le }, value: count };
    }
    yield { metricName: `${name}_sum`, labels, value: this.#sum };
    yield { metricName: `${name}_count`, labels, value: count };
  }
}

/** Histograms, one for each set of labels that was ever asked for. */
export class Distributions {
  readonly #bounds: readonly number[];
  readonly #all = new Map<string, { readonly labels: Labels; readonly distribution: DistributionOf }>();

  /** `bounds`: the upper ends of the buckets, rising. */
  constructor(registry: Registry, { bounds, ...description }: Description & { readonly bounds: readonly number[] }) {
    this.#bounds = bounds;
    addFigures(registry, { ...description, type: 'histogram', read: () => this.#samples(description.name) });
  }

  of(labels: Labels): Distribution {
    const key = Object.values(labels).join('\0');
    let found = this.#all.get(key);
    if (!found) {
      found = { labels, distribution: new DistributionOf(this.#bounds) };
      this.#all.set(key, found);
    }
    return found.distribution;
  }

  *#samples(name: string): Iterable<Sample> {
    for (const { labels, distribution } of this.#all.values()) yield* distribution.samples(name, labels);
  }
}

/** `count` bounds from `first` on, each `factor` times the one before. */
export function exponential(first: number, factor: number, count: number): number[] {
  return Array.from({ length: count }, (_, power) => first * factor ** power);
}

/** Seconds: Kubernetes' buckets for what its service levels are about. */
export const latencyBounds: readonly number[] = [
  0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60,
];
