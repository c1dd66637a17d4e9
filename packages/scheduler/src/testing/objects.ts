// Owns the nodes and pods that the scheduler's tests are made of.
import type { Node, Pod, PodSpec } from '@berth/objects';

export interface NodeShape {
  readonly cpu?: string;
  readonly memory?: string;
  readonly pods?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly spec?: Node['spec'];
  readonly ready?: 'True' | 'False' | 'Unknown';
}

export function nodeNamed(name: string, shape: NodeShape = {}): Node {
  const { cpu = '4', memory = '8Gi', pods = '110', labels, spec = {}, ready = 'True' } = shape;
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, uid: `node ${name}`, resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z', labels },
    spec,
    status: { allocatable: { cpu, memory, pods }, conditions: [{ type: 'Ready', status: ready }] },
  };
}

export interface PodShape {
  readonly cpu?: string;
  readonly memory?: string;
  readonly hostPort?: number;
  readonly labels?: Readonly<Record<string, string>>;
  /** uid of the controller that owns it. */
  readonly controller?: string;
  readonly spec?: Partial<PodSpec>;
}

export function podNamed(name: string, shape: PodShape = {}): Pod {
  const { cpu, memory, hostPort, labels, controller, spec } = shape;
  const requests = { ...(cpu ? { cpu } : {}), ...(memory ? { memory } : {}) };
  const ports = hostPort ? [{ containerPort: hostPort, hostPort }] : [];
  const owner = { apiVersion: 'v1', kind: 'ReplicationController', name: 'rc', controller: true };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'default',
      uid: `pod ${name}`,
      resourceVersion: '1',
      creationTimestamp: '2026-01-01T00:00:00Z',
      labels,
      ...(controller ? { ownerReferences: [{ ...owner, uid: controller }] } : {}),
    },
    spec: { containers: [{ name: 'c', image: 'i', resources: { requests }, ports }], ...spec },
    status: { phase: 'Pending' },
  };
}
