import { Registry } from '@berth/host';
import { FakeClock } from '@berth/host/testing';
import { expect, test } from 'vitest';
import { createQueue } from './queue.ts';
import { createQueueMetrics } from './queue-metrics.ts';

test('what waits, what is worked on, and for how long', async () => {
  const clock = new FakeClock();
  const registry = new Registry();
  const metrics = createQueueMetrics(registry, clock);
  const queue = metrics.measured('deployment', createQueue());
  const shown = async (name: string) =>
    Number(new RegExp(`^workqueue_${name}\\{name="deployment"\\} (\\S+)$`, 'm').exec(await registry.metrics())?.[1]);
  queue.add('a');
  queue.add('b');
  queue.add('a');
  expect([await shown('adds_total'), await shown('depth')]).toEqual([3, 2]);
  await clock.advance(2_000);
  expect(await queue.take()).toBe('a');
  await clock.advance(1_000);
  expect(await shown('depth')).toBe(1);
  expect(await shown('queue_duration_seconds_sum')).toBe(2);
  expect([await shown('unfinished_work_seconds'), await shown('longest_running_processor_seconds')]).toEqual([1, 1]);
  queue.done('a');
  expect([await shown('work_duration_seconds_sum'), await shown('unfinished_work_seconds')]).toEqual([1, 0]);
  metrics.retried('deployment');
  expect(await shown('retries_total')).toBe(1);
  // A key that comes again while it is worked on waits only once it is handed back.
  await queue.take();
  queue.add('b');
  expect(await shown('depth')).toBe(0);
  queue.done('b');
  expect(await shown('depth')).toBe(1);
  queue.close();
  expect(await shown('depth')).toBe(0);
});
