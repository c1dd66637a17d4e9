// What may stand in a PodDisruptionBudget, and its row in a table.
import { describe, expect, it } from 'vitest';
import { kindOf, podDisruptionBudgets } from '../index.ts';
import { created, problemsOfCreate } from './manifest-fixture.ts';

function manifest(spec: object): object {
  const selector = { matchLabels: { app: 'web' } };
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'web' },
    spec: { selector, ...spec },
  };
}

describe('a disruption budget', () => {
  const cases: [string, object, string[]][] = [
    ['of a number', { minAvailable: 2 }, []],
    ['of a part', { maxUnavailable: '30%' }, []],
    ['of nothing', {}, []],
    [
      'of both',
      { minAvailable: 1, maxUnavailable: 1 },
      [expect.stringMatching(/^spec: Invalid value: .*: minAvailable and maxUnavailable cannot be both set$/)],
    ],
    [
      'of more than all',
      { minAvailable: '101%' },
      ['spec.minAvailable: Invalid value: "101%": must not be greater than 100%'],
    ],
    [
      'below zero',
      { maxUnavailable: -1 },
      ['spec.maxUnavailable: Invalid value: -1: must be greater than or equal to 0'],
    ],
    [
      'of a policy that nobody knows',
      { unhealthyPodEvictionPolicy: 'Never' },
      [
        'spec.unhealthyPodEvictionPolicy: Unsupported value: "Never": supported values: "AlwaysAllow", "IfHealthyBudget"',
      ],
    ],
  ];
  it.each(cases)('%s', (_, spec, problems) => {
    expect(problemsOfCreate(podDisruptionBudgets, manifest(spec))).toEqual(problems);
  });

  it.each([
    [{ minAvailable: 2 }, ['2', 'N/A', 0]],
    [{ maxUnavailable: '30%' }, ['N/A', '30%', 0]],
  ])('a row of %j', (spec, cells) => {
    const object = created(podDisruptionBudgets, manifest(spec));
    const row = kindOf(podDisruptionBudgets).columns.map(({ cell }) => cell(object, 0));
    expect(row.slice(1, 4)).toEqual(cells);
  });
});
