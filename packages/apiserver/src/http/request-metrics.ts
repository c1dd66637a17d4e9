// Owns the figures about requests, under the names, the labels and the buckets that Kubernetes 1.32 gives them, so that
// its dashboards and alerts fit. What a client makes up (methods, paths, options) makes no new series.
import {
  type Count,
  Counts,
  type Distribution,
  Distributions,
  exponential,
  latencyBounds,
  type Registry,
} from '@berth/host';

/** What a request was, as far as the figures care. */
export interface RequestLabels {
  /** In upper case, as Kubernetes has it: `LIST`. */
  readonly verb: string;
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  /** Of what is no resource, its path. */
  readonly subresource: string;
  readonly scope: '' | 'resource' | 'namespace' | 'cluster';
}

interface Finished {
  readonly code: number;
  /** Undefined of a request that lasts by its nature: a watch, a log that is followed, an exec. */
  readonly seconds?: number;
  /** Of the answer's body. */
  readonly bytes?: number;
  readonly dryRun?: DryRun;
}

export interface RequestMetrics {
  finished(labels: RequestLabels, how: Finished): void;
  /** Returns the function that ends it. */
  longRunning(labels: RequestLabels): () => void;
  /** Events that went to one watch, each with its size in bytes. */
  eventsSent(kind: {
    readonly group: string;
    readonly version: string;
    readonly kind: string;
  }): (bytes: number) => void;
}

export type DryRun = '' | 'All' | 'invalid';

const component = 'apiserver';
/** A service level says nothing of what takes less. */
const indicatorBounds = latencyBounds.filter((seconds) => seconds >= 0.05);
/** Anything else that a client sends is `other`. */
const verbs = new Set([
  'APPLY',
  'CONNECT',
  'DELETE',
  'DELETECOLLECTION',
  'GET',
  'LIST',
  'PATCH',
  'POST',
  'PUT',
  'WATCH',
]);

/** All series of one sort of request: one look-up finds them. */
interface RequestSeries {
  readonly seconds: Distribution;
  readonly indicator: Distribution;
  readonly bytes: Distribution | undefined;
  readonly byCode: Map<number, Count>;
}

export function createRequestMetrics(registry: Registry): RequestMetrics {
  const total = new Counts(registry, {
    name: 'apiserver_request_total',
    help: 'Requests by verb, dry run value, group, version, resource, scope, component, and HTTP code.',
  });
  const seconds = new Distributions(registry, {
    name: 'apiserver_request_duration_seconds',
    help: 'Time from a request to the end of its answer, in seconds.',
    bounds: latencyBounds,
  });
  const indicators = new Distributions(registry, {
    name: 'apiserver_request_sli_duration_seconds',
    help: 'Time from a request to the end of its answer, for service levels: without what lasts by its nature.',
    bounds: indicatorBounds,
  });
  const sizes = new Distributions(registry, {
    name: 'apiserver_response_sizes',
    help: 'Bytes of the answers to reads.',
    bounds: exponential(1000, 10, 7),
  });
  const lasting = new Counts(registry, {
    name: 'apiserver_longrunning_requests',
    help: 'Watches, followed logs and execs that are open.',
    type: 'gauge',
  });
  const events = new Counts(registry, { name: 'apiserver_watch_events_total', help: 'Events sent to watches.' });
  const eventSizes = new Distributions(registry, {
    name: 'apiserver_watch_events_sizes',
    help: 'Bytes of the events sent to watches.',
    bounds: exponential(1024, 2, 8),
  });
  const all = new Map<string, RequestSeries>();

  function seriesOf(labels: RequestLabels, dryRun: DryRun): RequestSeries {
    const key = `${labels.verb} ${labels.group} ${labels.version} ${labels.resource} ${labels.subresource} ${labels.scope} ${dryRun}`;
    let series = all.get(key);
    if (!series) {
      const plain = cleaned(labels);
      const isRead = labels.verb === 'GET' || labels.verb === 'LIST';
      series = {
        seconds: seconds.of({ ...plain, dry_run: dryRun }),
        indicator: indicators.of(plain),
        bytes: isRead ? sizes.of(plain) : undefined,
        byCode: new Map(),
      };
      // Of methods that a client makes up there are not many, since the parser knows its own: but they are no verbs.
      all.set(key, series);
    }
    return series;
  }

  return {
    finished(labels, { code, seconds: taken, bytes, dryRun = '' }) {
      const series = seriesOf(labels, dryRun);
      let count = series.byCode.get(code);
      if (!count) {
        count = total.of({ ...cleaned(labels), dry_run: dryRun, code: String(code) });
        series.byCode.set(code, count);
      }
      count.add();
      if (taken !== undefined) {
        series.seconds.observe(taken);
        series.indicator.observe(taken);
      }
      if (bytes !== undefined) series.bytes?.observe(bytes);
    },
    longRunning(labels) {
      const held = lasting.of(cleaned(labels));
      held.add();
      return () => held.add(-1);
    },
    eventsSent({ group, version, kind }) {
      const count = events.of({ group, version, kind });
      const size = eventSizes.of({ group, version, kind });
      return (bytes) => {
        count.add();
        size.observe(bytes);
      };
    },
  };
}

function cleaned({ verb, group, version, resource, subresource, scope }: RequestLabels) {
  return { verb: shownVerb(verb, scope), group, version, resource, subresource, scope, component };
}

/** A HEAD counts as the read that it stands for. */
function shownVerb(verb: string, scope: RequestLabels['scope']): string {
  if (verb === 'HEAD') return scope === 'resource' || scope === '' ? 'GET' : 'LIST';
  return verbs.has(verb) ? verb : 'other';
}

/** What the query says of a dry run, in one of the few ways that the figures tell apart. */
export function dryRunOf(query: URLSearchParams): DryRun {
  const values = query.getAll('dryRun');
  if (values.length === 0) return '';
  return values.every((value) => value === 'All') ? 'All' : 'invalid';
}
