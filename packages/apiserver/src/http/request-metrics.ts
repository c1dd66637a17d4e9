// Owns the figures about requests, under the names that Kubernetes gives them, so that its dashboards fit.
import { Counter, Gauge, Histogram, type Registry } from '@berth/host';

/** What a request was, as far as the figures care. `verb` in upper case, as Kubernetes has it: `LIST`. */
export interface RequestLabels {
  readonly verb: string;
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly subresource: string;
  readonly scope: '' | 'resource' | 'namespace' | 'cluster';
}

export interface RequestMetrics {
  /** `seconds` is undefined of a request that lasts by its nature: a watch, a log that is followed, an exec. */
  finished(labels: RequestLabels, code: number, seconds: number | undefined): void;
  /** Returns the function that ends it. */
  longRunning(labels: RequestLabels): () => void;
}

const labelNames = ['verb', 'group', 'version', 'resource', 'subresource', 'scope', 'component'];
const component = 'apiserver';

export function createRequestMetrics(registry: Registry): RequestMetrics {
  const registers = [registry];
  const total = new Counter({
    name: 'apiserver_request_total',
    help: 'Requests by verb, resource and HTTP code.',
    labelNames: [...labelNames, 'code'],
    registers,
  });
  const durations = new Histogram({
    name: 'apiserver_request_duration_seconds',
    help: 'Time from the request to the end of its answer.',
    labelNames,
    buckets: [0.001, 0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 1, 2, 5, 10, 30, 60],
    registers,
  });
  const lasting = new Gauge({
    name: 'apiserver_longrunning_requests',
    help: 'Watches, followed logs and execs that are open.',
    labelNames,
    registers,
  });
  return {
    finished(labels, code, seconds) {
      total.inc({ ...labels, component, code: String(code) });
      if (seconds !== undefined) durations.observe({ ...labels, component }, seconds);
    },
    longRunning(labels) {
      const held = { ...labels, component };
      lasting.inc(held);
      return () => lasting.dec(held);
    },
  };
}
