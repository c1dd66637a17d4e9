// Which servers may share a store: those with the authority of the cluster in it.
import { generateKeyPairSync } from 'node:crypto';
import { systemClock } from '@berth/host';
import { configMaps } from '@berth/objects';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createAuthority } from '../auth/certificates.ts';
import { startTestApi, type TestApi } from '../testing/test-api.ts';
import { type ClusterAuthority, checkAuthority, joinCluster } from './cluster-authority.ts';

const target = { namespace: 'kube-system', name: 'berth-authority' };
let running: TestApi;
let first: ClusterAuthority;
let second: ClusterAuthority;
beforeAll(async () => {
  running = await startTestApi();
  first = await authority('/first/pki');
  second = await authority('/second/pki');
});
afterAll(() => running.close());
beforeEach(() => joinCluster(running.api, { ...first, isShared: false }));

async function authority(directory: string): Promise<ClusterAuthority> {
  const { privateKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const { cert } = await createAuthority('berth', systemClock);
  return { ca: cert, serviceAccountKey: privateKey, directory, isShared: true };
}

const record = async () => (await running.api.get(running.admin, configMaps, target)).data;

describe('on a store that several servers may use', () => {
  test('the same authority comes in', async () => {
    const before = await record();
    const copy = { ...first, directory: '/copy/pki' };
    await checkAuthority(running.api, copy);
    await joinCluster(running.api, copy);
    expect(await record()).toEqual(before);
  });

  test.each([
    {
      name: 'another certificate authority',
      theirs: () => second,
      says: /^the certificate authority in \/second\/pki /,
    },
    {
      name: 'another key of tokens',
      theirs: () => ({ ...second, ca: first.ca }),
      says: /^the key of service account tokens in \/second\/pki .*copy ca\.crt, ca\.key, sa\.key and sa\.pub there/,
    },
  ])('$name is refused, with what to do', async ({ theirs, says }) => {
    const before = await record();
    await expect(checkAuthority(running.api, theirs())).rejects.toThrow(says);
    await expect(joinCluster(running.api, theirs())).rejects.toThrow(says);
    expect(await record()).toEqual(before);
  });

  test('of two that begin a cluster at the same time, one is refused', async () => {
    await running.api.delete(running.admin, configMaps, target);
    const outcomes = await Promise.allSettled([joinCluster(running.api, first), joinCluster(running.api, second)]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  test('what somebody has spoilt is written again', async () => {
    const before = await record();
    const found = await running.api.get(running.admin, configMaps, target);
    await running.api.update(running.admin, configMaps, target, { ...found, data: { 'ca.crt': 'spoilt' } });
    await joinCluster(running.api, first);
    expect(await record()).toEqual(before);
  });
});

test('on a store of its own a server may change its authority', async () => {
  await joinCluster(running.api, { ...second, isShared: false });
  expect((await record())?.['ca.crt']).toBe(second.ca);
});
