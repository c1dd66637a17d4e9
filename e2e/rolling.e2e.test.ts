// A rolling update and a drain under load, on real Docker: whoever asks the service gets an answer all the while.
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Cluster } from './harness/cluster.ts';
import type { Kubectl } from './harness/kubectl.ts';
import { eventually } from './harness/programs.ts';

const example = 'examples/rolling/rolling.yaml';
const page = 'http://127.0.0.1:30081';
const cluster = new Cluster({ flags: ['--no-sample'] });
let kubectl: Kubectl;

beforeAll(async () => {
  await cluster.start();
  kubectl = await cluster.kubectl();
  await kubectl('apply', '-f', example);
  await kubectl('rollout', 'status', 'deployment/page', '--timeout=60s');
  await eventually('the page answers', async () => (await fetch(page)).ok);
});
afterAll(() => cluster.remove());

/** Asks again and again, each time over a connection of its own, until `work` is done. */
async function askedDuring(work: Promise<unknown>): Promise<{ answers: number; failures: string[] }> {
  let busy = true;
  const done = work.finally(() => {
    busy = false;
  });
  const failures: string[] = [];
  let answers = 0;
  while (busy) {
    try {
      const { ok, status } = await fetch(page, {
        headers: { Connection: 'close' },
        signal: AbortSignal.timeout(5_000),
      });
      if (ok) answers++;
      else failures.push(`answered ${status}`);
    } catch (error) {
      failures.push(String(error));
    }
    await pause(20);
  }
  await done;
  return { answers, failures };
}

it.each([
  [
    'a rolling restart',
    async () => {
      await kubectl('rollout', 'restart', 'deployment/page');
      await kubectl('rollout', 'status', 'deployment/page', '--timeout=90s');
    },
  ],
  [
    'a drain',
    async () => {
      await kubectl('drain', 'node-2', '--timeout=60s');
      await kubectl('uncordon', 'node-2');
    },
  ],
])('%s leaves no gap', async (_, work) => {
  const { answers, failures } = await askedDuring(work());
  expect(failures).toEqual([]);
  expect(answers).toBeGreaterThan(10);
});
