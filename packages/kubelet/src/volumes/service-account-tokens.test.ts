import { silentLogger } from '@berth/host';
import { FakeClock } from '@berth/host/testing';
import type { ObjectName, TokenRequest, TokenRequestSpec } from '@berth/objects';
import { beforeEach, describe, expect, test } from 'vitest';
import { podOf } from '../testing/pods.ts';
import { ServiceAccountTokens } from './service-account-tokens.ts';

const hour = 3_600_000;
const pod = podOf({ serviceAccountName: 'robot', containers: [{ name: 'web' }] });
const projection = { path: 'token', expirationSeconds: 3600 };

let clock: FakeClock;
let asked: { account: ObjectName; spec: TokenRequestSpec }[];
let due: string[];
let down: boolean;
let tokens: ServiceAccountTokens;

beforeEach(() => {
  clock = new FakeClock();
  asked = [];
  due = [];
  down = false;
  const client = {
    async requestToken(account: ObjectName, spec: TokenRequestSpec): Promise<TokenRequest> {
      if (down) throw new Error('the API is away');
      asked.push({ account, spec });
      const expirationTimestamp = new Date(clock.now() + spec.expirationSeconds! * 1000).toISOString();
      const status = { token: `t${asked.length}`, expirationTimestamp };
      return { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', metadata: pod.metadata, spec, status };
    },
  };
  const random = { uuid: () => 'u', suffix: () => 's', fraction: () => 0 };
  tokens = new ServiceAccountTokens({ client, clock, random, log: silentLogger, onDue: (uid) => due.push(uid) });
});

test('a token is asked for as the pod’s account, bound to the pod, and kept', async () => {
  expect([await tokens.tokenFor(pod, projection), await tokens.tokenFor(pod, projection)]).toEqual(['t1', 't1']);
  const { name, namespace, uid } = pod.metadata;
  expect(asked).toEqual([
    {
      account: { namespace, name: 'robot' },
      spec: { audiences: [], expirationSeconds: 3600, boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name, uid } },
    },
  ]);
});

test('tokens for other audiences are others', async () => {
  await tokens.tokenFor(pod, projection);
  expect(await tokens.tokenFor(pod, { ...projection, audience: 'vault' })).toBe('t2');
  expect(asked[1]?.spec.audiences).toEqual(['vault']);
});

describe('a token is renewed', () => {
  test.each([
    { name: 'at four fifths of its life', seconds: 3600, after: 0.8 * hour },
    { name: 'after a day at the latest', seconds: 7 * 24 * 3600, after: 24 * hour },
  ])('$name', async ({ seconds, after }) => {
    const wanted = { ...projection, expirationSeconds: seconds };
    await tokens.tokenFor(pod, wanted);
    await clock.advance(after - 1);
    expect(due).toEqual([]);
    expect(await tokens.tokenFor(pod, wanted)).toBe('t1');
    await clock.advance(1);
    expect(due).toEqual([pod.metadata.uid]);
    expect(await tokens.tokenFor(pod, wanted)).toBe('t2');
  });

  test('as soon as the API is back; until then the old one serves while it is good', async () => {
    await tokens.tokenFor(pod, projection);
    down = true;
    await clock.advance(0.8 * hour);
    expect(await tokens.tokenFor(pod, projection)).toBe('t1');
    await clock.advance(10_000);
    expect(due).toHaveLength(2);
    await clock.advance(0.2 * hour);
    await expect(tokens.tokenFor(pod, projection)).rejects.toThrow('the API is away');
    down = false;
    expect(await tokens.tokenFor(pod, projection)).toBe('t2');
  });
});

test('a pod that is gone is not woken', async () => {
  await tokens.tokenFor(pod, projection);
  tokens.release(pod.metadata.uid);
  await clock.advance(hour);
  expect(due).toEqual([]);
});
