// Owns `/stats/summary`: what the node, its pods and their containers use, as one document. Pure.
// Source: Kubernetes, k8s.io/kubelet/pkg/apis/stats/v1alpha1.
import type { NetworkUsage } from '../runtime/port.ts';
import { nodeTotal, podTotal, type Total, totalOf } from './totals.ts';
import type { NodeMeasured, PodMeasured } from './usage-collector.ts';

export interface SummaryOptions {
  readonly nodeName: string;
  /** When the agent started, in milliseconds of the wall clock: of a node that is no machine. */
  readonly startedAt: number;
  readonly memoryBytes: number;
  readonly onlyCpuAndMemory: boolean;
}

export function summary(measured: NodeMeasured, options: SummaryOptions): object {
  const { disk, machine, at, pods } = measured;
  const time = timeOf(at);
  const { inodes, inodesFree, ...bytes } = disk;
  const fs = { time, ...bytes, inodesFree, inodes, inodesUsed: inodes - inodesFree };
  const rest = options.onlyCpuAndMemory
    ? {}
    : { ...(machine ? { network: networkOf(time, machine.network) } : {}), fs, runtime: { imageFs: fs } };
  return {
    node: {
      nodeName: options.nodeName,
      startTime: timeOf(machine?.bootedAt ?? options.startedAt),
      ...figuresOf(nodeTotal(measured), machine?.memory.totalBytes ?? options.memoryBytes),
      ...rest,
    },
    pods: pods.map((pod) => podSummary(pod, options)),
  };
}

function podSummary(measured: PodMeasured, { onlyCpuAndMemory }: SummaryOptions): object {
  const { pod, sandbox, startedAt, containers } = measured;
  const { name, namespace, uid } = pod.metadata;
  const network = sandbox.usage.network;
  const hasNetwork = !onlyCpuAndMemory && Object.keys(network).length > 0;
  return {
    podRef: { name, namespace, uid },
    startTime: timeOf(startedAt),
    containers: containers.map((container) => ({
      name: container.name,
      startTime: timeOf(container.startedAt),
      ...figuresOf(totalOf(container)),
    })),
    ...figuresOf(podTotal(measured)),
    ...(hasNetwork ? { network: networkOf(timeOf(sandbox.usage.at), network) } : {}),
  };
}

function figuresOf({ at, cpuNanoseconds, nanoCores, memory }: Total, ofBytes?: number): object {
  const time = timeOf(at);
  const { usageBytes, workingSetBytes, rssBytes, pageFaults, majorPageFaults } = memory;
  return {
    cpu: {
      time,
      ...(nanoCores === undefined ? {} : { usageNanoCores: nanoCores }),
      usageCoreNanoSeconds: cpuNanoseconds,
    },
    memory: {
      time,
      ...(ofBytes === undefined ? {} : { availableBytes: Math.max(0, ofBytes - workingSetBytes) }),
      usageBytes,
      workingSetBytes,
      rssBytes,
      pageFaults,
      majorPageFaults,
    },
  };
}

/** The figures of the first interface stand by themselves, as those of the one that counts. */
function networkOf(time: string, network: Readonly<Record<string, NetworkUsage>>): object {
  const interfaces = Object.entries(network).map(([name, usage]) => ({ name, ...usage }));
  const main = interfaces.find(({ name }) => name === 'eth0') ?? interfaces[0];
  return { time, ...main, interfaces };
}

function timeOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z');
}
