import { describe, expect, it } from 'vitest';
import type { ResourceQuota } from '../api/types.ts';
import { resourceQuotas } from '../resource.ts';
import type { Column } from './kind.ts';
import { problemsOfCreate, problemsOfUpdate } from './manifest-fixture.ts';
import { kindOf } from './registry.ts';

const quota = (spec: object) => ({ metadata: { name: 'q' }, spec });
const selecting = (requirement: object) => quota({ scopeSelector: { matchExpressions: [requirement] } });
const at = 'spec.scopeSelector.matchExpressions[0]';

describe('a broken quota', () => {
  it.each<[string, object, string[]]>([
    [
      'that is not',
      quota({
        hard: {
          pods: '5',
          'requests.cpu': '1500m',
          'limits.memory': '1Gi',
          'count/deployments.apps': '3',
          'requests.example.com/gpu': '2',
        },
      }),
      [],
    ],
    [
      'of something unknown',
      quota({ hard: { podz: '1' } }),
      ['spec.hard[podz]: Invalid value: "podz": must be a standard resource for quota'],
    ],
    [
      'of less than nothing',
      quota({ hard: { cpu: '-1' } }),
      ['spec.hard[cpu]: Invalid value: "-1": must be greater than or equal to 0'],
    ],
    [
      'of half a pod',
      quota({ hard: { pods: '500m' } }),
      ['spec.hard[pods]: Invalid value: "500m": must be an integer'],
    ],
    [
      'of a scope that does not concern what it bounds',
      quota({ hard: { services: '1' }, scopes: ['Terminating'] }),
      ['spec.scopes: Invalid value: []string{"Terminating"}: unsupported scope applied to resource'],
    ],
    [
      'of best effort and CPU',
      quota({ hard: { cpu: '1' }, scopes: ['BestEffort'] }),
      ['spec.scopes: Invalid value: []string{"BestEffort"}: unsupported scope applied to resource'],
    ],
    [
      'of opposites',
      quota({ hard: { pods: '1' }, scopes: ['Terminating', 'NotTerminating'] }),
      ['spec.scopes: Invalid value: []string{"Terminating", "NotTerminating"}: conflicting scopes'],
    ],
    [
      'that selects by nothing',
      selecting({ scopeName: 'PriorityClass', operator: 'In' }),
      [
        `${at}.values: Required value: must be at least one value when \`operator\` is 'In' or 'NotIn' for scope selector`,
      ],
    ],
    [
      'that selects by too much',
      selecting({ scopeName: 'PriorityClass', operator: 'Exists', values: ['a'] }),
      [
        `${at}.values: Invalid value: []string{"a"}: must be no value when \`operator\` is 'Exist' or 'DoesNotExist' for scope selector`,
      ],
    ],
    [
      'that selects a scope by value',
      selecting({ scopeName: 'BestEffort', operator: 'In', values: ['a'] }),
      [
        `${at}.operator: Invalid value: "In": must be 'Exist' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity`,
      ],
    ],
  ])('%s', (_, manifest, problems) => expect(problemsOfCreate(resourceQuotas, manifest)).toEqual(problems));

  it('keeps its scopes', () => {
    const from = quota({ hard: { pods: '1' }, scopes: ['Terminating'] });
    expect(problemsOfUpdate(resourceQuotas, from, quota({ hard: { pods: '2' }, scopes: ['Terminating'] }))).toEqual([]);
    expect(problemsOfUpdate(resourceQuotas, from, quota({ hard: { pods: '2' } }))).toEqual([
      'spec.scopes: Invalid value: []string{}: field is immutable',
    ]);
  });
});

it('a quota in a table has requests and limits apart', () => {
  const status = {
    hard: { pods: '5', 'requests.cpu': '2', 'limits.cpu': '4' },
    used: { pods: '1', 'limits.cpu': '500m' },
  };
  const columns = kindOf(resourceQuotas).columns as readonly Column<ResourceQuota>[];
  const cells = columns
    .slice(1, 3)
    .map(({ name, cell }) => [name, cell({ status } as Partial<ResourceQuota> as ResourceQuota, 0)]);
  expect(cells).toEqual([
    ['Request', 'pods: 1/5, requests.cpu: 0/2'],
    ['Limit', 'limits.cpu: 500m/4'],
  ]);
});
