// The figures of the API server as a table: Kubernetes 1.32's names, labels and buckets, which dashboards and alerts rest on.
import { Registry } from '@berth/host';
import { FakeClock } from '@berth/host/testing';
import { configMaps, kindOf } from '@berth/objects';
import type { Store } from '@berth/store';
import { beforeAll, expect, test } from 'vitest';
import { AdmissionChain } from '../admission/chain.ts';
import { createWebhookMetrics } from '../admission/webhooks/webhook-metrics.ts';
import { Auditor } from '../audit/auditor.ts';
import { defaultAuditPolicy } from '../audit/default-policy.ts';
import { createAuthenticationMetrics } from '../auth/authentication-metrics.ts';
import { createFlowControl, defaultLimits } from '../flow-control/flow-control.ts';
import type { Authorizer } from '../registry/authorization.ts';
import { measured } from '../registry/authorization-metrics.ts';
import { withMetrics } from '../registry/store-metrics.ts';
import { listFigures, watchCacheFigures } from '../watch-cache/figures.ts';
import { keyOf } from '../watch-cache/keys.ts';
import type { ResourceCache } from '../watch-cache/resource-cache.ts';
import { createRequestMetrics } from './request-metrics.ts';

const user = { name: 'ann', groups: [] };
const registry = new Registry();
let shown: ReadonlyMap<string, { readonly labels: ReadonlySet<string>; readonly buckets: readonly string[] }>;

beforeAll(async () => {
  const clock = new FakeClock();
  await observeRequests(clock);
  await observeStore(clock);
  observeAdmission(clock);
  shown = await seriesOf(registry);
});

async function observeRequests(clock: FakeClock): Promise<void> {
  const requests = createRequestMetrics(registry);
  const labels = { group: '', version: 'v1', resource: 'configmaps', subresource: '', scope: 'namespace' } as const;
  requests.finished({ ...labels, verb: 'LIST' }, { code: 200, seconds: 1, bytes: 1 });
  requests.longRunning({ ...labels, verb: 'WATCH' });
  requests.eventsSent({ group: '', version: 'v1', kind: 'ConfigMap' })(1);
  const flow = createFlowControl({ limits: defaultLimits, clock, metrics: registry });
  const asked = { verb: 'get', group: '', plural: 'configmaps', namespace: 'a' };
  await flow.enter({ user, ...asked, objects: 1, limit: undefined, onGone() {} });
  await createAuthenticationMetrics(registry, clock).measured(async () => user);
  const authorizer = { allows: () => true, allowsPath: () => true } as unknown as Required<Authorizer>;
  measured(authorizer, { clock, metrics: registry }).allowsPath(user, { verb: 'get', path: '/' });
}

async function observeStore(clock: FakeClock): Promise<void> {
  const store = {
    get: async () => undefined,
    write: async () => Promise.reject(new Error('full')),
  } as unknown as Store;
  const key = keyOf(configMaps, { namespace: 'a', name: 'b' });
  const counted = withMetrics(store, { metrics: registry, clock });
  await counted.get(key);
  await counted.write({ key, value: null, expect: 1 }).catch(() => {});
  const cache = { kind: kindOf(configMaps), size: 1, capacity: 1, watchers: new Set() } as unknown as ResourceCache;
  const { received, dispatched, slow, initialized } = watchCacheFigures(registry, () => [cache]);
  for (const count of [received, dispatched, slow, initialized]) count('configmaps').add();
  listFigures(registry).listed('configmaps', { fetched: 1, returned: 1 });
}

function observeAdmission(clock: FakeClock): void {
  const chain = new AdmissionChain({ clock, metrics: registry }, [{ name: 'A', validate() {} }]);
  void chain.begin({ operation: 'CREATE' } as never).validate();
  const webhooks = createWebhookMetrics(registry);
  const call = { name: 'w', type: 'admit', operation: 'CREATE' } as const;
  webhooks.called(call, 1, { outcome: 'denied', code: 403 });
  webhooks.failedOpen(call);
  const auditor = new Auditor({ policy: defaultAuditPolicy, sink: { write() {} }, clock, metrics: registry });
  const asked = { auditID: 'a', requestURI: '/api/v1/pods', verb: 'list', user, sourceIPs: [] };
  auditor.begin({ ...asked, resource: { group: '', version: 'v1', plural: 'pods' } });
}

async function seriesOf(from: Registry) {
  const found = new Map<string, { labels: Set<string>; buckets: string[] }>();
  for (const line of (await from.metrics()).split('\n')) {
    const [, series = '', labelled = ''] = /^([a-z_]+)(?:\{(.*)\})? /.exec(line) ?? [];
    if (!series || line.startsWith('#')) continue;
    const name = series.replace(/_(bucket|sum|count)$/, (suffix) => (isHistogram(line, suffix) ? '' : suffix));
    const entry = found.get(name) ?? { labels: new Set<string>(), buckets: [] };
    found.set(name, entry);
    for (const [, label = '', value = ''] of labelled.matchAll(/([a-z_]+)="([^"]*)"/g))
      if (label !== 'le') entry.labels.add(label);
      else if (!entry.buckets.includes(value)) entry.buckets.push(value);
  }
  return found;
}

/** What ends as a histogram's parts do, and is a count by its own name. */
function isHistogram(line: string, suffix: string): boolean {
  return suffix !== '_count' || !/_(rejection|fail_open)_count/.test(line);
}

const request = 'verb group version resource subresource scope component';
const latencies = '0.005 0.025 0.05 0.1 0.2 0.4 0.6 0.8 1 1.25 1.5 2 3 4 5 6 8 10 15 20 30 45 60';
const doubling = '0.001 0.002 0.004 0.008 0.016 0.032 0.064 0.128 0.256 0.512 1.024 2.048 4.096 8.192 16.384';
const flow = 'priority_level flow_schema';

test.each([
  ['apiserver_request_total', `${request} dry_run code`],
  ['apiserver_request_duration_seconds', `${request} dry_run`, latencies],
  ['apiserver_request_sli_duration_seconds', request, latencies.replace('0.005 0.025 ', '')],
  ['apiserver_response_sizes', request, '1000 10000 100000 1000000 10000000 100000000 1000000000'],
  ['apiserver_longrunning_requests', request],
  ['apiserver_watch_events_total', 'group version kind'],
  ['apiserver_watch_events_sizes', 'group version kind', '1024 2048 4096 8192 16384 32768 65536 131072'],
  ['apiserver_current_inflight_requests', 'request_kind'],
  ['apiserver_current_inqueue_requests', 'request_kind'],
  ['apiserver_flowcontrol_current_executing_requests', flow],
  ['apiserver_flowcontrol_current_executing_seats', flow],
  ['apiserver_flowcontrol_current_inqueue_requests', flow],
  ['apiserver_flowcontrol_dispatched_requests_total', flow],
  ['apiserver_flowcontrol_nominal_limit_seats', 'priority_level'],
  ['authentication_attempts', 'result'],
  ['authentication_duration_seconds', 'result', doubling],
  ['authenticated_user_requests', 'username'],
  ['authorization_attempts_total', 'result'],
  ['authorization_duration_seconds', 'result', doubling],
  ['etcd_requests_total', 'operation type'],
  ['etcd_request_errors_total', 'operation type'],
  ['etcd_request_duration_seconds', 'operation type', latencies],
  ['apiserver_storage_objects', 'resource'],
  ['apiserver_watch_cache_events_received_total', 'resource'],
  ['apiserver_watch_cache_events_dispatched_total', 'resource'],
  ['apiserver_watch_cache_initializations_total', 'resource'],
  ['apiserver_terminated_watchers_total', 'resource'],
  ['watch_cache_capacity', 'resource'],
  ['apiserver_cache_list_total', 'resource_prefix index'],
  ['apiserver_cache_list_fetched_objects_total', 'resource_prefix index'],
  ['apiserver_cache_list_returned_objects_total', 'resource_prefix'],
  [
    'apiserver_admission_controller_admission_duration_seconds',
    'name type operation rejected',
    '0.005 0.025 0.1 0.5 1 2.5',
  ],
  [
    'apiserver_admission_webhook_admission_duration_seconds',
    'name type operation rejected',
    '0.005 0.025 0.1 0.5 1 2.5 10 25',
  ],
  ['apiserver_admission_webhook_request_total', 'name type operation rejected code'],
  ['apiserver_admission_webhook_rejection_count', 'name type operation error_type rejection_code'],
  ['apiserver_admission_webhook_fail_open_count', 'name type'],
  ['apiserver_audit_event_total', ''],
  ['apiserver_audit_level_total', 'level'],
  ['apiserver_audit_error_total', 'plugin'],
])('%s', (name, labels, buckets = '') => {
  const { labels: found = new Set<string>(), buckets: bounds = [] } = shown.get(name) ?? {};
  expect(shown.has(name)).toBe(true);
  expect([...found].sort()).toEqual(labels.split(' ').filter(Boolean).sort());
  expect(bounds).toEqual(buckets ? [...buckets.split(' '), '+Inf'] : []);
});
