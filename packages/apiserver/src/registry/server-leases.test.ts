// Which API servers are alive, as each of them sees it by the leases.
import { FakeClock } from '@berth/host/testing';
import { leases } from '@berth/objects';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../testing/test-api.ts';
import { ServerLeases } from './server-leases.ts';

const first = { address: '192.0.2.1', port: 6443 };
const second = { address: '192.0.2.2', port: 6443 };
let clock: FakeClock;
let running: TestApi;
beforeEach(async () => {
  clock = new FakeClock();
  running = await startTestApi({ clock });
});
afterEach(() => running.close());

const leasesOf = (own: typeof first) => new ServerLeases(own, { api: running.api, clock });
const stored = async () => {
  const labelSelector = 'apiserver.kubernetes.io/identity=kube-apiserver';
  return (await running.api.list(running.admin, leases, { namespace: 'kube-system', labelSelector })).items;
};

test('each sees itself and the others, and writes every ten seconds', async () => {
  const [one, two] = [leasesOf(first), leasesOf(second)];
  expect(await one.alive()).toEqual([first]);
  expect(await two.alive()).toEqual([second, first]);
  const renewals = new Set<string | undefined>();
  for (let passed = 0; passed < 60_000; passed += 5_000) {
    expect(await one.alive()).toEqual([first, second]);
    expect(await two.alive()).toEqual([second, first]);
    for (const { metadata } of await stored()) renewals.add(metadata.resourceVersion);
    await clock.advance(5_000);
  }
  expect(renewals.size).toBe(12);
  expect((await stored()).map(({ spec }) => spec?.leaseDurationSeconds)).toEqual([20, 20]);
});

test('one that is silent for twenty seconds is gone, with its lease, and may come back', async () => {
  const [one, two] = [leasesOf(first), leasesOf(second)];
  await two.alive();
  for (let passed = 0; passed < 20_000; passed += 5_000) {
    expect(await one.alive()).toEqual([first, second]);
    await clock.advance(5_000);
  }
  expect(await one.alive()).toEqual([first]);
  expect(await stored()).toHaveLength(1);
  expect(await two.alive()).toEqual([second, first]);
  expect(await one.alive()).toEqual([first, second]);
});

test('one that starts again is the same one', async () => {
  await leasesOf(first).alive();
  expect(await leasesOf(first).alive()).toEqual([first]);
  expect(await stored()).toHaveLength(1);
});

test('one that leaves is gone at once', async () => {
  const [one, two] = [leasesOf(first), leasesOf(second)];
  await one.alive();
  await two.alive();
  expect(await two.leave()).toEqual([first]);
  expect(await one.alive()).toEqual([first]);
});

test('a lease without an address that can be read is nobody’s', async () => {
  const metadata = {
    name: 'apiserver-odd',
    labels: { 'apiserver.kubernetes.io/identity': 'kube-apiserver' },
    annotations: { 'berth.dev/advertise-address': 'somewhere' },
  };
  await running.api.create(running.admin, leases, { namespace: 'kube-system' }, { metadata });
  expect(await leasesOf(first).alive()).toEqual([first]);
});
