// The service by which pods reach the API: it comes back, and leads to the servers that are alive.
import { type Component, silentLogger } from '@berth/host';
import { FakeClock } from '@berth/host/testing';
import { endpointSlices, endpoints, leases, services } from '@berth/objects';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { startTestApi, type TestApi } from '../testing/test-api.ts';
import { createKubernetesService } from './kubernetes-service.ts';
import type { Advertised } from './server-leases.ts';

const target = { namespace: 'default', name: 'kubernetes' };
const advertise = { address: '192.0.2.1', port: 6443 };
const subset = (port: number, ...ips: string[]) => ({
  addresses: ips.map((ip) => ({ ip })),
  ports: [{ name: 'https', port, protocol: 'TCP' }],
});
let clock: FakeClock;
beforeEach(() => {
  clock = new FakeClock();
});

const subsetsNow = async ({ api, admin }: TestApi) => (await api.get(admin, endpoints, target)).subsets;
const slicesNow = async ({ api, admin }: TestApi) => {
  const labelSelector = 'kubernetes.io/service-name=kubernetes';
  const { items } = await api.list(admin, endpointSlices, { namespace: 'default', labelSelector });
  return items.map(({ metadata, endpoints, ports }) => [
    metadata.name,
    endpoints.flatMap(({ addresses }) => addresses).join(),
    ports?.[0]?.port,
  ]);
};
const leasesNow = async ({ api, admin }: TestApi) => {
  const labelSelector = 'apiserver.kubernetes.io/identity=kube-apiserver';
  return (await api.list(admin, leases, { namespace: 'kube-system', labelSelector })).items;
};

test('the service and its endpoints come back when somebody deletes all services', async () => {
  await using running = await startTestApi({ clock, advertise });
  const { api, admin } = running;
  const first = await api.get(admin, services, target);
  await api.deleteCollection(admin, services, { namespace: 'default' });
  await api.delete(admin, endpoints, target);
  await clock.advance(5_000);
  await vi.waitFor(async () => {
    const { metadata, spec } = await api.get(admin, services, target);
    expect(metadata.uid).not.toBe(first.metadata.uid);
    expect(spec).toEqual(first.spec);
    expect(await subsetsNow(running)).toEqual([subset(6443, '192.0.2.1')]);
  });
});

test('a server on a loopback address has no lease and no endpoints', async () => {
  await using running = await startTestApi({ clock });
  expect(await leasesNow(running)).toEqual([]);
  await expect(subsetsNow(running)).rejects.toMatchObject({ reason: 'NotFound' });
});

describe('of several servers', () => {
  /** Another one on the same store. */
  async function join({ api }: TestApi, other: Advertised) {
    const stop = new AbortController();
    const options = { api, serviceAddress: '10.96.0.1', advertise: other, clock, log: silentLogger };
    const component: Component = createKubernetesService(options);
    const { done } = await component.start(stop.signal);
    return async () => {
      stop.abort();
      await done;
    };
  }
  test('all are endpoints, in one order, and go when they stop', async () => {
    await using running = await startTestApi({ clock, advertise });
    const leave = await join(running, { address: '192.0.2.0', port: 6443 });
    const alsoLeave = await join(running, { address: '192.0.2.2', port: 7443 });
    const all = [subset(6443, '192.0.2.0', '192.0.2.1'), subset(7443, '192.0.2.2')];
    expect(await subsetsNow(running)).toEqual(all);
    expect(await slicesNow(running)).toEqual([
      ['kubernetes', '192.0.2.0,192.0.2.1', 6443],
      ['kubernetes-7443', '192.0.2.2', 7443],
    ]);
    await leave();
    expect(await subsetsNow(running)).toEqual([subset(6443, '192.0.2.1'), subset(7443, '192.0.2.2')]);
    await alsoLeave();
    expect(await subsetsNow(running)).toEqual([subset(6443, '192.0.2.1')]);
    expect(await slicesNow(running)).toEqual([['kubernetes', '192.0.2.1', 6443]]);
    expect(await leasesNow(running)).toHaveLength(1);
  });

  test('what somebody wrote into the endpoints is put right', async () => {
    await using running = await startTestApi({ clock, advertise });
    const { api, admin } = running;
    const current = await api.get(admin, endpoints, target);
    await api.update(admin, endpoints, target, { ...current, subsets: [] });
    await clock.advance(5_000);
    await vi.waitFor(async () => expect(await subsetsNow(running)).toEqual([subset(6443, '192.0.2.1')]));
  });

  test('so is what somebody wrote into the slice, and nobody else makes another', async () => {
    await using running = await startTestApi({ clock, advertise });
    const { api, admin } = running;
    const { metadata } = await api.get(admin, endpoints, target);
    expect(metadata.labels).toMatchObject({ 'endpointslice.kubernetes.io/skip-mirror': 'true' });
    const current = await api.get(admin, endpointSlices, target);
    await api.update(admin, endpointSlices, target, { ...current, endpoints: [] });
    await clock.advance(5_000);
    await vi.waitFor(async () => expect(await slicesNow(running)).toEqual([['kubernetes', '192.0.2.1', 6443]]));
  });

  test('a lease that somebody deleted comes back', async () => {
    await using running = await startTestApi({ clock, advertise });
    const [own] = await leasesNow(running);
    await running.api.delete(running.admin, leases, { namespace: 'kube-system', name: own!.metadata.name });
    await clock.advance(10_000);
    await vi.waitFor(async () => expect(await leasesNow(running)).toHaveLength(1));
  });
});
