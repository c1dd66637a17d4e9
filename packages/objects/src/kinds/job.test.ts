// What may stand in a Job, what the server adds, what an update may change, and what it says of itself in a table.
import { describe, expect, it } from 'vitest';
import { type Job, type JobSpec, jobs, kindOf } from '../index.ts';
import { created, problemsOfCreate, problemsOfUpdate } from './manifest-fixture.ts';

const container = { name: 'c', image: 'i:1' };
const template = { spec: { restartPolicy: 'Never', containers: [container] } };
const own = { 'controller-uid': 'u', 'job-name': 'pi' };
const generated = {
  ...own,
  'batch.kubernetes.io/controller-uid': 'u',
  'batch.kubernetes.io/job-name': 'pi',
};

function manifest(spec: object = {}, metadata: object = {}): object {
  return { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'pi', ...metadata }, spec: { template, ...spec } };
}

const indexed = (spec: object = {}) => ({ completionMode: 'Indexed', completions: 3, ...spec });

describe('a new job', () => {
  it('gets what it does not say, and a selector of its own', () => {
    const { metadata, spec, status } = created(jobs, manifest());
    expect(spec).toMatchObject({
      completions: 1,
      parallelism: 1,
      backoffLimit: 6,
      completionMode: 'NonIndexed',
      suspend: false,
      manualSelector: false,
      podReplacementPolicy: 'TerminatingOrFailed',
      selector: { matchLabels: { 'batch.kubernetes.io/controller-uid': 'u' } },
      template: { metadata: { labels: generated }, spec: { dnsPolicy: 'ClusterFirst' } },
    });
    expect(metadata.labels).toEqual(generated);
    expect(status).toEqual({});
  });

  it.each([
    ['of which each index has a limit', indexed({ backoffLimitPerIndex: 1 }), { backoffLimit: 2_147_483_647 }],
    [
      'with a policy for failures',
      { podFailurePolicy: { rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget' }] }] } },
      {
        podReplacementPolicy: 'Failed',
        podFailurePolicy: {
          rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] }],
        },
      },
    ],
  ])('%s', (_, spec, expected) => {
    expect(created(jobs, manifest(spec)).spec).toMatchObject(expected);
  });

  it('of a queue of work wants no number of completions', () => {
    expect(created(jobs, manifest({ parallelism: 3 })).spec.completions).toBeUndefined();
  });

  it('keeps labels and a selector that were chosen by hand', () => {
    const labels = { app: 'pi' };
    const chosen = { manualSelector: true, selector: { matchLabels: labels } };
    const job = created(jobs, manifest({ ...chosen, template: { ...template, metadata: { labels } } }, { labels }));
    expect(job.spec.selector).toEqual({ matchLabels: labels });
    expect(job.spec.template.metadata?.labels).toEqual(labels);
    expect(job.metadata.labels).toEqual(labels);
  });
});

const failurePolicy = (...rules: object[]) => ({ podFailurePolicy: { rules } });
const successPolicy = (...rules: object[]) => indexed({ successPolicy: { rules } });
const rule = 'spec.podFailurePolicy.rules[0]';
const success = 'spec.successPolicy.rules[0]';
const codes = (onExitCodes: object) => failurePolicy({ action: 'FailJob', onExitCodes });
const many = { completionMode: 'Indexed', completions: 100_001, backoffLimitPerIndex: 1 };
const labelled = (labels: object) => ({ template: { ...template, metadata: { labels } } });

describe('what is wrong with a job', () => {
  const cases: [string, object, string[]][] = [
    ['nothing', {}, []],
    ['nothing, Indexed', indexed(), []],
    [
      'no restart policy',
      { template: { spec: { containers: [container] } } },
      ['spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"'],
    ],
    [
      'counts below 0',
      {
        parallelism: -1,
        completions: -1,
        activeDeadlineSeconds: -1,
        backoffLimit: -1,
        ttlSecondsAfterFinished: -1,
      },
      ['parallelism', 'completions', 'activeDeadlineSeconds', 'backoffLimit', 'ttlSecondsAfterFinished'].map(
        (name) => `spec.${name}: Invalid value: -1: must be greater than or equal to 0`,
      ),
    ],
    [
      'an unknown completion mode',
      { completionMode: 'Sorted' },
      ['spec.completionMode: Unsupported value: "Sorted": supported values: "NonIndexed", "Indexed"'],
    ],
    [
      'indexes of how many',
      { completionMode: 'Indexed', parallelism: 2 },
      ['spec.completions: Required value: when completion mode is Indexed'],
    ],
    [
      'limits for indexes without indexes',
      { backoffLimitPerIndex: 1, maxFailedIndexes: 1 },
      [
        'spec.backoffLimitPerIndex: Invalid value: 1: requires indexed completion mode',
        'spec.maxFailedIndexes: Invalid value: 1: requires indexed completion mode',
      ],
    ],
    [
      'failed indexes without a limit for each',
      indexed({ maxFailedIndexes: 4 }),
      [
        'spec.backoffLimitPerIndex: Required value: when maxFailedIndexes is specified',
        'spec.maxFailedIndexes: Invalid value: 4: must be less than or equal to completions',
      ],
    ],
    [
      'too much at a time',
      indexed({ parallelism: 100_001 }),
      ['spec.parallelism: Invalid value: 100001: must be less than or equal to 100000 when completion mode is Indexed'],
    ],
    [
      'too much of very many',
      { ...many, parallelism: 10_001, maxFailedIndexes: 10_001 },
      [
        'spec.parallelism: Invalid value: 10001: must be less than or equal to 10000 when completions are above 100000 and used with backoff limit per index',
        'spec.maxFailedIndexes: Invalid value: 10001: must be less than or equal to 10000 when completions are above 100000 and used with backoff limit per index',
      ],
    ],
    [
      'no limit for very many',
      { ...many, parallelism: 1 },
      ['spec.maxFailedIndexes: Required value: must be specified when completions is above 100000'],
    ],
    [
      'a manager without a domain',
      { managedBy: 'queue' },
      ['spec.managedBy: Invalid value: "queue": must be a domain-prefixed path (such as "acme.io/foo")'],
    ],
    [
      'a manager of a long name',
      { managedBy: `example.com/${'a'.repeat(60)}` },
      ['spec.managedBy: Too long: may not be more than 63 bytes'],
    ],
    [
      'a manager with a wrong path',
      { managedBy: 'example.com/a b' },
      [
        `spec.managedBy: Invalid value: "a b": Invalid path (regex used for validation is '[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+')`,
      ],
    ],
    [
      'a policy for failures where containers are restarted',
      {
        ...failurePolicy({ action: 'Ignore', onExitCodes: { operator: 'In', values: [1] } }),
        template: { spec: { ...template.spec, restartPolicy: 'OnFailure' } },
      },
      [
        'spec.template.spec.restartPolicy: Invalid value: "OnFailure": only "Never" is supported when podFailurePolicy is specified',
      ],
    ],
    [
      'a policy for failures before they are known',
      { ...failurePolicy(), podReplacementPolicy: 'TerminatingOrFailed' },
      ['spec.podReplacementPolicy: Unsupported value: "TerminatingOrFailed": supported values: "Failed"'],
    ],
    [
      'a rule that says nothing',
      failurePolicy({}),
      [
        `${rule}.action: Required value: valid values: ["Count" "FailIndex" "FailJob" "Ignore"]`,
        `${rule}: Invalid value: specifying one of OnExitCodes and OnPodConditions is required`,
      ],
    ],
    [
      'a rule of both',
      failurePolicy({
        action: 'FailIndex',
        onExitCodes: { operator: 'In', values: [1] },
        onPodConditions: [{ type: 'a b' }],
      }),
      [
        `${rule}.action: Invalid value: "FailIndex": requires the backoffLimitPerIndex to be set`,
        `${rule}.onPodConditions[0].type: Invalid value: "a b": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')`,
        `${rule}: Invalid value: specifying both OnExitCodes and OnPodConditions is not supported`,
      ],
    ],
    [
      'wrong exit codes',
      codes({ operator: 'In', containerName: 'd', values: [2, 0, 2] }),
      [
        `${rule}.onExitCodes.containerName: Invalid value: "d": must be one of the container or initContainer names in the pod template`,
        `${rule}.onExitCodes.values[1]: Invalid value: 0: must not be 0 for the In operator`,
        `${rule}.onExitCodes.values[2]: Duplicate value: 2`,
        `${rule}.onExitCodes.values: Invalid value: []int32{2, 0, 2}: must be ordered`,
      ],
    ],
    [
      'no exit codes',
      codes({ operator: 'In', values: [] }),
      [`${rule}.onExitCodes.values: Invalid value: []int32{}: at least one value is required`],
    ],
    [
      'too many rules',
      failurePolicy(...Array(21).fill({ action: 'Count', onExitCodes: { operator: 'NotIn', values: [0] } })),
      ['spec.podFailurePolicy.rules: Too many: 21: must have at most 20 items'],
    ],
    [
      'success of what has no indexes',
      { successPolicy: { rules: [{ succeededCount: 1 }] } },
      ['spec.successPolicy: Invalid value: {"rules":[{"succeededCount":1}]}: requires indexed completion mode'],
    ],
    [
      'no way to succeed',
      successPolicy(),
      [
        'spec.successPolicy.rules: Required value: at least one rules must be specified when the successPolicy is specified',
      ],
    ],
    [
      'a success that says nothing',
      successPolicy({}),
      [`${success}: Required value: at least one of succeededCount or succeededIndexes must be specified`],
    ],
    [
      'a success of more than there is',
      successPolicy({ succeededIndexes: '0-1', succeededCount: 4 }),
      [
        `${success}.succeededCount: Invalid value: 4: must be less than or equal to 3 (the number of specified completions)`,
        `${success}.succeededCount: Invalid value: 4: must be less than or equal to 2 (the number of indexes in the specified succeededIndexes field)`,
      ],
    ],
    [
      'a success of indexes that there are not',
      successPolicy({ succeededIndexes: '3' }),
      [`${success}.succeededIndexes: Invalid value: "3": error parsing succeededIndexes: too large index: "3"`],
    ],
    [
      "another job's labels",
      labelled({ 'controller-uid': 'v' }),
      [
        'spec.template.metadata.labels[controller-uid]: Invalid value: map[string]string{"batch.kubernetes.io/controller-uid":"u", "batch.kubernetes.io/job-name":"pi", "controller-uid":"v", "job-name":"pi"}: must be \'u\'',
      ],
    ],
    [
      'a selector of its own that is not said to be one',
      { selector: { matchLabels: { app: 'pi' } }, ...labelled({ app: 'pi' }) },
      [
        'spec.selector: Invalid value: v1.LabelSelector{MatchLabels:map[string]string{"app":"pi", "batch.kubernetes.io/controller-uid":"u"}, MatchExpressions:[]v1.LabelSelectorRequirement(nil)}: `selector` not auto-generated',
      ],
    ],
    ['a selector of its own that is none', { manualSelector: true }, ['spec.selector: Required value']],
    [
      'a selector that its template does not meet',
      { manualSelector: true, selector: { matchLabels: { app: 'pi' } } },
      [
        'spec.template.metadata.labels: Invalid value: map[string]string{}: `selector` does not match template `labels`',
      ],
    ],
  ];
  it.each(cases)('%s', (_, spec, problems) => {
    expect(problemsOfCreate(jobs, manifest(spec))).toEqual(problems);
  });

  it('a name of which no host can be called', () => {
    const name = 'a'.repeat(60);
    expect(problemsOfCreate(jobs, manifest(indexed({ completions: 101 }), { name }))).toEqual([
      `metadata.name: Invalid value: "${name}": will not able to create pod with invalid DNS label: ${name}-100`,
    ]);
  });
});

/** As a client would send it back: with what the server generated. */
const kept = (spec: object) => {
  const job = created(jobs, manifest(spec));
  return JSON.parse(JSON.stringify(job)) as { spec: JobSpec };
};
const changed = (spec: object, change: object) => {
  const job = kept(spec);
  return { ...job, spec: { ...job.spec, ...change } };
};
const placed = (spec: object, change: object) => {
  const job = kept(spec);
  const { template: before } = job.spec;
  return { ...job, spec: { ...job.spec, template: { ...before, spec: { ...before.spec, ...change } } } };
};
const nodeAffinity = {
  requiredDuringSchedulingIgnoredDuringExecution: {
    nodeSelectorTerms: [{ matchExpressions: [{ key: 'disk', operator: 'In', values: ['ssd'] }] }],
  },
};

describe('an update', () => {
  const immutable = (field: string) => expect.stringMatching(new RegExp(`^spec\\.${field}: .*: field is immutable$`));
  const cases: [string, object, object, unknown[]][] = [
    ['of its size', {}, changed({}, { parallelism: 3, backoffLimit: 1, suspend: true }), []],
    [
      'of its completions',
      {},
      changed({}, { completions: 2 }),
      ['spec.completions: Invalid value: 2: field is immutable'],
    ],
    ['of indexes with their parallelism', indexed(), changed(indexed(), { completions: 5, parallelism: 5 }), []],
    [
      'of indexes alone',
      indexed(),
      changed(indexed(), { completions: 5 }),
      ['spec.completions: Invalid value: 5: can only be modified in tandem with spec.parallelism'],
    ],
    ['of its mode', indexed(), changed(indexed(), { completionMode: 'NonIndexed' }), [immutable('completionMode')]],
    ['of its manager', {}, changed({}, { managedBy: 'example.com/q' }), [immutable('managedBy')]],
    ['of its pods', {}, placed({}, { containers: [{ ...container, image: 'i:2' }] }), [immutable('template')]],
    ['of where its pods go', {}, placed({}, { nodeSelector: { disk: 'ssd' } }), [immutable('template')]],
    [
      'of where its pods go, while it waits',
      { suspend: true },
      placed({ suspend: true }, { nodeSelector: { disk: 'ssd' }, affinity: { nodeAffinity } }),
      [],
    ],
    [
      'of what its pods are, while it waits',
      { suspend: true },
      placed({ suspend: true }, { containers: [{ ...container, image: 'i:2' }] }),
      [immutable('template')],
    ],
  ];
  it.each(cases)('%s', (_, before, after, problems) => {
    expect(problemsOfUpdate(jobs, manifest(before), after)).toEqual(problems);
  });

  it('of where its pods go, after it had begun', () => {
    const old = { ...created(jobs, manifest({ suspend: true })), status: { startTime: '2026-01-01T00:00:00Z' } };
    const next = placed({ suspend: true }, { nodeSelector: { disk: 'ssd' } }) as unknown as Job;
    const fields = kindOf(jobs)
      .validateUpdate?.(next, old as Job)
      .map(({ field }) => field);
    expect(fields).toContain('spec.template');
  });
});

describe('a row of a table', () => {
  const now = Date.parse('2026-01-01T01:00:00Z');
  const startTime = '2026-01-01T00:59:00Z';
  const condition = (type: string) => ({ conditions: [{ type, status: 'True' as const }] });
  it.each([
    ['that runs', {}, { startTime, succeeded: 0 }, ['Running', '0/1', '60s']],
    ['that has not begun', { suspend: true }, condition('Suspended'), ['Suspended', '0/1', '']],
    [
      'that is done',
      { completions: 3 },
      { ...condition('Complete'), startTime, completionTime: '2026-01-01T00:59:05Z', succeeded: 3 },
      ['Complete', '3/3', '5s'],
    ],
    ['that failed', {}, { ...condition('Failed'), startTime }, ['Failed', '0/1', '60s']],
    ['that is about to', {}, { ...condition('FailureTarget'), startTime }, ['FailureTarget', '0/1', '60s']],
    ['of a queue', { parallelism: 3 }, { startTime, succeeded: 1 }, ['Running', '1/1 of 3', '60s']],
    ['of a queue with one reader', { parallelism: 1 }, { startTime }, ['Running', '0/1', '60s']],
  ])('%s', (_, spec, status, cells) => {
    const job = { ...created(jobs, manifest(spec)), status } as Job;
    const row = kindOf(jobs).columns.map(({ cell }) => cell(job, now));
    expect(row).toEqual(['pi', ...cells, '60m', 'c', 'i:1', 'batch.kubernetes.io/controller-uid=u']);
    expect(kindOf(jobs).fieldSelectors['status.successful']?.(job)).toBe(String(job.status.succeeded ?? 0));
  });
});
