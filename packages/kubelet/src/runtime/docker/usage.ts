// Owns the reading of Docker's statistics of one container. Pure. Sources: Docker Engine API, ContainerStats; the
// kernel's memory controllers of cgroup v1 and v2, which call the same thing by different names.
import type { ContainerStats } from 'dockerode';
import type { NetworkUsage, Usage } from '../port.ts';

type Figures = Readonly<Record<string, number | undefined>>;

/** Undefined: the container does not run, of which Docker tells zeros. */
export function usageOf(stats: ContainerStats): Usage | undefined {
  const at = Date.parse(stats.read);
  if (!(at > 0)) return undefined;
  // What is measured of a container that just ended has no memory in it.
  const { usage = 0, stats: found } = stats.memory_stats as { usage?: number; stats?: Figures };
  const figures = found ?? {};
  const inactive = figures.total_inactive_file ?? figures.inactive_file ?? 0;
  return {
    at,
    cpuNanoseconds: stats.cpu_stats.cpu_usage.total_usage,
    memory: {
      usageBytes: usage,
      workingSetBytes: Math.max(0, usage - inactive),
      rssBytes: figures.total_rss ?? figures.rss ?? figures.anon ?? 0,
      pageFaults: figures.total_pgfault ?? figures.pgfault ?? 0,
      majorPageFaults: figures.total_pgmajfault ?? figures.pgmajfault ?? 0,
    },
    network: Object.fromEntries(Object.entries(stats.networks ?? {}).map(([name, each]) => [name, networkUsage(each)])),
  };
}

function networkUsage(of: { rx_bytes: number; rx_errors: number; tx_bytes: number; tx_errors: number }): NetworkUsage {
  return { rxBytes: of.rx_bytes, rxErrors: of.rx_errors, txBytes: of.tx_bytes, txErrors: of.tx_errors };
}
