// How bookings share writes, and which come too late.
import { silentLogger } from '@berth/host';
import { FakeClock } from '@berth/host/testing';
import { notFoundError, type ResourceQuota, resourceQuotas, StatusError } from '@berth/objects';
import { expect, test } from 'vitest';
import type { Entry } from './account.ts';
import { QuotaLedger } from './ledger.ts';

/** One quota of five pods, whose writes can be held up. */
function begin(update?: () => Promise<void>) {
  const clock = new FakeClock();
  const metadata = { name: 'q', namespace: 'n', uid: 'u', resourceVersion: '1', creationTimestamp: 'now' };
  const status = { hard: { pods: '5' }, used: { pods: '0' } };
  let quota: ResourceQuota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata, spec: {}, status };
  let writes = 0;
  const ledger = new QuotaLedger({
    clock,
    log: silentLogger,
    quotas: () => [quota],
    async update(_, change) {
      await update?.();
      writes++;
      quota = change(quota) as ResourceQuota;
    },
  });
  const used = () => quota.status.used?.pods;
  return { clock, ledger, used, writes: () => writes };
}

const onePod: Entry = { type: 'charge', amountsOf: () => ({ pods: '1' }), dryRun: false };

test('what comes at once is booked by one write, and no more than fits', async () => {
  const { ledger, used, writes } = begin();
  const results = await Promise.all(Array.from({ length: 20 }, () => ledger.charge('n', onePod)));
  expect(results.filter((result) => 'receipt' in result)).toHaveLength(5);
  expect([used(), writes()]).toEqual(['5', 1]);
});

test('what comes while a write is on its way shares the next', async () => {
  const { ledger, writes } = begin();
  const first = ledger.charge('n', onePod);
  await Promise.resolve();
  const others = Promise.all([ledger.charge('n', onePod), ledger.charge('n', onePod)]);
  await Promise.all([first, others]);
  expect(writes()).toBe(2);
});

test('a refund makes room for the charge after it', async () => {
  const { clock, ledger, used } = begin();
  await Promise.all(Array.from({ length: 5 }, () => ledger.charge('n', onePod)));
  ledger.refund('n', onePod.amountsOf, clock.monotonic());
  expect(await ledger.charge('n', onePod)).toHaveProperty('receipt');
  expect(used()).toBe('5');
});

test('a refund that waited too long is left to the controller, which may have counted by then', async () => {
  const { clock, ledger, used } = begin(() => clock.advance(3_000));
  const began = clock.monotonic();
  await ledger.charge('n', onePod);
  ledger.refund('n', onePod.amountsOf, began);
  await ledger.charge('n', onePod);
  expect(used()).toBe('2');
});

test('a quota that is gone refuses nothing, and one that cannot be written refuses all', async () => {
  const gone = begin(async () => {
    throw notFoundError(resourceQuotas, 'q');
  });
  expect(await gone.ledger.charge('n', onePod)).toHaveProperty('receipt');
  const failing = begin(async () => {
    throw new StatusError('ServiceUnavailable', 'the store does not answer');
  });
  await expect(failing.ledger.charge('n', onePod)).rejects.toMatchObject({ code: 503 });
});
