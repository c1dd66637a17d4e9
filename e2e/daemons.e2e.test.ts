// Daemon sets over three simulated nodes: one goes, comes back, is reserved for others; a rollout that surges.
import type { DaemonSet, ObjectList, Pod } from '@berth/objects';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cluster } from './harness/cluster.ts';
import type { Kubectl } from './harness/kubectl.ts';
import { eventually } from './harness/programs.ts';

const cluster = new Cluster({ flags: ['--no-sample', '--runtime', 'simulated', '--nodes', '3'] });
let kubectl: Kubectl;

beforeAll(async () => {
  await cluster.start();
  kubectl = await cluster.kubectl();
});
afterAll(() => cluster.discard());

const manifest = JSON.stringify({
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  metadata: { name: 'log' },
  spec: {
    selector: { matchLabels: { app: 'log' } },
    updateStrategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
    template: {
      metadata: { labels: { app: 'log' } },
      spec: { containers: [{ name: 'main', image: 'berth/hello:1' }] },
    },
  },
});

const daemons = async () => (await kubectl.json<ObjectList<Pod>>('get', 'pods', '-l', 'app=log')).items;
const isServing = ({ metadata, status }: Pod) =>
  !metadata.deletionTimestamp && (status.conditions ?? []).some((one) => one.type === 'Ready' && one.status === 'True');

/** Waits until exactly these nodes have a daemon that serves. */
async function on(...nodes: string[]): Promise<void> {
  await eventually(
    `daemons on ${nodes}`,
    async () => {
      const serving = (await daemons()).filter(isServing).map(({ spec }) => spec.nodeName);
      expect(serving.sort()).toEqual(nodes);
      return true;
    },
    120_000,
  );
}

describe('a daemon set', { timeout: 180_000 }, () => {
  it('has one pod on each node', async () => {
    const { code, stderr } = await kubectl.run(['apply', '-f', '-'], { input: manifest });
    expect(code, stderr).toBe(0);
    await kubectl('rollout', 'status', 'ds/log', '--timeout=60s');
    await on('node-1', 'node-2', 'node-3');
  });

  it('leaves a node that is for others, and comes back', async () => {
    await kubectl('taint', 'node', 'node-3', 'dedicated=db:NoExecute');
    await on('node-1', 'node-2');
    await kubectl('taint', 'node', 'node-3', 'dedicated-');
    await on('node-1', 'node-2', 'node-3');
  });

  it('never serves from fewer nodes while it rolls out beside the old pods', async () => {
    await kubectl('set', 'image', 'ds/log', 'main=berth/hello:2');
    let fewest = 3;
    const watched = eventually('the rollout is over', async () => {
      fewest = Math.min(fewest, new Set((await daemons()).filter(isServing).map(({ spec }) => spec.nodeName)).size);
      const { metadata, status } = await kubectl.json<DaemonSet>('get', 'ds', 'log');
      return status.observedGeneration === metadata.generation && status.updatedNumberScheduled === 3;
    });
    await Promise.all([watched, kubectl('rollout', 'status', 'ds/log', '--timeout=60s')]);
    expect(fewest).toBe(3);
  });

  it('loses the pod of a node that is deleted, and has one on it when it comes back', async () => {
    const command = await cluster.kill('node-2');
    await kubectl('delete', 'node', 'node-2');
    await on('node-1', 'node-3');
    await cluster.startAgain(command);
    await on('node-1', 'node-2', 'node-3');
  });
});
