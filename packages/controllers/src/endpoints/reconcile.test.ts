import { endpointSlices, endpoints, services } from '@berth/objects';
import { expect, it } from 'vitest';
import { startTestCluster } from '../testing/cluster.ts';

it('a service that is a name for somewhere else has no endpoints, whatever it selects', async () => {
  await using cluster = await startTestCluster();
  const { client, eventually } = cluster;
  const selector = { app: 'web' };
  const namespace = 'default';
  const elsewhere = { type: 'ExternalName', externalName: 'example.com', selector } as const;
  await client.create(services, { metadata: { name: 'elsewhere' }, spec: elsewhere }, { namespace });
  const ports = [{ port: 80 }];
  await client.create(services, { metadata: { name: 'here' }, spec: { selector, ports } }, { namespace });
  const made = async () => [
    ...(await client.list(endpoints, { namespace })).items,
    ...(await client.list(endpointSlices, { namespace })).items,
  ];
  const found = await eventually(made, (items) => items.length >= 2);
  expect(found.map(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] ?? metadata.name)).toEqual([
    'here',
    'here',
  ]);
});
