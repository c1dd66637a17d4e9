// Owns the figures about loops' queues, under the names that Kubernetes gives them, and the layer around a queue that
// keeps them.
import { addGauge, type Clock, Counts, Distributions, exponential, type Registry } from '@berth/host';
import type { Queue } from './queue.ts';

export interface QueueMetrics {
  /** The same queue, measured under a name. */
  measured(name: string, queue: Queue): Queue;
  /** The work on a key of the queue of that name failed, and is to be done again. */
  retried(name: string): void;
}

/** Source: Kubernetes, k8s.io/component-base/metrics/prometheus/workqueue. */
export function createQueueMetrics(registry: Registry, clock: Clock): QueueMetrics {
  const counts = (name: string, help: string, type?: 'gauge') =>
    new Counts(registry, { name: `workqueue_${name}`, help, ...(type ? { type } : {}) });
  const seconds = (name: string, help: string) =>
    new Distributions(registry, { name: `workqueue_${name}`, help, bounds: exponential(1e-8, 10, 10) });
  const depth = counts('depth', 'Keys that wait.', 'gauge');
  const adds = counts('adds_total', 'Keys that were added.');
  const retries = counts('retries_total', 'Keys that were added again after their work failed.');
  const waits = seconds('queue_duration_seconds', 'How long a key waited.');
  const works = seconds('work_duration_seconds', 'How long the work on a key took.');
  /** By queue, when the work on each key began. */
  const working = new Map<string, Map<string, number>>();
  const ages = (of: (seconds: number[]) => number) => () =>
    [...working].map(([name, starts]) => {
      const now = clock.monotonic();
      return [{ name }, of([...starts.values()].map((start) => (now - start) / 1000))] as const;
    });
  addGauge(registry, {
    name: 'workqueue_unfinished_work_seconds',
    help: 'How long the keys in work have been so, all together.',
    read: ages((each) => each.reduce((sum, age) => sum + age, 0)),
  });
  addGauge(registry, {
    name: 'workqueue_longest_running_processor_seconds',
    help: 'How long the key that has been in work longest has been so.',
    read: ages((each) => Math.max(0, ...each)),
  });

  return {
    measured(name, queue) {
      const labels = { name };
      const [waiting, added] = [depth.of(labels), adds.of(labels)];
      const [wait, work] = [waits.of(labels), works.of(labels)];
      const since = new Map<string, number>();
      const starts = new Map<string, number>();
      working.set(name, starts);
      let known = 0;
      const settle = () => {
        waiting.add(queue.size - known);
        known = queue.size;
      };
      return {
        add(key) {
          added.add();
          if (!since.has(key)) since.set(key, clock.monotonic());
          queue.add(key);
          settle();
        },
        async take() {
          const key = await queue.take();
          settle();
          if (key === undefined) return undefined;
          const now = clock.monotonic();
          wait.observe((now - (since.get(key) ?? now)) / 1000);
          since.delete(key);
          starts.set(key, now);
          return key;
        },
        done(key) {
          const now = clock.monotonic();
          work.observe((now - (starts.get(key) ?? now)) / 1000);
          starts.delete(key);
          queue.done(key);
          settle();
        },
        close() {
          queue.close();
          settle();
        },
        get size() {
          return queue.size;
        },
      };
    },
    retried: (name) => retries.of({ name }).add(),
  };
}
