// Evictions: which pods may go, and what they are told that may not.
import {
  type DeleteOptions,
  isReason,
  type Pod,
  type PodDisruptionBudgetSpec,
  type PodDisruptionBudgetStatus,
  podDisruptionBudgets,
  pods,
  StatusError,
} from '@berth/objects';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../testing/test-api.ts';

let t: TestApi;
let count = 0;
let namespace: string;

beforeAll(async () => {
  t = await startTestApi();
});
afterAll(() => t.close());

/** In a namespace of its own. */
async function pod(state: { phase?: Pod['status']['phase']; ready?: boolean } = {}): Promise<Pod> {
  namespace = `n${count++}`;
  await t.namespace(namespace);
  const { phase = 'Running', ready = true } = state;
  const body = {
    metadata: { name: 'web', labels: { app: 'web' } },
    spec: { nodeName: 'n', containers: [{ name: 'c', image: 'i' }] },
  };
  const made = await t.api.create(t.admin, pods, { namespace }, body);
  const conditions = [{ type: 'Ready', status: ready ? 'True' : 'False' } as const];
  const running = { ...made, status: { ...made.status, phase, conditions } };
  return t.api.update(t.admin, pods, { namespace, name: 'web', subresource: 'status' }, running);
}

async function budget(
  status: Partial<PodDisruptionBudgetStatus>,
  { name = 'web', ...spec }: PodDisruptionBudgetSpec & { name?: string } = {},
): Promise<void> {
  const selector = { matchLabels: { app: 'web' } };
  const made = await t.api.create(
    t.admin,
    podDisruptionBudgets,
    { namespace },
    { metadata: { name }, spec: { selector, ...spec } },
  );
  const counted = { ...made.status, observedGeneration: 1, ...status };
  await t.api.update(
    t.admin,
    podDisruptionBudgets,
    { namespace, name, subresource: 'status' },
    { ...made, status: counted },
  );
}

function evict(deleteOptions?: Partial<DeleteOptions>, fields: object = {}): Promise<Pod> {
  const body = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'web' }, deleteOptions, ...fields };
  return t.api.create(t.admin, pods, { namespace, name: 'web', subresource: 'eviction' }, body);
}

async function isThere(): Promise<boolean> {
  const found = await t.api.get(t.admin, pods, { namespace, name: 'web' }).catch((error: unknown) => {
    if (isReason(error, 'NotFound')) return undefined;
    throw error;
  });
  return found !== undefined && !found.metadata.deletionTimestamp;
}

const read = () => t.api.get(t.admin, podDisruptionBudgets, { namespace, name: 'web' });

describe('an eviction', () => {
  test('without a budget deletes, says why, and keeps the grace period', async () => {
    await pod();
    await evict({ gracePeriodSeconds: 7 });
    const { metadata, status } = await t.api.get(t.admin, pods, { namespace, name: 'web' });
    expect(metadata).toMatchObject({ deletionGracePeriodSeconds: 7 });
    expect(status.conditions).toContainEqual(
      expect.objectContaining({ type: 'DisruptionTarget', status: 'True', reason: 'EvictionByEvictionAPI' }),
    );
  });

  test('spends the budget, and is refused when that is spent', async () => {
    await pod();
    await budget({ disruptionsAllowed: 1, currentHealthy: 3, desiredHealthy: 2, expectedPods: 3 });
    await evict();
    expect(await isThere()).toBe(false);
    expect((await read()).status).toMatchObject({ disruptionsAllowed: 0, disruptedPods: { web: expect.any(String) } });
    await pod();
    await budget({ disruptionsAllowed: 0, currentHealthy: 2, desiredHealthy: 2, expectedPods: 3 });
    const refusal: unknown = await evict().catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(StatusError);
    expect(refusal).toMatchObject({
      code: 429,
      message: "Cannot evict pod as it would violate the pod's disruption budget.",
      details: {
        causes: [
          { reason: 'DisruptionBudget', message: 'The disruption budget web needs 2 healthy pods and has 2 currently' },
        ],
      },
    });
    expect(await isThere()).toBe(true);
  });

  interface Case {
    readonly name: string;
    readonly pod?: Parameters<typeof pod>[0];
    readonly status: Partial<PodDisruptionBudgetStatus>;
    readonly spec?: PodDisruptionBudgetSpec;
    readonly goes: boolean;
  }
  const spent = { disruptionsAllowed: 0, currentHealthy: 1, desiredHealthy: 2, expectedPods: 3 };
  const cases: Case[] = [
    { name: 'of a pod that has not begun', pod: { phase: 'Pending' }, status: spent, goes: true },
    { name: 'of a pod that has ended', pod: { phase: 'Failed' }, status: spent, goes: true },
    {
      name: 'with a budget of other pods',
      status: spent,
      spec: { selector: { matchLabels: { app: 'db' } } },
      goes: true,
    },
    { name: 'with a budget of all pods', status: spent, spec: { selector: {} }, goes: false },
    {
      name: 'that the controller has not counted yet',
      status: { disruptionsAllowed: 1, observedGeneration: 0 },
      goes: false,
    },
    { name: 'of a pod that is not ready, while pods are short', pod: { ready: false }, status: spent, goes: false },
    {
      name: 'of a pod that is not ready, while enough are',
      pod: { ready: false },
      status: { ...spent, currentHealthy: 2 },
      goes: true,
    },
    {
      name: 'of a pod that is not ready, whatever happens',
      pod: { ready: false },
      status: spent,
      spec: { unhealthyPodEvictionPolicy: 'AlwaysAllow' },
      goes: true,
    },
  ];
  test.each(cases)('$name: $goes', async ({ pod: state, status, spec, goes }) => {
    await pod(state);
    await budget(status, spec);
    const refusal = await evict().then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(refusal === undefined || isReason(refusal, 'TooManyRequests')).toBe(true);
    expect(await isThere()).toBe(!goes);
  });

  test('with two budgets is refused', async () => {
    await pod();
    await budget({ disruptionsAllowed: 1 });
    await budget({ disruptionsAllowed: 1 }, { name: 'other' });
    await expect(evict()).rejects.toThrow('more than one PodDisruptionBudget');
  });

  test('that is only tried changes nothing', async () => {
    await pod();
    await budget({ disruptionsAllowed: 1 });
    await evict({ dryRun: ['All'] });
    expect(await isThere()).toBe(true);
    expect((await read()).status.disruptionsAllowed).toBe(1);
  });

  test('of another pod, of a name or a uid, is the client’s mistake', async () => {
    await pod();
    await expect(evict({}, { metadata: { name: 'other' } })).rejects.toMatchObject({ code: 400 });
    await expect(evict({ preconditions: { uid: 'other' } })).rejects.toMatchObject({ code: 409 });
    expect(await isThere()).toBe(true);
  });

  test('comes from older clients in an older version', async () => {
    await pod();
    await evict({}, { apiVersion: 'policy/v1beta1' });
    expect(await isThere()).toBe(false);
  });
});
