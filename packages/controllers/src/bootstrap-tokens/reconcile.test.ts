import { FakeClock } from '@berth/host/testing';
import { secrets } from '@berth/objects';
import { expect, it } from 'vitest';
import { startTestCluster } from '../testing/cluster.ts';

it('a bootstrap token goes when it has ended, and no other secret', { timeout: 30_000 }, async () => {
  const clock = new FakeClock();
  await using cluster = await startTestCluster({ clock });
  const { client, eventually } = cluster;
  const namespace = 'kube-system';
  async function create(id: string, expiresInMs: number, type = 'bootstrap.kubernetes.io/token') {
    const expiration = new Date(clock.now() + expiresInMs).toISOString();
    const stringData = { 'token-id': id, 'token-secret': '0123456789abcdef', expiration };
    await client.create(secrets, { metadata: { name: `bootstrap-token-${id}`, namespace }, type, stringData });
  }
  await create('aaaaaa', 1_000);
  await create('bbbbbb', 60_000);
  await create('cccccc', 1_000, 'Opaque');
  const names = async () => (await client.list(secrets, { namespace })).items.map(({ metadata }) => metadata.name);
  expect(await names()).toHaveLength(3);
  const stepping = async () => {
    await clock.advance(100);
    return names();
  };
  const left = await eventually(stepping, (found) => !found.includes('bootstrap-token-aaaaaa'));
  expect(left.sort()).toEqual(['bootstrap-token-bbbbbb', 'bootstrap-token-cccccc']);
});
