// Budgets over the real API: they follow their pods, and evictions respect them.
import type { Client } from '@berth/client';
import { deployments, isReason, type Pod, podDisruptionBudgets, pods } from '@berth/objects';
import { describe, expect, it } from 'vitest';
import { isActive } from '../pod-state.ts';
import { startTestCluster } from '../testing/cluster.ts';

const namespace = 'default';
const labels = { app: 'web' };

async function createWeb(client: Client): Promise<void> {
  const template = { metadata: { labels }, spec: { nodeName: 'n', containers: [{ name: 'c', image: 'i' }] } };
  await client.create(deployments, {
    metadata: { name: 'web', namespace },
    spec: { replicas: 3, selector: { matchLabels: labels }, template },
  });
  await client.create(podDisruptionBudgets, {
    metadata: { name: 'web', namespace },
    spec: { maxUnavailable: '34%', selector: { matchLabels: labels } },
  });
}

async function isRefused(eviction: Promise<unknown>): Promise<boolean> {
  return eviction.then(
    () => false,
    (error: unknown) => {
      if (isReason(error, 'TooManyRequests')) return true;
      throw error;
    },
  );
}

describe('disruption', { timeout: 30_000 }, () => {
  it('lets no more pods go than the budget gives, and more when others have come', async () => {
    await using cluster = await startTestCluster({ kubelet: true });
    const { client, eventually } = cluster;
    const active = async () => (await client.list(pods, { namespace })).items.filter(isActive);
    const allowed = async () =>
      (await client.get(podDisruptionBudgets, { namespace, name: 'web' })).status.disruptionsAllowed;
    await createWeb(client);
    await eventually(allowed, (count) => count === 2);
    const first = await active();
    const refused = await Promise.all(first.map((pod) => isRefused(cluster.evict(pod))));
    expect(refused.filter(Boolean)).toHaveLength(1);
    await eventually(allowed, (count) => count === 2);
    const uids = (all: readonly Pod[]) => new Set(all.map(({ metadata }) => metadata.uid));
    const after = uids(await active());
    expect([...uids(first)].filter((uid) => after.has(uid))).toHaveLength(1);
    expect(after.size).toBe(3);
  });
});
