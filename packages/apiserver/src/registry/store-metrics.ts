// Owns the figures about the store's operations, under the names that Kubernetes 1.32 gives them, whichever store it is.
import {
  type Clock,
  type Count,
  Counts,
  type Distribution,
  Distributions,
  latencyBounds,
  type Registry,
} from '@berth/host';
import { type Change, type Store, TooOldError, WriteConflictError } from '@berth/store';
import { readKey, registryPrefix } from '../watch-cache/keys.ts';

interface OperationSeries {
  readonly count: Count;
  readonly errors: Count;
  readonly seconds: Distribution;
}

/** The same store, measured. A conflict and a revision that was compacted are answers, no errors. */
export function withMetrics(store: Store, { metrics, clock }: { metrics: Registry; clock: Clock }): Store {
  const requests = new Counts(metrics, { name: 'etcd_requests_total', help: 'Operations of the store, by resource.' });
  const errors = new Counts(metrics, {
    name: 'etcd_request_errors_total',
    help: 'Operations of the store that failed.',
  });
  const durations = new Distributions(metrics, {
    name: 'etcd_request_duration_seconds',
    help: 'How long an operation of the store took, by resource.',
    bounds: latencyBounds,
  });
  const all = new Map<string, OperationSeries>();

  function seriesOf(operation: string, type: string): OperationSeries {
    const key = `${operation} ${type}`;
    let series = all.get(key);
    if (!series) {
      const labels = { operation, type };
      series = { count: requests.of(labels), errors: errors.of(labels), seconds: durations.of(labels) };
      all.set(key, series);
    }
    return series;
  }

  async function measured<T>(operation: string, key: string, run: () => Promise<T>): Promise<T> {
    const series = seriesOf(operation, typeOf(key));
    const started = clock.monotonic();
    series.count.add();
    try {
      return await run();
    } catch (error) {
      if (!(error instanceof WriteConflictError || error instanceof TooOldError)) series.errors.add();
      throw error;
    } finally {
      series.seconds.observe((clock.monotonic() - started) / 1000);
    }
  }

  return {
    revision: () => store.revision(),
    get: (key) => measured('get', key, () => store.get(key)),
    list: (prefix, options) => measured('list', prefix, () => store.list(prefix, options)),
    write: (change) => measured(operationOf(change), change.key, () => store.write(change)),
    watch: (prefix, options) => store.watch(prefix, options),
    compact: (revision) => measured('compact', '', () => store.compact(revision)),
    close: () => store.close(),
  };
}

function operationOf({ value, expect }: Change): string {
  if (value === null) return 'delete';
  return expect === 0 ? 'create' : 'update';
}

/** The resource under a key or a prefix; empty: of all of them. */
function typeOf(key: string): string {
  return key.length > registryPrefix.length ? readKey(key).resource : '';
}
