import { FakeClock } from '@berth/host/testing';
import { beforeEach, expect, test } from 'vitest';
import { SignInAttempts } from './attempts.ts';

let clock: FakeClock;
let attempts: SignInAttempts;

beforeEach(() => {
  clock = new FakeClock();
  attempts = new SignInAttempts(clock);
});

const from = (address: string, name = 'admin') => ({ address, name });

function fail(times: number, attempt: { address: string; name: string }): void {
  for (let n = 0; n < times; n++) attempts.failed(attempt);
}

test.each([
  { failures: 0, waitSeconds: 0 },
  { failures: 4, waitSeconds: 0 },
  { failures: 5, waitSeconds: 1 },
  { failures: 6, waitSeconds: 2 },
  { failures: 10, waitSeconds: 32 },
  { failures: 100, waitSeconds: 900 },
])('after $failures failures from one address: $waitSeconds s', ({ failures, waitSeconds }) => {
  for (let n = 0; n < failures; n++) attempts.failed(from('192.0.2.1', `name-${n}`));
  expect(attempts.waitMs(from('192.0.2.1', 'another'))).toBe(waitSeconds * 1000);
  expect(attempts.waitMs(from('192.0.2.2', 'another'))).toBe(0);
});

test('the wait passes', async () => {
  fail(6, from('192.0.2.1'));
  await clock.advance(1_999);
  expect(attempts.waitMs(from('192.0.2.1'))).toBe(1);
  await clock.advance(1);
  expect(attempts.waitMs(from('192.0.2.1'))).toBe(0);
});

test('many addresses that try one name wait too, but never so long that its owner is locked out', () => {
  for (let n = 0; n < 200; n++) attempts.failed(from(`192.0.2.${n}`));
  expect(attempts.waitMs(from('198.51.100.1'))).toBe(30_000);
  expect(attempts.waitMs(from('198.51.100.1', 'other'))).toBe(0);
});

test('a network of IPv6 counts as one address', () => {
  fail(8, from('2001:db8:1:2::1', 'a'));
  expect(attempts.waitMs(from('2001:db8:1:2:ffff::9', 'b'))).toBeGreaterThan(0);
  expect(attempts.waitMs(from('2001:db8:1:3::1', 'b'))).toBe(0);
});

test('success and time forget', async () => {
  fail(8, from('192.0.2.1'));
  attempts.succeeded(from('192.0.2.1'));
  expect(attempts.waitMs(from('192.0.2.1'))).toBe(0);
  fail(8, from('192.0.2.1'));
  await clock.advance(60 * 60_000);
  attempts.failed(from('192.0.2.1'));
  expect(attempts.waitMs(from('192.0.2.1'))).toBe(0);
});
