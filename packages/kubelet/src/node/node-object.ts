// Owns the Node object that an agent reports: labels, capacity, conditions, addresses. Pure.
import { isExtendedName, type Node, type NodeCondition, type NodeStatus } from '@berth/objects';
import type { ImageInfo, RuntimeInfo } from '../runtime/port.ts';
import type { Machine, Pressure } from './machine.ts';

export interface NodeFacts {
  readonly name: string;
  readonly address: string;
  /** Where the agent's own server answers. */
  readonly port: number;
  readonly labels: Readonly<Record<string, string>>;
  /** Takes the place of what the machine has, where several agents share it. */
  readonly capacity: Readonly<Record<string, string>>;
  readonly machine: Machine;
  readonly runtime: RuntimeInfo;
  readonly simulated: boolean;
}

export interface NodeObservation {
  readonly pressure: Pressure;
  readonly images: readonly ImageInfo[];
  /** Why pods cannot run; empty: they can. */
  readonly notReady: string;
  readonly now: string;
}

/** Berth speaks this version of the Kubernetes API. */
const kubeletVersion = 'v1.32.0';
const simulatedMark = 'berth.dev/simulated';
/** Makes every list of nodes say so, under ROLES. */
const simulatedRole = 'node-role.kubernetes.io/simulated';
/** What Kubernetes lists at most. */
const maxImages = 50;
const maxPods = '110';

export function capacityOf({ machine, capacity }: Pick<NodeFacts, 'machine' | 'capacity'>): Record<string, string> {
  return {
    cpu: String(machine.cpus),
    memory: `${Math.floor(machine.memoryBytes / 1024)}Ki`,
    'ephemeral-storage': `${Math.floor(machine.diskBytes / 1024)}Ki`,
    pods: maxPods,
    ...capacity,
  };
}

export function nodeLabels(facts: NodeFacts): Record<string, string> {
  const { architecture, operatingSystem } = facts.machine.info;
  return {
    'kubernetes.io/hostname': facts.name,
    'kubernetes.io/os': operatingSystem,
    'kubernetes.io/arch': architecture,
    'beta.kubernetes.io/os': operatingSystem,
    'beta.kubernetes.io/arch': architecture,
    ...(facts.simulated ? { [simulatedMark]: 'true', [simulatedRole]: '' } : {}),
    ...facts.labels,
  };
}

export function nodeStatus(facts: NodeFacts, seen: NodeObservation, before: Node['status'] | undefined): NodeStatus {
  const capacity = { ...extendedOf(before?.capacity), ...capacityOf(facts) };
  return {
    capacity,
    allocatable: capacity,
    addresses: [
      { type: 'InternalIP', address: facts.address },
      { type: 'Hostname', address: facts.name },
    ],
    daemonEndpoints: { kubeletEndpoint: { Port: facts.port } },
    nodeInfo: {
      ...facts.machine.info,
      containerRuntimeVersion: `${facts.runtime.name}://${facts.runtime.version}`,
      kubeletVersion,
      kubeProxyVersion: kubeletVersion,
    },
    conditions: nodeConditions(seen, before?.conditions ?? []),
    images: [...seen.images]
      .sort((a, b) => b.sizeBytes - a.sizeBytes)
      .slice(0, maxImages)
      .map(({ names, sizeBytes }) => ({ names, sizeBytes })),
  };
}

/** What others say that the node has, such as `example.com/dongle`: that is theirs to give and to take. */
function extendedOf(capacity: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(capacity).filter(([name]) => isExtendedName(name)));
}

function nodeConditions(seen: NodeObservation, before: readonly NodeCondition[]): NodeCondition[] {
  const { memory, disk } = seen.pressure;
  const own: NodeCondition[] = [
    verdict('MemoryPressure', memory, {
      true: ['KubeletHasInsufficientMemory', 'kubelet has insufficient memory available'],
      false: ['KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
    }),
    verdict('DiskPressure', disk, {
      true: ['KubeletHasDiskPressure', 'kubelet has disk pressure'],
      false: ['KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
    }),
    verdict('PIDPressure', false, {
      true: ['KubeletHasInsufficientPID', 'kubelet has insufficient PID available'],
      false: ['KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
    }),
    verdict('Ready', seen.notReady === '', {
      true: ['KubeletReady', 'kubelet is posting ready status'],
      false: ['KubeletNotReady', seen.notReady],
    }),
  ];
  const types = new Set(own.map(({ type }) => type));
  const timed = own.map((condition): NodeCondition => {
    const previous = before.find(({ type }) => type === condition.type);
    const unchanged = previous?.status === condition.status && previous.lastTransitionTime;
    return {
      ...condition,
      lastHeartbeatTime: seen.now,
      lastTransitionTime: unchanged ? previous.lastTransitionTime : seen.now,
    };
  });
  return [...timed, ...before.filter(({ type }) => !types.has(type))];
}

function verdict(
  type: string,
  holds: boolean,
  texts: { readonly true: readonly [string, string]; readonly false: readonly [string, string] },
): NodeCondition {
  const [reason, message] = holds ? texts.true : texts.false;
  return { type, status: holds ? 'True' : 'False', reason, message };
}
