// What a deployment decides from its replica sets, and what it says of itself.
import type { Deployment, DeploymentSpec, ReplicaSet } from '@berth/objects';
import { describe, expect, it } from 'vitest';
import { decide, type Observed } from './decide.ts';
import { untilLate } from './status.ts';
import { replicaSetFor } from './template.ts';

const now = Date.parse('2026-01-01T01:00:00Z');
const at = (seconds: number) => `${new Date(now + seconds * 1_000).toISOString().slice(0, 19)}Z`;
const labels = { app: 'web' };
const template = (image: string) => ({ metadata: { labels }, spec: { containers: [{ name: 'c', image }] } });
const metadata = (name: string) => ({
  name,
  namespace: 'default',
  uid: `uid ${name}`,
  resourceVersion: '1',
  creationTimestamp: at(-3_600),
  generation: 1,
});

function deployment(spec: Partial<DeploymentSpec> = {}, status: Deployment['status'] = {}): Deployment {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metadata('web'),
    spec: {
      replicas: 10,
      selector: { matchLabels: labels },
      template: template('now'),
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
      progressDeadlineSeconds: 600,
      ...spec,
    },
    status,
  };
}

interface Shape {
  readonly replicas: number;
  readonly available?: number;
  /** Of the deployment for which it was sized, and the most pods that it could have. */
  readonly sizedFor?: readonly [number, number];
  readonly revision?: number | string;
}

/** Those named `now` have the deployment's template; names are in the order of age. */
function replicaSet(name: string, shape: Shape): ReplicaSet {
  const { replicas, available = replicas, sizedFor = [10, 13], revision = name === 'now' ? 9 : 1 } = shape;
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      ...metadata(name),
      creationTimestamp: at(-1_000 + name.charCodeAt(0)),
      annotations: {
        'deployment.kubernetes.io/revision': String(revision),
        'deployment.kubernetes.io/desired-replicas': String(sizedFor[0]),
        'deployment.kubernetes.io/max-replicas': String(sizedFor[1]),
      },
    },
    spec: { replicas, selector: { matchLabels: labels }, template: template(name) },
    status: { replicas, readyReplicas: available, availableReplicas: available, observedGeneration: 1 },
  };
}

const recreate: Partial<DeploymentSpec> = { strategy: { type: 'Recreate' } };
const margins = (maxSurge: number | string, maxUnavailable: number | string): Partial<DeploymentSpec> => ({
  strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable } },
});

function decided(spec: Partial<DeploymentSpec>, sets: Readonly<Record<string, Shape>>, pods = false) {
  const replicaSets = Object.entries(sets).map(([name, shape]) => replicaSet(name, shape));
  const observed: Observed = { replicaSets, hasPods: () => pods, now };
  return decide(deployment(spec), observed);
}

describe('the next step', () => {
  interface Case {
    readonly name: string;
    readonly spec?: Partial<DeploymentSpec>;
    readonly sets: Readonly<Record<string, Shape>>;
    /** Whether old replica sets have pods that go. */
    readonly pods?: boolean;
    /** Size of a new replica set. */
    readonly creates?: number;
    readonly sizes?: Readonly<Record<string, number>>;
  }
  const cases: Case[] = [
    { name: 'from nothing: all at once', sets: {}, creates: 10 },
    { name: 'is done', sets: { now: { replicas: 10 } } },
    { name: 'a new template: as many as the surge allows', sets: { a: { replicas: 10 } }, creates: 3 },
    { name: 'no surge: none at first', spec: margins(0, 1), sets: { a: { replicas: 10 } }, creates: 0 },
    {
      name: 'old ones go as far as availability allows',
      sets: { a: { replicas: 10 }, now: { replicas: 3, available: 0 } },
      sizes: { a: 8 },
    },
    {
      name: 'more go when new ones are available',
      sets: { a: { replicas: 8 }, now: { replicas: 3, available: 3 } },
      spec: margins(1, 1),
      sizes: { a: 6 },
    },
    {
      name: 'new ones come for old ones that went',
      sets: { a: { replicas: 8 }, now: { replicas: 3 } },
      sizes: { now: 5 },
    },
    {
      name: 'old ones that serve nobody go first, whatever their age',
      sets: { a: { replicas: 5 }, b: { replicas: 5, available: 3 }, now: { replicas: 3, available: 0 } },
      sizes: { b: 3 },
    },
    {
      name: 'the oldest go first',
      spec: margins('50%', '50%'),
      sets: { a: { replicas: 3 }, b: { replicas: 7 }, now: { replicas: 5, available: 0 } },
      sizes: { a: 0, b: 5 },
    },
    {
      name: 'nothing moves while too few are available',
      sets: { a: { replicas: 8 }, now: { replicas: 5, available: 0 } },
    },
    {
      name: 'percents that come to nothing let one be unavailable',
      spec: { ...margins('0%', '1%'), replicas: 3 },
      sets: { a: { replicas: 3, sizedFor: [3, 3] }, now: { replicas: 0, sizedFor: [3, 3] } },
      sizes: { a: 2 },
    },
    { name: 'too many of the current: back at once', sets: { now: { replicas: 12 } }, sizes: { now: 10 } },
    { name: 'recreate: the old ones go', spec: recreate, sets: { a: { replicas: 10 } }, sizes: { a: 0 } },
    { name: 'recreate: it waits for their pods', spec: recreate, sets: { a: { replicas: 0 } }, pods: true },
    { name: 'recreate: then all come', spec: recreate, sets: { a: { replicas: 0 } }, creates: 10 },
    {
      name: 'recreate: all come in one that is there',
      spec: recreate,
      sets: { a: { replicas: 0 }, now: { replicas: 0 } },
      sizes: { now: 10 },
    },
    {
      name: 'scaled: the only one follows',
      spec: { replicas: 20 },
      sets: { now: { replicas: 10 } },
      sizes: { now: 20 },
    },
    {
      name: 'scaled up while it rolls: each by its part',
      spec: { replicas: 20, ...margins(5, 0) },
      sets: { a: { replicas: 10, sizedFor: [10, 15] }, now: { replicas: 5, sizedFor: [10, 15] } },
      sizes: { a: 17, now: 8 },
    },
    {
      name: 'scaled down while it rolls: each by its part',
      spec: { replicas: 5, ...margins(3, 2) },
      sets: { a: { replicas: 8 }, now: { replicas: 5 } },
      sizes: { a: 5, now: 3 },
    },
    {
      name: 'scaled to nothing while it rolls',
      spec: { replicas: 0 },
      sets: { a: { replicas: 8 }, now: { replicas: 5 } },
      sizes: { a: 0, now: 0 },
    },
    {
      name: 'paused: no new template',
      spec: { paused: true },
      sets: { a: { replicas: 10 } },
    },
    {
      name: 'paused: scaled all the same',
      spec: { paused: true, replicas: 4 },
      sets: { a: { replicas: 10 } },
      sizes: { a: 4 },
    },
  ];
  it.each(cases)('$name', ({ spec = {}, sets, pods, creates, sizes = {} }) => {
    const { create, update } = decided(spec, sets, pods);
    expect(create?.spec.replicas).toBe(creates);
    const changed = update.filter(({ metadata: { name }, spec: { replicas } }) => replicas !== sets[name]?.replicas);
    expect(Object.fromEntries(changed.map((next) => [next.metadata.name, next.spec.replicas]))).toEqual(sizes);
  });
});

describe('revisions', () => {
  it('an old template that comes back gets the newest, and keeps those that it had', () => {
    const { update, revision } = decided({}, { a: { replicas: 10, revision: 4 }, now: { replicas: 0, revision: 2 } });
    expect(revision).toBe('5');
    expect(update[0]?.metadata.annotations).toMatchObject({
      'deployment.kubernetes.io/revision': '5',
      'deployment.kubernetes.io/revision-history': '2',
    });
  });

  it('has 64 bits', () => {
    const next = (a: string, now = '0') => {
      const sets = { a: { replicas: 0, revision: a }, now: { replicas: 10, revision: now } };
      return decided({}, sets).revision;
    };
    expect(next('3546343826724305832')).toBe('3546343826724305833');
    expect(next('3546343826724305832', '3546343826724305834')).toBe('3546343826724305834');
    expect(next('99999999999999999999')).toBe('1');
  });

  it('the oldest that are beyond the limit go, if they have no pods', () => {
    const sets = {
      a: { replicas: 0, revision: 3 },
      b: { replicas: 0, revision: 1 },
      c: { replicas: 0, revision: 2 },
      now: { replicas: 10, revision: 4 },
    };
    const gone = (limit: number) =>
      decided({ revisionHistoryLimit: limit }, sets).delete.map(({ metadata: { name } }) => name);
    expect([gone(3), gone(2), gone(1), gone(0)]).toEqual([[], ['b'], ['b', 'c'], ['b', 'c', 'a']]);
  });

  it('equal templates have equal hashes, which a collision changes', () => {
    const nameOf = (status: Deployment['status'], spec = {}) => replicaSetFor(deployment(spec, status)).metadata.name;
    const { metadata: meta, spec } = template('now');
    expect(nameOf({}, { template: { spec, metadata: meta } })).toBe(nameOf({}));
    expect(nameOf({ collisionCount: 1 })).not.toBe(nameOf({}));
    expect(nameOf({}, { template: template('other') })).not.toBe(nameOf({}));
  });
});

describe('what it says', () => {
  const condition = (reason: string, status: 'True' | 'False' | 'Unknown', seconds: number) => ({
    type: 'Progressing',
    status,
    reason,
    message: '',
    lastUpdateTime: at(seconds),
    lastTransitionTime: at(seconds),
  });
  interface Case {
    readonly name: string;
    readonly spec?: Partial<DeploymentSpec>;
    readonly known?: ReturnType<typeof condition>;
    readonly sets: Readonly<Record<string, Shape>>;
    readonly before?: Deployment['status'];
    readonly progressing: string | undefined;
  }
  const stuck = { now: { replicas: 10, available: 9 } };
  const asStuck = { updatedReplicas: 10, replicas: 10, readyReplicas: 9, availableReplicas: 9 };
  const cases: Case[] = [
    { name: 'a new replica set', sets: {}, progressing: 'True NewReplicaSetCreated' },
    {
      name: 'one that was there',
      sets: { now: { replicas: 10, available: 0 } },
      before: { updatedReplicas: 10, replicas: 10 },
      progressing: 'True FoundNewReplicaSet',
    },
    {
      name: 'one more is ready',
      sets: stuck,
      before: { ...asStuck, readyReplicas: 8 },
      progressing: 'True ReplicaSetUpdated',
    },
    { name: 'all are there', sets: { now: { replicas: 10 } }, progressing: 'True NewReplicaSetAvailable' },
    {
      name: 'not late yet',
      sets: stuck,
      before: asStuck,
      known: condition('ReplicaSetUpdated', 'True', -600),
      progressing: 'True ReplicaSetUpdated',
    },
    {
      name: 'late',
      sets: stuck,
      before: asStuck,
      known: condition('ReplicaSetUpdated', 'True', -601),
      progressing: 'False ProgressDeadlineExceeded',
    },
    {
      name: 'a pod that falls over later is not late',
      sets: stuck,
      before: asStuck,
      known: condition('NewReplicaSetAvailable', 'True', -601),
      progressing: 'True NewReplicaSetAvailable',
    },
    {
      name: 'paused',
      spec: { paused: true },
      sets: stuck,
      known: condition('ReplicaSetUpdated', 'True', -9),
      progressing: 'Unknown DeploymentPaused',
    },
    {
      name: 'resumed',
      sets: stuck,
      before: asStuck,
      known: condition('DeploymentPaused', 'Unknown', -9),
      progressing: 'Unknown DeploymentResumed',
    },
    {
      name: 'without a deadline',
      spec: { progressDeadlineSeconds: 2_147_483_647 },
      sets: stuck,
      known: condition('ReplicaSetUpdated', 'True', -9),
      progressing: undefined,
    },
  ];
  it.each(cases)('$name', ({ spec, sets, before, known, progressing }) => {
    const replicaSets = Object.entries(sets).map(([name, shape]) => replicaSet(name, shape));
    const web = deployment(spec, { ...before, conditions: known ? [known] : [] });
    const { status } = decide(web, { replicaSets, hasPods: () => false, now });
    const found = status.conditions?.find(({ type }) => type === 'Progressing');
    expect(found && `${found.status} ${found.reason}`).toBe(progressing);
  });

  it('counts, and says whether enough are available', () => {
    const { status } = decided({}, { a: { replicas: 6 }, now: { replicas: 5, available: 1 } });
    expect(status).toMatchObject({
      replicas: 11,
      updatedReplicas: 5,
      readyReplicas: 7,
      availableReplicas: 7,
      unavailableReplicas: 4,
    });
    expect(status.conditions?.[0]).toMatchObject({ status: 'False', reason: 'MinimumReplicasUnavailable' });
  });

  it('passes on what its replica sets cannot do', () => {
    const failing = replicaSet('now', { replicas: 10, available: 0 });
    const failure = { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: 'no' } as const;
    const broken = { ...failing, status: { ...failing.status, conditions: [failure] } };
    const { status } = decide(deployment(), { replicaSets: [broken], hasPods: () => false, now });
    expect(status.conditions).toContainEqual(expect.objectContaining(failure));
    const healed = { ...deployment(), status };
    const later = decide(healed, { replicaSets: [failing], hasPods: () => false, now });
    expect(later.status.conditions?.map(({ type }) => type)).not.toContain('ReplicaFailure');
  });

  it('looks again when it could be late', () => {
    const known = [condition('ReplicaSetUpdated', 'True', -540)];
    const wait = (spec: Partial<DeploymentSpec>) => untilLate(deployment(spec), { conditions: known }, now);
    expect([wait({}), wait({ paused: true })]).toEqual([61_000, undefined]);
  });
});
