// Owns what a program owes to whoever started it: it stops when it is told to, and says when it is ready.
import { longLivedAbort } from './component.ts';

/**
 * Aborts on Ctrl-C, on SIGTERM, and when a parent that holds a channel to this process is gone. Until then the process
 * goes on: a clock's timers alone, such as of an agent that waits for its server to come back, would let it end.
 */
export function stopSignal(): AbortSignal {
  const controller = longLivedAbort();
  const mayEnd = stayAlive();
  const stop = () => {
    mayEnd();
    controller.abort();
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  process.once('disconnect', stop);
  return controller.signal;
}

/** Node.js ends a process that waits for nothing but a clock's timers. This one stays, until the returned function is called. */
export function stayAlive(): () => void {
  const alive = setInterval(() => {}, 2 ** 30);
  return () => clearInterval(alive);
}

/**
 * What a program logs when it ends for an error. What it threw itself, and what the system refused, is a sentence for
 * whoever runs it; anything else is a mistake of the program's, and where it was made matters.
 */
export function whyItEnds(error: unknown): { readonly reason: string } | { readonly err: unknown } {
  return error instanceof Error && error.constructor === Error ? { reason: error.message } : { err: error };
}

/** Over the channel to the parent; a program that was started by hand has none. */
export function tellParent(message: object): void {
  process.send?.(message);
}
