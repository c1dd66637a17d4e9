import {
  type DeleteOptions,
  kindOf,
  type Namespace,
  namespaces,
  type ObjectMeta,
  type Pod,
  pods,
} from '@berth/objects';
import { describe, expect, test } from 'vitest';
import { checkDeleteOptions, type Deletion, decideDeletion, isReleased } from './deletion.ts';

const now = '2026-01-01T00:01:00Z';
const nowMs = Date.parse(now);

function meta(extra: Partial<ObjectMeta>): ObjectMeta {
  return { name: 'a', uid: 'u', creationTimestamp: '2026-01-01T00:00:00Z', resourceVersion: '1', ...extra };
}

function pod(extra: {
  metadata?: Partial<ObjectMeta>;
  spec?: Partial<Pod['spec']>;
  phase?: Pod['status']['phase'];
}): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: meta({ namespace: 'default', ...extra.metadata }),
    spec: { containers: [], nodeName: 'n1', terminationGracePeriodSeconds: 30, ...extra.spec },
    status: { phase: extra.phase ?? 'Running' },
  };
}

/** What matters of a decision: how long the object may take, and what it waits for. */
function summary<T extends Pod | Namespace>(deletion: Deletion<T>) {
  if (deletion.type !== 'mark') return deletion.type;
  const { deletionTimestamp, deletionGracePeriodSeconds: grace, finalizers } = deletion.draft.metadata;
  return { at: deletionTimestamp, grace, ...(finalizers ? { finalizers } : {}) };
}

const deleting = { deletionTimestamp: '2026-01-01T00:01:10Z', deletionGracePeriodSeconds: 30 };

const cases: {
  name: string;
  pod: Parameters<typeof pod>[0];
  options?: Partial<DeleteOptions>;
  expected: ReturnType<typeof summary>;
}[] = [
  { name: 'the grace period of the pod', pod: {}, expected: { at: '2026-01-01T00:01:30Z', grace: 30 } },
  {
    name: 'the grace period of the delete',
    pod: {},
    options: { gracePeriodSeconds: 5 },
    expected: { at: '2026-01-01T00:01:05Z', grace: 5 },
  },
  { name: 'no grace', pod: {}, options: { gracePeriodSeconds: 0 }, expected: 'remove' },
  {
    name: 'a negative grace period counts as one second',
    pod: {},
    options: { gracePeriodSeconds: -1 },
    expected: { at: '2026-01-01T00:01:01Z', grace: 1 },
  },
  { name: 'on no node', pod: { spec: { nodeName: undefined } }, expected: 'remove' },
  {
    name: 'on no node, with a grace period',
    pod: { spec: { nodeName: undefined } },
    options: { gracePeriodSeconds: 60 },
    expected: 'remove',
  },
  { name: 'finished', pod: { phase: 'Succeeded' }, expected: 'remove' },
  { name: 'already deleting', pod: { metadata: deleting }, expected: 'keep' },
  {
    name: 'already deleting, a longer grace period',
    pod: { metadata: deleting },
    options: { gracePeriodSeconds: 60 },
    expected: 'keep',
  },
  {
    name: 'already deleting, a shorter one counts from the first delete',
    pod: { metadata: deleting },
    options: { gracePeriodSeconds: 25 },
    expected: { at: '2026-01-01T00:01:05Z', grace: 25 },
  },
  {
    name: 'already deleting, no grace: what the kubelet does at the end',
    pod: { metadata: deleting },
    options: { gracePeriodSeconds: 0 },
    expected: 'remove',
  },
  {
    name: 'a finalizer holds it',
    pod: { metadata: { finalizers: ['example.com/x'] } },
    options: { gracePeriodSeconds: 0 },
    expected: { at: now, grace: 0, finalizers: ['example.com/x'] },
  },
  {
    name: 'a finalizer still holds it',
    pod: { metadata: { deletionTimestamp: now, deletionGracePeriodSeconds: 0, finalizers: ['example.com/x'] } },
    options: { gracePeriodSeconds: 0 },
    expected: 'keep',
  },
  {
    name: 'Foreground',
    pod: { spec: { nodeName: undefined } },
    options: { propagationPolicy: 'Foreground' },
    expected: { at: now, grace: 0, finalizers: ['foregroundDeletion'] },
  },
  {
    name: 'Orphan takes the place of Foreground',
    pod: { metadata: { deletionTimestamp: now, deletionGracePeriodSeconds: 0, finalizers: ['foregroundDeletion'] } },
    options: { propagationPolicy: 'Orphan', gracePeriodSeconds: 0 },
    expected: { at: now, grace: 0, finalizers: ['orphan'] },
  },
  {
    name: 'orphanDependents, the old way to say it',
    pod: { spec: { nodeName: undefined } },
    options: { orphanDependents: true },
    expected: { at: now, grace: 0, finalizers: ['orphan'] },
  },
  {
    name: 'Background waits for no dependents',
    pod: { metadata: { finalizers: ['orphan'] }, spec: { nodeName: undefined } },
    options: { propagationPolicy: 'Background' },
    expected: 'remove',
  },
];

describe('the delete of a pod', () => {
  test.each(cases)('$name', (each) => {
    const object = pod(each.pod);
    const deletion = decideDeletion(kindOf(pods), object, { options: each.options ?? {}, nowMs });
    expect(summary(deletion)).toEqual(each.expected);
  });
});

describe('the delete of a namespace', () => {
  const namespace = (finalizers: 'kubernetes'[], metadata: Partial<ObjectMeta> = {}): Namespace => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: meta(metadata),
    spec: { finalizers },
    status: { phase: 'Active' },
  });
  const decide = (object: Namespace) => decideDeletion(kindOf(namespaces), object, { options: {}, nowMs });

  test('terminates it until its contents are gone', () => {
    const deletion = decide(namespace(['kubernetes']));
    expect(deletion.type === 'mark' && deletion.draft.status.phase).toBe('Terminating');
    expect(summary(deletion)).toMatchObject({ at: now });
  });
  test('again: waits on', () =>
    expect(decide(namespace(['kubernetes'], { deletionTimestamp: now })).type).toBe('keep'));
  test('with nothing to wait for: removes it', () => expect(decide(namespace([])).type).toBe('remove'));
  test.each([
    { name: 'not deleted', object: namespace([]), released: false },
    { name: 'with contents', object: namespace(['kubernetes'], { deletionTimestamp: now }), released: false },
    { name: 'finalized', object: namespace([], { deletionTimestamp: now }), released: true },
    { name: 'held', object: namespace([], { deletionTimestamp: now, finalizers: ['x'] }), released: false },
  ])('$name: released $released', ({ object, released }) => expect(isReleased(namespaces, object)).toBe(released));
});

test('a pod in its grace period is not released by losing its finalizers', () => {
  expect(isReleased(pods, pod({ metadata: deleting }))).toBe(false);
  expect(isReleased(pods, pod({ metadata: { ...deleting, deletionGracePeriodSeconds: 0 } }))).toBe(true);
});

test.each([
  { propagationPolicy: 'Orphan', orphanDependents: true },
  { propagationPolicy: 'Sideways' as 'Orphan' },
] as const)('options that cannot be: %j', (options) => {
  expect(() => checkDeleteOptions(options)).toThrow('DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy');
});
