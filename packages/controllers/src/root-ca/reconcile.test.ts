import { configMaps, isReason } from '@berth/objects';
import { expect, it } from 'vitest';
import { startTestCluster } from '../testing/cluster.ts';

const rootCa = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
const target = { namespace: 'default', name: 'kube-root-ca.crt' };

it('each namespace has the authority, whatever becomes of the config map', { timeout: 30_000 }, async () => {
  await using cluster = await startTestCluster({ rootCa });
  const { client, eventually } = cluster;
  const data = async () => {
    try {
      return (await client.get(configMaps, target)).data ?? {};
    } catch (error) {
      if (isReason(error, 'NotFound')) return {};
      throw error;
    }
  };
  const isRight = (found: Readonly<Record<string, string>>) =>
    found['ca.crt'] === rootCa && Object.keys(found).length === 1;
  await eventually(data, isRight);
  const body = { data: { 'ca.crt': 'other', more: 'x' } };
  await client.patch(configMaps, target, { type: 'application/merge-patch+json', body });
  await eventually(data, isRight);
  await client.delete(configMaps, target);
  expect(await eventually(data, isRight)).toEqual({ 'ca.crt': rootCa });
});
