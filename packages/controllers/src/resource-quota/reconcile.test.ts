// Quotas that the controller counts and the API server books, over the real core.
import { FakeClock } from '@berth/host/testing';
import {
  customResourceDefinitions,
  type New,
  type Pod,
  pods,
  type ResourceQuota,
  replicationControllers,
  resourceQuotas,
} from '@berth/objects';
import { expect, test } from 'vitest';
import { startTestCluster } from '../testing/cluster.ts';
import { settleMs } from './decide.ts';

const namespace = 'default';
const quota = (hard: Readonly<Record<string, string>>) => ({ metadata: { name: 'q', namespace }, spec: { hard } });
const pod = (name: string): New<Pod> => ({
  metadata: { name, namespace },
  spec: { containers: [{ name: 'c', image: 'hello', resources: { requests: { cpu: '1' } } }] },
});

test('a quota counts what is there, and a controller makes no more than it lets in', async () => {
  await using cluster = await startTestCluster();
  const { client, eventually } = cluster;
  const used = async () => (await client.get<ResourceQuota>(resourceQuotas, { namespace, name: 'q' })).status?.used;
  await client.create(pods, pod('a'));
  await client.create(resourceQuotas, quota({ pods: '4', 'requests.cpu': '10', 'count/replicationcontrollers': '1' }));
  await eventually(used, (amounts) => amounts?.pods === '1' && amounts['requests.cpu'] === '1');
  const { containers } = pod('x').spec;
  await client.create(replicationControllers, {
    metadata: { name: 'rc', namespace },
    spec: {
      replicas: 10,
      selector: { app: 'rc' },
      template: { metadata: { labels: { app: 'rc' } }, spec: { containers } },
    },
  });
  await eventually(used, (amounts) => amounts?.pods === '4');
  await expect(client.create(pods, pod('b'))).rejects.toMatchObject({ code: 403 });
  await client.delete(pods, { namespace, name: 'a' }, { gracePeriodSeconds: 0 });
  await eventually(
    async () => (await client.list(pods, { namespace })).items.filter(({ metadata }) => metadata.name !== 'a').length,
    (count) => count === 4,
  );
  const patch = { type: 'application/merge-patch+json', body: { spec: { hard: { pods: '20' } } } } as const;
  await client.patch(resourceQuotas, { namespace, name: 'q' }, patch);
  await eventually(used, (amounts) => amounts?.pods === '10' && amounts['requests.cpu'] === '10');
});

test('what was booked for nothing is given back when it has stayed so for a while', async () => {
  const clock = new FakeClock();
  await using cluster = await startTestCluster({ clock });
  const { client, eventually } = cluster;
  const read = () => client.get<ResourceQuota>(resourceQuotas, { namespace, name: 'q' });
  await client.create(pods, pod('a'));
  await client.create(resourceQuotas, quota({ pods: '4' }));
  const counted = await eventually(read, ({ status }) => status?.used?.pods === '1');
  await client.updateStatus(resourceQuotas, { ...counted, status: { hard: { pods: '4' }, used: { pods: '4' } } });
  await expect(client.create(pods, pod('b'))).rejects.toMatchObject({ code: 403 });
  await eventually(
    async () => {
      await clock.advance(settleMs);
      return read();
    },
    ({ status }) => status?.used?.pods === '1',
  );
  await client.create(pods, pod('b'));
});

test('custom resources are counted and bounded like others', async () => {
  await using cluster = await startTestCluster();
  const { client, eventually } = cluster;
  const version = { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } };
  await client.create(customResourceDefinitions, {
    metadata: { name: 'widgets.example.com' },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { plural: 'widgets', singular: 'widget', kind: 'Widget', listKind: 'WidgetList' },
      versions: [version],
    },
  });
  const widgets = await eventually(
    async () => (await client.discover()).find(({ plural }) => plural === 'widgets'),
    (found) => found !== undefined,
  );
  const make = (name: string) => client.create(widgets!, { metadata: { name, namespace } });
  await make('a');
  await client.create(resourceQuotas, quota({ 'count/widgets.example.com': '2' }));
  const used = async () => (await client.get<ResourceQuota>(resourceQuotas, { namespace, name: 'q' })).status?.used;
  await eventually(used, (amounts) => amounts?.['count/widgets.example.com'] === '1');
  await make('b');
  await expect(make('c')).rejects.toMatchObject({ code: 403 });
  await client.delete(widgets!, { namespace, name: 'a' });
  await make('c');
});
