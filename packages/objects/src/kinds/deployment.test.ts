// What may stand in a Deployment, and what it says of itself in a table.
import { describe, expect, it } from 'vitest';
import { deployments, kindOf } from '../index.ts';
import { created, problemsOfCreate, problemsOfUpdate } from './manifest-fixture.ts';

const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'i' }] } };
const selector = { matchLabels: { app: 'web' } };

function manifest(spec: object): object {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: { selector, template, ...spec },
  };
}

const rolling = (rollingUpdate: object) => ({ strategy: { type: 'RollingUpdate', rollingUpdate } });
const percent = (field: string, value: string) =>
  `spec.strategy.rollingUpdate.${field}: Invalid value: "${value}": a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')`;

describe('a deployment', () => {
  const cases: [string, object, string[]][] = [
    ['right', {}, []],
    ['of numbers', rolling({ maxSurge: 1, maxUnavailable: 0 }), []],
    [
      'that can never move',
      rolling({ maxSurge: 0, maxUnavailable: '0%' }),
      ['spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "0%": may not be 0 when `maxSurge` is 0'],
    ],
    [
      'of no percents',
      rolling({ maxSurge: '1.5%', maxUnavailable: 'all' }),
      [percent('maxUnavailable', 'all'), percent('maxSurge', '1.5%')],
    ],
    [
      'of more than all',
      rolling({ maxUnavailable: '101%' }),
      ['spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "101%": must not be greater than 100%'],
    ],
    [
      'that recreates and rolls',
      { strategy: { type: 'Recreate', rollingUpdate: { maxSurge: 1 } } },
      ["spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'"],
    ],
    [
      'of another strategy',
      { strategy: { type: 'BlueGreen' } },
      ['spec.strategy: Unsupported value: "BlueGreen": supported values: "Recreate", "RollingUpdate"'],
    ],
    [
      'that is late before it can be ready',
      { minReadySeconds: 30, progressDeadlineSeconds: 30 },
      ['spec.progressDeadlineSeconds: Invalid value: 30: must be greater than minReadySeconds'],
    ],
    [
      'below zero',
      { replicas: -1, revisionHistoryLimit: -1 },
      [
        'spec.replicas: Invalid value: -1: must be greater than or equal to 0',
        'spec.revisionHistoryLimit: Invalid value: -1: must be greater than or equal to 0',
      ],
    ],
  ];
  it.each(cases)('%s', (_, spec, problems) => {
    expect(problemsOfCreate(deployments, manifest(spec))).toEqual(problems);
  });

  it('has Kubernetes’ defaults', () => {
    expect(created(deployments, { ...manifest({}), status: { replicas: 3 } })).toMatchObject({
      spec: {
        replicas: 1,
        revisionHistoryLimit: 10,
        progressDeadlineSeconds: 600,
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
      },
      status: {},
    });
    expect(created(deployments, manifest({ strategy: { type: 'Recreate' } })).spec.strategy).toEqual({
      type: 'Recreate',
    });
  });

  it('keeps its selector', () => {
    const other = { matchLabels: { app: 'web', tier: 'front' } };
    const labelled = { ...template, metadata: { labels: other.matchLabels } };
    expect(problemsOfUpdate(deployments, manifest({}), manifest({ selector: other, template: labelled }))).toEqual([
      expect.stringMatching(/^spec\.selector: Invalid value: .*: field is immutable$/),
    ]);
  });

  it.each([
    ['right', { replicas: 3, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2, collisionCount: 2 }, []],
    [
      'more of the newest than there are',
      { replicas: 1, updatedReplicas: 2, collisionCount: 2 },
      ['status.updatedReplicas: Invalid value: 2: cannot be greater than status.replicas'],
    ],
    ['fewer collisions', { collisionCount: 1 }, ['status.collisionCount: Invalid value: 1: cannot be decremented']],
  ])('a status: %s', (_, status, problems) => {
    const object = created(deployments, manifest({}));
    const old = { ...object, status: { collisionCount: 2 } };
    const errors = kindOf(deployments).validateStatusUpdate?.({ ...object, status }, old) ?? [];
    expect(errors.map(({ field, message }) => `${field}: ${message}`)).toEqual(problems);
  });

  it('tells of itself in a table', () => {
    const object = created(deployments, manifest({ replicas: 3 }));
    const row = { ...object, status: { replicas: 4, readyReplicas: 2, updatedReplicas: 1, availableReplicas: 2 } };
    const now = Date.parse(object.metadata.creationTimestamp) + 60_000;
    expect(kindOf(deployments).columns.map(({ name, cell }) => [name, cell(row, now)])).toEqual([
      ['Name', 'web'],
      ['Ready', '2/3'],
      ['Up-to-date', 1],
      ['Available', 2],
      ['Age', '60s'],
      ['Containers', 'c'],
      ['Images', 'i'],
      ['Selector', 'app=web'],
    ]);
  });
});
