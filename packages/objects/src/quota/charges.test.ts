// What objects take of a quota.
import { describe, expect, it } from 'vitest';
import type { Pod, ResourceQuota, ResourceQuotaSpec, ScopedResourceSelectorRequirement } from '../api/types.ts';
import { created } from '../kinds/manifest-fixture.ts';
import { kindOf } from '../kinds/registry.ts';
import { pods, resourceQuotas } from '../resource.ts';
import { concernsObject, totalCharge } from './charges.ts';

const now = Date.UTC(2026, 0, 1);
const names = [
  'pods',
  'count/pods',
  'cpu',
  'requests.cpu',
  'limits.cpu',
  'memory',
  'requests.memory',
  'requests.example.com/gpu',
];
const quotaOf = (spec: ResourceQuotaSpec): ResourceQuota => created(resourceQuotas, { metadata: { name: 'q' }, spec });
const all = quotaOf({ hard: Object.fromEntries(names.map((name) => [name, '9'])) });
const container = (requests: object, more: object = {}) => ({
  name: 'c',
  image: 'i',
  resources: { requests },
  ...more,
});
const sidecar = { restartPolicy: 'Always' };

function podOf(spec: object, more: Partial<Pod['metadata']> = {}, status: object = {}): Pod {
  const pod = created(pods, { metadata: { name: 'p' }, spec: { containers: [container({})], ...spec } });
  return { ...pod, metadata: { ...pod.metadata, ...more }, status: { ...pod.status, ...status } };
}

describe('what a pod takes', () => {
  const one = { pods: '1', 'count/pods': '1' };
  const cpu = (amount: string) => ({ ...one, cpu: amount, 'requests.cpu': amount });
  const gone = (seconds: number) => ({
    deletionTimestamp: new Date(now - seconds * 1_000).toISOString(),
    deletionGracePeriodSeconds: 30,
  });
  it.each<[string, Pod, object]>([
    ['that asks for nothing', podOf({}), one],
    [
      'of two containers',
      podOf({ containers: [container({ cpu: '1' }), container({ cpu: '500m' }, { name: 'd' })] }),
      cpu('1500m'),
    ],
    [
      'whose start takes most',
      podOf({ containers: [container({ cpu: '1' })], initContainers: [container({ cpu: '2' }, { name: 'i' })] }),
      cpu('2'),
    ],
    [
      'with a sidecar',
      podOf({
        containers: [container({ cpu: '1' })],
        initContainers: [container({ cpu: '500m' }, { name: 's', ...sidecar }), container({ cpu: '2' }, { name: 'i' })],
      }),
      cpu('2500m'),
    ],
    [
      'with an overhead',
      podOf({ containers: [container({ cpu: '1' })], overhead: { cpu: '250m', memory: '1Gi' } }),
      { ...cpu('1250m'), memory: '1Gi', 'requests.memory': '1Gi' },
    ],
    [
      'with something rare',
      podOf({ containers: [{ name: 'c', image: 'i', resources: { limits: { 'example.com/gpu': '2' } } }] }),
      { ...one, 'requests.example.com/gpu': '2' },
    ],
    [
      'that has ended',
      podOf({ containers: [container({ cpu: '1' })] }, {}, { phase: 'Succeeded' }),
      { 'count/pods': '1' },
    ],
    ['that goes', podOf({}, gone(10)), one],
    ['that should have gone', podOf({}, gone(31)), { 'count/pods': '1' }],
  ])('%s', (_, pod, expected) => {
    expect(totalCharge(kindOf(pods), [pod], { quota: all, now })).toEqual(expected);
  });
});

describe('a quota concerns', () => {
  const byClass = (operator: string, values?: string[]) =>
    quotaOf({
      scopeSelector: {
        matchExpressions: [{ scopeName: 'PriorityClass', operator, values } as ScopedResourceSelectorRequirement],
      },
    });
  const scoped = (...scopes: ResourceQuotaSpec['scopes'] & object) => quotaOf({ scopes });
  const high = podOf({ priorityClassName: 'high' });
  const greedy = podOf({ containers: [container({ cpu: '1' })] });
  const near = (term: object) =>
    podOf({
      affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'k', ...term }] } },
    });
  it.each<[string, ResourceQuota, Pod, boolean]>([
    ['everything', quotaOf({}), podOf({}), true],
    ['pods that end', scoped('Terminating'), podOf({ activeDeadlineSeconds: 5 }), true],
    ['pods that end, and no others', scoped('Terminating'), podOf({}), false],
    ['pods that go on', scoped('NotTerminating'), podOf({}), true],
    ['pods that ask for something', scoped('NotBestEffort'), greedy, true],
    ['pods that ask for nothing', scoped('BestEffort'), greedy, false],
    ['pods of all its scopes', scoped('NotBestEffort', 'Terminating'), greedy, false],
    ['pods of a class', byClass('In', ['high']), high, true],
    ['pods of a class, not those of none', byClass('In', ['high']), podOf({}), false],
    ['pods of another class or none', byClass('NotIn', ['high']), podOf({}), true],
    ['pods of any class', byClass('Exists'), high, true],
    ['pods of no class', byClass('DoesNotExist'), high, false],
    ['pods near those of other namespaces', scoped('CrossNamespacePodAffinity'), near({ namespaces: ['x'] }), true],
    ['pods near those of any namespace', scoped('CrossNamespacePodAffinity'), near({ namespaceSelector: {} }), true],
    ['pods near those of their own, not', scoped('CrossNamespacePodAffinity'), near({}), false],
  ])('%s', (_, quota, pod, expected) => expect(concernsObject(quota, kindOf(pods), pod)).toBe(expected));
});
