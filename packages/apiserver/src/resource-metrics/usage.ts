// Owns what two measurements say together: the use of CPU as a rate between them, of memory as in the last. Pure.
// Source: Kubernetes, metrics-server, its storage of points.
import { goDuration } from '@berth/objects';
import type { Point } from './scrape.ts';

export interface Usage {
  /** Of the last measurement. */
  readonly at: number;
  readonly windowMs: number;
  readonly nanoCores: number;
  readonly memoryBytes: number;
}

/** A container that is older than a round of measurements was there in the last round, or something was missed. */
const freshMs = 15_000;
/** Younger than that, a container's first moments would pass for its usual use. */
const leastMs = 10_000;

/** Undefined while there is nothing to compare with. */
export function usageOf(last: Point, previous: Point | undefined): Usage | undefined {
  const from = previous && !isAnother(last, previous) ? previous : startOf(last);
  if (!from || from.at >= last.at || from.cpuSeconds > last.cpuSeconds) return undefined;
  const windowMs = last.at - from.at;
  const nanoCores = Math.round(((last.cpuSeconds - from.cpuSeconds) * 1e12) / windowMs);
  return { at: last.at, windowMs, nanoCores, memoryBytes: last.memoryBytes };
}

function isAnother(last: Point, previous: Point): boolean {
  return (last.startedAt ?? 0) > previous.at;
}

/** All that a young container has ever used, it has used since it started. */
function startOf({ at, startedAt }: Point): Point | undefined {
  if (startedAt === undefined || at - startedAt > freshMs || at - startedAt < leastMs) return undefined;
  return { at: startedAt, cpuSeconds: 0, memoryBytes: 0 };
}

/** As the API writes it. */
export function usageQuantities({ nanoCores, memoryBytes }: Usage): { readonly cpu: string; readonly memory: string } {
  return {
    cpu: nanoCores === 0 ? '0' : `${nanoCores}n`,
    memory: memoryBytes % 1024 === 0 && memoryBytes > 0 ? `${memoryBytes / 1024}Ki` : String(memoryBytes),
  };
}

/** Of everything that was measured, the time and the window that hold for all. */
export function measuredAt(usages: readonly Usage[]): { readonly timestamp: string; readonly window: string } {
  const at = Math.min(...usages.map((usage) => usage.at));
  const windowMs = Math.min(...usages.map((usage) => usage.windowMs));
  return {
    timestamp: `${new Date(at).toISOString().slice(0, 19)}Z`,
    window: goDuration(BigInt(Math.round(windowMs)) * 1_000_000n),
  };
}
