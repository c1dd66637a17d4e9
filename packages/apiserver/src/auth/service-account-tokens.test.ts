import { generateKeyPairSync } from 'node:crypto';
import { FakeClock } from '@berth/host/testing';
import { createLocalJWKSet, jwtVerify, SignJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { createServiceAccountTokens, type TokenClaims } from './service-account-tokens.ts';

const newKey = () =>
  generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  }).privateKey;

const clock = new FakeClock();
const key = newKey();
const tokens = createServiceAccountTokens({ key, clock });
const now = Math.floor(clock.now() / 1000);
const account = { name: 'robot', uid: 'u-1' };
const claims: TokenClaims = {
  id: 'j',
  audiences: ['a', 'b'],
  issuedAt: now,
  expiresAt: now + 600,
  namespace: 'shop',
  serviceAccount: account,
};

describe('a token', () => {
  test('is known by the keys that are shown to others', async () => {
    const { issuer, publicKeys } = tokens;
    const token = await tokens.sign(claims);
    const keys = createLocalJWKSet({ keys: publicKeys.map((shown) => ({ ...shown })) });
    const currentDate = new Date(clock.now());
    const { payload } = await jwtVerify(token, keys, { issuer, audience: 'a', currentDate });
    expect(payload.sub).toBe('system:serviceaccount:shop:robot');
  });

  test.each<{ name: string; claims: TokenClaims }>([
    { name: 'of an account alone', claims },
    { name: 'bound to a pod', claims: { ...claims, bound: { kind: 'pod', object: { name: 'p', uid: 'u-2' } } } },
    {
      name: 'bound to a pod on a node',
      claims: {
        ...claims,
        bound: { kind: 'pod', object: { name: 'p', uid: 'u-2' } },
        node: { name: 'n', uid: 'u-3' },
      },
    },
    { name: 'bound to a secret', claims: { ...claims, bound: { kind: 'secret', object: { name: 's', uid: 'u-4' } } } },
    { name: 'bound to a node', claims: { ...claims, bound: { kind: 'node', object: { name: 'n', uid: 'u-3' } } } },
  ])('$name says what was put into it', async ({ claims: said }) => {
    expect(await tokens.read(await tokens.sign(said))).toEqual(said);
  });

  test.each([
    { name: 'a minute ahead is taken', ahead: 60, taken: true },
    { name: 'further ahead is not', ahead: 61, taken: false },
  ])('of a server whose clock is $name', async ({ ahead, taken }) => {
    const early = { ...claims, issuedAt: now + ahead, expiresAt: now + ahead + 600 };
    expect(await tokens.read(await tokens.sign(early))).toEqual(taken ? early : undefined);
  });

  test('ends at its time, also one that was read before', async () => {
    const token = await tokens.sign(claims);
    expect(await tokens.read(token)).toEqual(claims);
    await clock.advance(600_000);
    expect(await tokens.read(token)).toBeUndefined();
  });
});

describe('what is no token of this cluster', () => {
  const fresh = () => ({ ...claims, expiresAt: Math.floor(clock.now() / 1000) + 600 });
  const cases: { name: string; token: () => Promise<string> }[] = [
    { name: 'no JWT', token: async () => 'abc' },
    { name: 'one of another key', token: () => createServiceAccountTokens({ key: newKey(), clock }).sign(fresh()) },
    {
      name: 'one of another issuer with this key',
      token: () => createServiceAccountTokens({ key, clock, issuer: 'https://other' }).sign(fresh()),
    },
    {
      name: 'one whose claims were changed',
      token: async () => {
        const [head, , signature] = (await tokens.sign(fresh())).split('.');
        const other = (await createServiceAccountTokens({ key: newKey(), clock }).sign(fresh())).split('.')[1];
        return `${head}.${Buffer.from(`${Buffer.from(other!, 'base64url')} `).toString('base64url')}.${signature}`;
      },
    },
    {
      name: 'one signed with a shared secret',
      token: () =>
        new SignJWT({ sub: 'system:serviceaccount:shop:robot' })
          .setProtectedHeader({ alg: 'HS256' })
          .setIssuer(tokens.issuer)
          .sign(Buffer.alloc(32)),
    },
  ];
  test.each(cases)('$name', async ({ token }) => {
    expect(await tokens.read(await token())).toBeUndefined();
  });
});
