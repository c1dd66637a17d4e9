// Owns what a program owes to whoever started it: it stops when it is told to, and says when it is ready.
import { longLivedAbort } from './component.ts';

/** Aborts on Ctrl-C, on SIGTERM, and when a parent that holds a channel to this process is gone. */
export function stopSignal(): AbortSignal {
  const controller = longLivedAbort();
  const stop = () => controller.abort();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  process.once('disconnect', stop);
  return controller.signal;
}

/** Over the channel to the parent; a program that was started by hand has none. */
export function tellParent(message: object): void {
  process.send?.(message);
}
