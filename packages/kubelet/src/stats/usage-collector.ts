// Owns the measuring of all that runs on the node. Nothing is measured unless somebody asks, and then each container
// once, however many ask at the same time or soon after.
import type { Clock } from '@berth/host';
import type { Pod } from '@berth/objects';
import type { PodRuntime, PodState, Usage } from '../runtime/port.ts';
import { type DiskUsage, type MachineUsage, readDiskUsage, readMachineUsage } from './node-usage.ts';

/** A measurement, and the one before by which a rate can be told. */
export interface Measured {
  readonly usage: Usage;
  readonly before: Usage | undefined;
}

interface ContainerMeasured extends Measured {
  readonly name: string;
  /** Milliseconds of the wall clock. */
  readonly startedAt: number;
}

export interface PodMeasured {
  readonly pod: Pod;
  readonly startedAt: number;
  readonly sandbox: Measured;
  readonly containers: readonly ContainerMeasured[];
}

export interface NodeMeasured {
  readonly at: number;
  readonly pods: readonly PodMeasured[];
  readonly disk: DiskUsage;
  /** Undefined where the node is only a part of its machine, or simulated: then it uses what its pods use. */
  readonly machine: MachineUsage | undefined;
  /** Of the node, since its machine or its agent started; and the measurement before. */
  readonly cpu: CpuTime;
  readonly cpuBefore: CpuTime | undefined;
}

export interface CpuTime {
  /** Milliseconds of the wall clock. */
  readonly at: number;
  readonly cpuNanoseconds: number;
}

export interface UsageCollectorOptions {
  readonly runtime: Pick<PodRuntime, 'usage'>;
  readonly pods: () => readonly { readonly pod: Pod; readonly observed: PodState }[];
  readonly clock: Clock;
  /** A directory on the disk that pods write to. */
  readonly directory: string;
  readonly hasWholeMachine: boolean;
}

/** An answer may be so old. Below metrics-server's rounds of 15 s, so that each of them finds a new one. */
const freshMs = 5_000;
/** How many containers are measured at a time. */
const atOnce = 8;

export class UsageCollector {
  readonly #options: UsageCollectorOptions;
  #usages: ReadonlyMap<string, Measured> = new Map();
  #cpu: CpuTime | undefined;
  #latest: { readonly at: number; readonly measured: Promise<NodeMeasured> } | undefined;

  constructor(options: UsageCollectorOptions) {
    this.#options = options;
  }

  measure(): Promise<NodeMeasured> {
    const now = this.#options.clock.monotonic();
    if (this.#latest && now - this.#latest.at < freshMs) return this.#latest.measured;
    const measured = this.#measure();
    this.#latest = { at: now, measured };
    // What could not be measured is not kept.
    measured.catch(() => {
      if (this.#latest?.measured === measured) this.#latest = undefined;
    });
    return measured;
  }

  async #measure(): Promise<NodeMeasured> {
    const { clock, directory, hasWholeMachine, pods } = this.#options;
    const running = pods().filter(({ observed }) => observed.sandboxes[0]?.ready);
    const ids = running.flatMap(({ observed }) => [
      observed.sandboxes[0]!.id,
      ...observed.containers.filter(({ status }) => status.phase === 'running').map(({ id }) => id),
    ]);
    const [usages, disk, machine] = await Promise.all([
      this.#usagesOf(ids),
      readDiskUsage(directory),
      hasWholeMachine ? readMachineUsage() : undefined,
    ]);
    const at = clock.now();
    const cpuBefore = this.#cpu;
    const cpuNanoseconds = machine?.cpuNanoseconds ?? (cpuBefore?.cpuNanoseconds ?? 0) + usedSince(usages);
    this.#usages = usages;
    this.#cpu = { at, cpuNanoseconds };
    const measured = running.flatMap((each) => podMeasured(each, usages));
    return { at, pods: measured, disk, machine, cpu: this.#cpu, cpuBefore };
  }

  async #usagesOf(ids: readonly string[]): Promise<Map<string, Measured>> {
    const waiting = [...ids];
    const found = new Map<string, Measured>();
    const worker = async () => {
      for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
        const usage = await this.#options.runtime.usage(id);
        if (usage) found.set(id, { usage, before: this.#usages.get(id)?.usage });
      }
    };
    await Promise.all(Array.from({ length: Math.min(atOnce, waiting.length) }, worker));
    return found;
  }
}

/** By all together since the measurements before: it only grows, whatever ends meanwhile. */
function usedSince(usages: ReadonlyMap<string, Measured>): number {
  let total = 0;
  for (const { usage, before } of usages.values())
    total += Math.max(0, usage.cpuNanoseconds - (before?.cpuNanoseconds ?? 0));
  return total;
}

/** Nothing of a pod that ended while it was measured. */
function podMeasured(
  { pod, observed }: { readonly pod: Pod; readonly observed: PodState },
  usages: ReadonlyMap<string, Measured>,
): PodMeasured[] {
  const [sandbox] = observed.sandboxes;
  const measured = sandbox && usages.get(sandbox.id);
  if (!measured) return [];
  const containers = observed.containers.flatMap(({ id, name, status }): ContainerMeasured[] => {
    const found = usages.get(id);
    return found && status.phase === 'running' ? [{ name, startedAt: status.startedAt, ...found }] : [];
  });
  return [{ pod, startedAt: sandbox.createdAt, sandbox: measured, containers }];
}
