// Owns what the machine as a whole has used, read from /proc. Sources: proc(5); Kubernetes, kubelet's node statistics.
import { readFile, statfs } from 'node:fs/promises';
import type { MemoryUsage, NetworkUsage } from '../runtime/port.ts';

export interface MachineUsage {
  /** Milliseconds of the wall clock. */
  readonly bootedAt: number;
  /** Since the machine started. */
  readonly cpuNanoseconds: number;
  readonly memory: MemoryUsage & { readonly totalBytes: number };
  readonly network: Readonly<Record<string, NetworkUsage>>;
}

export interface DiskUsage {
  readonly availableBytes: number;
  readonly capacityBytes: number;
  readonly usedBytes: number;
  readonly inodesFree: number;
  readonly inodes: number;
}

/** The kernel tells CPU time to everybody in hundredths of a second, whatever it counts in itself. */
const tickNanoseconds = 10_000_000;

export async function readMachineUsage(): Promise<MachineUsage> {
  const read = (path: string) => readFile(path, 'utf8');
  const [stat, memory, vm, network] = await Promise.all([
    read('/proc/stat'),
    read('/proc/meminfo'),
    read('/proc/vmstat'),
    read('/proc/net/dev'),
  ]);
  return machineUsage({ stat, memory, vm, network });
}

/** `path`: a directory on the disk that is asked about. */
export async function readDiskUsage(path: string): Promise<DiskUsage> {
  const { bsize, bavail, bfree, blocks, ffree, files } = await statfs(path);
  return {
    availableBytes: bavail * bsize,
    capacityBytes: blocks * bsize,
    usedBytes: (blocks - bfree) * bsize,
    inodesFree: ffree,
    inodes: files,
  };
}

interface ProcFiles {
  readonly stat: string;
  readonly memory: string;
  readonly vm: string;
  readonly network: string;
}

export function machineUsage({ stat, memory, vm, network }: ProcFiles): MachineUsage {
  const kilobytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(memory)?.[1] ?? 0);
  const count = (name: string) => Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(vm)?.[1] ?? 0);
  // user nice system idle iowait irq softirq steal; what guests use is part of user and nice.
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] =
    /^cpu +(.*)$/m.exec(stat)?.[1]?.split(' ').map(Number) ?? [];
  const usageBytes = (kilobytes('MemTotal') - kilobytes('MemFree')) * 1024;
  return {
    bootedAt: Number(/^btime (\d+)$/m.exec(stat)?.[1] ?? 0) * 1000,
    cpuNanoseconds: (user + nice + system + irq + softirq + steal) * tickNanoseconds,
    memory: {
      totalBytes: kilobytes('MemTotal') * 1024,
      usageBytes,
      workingSetBytes: Math.max(0, usageBytes - kilobytes('Inactive\\(file\\)') * 1024),
      rssBytes: kilobytes('AnonPages') * 1024,
      pageFaults: count('pgfault'),
      majorPageFaults: count('pgmajfault'),
    },
    network: Object.fromEntries(network.split('\n').flatMap(interfaceOf)),
  };
}

/** `eth0: rx-bytes packets errs … tx-bytes packets errs …`, eight columns each way. */
function interfaceOf(line: string): [string, NetworkUsage][] {
  const [, name, rest] = /^\s*([^\s:]+):\s*(.*)$/.exec(line) ?? [];
  if (name === undefined || rest === undefined || name === 'lo') return [];
  const columns = rest.trim().split(/\s+/).map(Number);
  const [rxBytes = 0, , rxErrors = 0, , , , , , txBytes = 0, , txErrors = 0] = columns;
  return [[name, { rxBytes, rxErrors, txBytes, txErrors }]];
}
