// Owns sums over measurements: what a pod and what a node uses. Pure.
import type { MemoryUsage } from '../runtime/port.ts';
import type { CpuTime, Measured, NodeMeasured, PodMeasured } from './usage-collector.ts';

export interface Total {
  /** Milliseconds of the wall clock. */
  readonly at: number;
  readonly cpuNanoseconds: number;
  /** Undefined: there is nothing to compare with yet. */
  readonly nanoCores: number | undefined;
  readonly memory: MemoryUsage;
}

const nothing: MemoryUsage = { usageBytes: 0, workingSetBytes: 0, rssBytes: 0, pageFaults: 0, majorPageFaults: 0 };

export function totalOf({ usage, before }: Measured): Total {
  const { at, cpuNanoseconds, memory } = usage;
  return { at, cpuNanoseconds, nanoCores: rate(usage, before), memory };
}

export function podTotal({ sandbox, containers }: PodMeasured): Total {
  return sum([sandbox, ...containers].map(totalOf), sandbox.usage.at);
}

/** Of the machine, or else of the pods. */
export function nodeTotal({ machine, cpu, cpuBefore, pods }: NodeMeasured): Total {
  const memory = machine?.memory ?? pods.map((pod) => podTotal(pod).memory).reduce(added, nothing);
  return { ...cpu, nanoCores: rate(cpu, cpuBefore), memory };
}

function rate(now: CpuTime, before: CpuTime | undefined): number | undefined {
  if (!before || before.at >= now.at || before.cpuNanoseconds > now.cpuNanoseconds) return undefined;
  return Math.round(((now.cpuNanoseconds - before.cpuNanoseconds) * 1000) / (now.at - before.at));
}

function sum(parts: readonly Total[], at: number): Total {
  const known = parts.flatMap(({ nanoCores }) => (nanoCores === undefined ? [] : [nanoCores]));
  return {
    at,
    cpuNanoseconds: parts.reduce((total, { cpuNanoseconds }) => total + cpuNanoseconds, 0),
    nanoCores: known.length > 0 ? known.reduce((a, b) => a + b, 0) : undefined,
    memory: parts.reduce((total, { memory }) => added(total, memory), nothing),
  };
}

function added(a: MemoryUsage, b: MemoryUsage): MemoryUsage {
  return {
    usageBytes: a.usageBytes + b.usageBytes,
    workingSetBytes: a.workingSetBytes + b.workingSetBytes,
    rssBytes: a.rssBytes + b.rssBytes,
    pageFaults: a.pageFaults + b.pageFaults,
    majorPageFaults: a.majorPageFaults + b.majorPageFaults,
  };
}
