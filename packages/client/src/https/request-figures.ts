// Owns the figures about requests to an API server, under the names, the labels and the buckets that Kubernetes' clients
// give them. Source: Kubernetes 1.32, k8s.io/component-base/metrics/prometheus/restclient.
import { type Clock, Counts, Distributions, type Registry } from '@berth/host';

export interface RequestFigures {
  /** A request goes out. Returns what to call with the code of its answer, or with nothing if none came. */
  sent(method: string, server: string): (code?: number) => void;
}

const seconds = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60];

export function createRequestFigures(registry: Registry, clock: Clock): RequestFigures {
  const requests = new Counts(registry, {
    name: 'rest_client_requests_total',
    help: 'Requests to an API server, by the code of the answer, method and host.',
  });
  const durations = new Distributions(registry, {
    name: 'rest_client_request_duration_seconds',
    help: 'Time until an API server began to answer, by verb and host.',
    bounds: seconds,
  });
  return {
    sent(method, server) {
      const { host } = new URL(server);
      const started = clock.monotonic();
      return (code) => {
        durations.of({ verb: method, host }).observe((clock.monotonic() - started) / 1000);
        requests.of({ code: code === undefined ? '<error>' : String(code), method, host }).add();
      };
    },
  };
}
