// Owns how several agents share one machine: each offers its part of the CPU and the memory.
import { availableParallelism, totalmem } from 'node:os';

/** Kubernetes quantities; nothing where the node offers the whole machine. `share`: 0 to 1. */
export function machinePart(share: number): Record<string, string> {
  if (share === 1) return {};
  return {
    cpu: `${Math.floor(availableParallelism() * share * 1000)}m`,
    memory: `${Math.floor((totalmem() * share) / 1024)}Ki`,
  };
}
