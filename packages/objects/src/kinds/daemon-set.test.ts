// What may stand in a DaemonSet, and what it says of itself in a table.
import { describe, expect, it } from 'vitest';
import { type DaemonSet, daemonSets, draftOf, kindOf } from '../index.ts';
import { created, problemsOfCreate, problemsOfUpdate } from './manifest-fixture.ts';

const template = { metadata: { labels: { app: 'log' } }, spec: { containers: [{ name: 'c', image: 'i' }] } };
const selector = { matchLabels: { app: 'log' } };

function manifest(spec: object, annotations?: object): object {
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'log', annotations },
    spec: { selector, template, ...spec },
  };
}

const rolling = (rollingUpdate: object) => ({ updateStrategy: { type: 'RollingUpdate', rollingUpdate } });
const at = 'spec.updateStrategy.rollingUpdate';
const percent = (field: string, value: string) =>
  `${at}.${field}: Invalid value: "${value}": a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')`;
const mismatch =
  'spec.template.metadata.labels: Invalid value: map[string]string{"app":"log"}: `selector` does not match template `labels`';
const generation = 'deprecated.daemonset.template.generation';

describe('a daemon set', () => {
  const cases: [string, object, string[]][] = [
    ['right', {}, []],
    ['that deletes nothing itself', { updateStrategy: { type: 'OnDelete' } }, []],
    ['that surges', rolling({ maxSurge: '10%', maxUnavailable: 0 }), []],
    ['without a selector', { selector: undefined }, [mismatch]],
    [
      'with an empty selector',
      { selector: {} },
      [
        'spec.selector: Invalid value: v1.LabelSelector{MatchLabels:map[string]string(nil), MatchExpressions:[]v1.LabelSelectorRequirement(nil)}: empty selector is invalid for daemonset',
      ],
    ],
    ['with a selector that its template does not meet', { selector: { matchLabels: { app: 'api' } } }, [mismatch]],
    [
      'with an operator that nobody knows',
      { selector: { matchExpressions: [{ key: 'app', operator: 'Like', values: ['l'] }] } },
      ['spec.selector.matchExpressions[0].operator: Invalid value: "Like": not a valid selector operator'],
    ],
    [
      'that can never move',
      rolling({ maxUnavailable: '0%' }),
      [`${at}.maxUnavailable: Required value: cannot be 0 when maxSurge is 0`],
    ],
    [
      'that surges over what is missing',
      rolling({ maxSurge: 1, maxUnavailable: 1 }),
      [`${at}.maxSurge: Invalid value: 1: may not be set when maxUnavailable is non-zero`],
    ],
    ['of no percents', rolling({ maxSurge: 0, maxUnavailable: 'all' }), [percent('maxUnavailable', 'all')]],
    [
      'of more than all',
      rolling({ maxSurge: '101%', maxUnavailable: 0 }),
      [`${at}.maxSurge: Invalid value: "101%": must not be greater than 100%`],
    ],
    [
      'of another strategy',
      { updateStrategy: { type: 'Recreate' } },
      [
        'spec.updateStrategy: Unsupported value: apps.DaemonSetUpdateStrategy{Type:"Recreate", RollingUpdate:(*apps.RollingUpdateDaemonSet)(nil)}: supported values: "RollingUpdate", "OnDelete"',
      ],
    ],
    [
      'of another strategy that rolls',
      { updateStrategy: { type: 'Recreate', rollingUpdate: { maxUnavailable: 1 } } },
      ['spec.updateStrategy: Unsupported value: "Recreate": supported values: "RollingUpdate", "OnDelete"'],
    ],
    [
      'of pods that end',
      { template: { ...template, spec: { ...template.spec, restartPolicy: 'OnFailure', activeDeadlineSeconds: 5 } } },
      [
        'spec.template.spec.restartPolicy: Unsupported value: "OnFailure": supported values: "Always"',
        'spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in DaemonSet is not Supported',
      ],
    ],
    [
      'below zero',
      { minReadySeconds: -1, revisionHistoryLimit: -1 },
      [
        'spec.minReadySeconds: Invalid value: -1: must be greater than or equal to 0',
        'spec.revisionHistoryLimit: Invalid value: -1: must be greater than or equal to 0',
      ],
    ],
  ];
  it.each(cases)('%s', (_, spec, problems) => {
    expect(problemsOfCreate(daemonSets, manifest(spec))).toEqual(problems);
  });

  it('has Kubernetes’ defaults', () => {
    expect(created(daemonSets, { ...manifest({}), status: { numberReady: 3 } })).toMatchObject({
      metadata: { annotations: { [generation]: '1' } },
      spec: {
        revisionHistoryLimit: 10,
        updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
      },
      status: { currentNumberScheduled: 0, desiredNumberScheduled: 0, numberMisscheduled: 0, numberReady: 0 },
    });
    expect(created(daemonSets, manifest({ updateStrategy: { type: 'OnDelete' } })).spec.updateStrategy).toEqual({
      type: 'OnDelete',
    });
  });

  it('keeps its selector', () => {
    expect(problemsOfUpdate(daemonSets, manifest({}), manifest({ selector: undefined }))).toEqual([
      mismatch,
      'spec.selector: Invalid value: "null": field is immutable',
    ]);
    const other = { matchLabels: { app: 'log', tier: 'front' } };
    const labelled = { ...template, metadata: { labels: other.matchLabels } };
    expect(problemsOfUpdate(daemonSets, manifest({}), manifest({ selector: other, template: labelled }))).toEqual([
      expect.stringMatching(/^spec\.selector: Invalid value: .*: field is immutable$/),
    ]);
  });

  it('counts the changes of its template, whatever is written there', () => {
    const kind = kindOf(daemonSets);
    const old = created(daemonSets, manifest({}, { [generation]: '4', own: 'kept' }));
    const after = (change: (draft: ReturnType<typeof draftOf<DaemonSet>>) => void) => {
      const draft = draftOf(old);
      change(draft);
      kind.prepareForUpdate?.(draft, old);
      return draft.metadata.annotations;
    };
    expect(after((draft) => (draft.metadata.annotations = { [generation]: '9' }))).toEqual({ [generation]: '4' });
    expect(after((draft) => (draft.spec.minReadySeconds = 5))).toEqual({ [generation]: '4', own: 'kept' });
    expect(after((draft) => (draft.spec.template.spec = { containers: [] }))).toEqual({
      [generation]: '5',
      own: 'kept',
    });
  });

  it.each([
    ['is at least 1', '-3', '1', []],
    ['goes on from what is given', '7', '7', []],
    ['is a number', 'many', 'many', [`metadata.annotations[${generation}]: Invalid value: "many": must be an integer`]],
  ])('the count of a new one %s', (_, given, kept, problems) => {
    const body = manifest({}, { [generation]: given });
    expect(created(daemonSets, body).metadata.annotations).toEqual({ [generation]: kept });
    expect(problemsOfCreate(daemonSets, body)).toEqual(problems);
  });

  it.each([
    ['right', { numberReady: 3, collisionCount: 2 }, []],
    [
      'below zero',
      { numberReady: -1, collisionCount: 2 },
      ['status.numberReady: Invalid value: -1: must be greater than or equal to 0'],
    ],
    ['fewer collisions', { collisionCount: 1 }, ['status.collisionCount: Invalid value: 1: cannot be decremented']],
  ])('a status: %s', (_, status, problems) => {
    const object = created(daemonSets, manifest({}));
    const old = { ...object, status: { ...object.status, collisionCount: 2 } };
    const errors = kindOf(daemonSets).validateStatusUpdate?.(
      { ...object, status: { ...object.status, ...status } },
      old,
    );
    expect(errors?.map(({ field, message }) => `${field}: ${message}`)).toEqual(problems);
  });

  it('tells of itself in a table', () => {
    const nodeSelector = { disk: 'ssd', zone: 'a' };
    const object = created(
      daemonSets,
      manifest({ template: { ...template, spec: { ...template.spec, nodeSelector } } }),
    );
    const status = {
      desiredNumberScheduled: 5,
      currentNumberScheduled: 4,
      numberReady: 3,
      updatedNumberScheduled: 2,
      numberAvailable: 1,
      numberMisscheduled: 0,
    };
    const now = Date.parse(object.metadata.creationTimestamp) + 60_000;
    const cells = kindOf(daemonSets).columns.map(({ name, cell }) => [name, cell({ ...object, status }, now)]);
    expect(cells).toEqual([
      ['Name', 'log'],
      ['Desired', 5],
      ['Current', 4],
      ['Ready', 3],
      ['Up-to-date', 2],
      ['Available', 1],
      ['Node Selector', 'disk=ssd,zone=a'],
      ['Age', '60s'],
      ['Containers', 'c'],
      ['Images', 'i'],
      ['Selector', 'app=log'],
    ]);
  });
});
