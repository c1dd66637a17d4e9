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

it('Endpoints have slices of somebody else’s making where they say so', async () => {
  await using cluster = await startTestCluster();
  const { client, eventually } = cluster;
  const namespace = 'default';
  const spec = { ports: [{ port: 80 }] };
  for (const name of ['outside', 'sliced']) {
    await client.create(services, { metadata: { name }, spec }, { namespace });
    const labels = { 'endpointslice.kubernetes.io/skip-mirror': String(name === 'sliced') };
    const subsets = [{ addresses: [{ ip: '192.0.2.1' }], ports: [{ port: 80 }] }];
    await client.create(endpoints, { metadata: { name, labels }, subsets }, { namespace });
  }
  const slices = async () =>
    (await client.list(endpointSlices, { namespace })).items.map(
      ({ metadata }) => metadata.labels?.['kubernetes.io/service-name'],
    );
  expect(await eventually(slices, (names) => names.length > 0)).toEqual(['outside']);
  const patch = { type: 'application/merge-patch+json', body: { metadata: { labels: null } } } as const;
  await client.patch(endpoints, { namespace, name: 'sliced' }, patch);
  expect((await eventually(slices, (names) => names.length > 1)).sort()).toEqual(['outside', 'sliced']);
});
