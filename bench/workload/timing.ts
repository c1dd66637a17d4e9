// Owns how a load is applied and its times are summed up.

export interface Timing {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
}

/** Runs `count` calls, `clients` at a time, and times each, in milliseconds. */
export async function load(count: number, clients: number, call: (index: number) => Promise<unknown>): Promise<Timing> {
  const times: number[] = [];
  let next = 0;
  const client = async () => {
    while (next < count) {
      const index = next++;
      const start = performance.now();
      await call(index);
      times.push(performance.now() - start);
    }
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: clients }, client));
  return { perSecond: (count * 1000) / (performance.now() - start), ...percentiles(times) };
}

/**
 * Runs `count` calls, one at each moment when it is due, whatever has been answered until then: a server that falls
 * behind is not spared. `call` is told when it was due, by `performance.now()`; a timer is up to a millisecond late.
 */
export async function loadAtRate(
  count: number,
  perSecond: number,
  call: (index: number, due: number) => Promise<unknown>,
): Promise<void> {
  const calls: Promise<unknown>[] = [];
  const start = performance.now();
  const dueAt = (index: number) => start + (index * 1000) / perSecond;
  while (calls.length < count) {
    const wait = dueAt(calls.length) - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    else calls.push(call(calls.length, dueAt(calls.length)));
  }
  await Promise.all(calls);
}

export function percentiles(times: readonly number[]): { p50: number; p99: number } {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { p50: at(0.5), p99: at(0.99) };
}
