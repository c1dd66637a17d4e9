// Which pods have to go for another, and on which node.
import type { Pod, PodDisruptionBudget } from '@berth/objects';
import { describe, expect, it, test } from 'vitest';
import { factsOf } from '../pod-facts.ts';
import { Snapshot } from '../snapshot.ts';
import { nodeNamed, type PodShape, podNamed } from '../testing/objects.ts';
import { splitByBudgets } from './budgets.ts';
import { attemptOn, type Candidate, leastLoss } from './victims.ts';

interface Placed extends Omit<PodShape, 'spec'> {
  readonly name: string;
  readonly priority?: number;
  /** Minutes after midnight at which it started. */
  readonly started?: number;
}

function podOf({ name, priority = 0, started, ...shape }: Placed): Pod {
  const pod = podNamed(name, { cpu: '1', ...shape, spec: { priority } });
  const startTime = started === undefined ? undefined : new Date(Date.UTC(2026, 0, 1, 0, started)).toISOString();
  return { ...pod, status: { phase: 'Running', startTime } };
}

function budget(app: string, disruptionsAllowed: number, disruptedPods = {}): PodDisruptionBudget {
  const status = { disruptionsAllowed, disruptedPods, currentHealthy: 1, desiredHealthy: 1, expectedPods: 1 };
  const metadata = { namespace: 'default', name: app, uid: app, resourceVersion: '1', creationTimestamp: 'now' };
  const spec = { selector: { matchLabels: { app } } };
  return { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata, spec, status };
}

const names = (pods: readonly Pod[]) => pods.map(({ metadata }) => metadata.name);

describe('who has to leave a node of 4 CPUs for a pod of priority 10', () => {
  interface Case {
    readonly name: string;
    readonly cpu?: string;
    readonly hostPort?: number;
    readonly pods: readonly Placed[];
    readonly nominated?: readonly Placed[];
    readonly budgets?: readonly PodDisruptionBudget[];
    readonly victims: readonly string[];
    readonly violations?: number;
  }
  const four = (shape: Partial<Placed> = {}) => ['a', 'b', 'c', 'd'].map((name) => ({ ...shape, name }));
  const cases: Case[] = [
    {
      name: 'who matters least',
      pods: [
        { name: 'a', priority: 3 },
        { name: 'b', priority: 1 },
        { name: 'c', priority: 2 },
        { name: 'd', priority: 9 },
      ],
      victims: ['b'],
    },
    {
      name: 'of equals, who started last',
      pods: [
        { name: 'a', started: 1 },
        { name: 'b', started: 3 },
        { name: 'c', started: 2 },
        { name: 'd', started: 0 },
      ],
      victims: ['b'],
    },
    {
      name: 'as few as are needed, the most important first',
      cpu: '2',
      pods: [
        { name: 'a', priority: 3 },
        { name: 'b', priority: 1 },
        { name: 'c', priority: 2 },
        { name: 'd', priority: 9 },
      ],
      victims: ['c', 'b'],
    },
    {
      name: 'one large pod instead of those that may stay',
      cpu: '2',
      pods: [
        { name: 'a', priority: 1, cpu: '2' },
        { name: 'b', priority: 2 },
        { name: 'c', priority: 2 },
      ],
      victims: ['a'],
    },
    {
      name: 'who has no budget, though it matters more',
      pods: [
        { name: 'a', priority: 2 },
        { name: 'b', priority: 1, labels: { app: 'kept' } },
        { name: 'c', priority: 5 },
        { name: 'd', priority: 5 },
      ],
      budgets: [budget('kept', 0)],
      victims: ['a'],
    },
    {
      name: 'who has a budget, when nothing else is left',
      cpu: '4',
      pods: [...four({ labels: { app: 'kept' }, priority: 1, started: 0 }).slice(0, 3), { name: 'd' }],
      budgets: [budget('kept', 1)],
      // Those that a budget would have kept are tried first, and so are first among equals.
      victims: ['b', 'c', 'a', 'd'],
      violations: 2,
    },
    {
      name: 'who holds the host port',
      hostPort: 80,
      cpu: '0',
      pods: [{ name: 'a', hostPort: 80 }, { name: 'b' }],
      victims: ['a'],
    },
    {
      name: 'one more, when another pod was promised the room of the first',
      pods: four(),
      nominated: [{ name: 'first', priority: 10 }],
      victims: ['c', 'd'],
    },
    {
      name: 'nobody more for a pod of less priority that was promised room',
      pods: four(),
      nominated: [{ name: 'first', priority: 9 }],
      victims: ['d'],
    },
  ];
  it.each(cases)('$name', ({ cpu = '1', hostPort, pods, nominated = [], budgets = [], victims, violations = 0 }) => {
    const snapshot = new Snapshot();
    snapshot.setNode(nodeNamed('n', { cpu: '4' }));
    for (const pod of pods) snapshot.setPod(podOf(pod), 'n');
    for (const pod of nominated) snapshot.nominate(podOf(pod), 'n');
    const pod = factsOf(podOf({ name: 'new', priority: 10, cpu, hostPort }));
    const attempt = attemptOn(pod, snapshot.stateOf('n')!, budgets);
    if (attempt.node === undefined) throw new Error(attempt.reasons.join());
    expect(names(attempt.victims)).toEqual(victims);
    expect(attempt.violations).toBe(violations);
  });

  test.each<{ name: string; pods: Placed[]; cpu: string; reasons: string[] }>([
    {
      name: 'there is nobody below',
      pods: [{ name: 'a', priority: 10, cpu: '4' }],
      cpu: '1',
      reasons: ['No preemption victims found for incoming pod'],
    },
    {
      name: 'it is too large even alone',
      pods: [{ name: 'a', cpu: '4' }],
      cpu: '5',
      reasons: ['Insufficient cpu'],
    },
  ])('nobody, when $name', ({ pods, cpu, reasons }) => {
    const snapshot = new Snapshot();
    snapshot.setNode(nodeNamed('n', { cpu: '4' }));
    for (const pod of pods) snapshot.setPod(podOf(pod), 'n');
    const attempt = attemptOn(factsOf(podOf({ name: 'new', priority: 10, cpu })), snapshot.stateOf('n')!, []);
    expect(attempt).toEqual({ node: undefined, reasons });
    expect(snapshot.stateOf('n')!.pods.size).toBe(pods.length);
  });
});

describe('of two nodes it is the one', () => {
  const candidate = (node: string, violations: number, ...victims: Omit<Placed, 'name'>[]): Candidate => ({
    node,
    violations,
    victims: victims.map((shape, index) => podOf({ ...shape, name: `${node} ${index}` })),
  });
  test.each<[string, Candidate, Candidate]>([
    ['where no budget is broken', candidate('x', 1, { priority: 1 }), candidate('y', 0, { priority: 9 })],
    [
      'whose most important victim matters less',
      candidate('x', 0, { priority: 5 }),
      candidate('y', 0, { priority: 4 }, { priority: 4 }),
    ],
    [
      'whose victims matter less together',
      candidate('x', 0, { priority: 5 }, { priority: 4 }),
      candidate('y', 0, { priority: 5 }, { priority: 3 }),
    ],
    [
      'with fewer victims, whatever the sign of their priorities',
      candidate('x', 0, { priority: -5 }, { priority: -5 }),
      candidate('y', 0, { priority: -5 }),
    ],
    [
      'whose most important victims started later',
      candidate('x', 0, { started: 1 }),
      candidate('y', 0, { started: 2 }),
    ],
  ])('%s', (_, worse, better) => {
    expect(leastLoss([worse, better]).node).toBe('y');
    expect(leastLoss([better, worse]).node).toBe('y');
  });

  test('that comes first, when all is equal', () => {
    expect(leastLoss([candidate('x', 0, { priority: 1 }), candidate('y', 0, { priority: 1 })]).node).toBe('x');
  });
});

describe('budgets', () => {
  const kept = (name: string) => podOf({ name, labels: { app: 'kept' } });
  test.each<[string, Pod[], PodDisruptionBudget, string[]]>([
    ['allow what they allow', [kept('a'), kept('b'), kept('c')], budget('kept', 2), ['c']],
    ['do not count pods that go already', [kept('a'), kept('b')], budget('kept', 1, { a: 'now' }), []],
    [
      'concern their own pods alone',
      [podOf({ name: 'a', labels: { app: 'x' } }), podOf({ name: 'b' })],
      budget('kept', 0),
      [],
    ],
  ])('%s', (_, pods, one, violating) => {
    const split = splitByBudgets(pods, [one]);
    expect(names(split.violating)).toEqual(violating);
    expect(split.violating.length + split.harmless.length).toBe(pods.length);
  });
});
