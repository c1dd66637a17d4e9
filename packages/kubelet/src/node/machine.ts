// Owns what the agent says about the machine that it runs on.
import { readFile, statfs } from 'node:fs/promises';
import { arch, cpus, freemem, release, totalmem, type } from 'node:os';
import type { NodeSystemInfo } from '@berth/objects';

export interface Machine {
  /** Whole CPUs. */
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly diskBytes: number;
  readonly info: Omit<NodeSystemInfo, 'containerRuntimeVersion' | 'kubeletVersion' | 'kubeProxyVersion'>;
}

/** Names as Go has them, which labels and images use. */
const architectures: Readonly<Record<string, string>> = { x64: 'amd64', arm: 'arm', arm64: 'arm64', ia32: '386' };

/** `path`: a directory on the disk that pods write to. */
export async function readMachine(path: string): Promise<Machine> {
  const disk = await statfs(path);
  const [machineID, bootID, systemUUID, osRelease] = await Promise.all([
    text('/etc/machine-id'),
    text('/proc/sys/kernel/random/boot_id'),
    text('/sys/class/dmi/id/product_uuid'),
    text('/etc/os-release'),
  ]);
  return {
    cpus: cpus().length,
    memoryBytes: totalmem(),
    diskBytes: disk.blocks * disk.bsize,
    info: {
      architecture: architectures[arch()] ?? arch(),
      operatingSystem: type().toLowerCase(),
      kernelVersion: release(),
      osImage: /^PRETTY_NAME="?([^"\n]*)"?$/m.exec(osRelease)?.[1] ?? type(),
      machineID,
      bootID,
      systemUUID: systemUUID || machineID,
    },
  };
}

/** Shares of the whole that must stay free: Kubernetes' eviction thresholds, 100 MiB and a tenth of the disk. */
const memoryFloor = 100 * 1024 * 1024;
const diskFloor = 0.1;

export interface Pressure {
  readonly memory: boolean;
  readonly disk: boolean;
}

export async function readPressure(path: string): Promise<Pressure> {
  const [disk, memory] = await Promise.all([statfs(path), text('/proc/meminfo')]);
  const available = /^MemAvailable:\s+(\d+) kB$/m.exec(memory)?.[1];
  const free = available === undefined ? freemem() : Number(available) * 1024;
  return { memory: free < memoryFloor, disk: disk.bavail < disk.blocks * diskFloor };
}

/** Empty when the machine has no such file or keeps it to itself. */
async function text(path: string): Promise<string> {
  return (await readFile(path, 'utf8').catch(() => '')).trim();
}
