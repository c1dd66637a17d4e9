// Owns how a control loop runs: what it observes adds keys, N workers take them, and a key comes back when it asked
// for it or when its work failed.
import { aborted, type Clock, type Component, type Logger, type Random, systemRandom } from '@berth/host';
import { isReason } from '@berth/objects';
import { withBackOff } from './back-off.ts';
import { type DelayingQueue, withDelay } from './delay.ts';
import { createQueue } from './queue.ts';
import type { QueueMetrics } from './queue-metrics.ts';

/** Brings what `key` names nearer to what it should be, from what is and never from what happened. */
export type Reconcile = (key: string, signal: AbortSignal) => Promise<Requeue | undefined>;

/** Look at the key again after so long, even if nothing changed. */
export interface Requeue {
  readonly requeueAfterMs: number;
}

/** Where what a loop observes puts keys. */
export type Keys = Pick<DelayingQueue, 'add' | 'addAfter'>;

export interface LoopOptions {
  readonly name: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly reconcile: Reconcile;
  /**
   * Adds the keys of all that exists and of whatever changes from then on. Called at each start; the functions that it
   * returns end what it subscribed to.
   */
  observe(keys: Keys): readonly (() => void)[];
  /** How many keys are worked on at a time. */
  readonly workers: number;
  readonly random?: Random;
  /** Where the figures about its queue go; left out: nobody asks. */
  readonly metrics?: QueueMetrics;
}

/** A component that can be started again after it ended. */
export function createLoop(options: LoopOptions): Component {
  const log = options.log.child({ loop: options.name });
  return {
    name: options.name,
    async start(signal) {
      const { name, clock, random = systemRandom, metrics } = options;
      const inner = metrics?.measured(name, createQueue()) ?? createQueue();
      const queue = withBackOff(withDelay(inner, clock), random);
      const subscriptions = options.observe(queue);
      void aborted(signal).then(() => {
        for (const unsubscribe of subscriptions) unsubscribe();
        queue.close();
      });

      async function work(): Promise<void> {
        for (let key = await queue.take(); key !== undefined; key = await queue.take()) {
          try {
            const again = await options.reconcile(key, signal);
            queue.forget(key);
            if (again) queue.addAfter(key, again.requeueAfterMs);
          } catch (error) {
            // A conflict only says that the decision was made on old state.
            if (isReason(error, 'Conflict')) log.debug({ err: error, key }, 'decided on old state, looking again');
            else if (!signal.aborted) log.warn({ err: error, key }, 'could not reconcile, trying again later');
            metrics?.retried(name);
            queue.retry(key);
          } finally {
            queue.done(key);
          }
        }
      }

      const workers = Array.from({ length: options.workers }, work);
      return { done: Promise.all(workers).then(() => {}) };
    },
  };
}
