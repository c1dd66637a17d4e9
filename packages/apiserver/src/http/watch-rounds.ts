// Owns when watches over the network are told: in rounds. What comes while nothing else is told goes out at once; what
// comes during a round, or within its own length after it, goes out together in the next one. So telling takes at most
// half of the server's time, however many watch, and under load each reader gets several events with one write, which
// is what costs: an encryption and a system call a reader.
import type { Clock } from '@berth/host';

/** Resolves when the next round begins. */
export type WatchTurn = () => Promise<void>;

/** At most this long is waited: a process that was held up in the middle of a round has not worked for all that time. */
const longestWaitMs = 25;

export function createWatchRounds(clock: Clock): WatchTurn {
  let next: Promise<void> | undefined;
  /** By the monotonic clock. */
  let notBefore = 0;

  function begin(resolve: () => void): void {
    const start = clock.monotonic();
    next = undefined;
    notBefore = Number.POSITIVE_INFINITY;
    resolve();
    // Those who waited write in microtasks, and what is for the next tick runs when there are none left.
    queueMicrotask(() =>
      process.nextTick(() => {
        const end = clock.monotonic();
        notBefore = end + Math.min(end - start, longestWaitMs);
      }),
    );
  }

  return () => {
    next ??= new Promise((resolve) => {
      // Not in this very step: the answer to the request that made the event goes out first.
      setImmediate(() => {
        const wait = notBefore - clock.monotonic();
        if (wait > 0) clock.after(wait, () => begin(resolve));
        else begin(resolve);
      });
    });
    return next;
  };
}
