// Owns the relation to whoever started this process: signals, and the channel of `berth up`.
import { longLivedAbort } from '@berth/host';

/** Aborts on Ctrl-C, on SIGTERM, and when a `berth up` that started this process is gone. */
export function stopSignal(): AbortSignal {
  const controller = longLivedAbort();
  const stop = () => controller.abort();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  process.once('disconnect', stop);
  return controller.signal;
}

/** Nobody listens where this process was started by hand. */
export function tellParent(message: object): void {
  process.send?.(message);
}
