import { FakeClock } from '@berth/host/testing';
import { endpoints, services } from '@berth/objects';
import { expect, test, vi } from 'vitest';
import { startTestApi } from '../testing/test-api.ts';

const target = { namespace: 'default', name: 'kubernetes' };
const advertise = { address: '192.0.2.1', port: 6443 };
const subsets = [
  { addresses: [{ ip: '192.0.2.1' }], ports: [{ name: 'https', port: 6443, protocol: 'TCP' as const }] },
];

test('the service and its endpoints come back when somebody deletes all services', async () => {
  const clock = new FakeClock();
  await using test = await startTestApi({ clock, advertise });
  const { api, admin } = test;
  const first = await api.get(admin, services, target);
  await api.deleteCollection(admin, services, { namespace: 'default' });
  await api.delete(admin, endpoints, target);
  await clock.advance(5_000);
  await vi.waitFor(async () => {
    const { metadata, spec } = await api.get(admin, services, target);
    expect(metadata.uid).not.toBe(first.metadata.uid);
    expect(spec).toEqual(first.spec);
    expect((await api.get(admin, endpoints, target)).subsets).toEqual(subsets);
  });
});

test('another server that has led the service to itself is left alone', async () => {
  const clock = new FakeClock();
  await using test = await startTestApi({ clock, advertise });
  const { api, admin } = test;
  const current = await api.get(admin, endpoints, target);
  const theirs = [{ ...subsets[0]!, addresses: [{ ip: '192.0.2.2' }] }];
  await api.update(admin, endpoints, target, { ...current, subsets: theirs });
  await api.delete(admin, services, target);
  await clock.advance(5_000);
  await vi.waitFor(() => api.get(admin, services, target));
  expect((await api.get(admin, endpoints, target)).subsets).toEqual(theirs);
});
