// What may stand in a ReplicaSet, and how it scales.
import { describe, expect, it } from 'vitest';
import { kindOf, replicaSets, scaleOf } from '../index.ts';
import { created, problemsOfCreate, problemsOfUpdate } from './manifest-fixture.ts';

const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'i' }] } };
const selector = { matchLabels: { app: 'web' } };

function manifest(spec: object): object {
  return { apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: { name: 'web' }, spec };
}

describe('a replica set', () => {
  const cases: [string, object, string[]][] = [
    ['right', { selector, template }, []],
    [
      'with a selector of expressions',
      { selector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['web', 'api'] }] }, template },
      [],
    ],
    ['without a selector', { template }, ['spec.selector: Required value']],
    [
      'with an empty selector',
      { selector: {}, template },
      ['spec.selector: Invalid value: map[string]string{}: empty selector is invalid for deployment'],
    ],
    [
      'with a selector that its template does not meet',
      { selector: { matchLabels: { app: 'api' } }, template },
      [
        'spec.template.metadata.labels: Invalid value: map[string]string{"app":"web"}: `selector` does not match template `labels`',
      ],
    ],
    [
      'with an operator that nobody knows',
      { selector: { matchExpressions: [{ key: 'app', operator: 'Like', values: ['w'] }] }, template },
      [
        'spec.selector.matchExpressions[0].operator: Invalid value: "Like": not a valid selector operator',
        'spec.selector: Invalid value: v1.LabelSelector{MatchLabels:map[string]string(nil), MatchExpressions:[]v1.LabelSelectorRequirement{v1.LabelSelectorRequirement{Key:"app", Operator:"Like", Values:[]string{"w"}}}}: invalid label selector',
      ],
    ],
    [
      'without a template',
      { selector },
      [
        'spec.template.metadata.labels: Invalid value: map[string]string{}: `selector` does not match template `labels`',
        'spec.template.spec.containers: Required value',
      ],
    ],
    [
      'of pods that end',
      { selector, template: { ...template, spec: { ...template.spec, restartPolicy: 'Never' } } },
      ['spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"'],
    ],
    [
      'of pods with a deadline',
      { selector, template: { ...template, spec: { ...template.spec, activeDeadlineSeconds: 5 } } },
      ['spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in ReplicaSet is not Supported'],
    ],
    [
      'of less than nothing',
      { selector, template, replicas: -1, minReadySeconds: -2 },
      [
        'spec.replicas: Invalid value: -1: must be greater than or equal to 0',
        'spec.minReadySeconds: Invalid value: -2: must be greater than or equal to 0',
      ],
    ],
  ];
  it.each(cases)('%s', (_, spec, problems) => {
    expect(problemsOfCreate(replicaSets, manifest(spec))).toEqual(problems);
  });

  it('keeps its selector', () => {
    const other = { matchLabels: { app: 'web' }, matchExpressions: [{ key: 'app', operator: 'Exists' }] };
    expect(
      problemsOfUpdate(replicaSets, manifest({ selector, template }), manifest({ selector: other, template })),
    ).toEqual([
      'spec.selector: Invalid value: v1.LabelSelector{MatchLabels:map[string]string{"app":"web"}, ' +
        'MatchExpressions:[]v1.LabelSelectorRequirement{v1.LabelSelectorRequirement{Key:"app", Operator:"Exists", ' +
        'Values:[]string(nil)}}}: field is immutable',
    ]);
  });

  it('has one replica unless it says otherwise, and no status of its client’s', () => {
    const sent = { ...manifest({ selector, template }), status: { replicas: 7 } };
    expect(created(replicaSets, sent)).toMatchObject({ spec: { replicas: 1 }, status: { replicas: 0 } });
  });

  it('is a Scale with its whole selector, by key', () => {
    const whole = {
      matchLabels: { tier: 'front', app: 'web' },
      matchExpressions: [{ key: 'canary', operator: 'DoesNotExist' }],
    };
    const object = created(replicaSets, manifest({ selector: whole, template, replicas: 3 }));
    expect(scaleOf(kindOf(replicaSets), object)).toMatchObject({
      spec: { replicas: 3 },
      status: { replicas: 0, selector: 'app=web,!canary,tier=front' },
    });
  });

  it('tells of itself in a table', () => {
    const object = created(replicaSets, manifest({ selector, template, replicas: 3 }));
    const row = { ...object, status: { replicas: 2, readyReplicas: 1 } };
    const now = Date.parse(object.metadata.creationTimestamp) + 60_000;
    expect(kindOf(replicaSets).columns.map(({ name, cell }) => [name, cell(row, now)])).toEqual([
      ['Name', 'web'],
      ['Desired', 3],
      ['Current', 2],
      ['Ready', 1],
      ['Age', '60s'],
      ['Containers', 'c'],
      ['Images', 'i'],
      ['Selector', 'app=web'],
    ]);
  });

  it.each([
    ['right', { replicas: 2, fullyLabeledReplicas: 2, readyReplicas: 2, availableReplicas: 1 }, []],
    [
      'more ready than there are',
      { replicas: 1, readyReplicas: 2 },
      ['status.readyReplicas: Invalid value: 2: cannot be greater than status.replicas'],
    ],
    [
      'more available than ready',
      { replicas: 1, availableReplicas: 1 },
      ['status.availableReplicas: Invalid value: 1: cannot be greater than readyReplicas'],
    ],
    [
      'below zero',
      { replicas: 0, readyReplicas: -1 },
      [
        'status.readyReplicas: Invalid value: -1: must be greater than or equal to 0',
        'status.availableReplicas: Invalid value: 0: cannot be greater than readyReplicas',
      ],
    ],
  ])('a status: %s', (_, status, problems) => {
    const object = created(replicaSets, manifest({ selector, template }));
    const errors = kindOf(replicaSets).validateStatusUpdate?.({ ...object, status }, object) ?? [];
    expect(errors.map(({ field, message }) => `${field}: ${message}`)).toEqual(problems);
  });
});
