// Owns the daemon set, the nodes and the pods that the tests of its decisions are made of.
import { affinityToNode, type DaemonSet, type Node, type Pod } from '@berth/objects';
import { nodeNamed, podNamed } from '../testing/objects.ts';
import { revisionLabel } from './history.ts';
import { daemonSpec, eligibilityOf } from './placement.ts';
import type { Observed } from './places.ts';

/** Of the revision that its template is. */
export const hash = 'new';
export const now = Date.parse('2026-01-01T01:00:00Z');

export function daemonSet(spec: Partial<DaemonSet['spec']> = {}): DaemonSet {
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: {
      name: 'log',
      namespace: 'default',
      uid: 'ds',
      resourceVersion: '1',
      creationTimestamp: '2026-01-01T00:00:00Z',
      generation: 7,
      annotations: { 'deprecated.daemonset.template.generation': '3' },
    },
    spec: {
      selector: { matchLabels: { app: 'log' } },
      template: { metadata: { labels: { app: 'log' } }, spec: { containers: [{ name: 'c', image: 'i' }] } },
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
      ...spec,
    },
    status: { currentNumberScheduled: 0, desiredNumberScheduled: 0, numberMisscheduled: 0, numberReady: 0 },
  };
}

export function nodeWith(name: string, spec: Node['spec'] = {}, labels: Readonly<Record<string, string>> = {}): Node {
  const node = nodeNamed(name, 'True', spec);
  return { ...node, metadata: { ...node.metadata, labels } };
}

export interface Shape {
  /** Where it is. */
  readonly node?: string;
  /** For which node it was made, and waits. */
  readonly for?: string;
  /** Of another revision. */
  readonly old?: boolean;
  readonly ready?: boolean;
  /** Seconds. */
  readonly readyFor?: number;
  readonly phase?: Pod['status']['phase'];
  readonly deleted?: boolean;
  /** Minutes after midnight. */
  readonly created?: number;
}

export function podOn(name: string, shape: Shape): Pod {
  const { node, old, ready, readyFor = 0, phase, deleted, created = 0 } = shape;
  return podNamed(name, {
    node,
    phase,
    deleted,
    owner: 'ds',
    labels: { app: 'log', [revisionLabel]: old ? 'old' : hash },
    readySince: ready ? new Date(now - readyFor * 1_000).toISOString() : undefined,
    created: new Date(Date.UTC(2026, 0, 1, 0, created)).toISOString(),
    spec: shape.for ? { affinity: affinityToNode(undefined, shape.for) } : {},
  });
}

export function seen(of: {
  readonly spec?: Partial<DaemonSet['spec']>;
  readonly nodes: readonly Node[];
  readonly pods: readonly Pod[];
  readonly patience?: Readonly<Record<string, number>>;
}): Observed {
  const spec = daemonSpec(daemonSet(of.spec));
  return {
    nodes: of.nodes,
    pods: of.pods,
    hash,
    now,
    eligibility: (node) => eligibilityOf(spec, node),
    patience: (node) => of.patience?.[node] ?? 0,
  };
}
