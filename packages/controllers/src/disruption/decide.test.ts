// How many pods of a budget may be evicted.
import type { PodDisruptionBudget, PodDisruptionBudgetSpec } from '@berth/objects';
import { describe, expect, it } from 'vitest';
import { type PodShape, podNamed } from '../testing/objects.ts';
import { decide, sameStatus } from './decide.ts';

const now = Date.parse('2026-01-01T01:00:00Z');
const at = (seconds: number) => `${new Date(now + seconds * 1_000).toISOString().slice(0, 19)}Z`;
const ready: PodShape = { readySince: at(-60) };

function budget(spec: PodDisruptionBudgetSpec, status: Partial<PodDisruptionBudget['status']> = {}) {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'web', uid: 'b', resourceVersion: '1', creationTimestamp: at(-60), generation: 2 },
    spec,
    status: { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0, ...status },
  };
}

const podsOf = (shapes: readonly PodShape[]) => shapes.map((shape, index) => podNamed(`p${index}`, shape));

describe('a budget', () => {
  interface Case {
    readonly name: string;
    readonly spec: PodDisruptionBudgetSpec;
    readonly pods: readonly PodShape[];
    readonly scale?: number | string;
    readonly disrupted?: Readonly<Record<string, string>>;
    /** Allowed, healthy, desired, expected. */
    readonly is: readonly [number, number, number, number];
  }
  const cases: Case[] = [
    { name: 'a number that must be there', spec: { minAvailable: 2 }, pods: [ready, ready, ready], is: [1, 3, 2, 3] },
    { name: 'too few are ready', spec: { minAvailable: 2 }, pods: [ready, {}, {}], is: [0, 1, 2, 3] },
    {
      name: 'one that goes does not count',
      spec: { minAvailable: 1 },
      pods: [ready, { ...ready, deleted: true }],
      is: [0, 1, 1, 2],
    },
    { name: 'nothing must be there', spec: {}, pods: [ready, ready], is: [2, 2, 0, 2] },
    { name: 'no pods', spec: { minAvailable: 0 }, pods: [], is: [0, 0, 0, 0] },
    {
      name: 'a part, rounded up',
      spec: { minAvailable: '50%' },
      pods: [ready, ready, ready],
      scale: 3,
      is: [1, 3, 2, 3],
    },
    {
      name: 'what may be missing, of what is wanted',
      spec: { maxUnavailable: 1 },
      pods: [ready, ready, ready],
      scale: 4,
      is: [0, 3, 3, 4],
    },
    {
      name: 'a part of what is wanted',
      spec: { maxUnavailable: '30%' },
      pods: [ready, ready, ready],
      scale: 3,
      is: [1, 3, 2, 3],
    },
    {
      name: 'more may be missing than there is',
      spec: { maxUnavailable: 5 },
      pods: [ready],
      scale: 1,
      is: [1, 1, 0, 1],
    },
    {
      name: 'an eviction under way',
      spec: { minAvailable: 1 },
      pods: [ready, ready],
      disrupted: { p0: at(-10) },
      is: [0, 1, 1, 2],
    },
    {
      name: 'an eviction that did not come to be',
      spec: { minAvailable: 1 },
      pods: [ready, ready],
      disrupted: { p0: at(-120) },
      is: [1, 2, 1, 2],
    },
  ];
  it.each(cases)('$name', ({ spec, pods, scale = 0, disrupted, is }) => {
    const { status } = decide(budget(spec, { disruptedPods: disrupted }), { pods: podsOf(pods), scale, now });
    const { disruptionsAllowed, currentHealthy, desiredHealthy, expectedPods } = status;
    expect([disruptionsAllowed, currentHealthy, desiredHealthy, expectedPods]).toEqual(is);
    expect(status.conditions).toEqual([
      expect.objectContaining({
        type: 'DisruptionAllowed',
        status: is[0] > 0 ? 'True' : 'False',
        reason: is[0] > 0 ? 'SufficientPods' : 'InsufficientPods',
        observedGeneration: 2,
      }),
    ]);
  });

  it('remembers evictions until their pods go or two minutes are over', () => {
    const disruptedPods = { p0: at(-100), p1: at(-10), gone: at(-10) };
    const pods = podsOf([ready, { ...ready, deleted: true }]);
    const decision = decide(budget({ minAvailable: 0 }, { disruptedPods }), { pods, scale: 0, now });
    expect(decision.status.disruptedPods).toEqual({ p0: at(-100) });
    expect(decision.recheckMs).toBe(20_001);
  });

  it('allows nothing where the size of a controller is not known', () => {
    const facts = { pods: podsOf([ready]), scale: 'found no controllers for pod "p0"', now };
    const { status, problem } = decide(budget({ maxUnavailable: 1 }, { disruptionsAllowed: 1 }), facts);
    expect(problem).toBe(facts.scale);
    expect(status).toMatchObject({ disruptionsAllowed: 0, conditions: [{ reason: 'SyncFailed' }] });
    expect(decide(budget({ minAvailable: 0 }), facts).status.disruptionsAllowed).toBe(1);
  });

  it('says nothing anew that it has said', () => {
    const web = budget({ minAvailable: 1 });
    const facts = { pods: podsOf([ready, ready]), scale: 0, now };
    const { status } = decide(web, facts);
    const later = decide({ ...web, status }, { ...facts, now: now + 60_000 });
    expect(sameStatus(status, later.status)).toBe(true);
    expect(sameStatus(web.status, status)).toBe(false);
  });
});
