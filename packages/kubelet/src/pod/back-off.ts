// Owns how long a failing container or image waits before it is tried again: 10 s, doubled up to 5 min, and from the
// beginning after 10 min without a failure. Source: Kubernetes documentation, "Container restart policy".
import type { BackOff } from './memory.ts';

const initialMs = 10_000;
const maxMs = 300_000;

/** The time before which what failed at `failedAt` is not to be tried again; undefined: it may be. */
export function heldBackUntil(backOff: BackOff | undefined, failedAt: number, now: number): number | undefined {
  if (!backOff || failedAt - backOff.since > 2 * maxMs) return undefined;
  // The clock was set back since: how long ago it failed, nobody knows.
  if (failedAt > now) return undefined;
  const until = failedAt + backOff.delayMs;
  return until > now ? until : undefined;
}

/** After one more failure at `failedAt`. */
export function longer(backOff: BackOff | undefined, failedAt: number, now: number): BackOff {
  if (!backOff || failedAt - backOff.since > 2 * maxMs) return { delayMs: initialMs, since: now };
  return { delayMs: Math.min(backOff.delayMs * 2, maxMs), since: now };
}
