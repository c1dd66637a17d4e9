// Owns what a pod's annotations make its containers do on a simulated node: end by themselves, and use CPU and memory.
import { canonicalQuantity, milliValue } from '@berth/objects';
import type { Usage } from '../port.ts';

export const simulationAnnotations = {
  exitCode: 'berth.dev/simulated-exit-code',
  /** How long they run first; 0 when it is left out. */
  runSeconds: 'berth.dev/simulated-run-seconds',
  /** What each of them uses all the time, as quantities; nothing where it is left out. */
  cpu: 'berth.dev/simulated-cpu',
  memory: 'berth.dev/simulated-memory',
} as const;

/** Of a container that has run for so long, as its pod's annotations say; one that is no quantity counts as none. */
export function simulatedUsage(at: number, ranMs: number, annotations: Readonly<Record<string, string>>): Usage {
  const quantity = (text = '0') => {
    const { text: canonical = '0' } = { ...canonicalQuantity(text) } as { text?: string };
    return Math.max(0, milliValue(canonical) / 1000);
  };
  const bytes = Math.floor(quantity(annotations[simulationAnnotations.memory]));
  return {
    at,
    cpuNanoseconds: Math.round(quantity(annotations[simulationAnnotations.cpu]) * ranMs * 1e6),
    memory: { usageBytes: bytes, workingSetBytes: bytes, rssBytes: bytes, pageFaults: 0, majorPageFaults: 0 },
    network: {},
  };
}
