// Owns the pods and nodes that the tests of `decide` functions are made of.
import type { Node, NodeCondition, Pod, PodSpec, PodStatus } from '@berth/objects';

export interface PodShape {
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly node?: string;
  readonly phase?: PodStatus['phase'];
  /** When it became ready; undefined: it is not. */
  readonly readySince?: string;
  readonly created?: string;
  readonly deleted?: boolean;
  readonly restarts?: number;
  readonly ip?: string;
  /** uid of its controller. */
  readonly owner?: string;
  readonly spec?: Partial<PodSpec>;
}

export function podNamed(name: string, shape: PodShape = {}): Pod {
  const { labels, annotations, node, phase = 'Running', readySince, restarts = 0, ip, owner, spec } = shape;
  const controller = { apiVersion: 'v1', kind: 'ReplicationController', name: 'rc', controller: true };
  const ready = {
    type: 'Ready',
    status: readySince ? ('True' as const) : ('False' as const),
    lastTransitionTime: readySince,
  };
  const container = { name: 'c', image: 'i', imageID: '', ready: readySince !== undefined, restartCount: restarts };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'default',
      uid: `uid ${name}`,
      resourceVersion: '1',
      creationTimestamp: shape.created ?? '2026-01-01T00:00:00Z',
      labels,
      annotations,
      ...(shape.deleted ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}),
      ...(owner ? { ownerReferences: [{ ...controller, uid: owner }] } : {}),
    },
    spec: { containers: [{ name: 'c', image: 'i' }], ...(node ? { nodeName: node } : {}), ...spec },
    status: { phase, podIP: ip, conditions: [ready], containerStatuses: [container] },
  };
}

export function nodeNamed(name: string, ready: NodeCondition['status'] | undefined, spec: Node['spec'] = {}): Node {
  const condition = { type: 'Ready', lastHeartbeatTime: '2026-01-01T00:00:00Z' };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, uid: `uid ${name}`, resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' },
    spec,
    status: { conditions: ready ? [{ ...condition, status: ready }] : [] },
  };
}
