import { FakeClock } from '@berth/host/testing';
import { type KubeObject, notFoundError, type ObjectName, serviceAccounts, type TokenRequest } from '@berth/objects';
import { beforeEach, expect, test } from 'vitest';
import { type AccountIdentityOptions, accountIdentity } from './account-identity.ts';
import type { RequestIdentity } from './connection.ts';

const account = { namespace: 'kube-system', name: 'replication-controller' };
const hour = 3600_000;
let clock: FakeClock;
let made: ObjectName[];
let given: number;
let identity: RequestIdentity;

beforeEach(() => {
  clock = new FakeClock();
  made = [];
  given = 0;
  const client = {
    async requestToken({ name }: ObjectName) {
      if (made.length === 0) throw notFoundError(serviceAccounts, name);
      return { status: { token: `token-${++given}` } } as TokenRequest;
    },
    async create(_resource: unknown, object: KubeObject) {
      made.push(object.metadata);
      return object;
    },
  } as unknown as AccountIdentityOptions['client'];
  identity = accountIdentity({ client, account, clock });
});

const shown = async () => (await identity.headers()).authorization;

test('an account that is not there is made', async () => {
  expect(await shown()).toBe('Bearer token-1');
  expect(made).toEqual([account]);
});

test('requests at the same time and after one another share a token', async () => {
  expect(await Promise.all([shown(), shown()])).toEqual(['Bearer token-1', 'Bearer token-1']);
  await clock.advance(0.79 * hour);
  expect(await shown()).toBe('Bearer token-1');
});

test('it is exchanged before it ends', async () => {
  await shown();
  await clock.advance(0.81 * hour);
  expect(await shown()).toBe('Bearer token-2');
});

test('one that the server knows no more is not shown again', async () => {
  await shown();
  identity.refused?.();
  expect(await shown()).toBe('Bearer token-2');
});
