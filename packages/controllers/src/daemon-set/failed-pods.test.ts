// How long pods that failed are left on their node.
import { FakeClock } from '@berth/host/testing';
import { expect, it } from 'vitest';
import { daemonSet } from './daemon-fixture.ts';
import { FailedPods } from './failed-pods.ts';

it('leaves a failed pod the longer the more often it happened on the node', async () => {
  const clock = new FakeClock();
  const failed = new FailedPods(clock);
  const set = daemonSet();
  expect(failed.patience(set, 'a')).toBe(0);
  failed.replaced(set, 'a');
  expect([failed.patience(set, 'a'), failed.patience(set, 'b')]).toEqual([1_000, 0]);
  await clock.advance(1_000);
  expect(failed.patience(set, 'a')).toBe(0);
  failed.replaced(set, 'a');
  expect(failed.patience(set, 'a')).toBe(2_000);
  for (let i = 0; i < 20; i++) failed.replaced(set, 'a');
  expect(failed.patience(set, 'a')).toBe(15 * 60_000);
});

it('begins anew when the daemon set changes, after half an hour of peace, and for another one', async () => {
  const clock = new FakeClock();
  const failed = new FailedPods(clock);
  const set = daemonSet();
  for (let i = 0; i < 3; i++) failed.replaced(set, 'a');
  const changed = { ...set, metadata: { ...set.metadata, generation: 8 } };
  expect(failed.patience(changed, 'a')).toBe(0);
  for (let i = 0; i < 3; i++) failed.replaced(changed, 'a');
  await clock.advance(31 * 60_000);
  failed.replaced(changed, 'a');
  expect(failed.patience(changed, 'a')).toBe(1_000);
  failed.forget('ds');
  expect(failed.patience(changed, 'a')).toBe(0);
});
