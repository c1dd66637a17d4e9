// Whom bootstrap tokens stand for, and which do not count: over the real core.
import { FakeClock } from '@berth/host/testing';
import { secrets } from '@berth/objects';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../testing/index.ts';

const clock = new FakeClock();
const namespace = 'kube-system';
const token = '07401b.f395accd246ae52d';
let t: TestApi;
beforeAll(async () => {
  t = await startTestApi({ clock });
});
afterAll(() => t.close());

const stringData = {
  'token-id': '07401b',
  'token-secret': 'f395accd246ae52d',
  'usage-bootstrap-authentication': 'true',
};
interface Case {
  readonly name: string;
  readonly data?: Record<string, string>;
  readonly secret?: object;
  readonly shown?: string;
  readonly groups?: readonly string[];
}

async function userOf({ data, secret, shown = token }: Case) {
  const name = 'bootstrap-token-07401b';
  const body = { type: 'bootstrap.kubernetes.io/token', stringData: { ...stringData, ...data }, metadata: { name } };
  const made = await t.api.create(t.admin, secrets, { namespace }, { ...body, ...secret });
  const user = (await t.api.authenticateToken(shown))?.user;
  await t.api.delete(t.admin, secrets, { namespace, name: made.metadata.name });
  return user;
}

describe('a token', () => {
  const inAnHour = new Date(clock.now() + 3_600_000).toISOString();
  test.each<Case>([
    { name: 'without an end', groups: [] },
    { name: 'that has not ended', data: { expiration: inAnHour }, groups: [] },
    {
      name: 'with more groups',
      data: { 'auth-extra-groups': 'system:bootstrappers:a,system:bootstrappers:b:c' },
      groups: ['system:bootstrappers:a', 'system:bootstrappers:b:c'],
    },
    { name: 'that has ended', data: { expiration: new Date(clock.now()).toISOString() } },
    { name: 'with an end that nobody can read', data: { expiration: 'soon' } },
    { name: 'that gives a group of its own', data: { 'auth-extra-groups': 'system:masters' } },
    { name: 'for signing alone', data: { 'usage-bootstrap-authentication': 'false' } },
    { name: 'with another secret', shown: '07401b.f395accd246ae52e' },
    { name: 'with another id', shown: '07401c.f395accd246ae52d' },
    { name: 'in upper case', shown: token.toUpperCase() },
    { name: 'whose secret has another id in it', data: { 'token-id': '07401c' } },
    { name: 'under another name', secret: { metadata: { name: 'bootstrap-token-07401c' } } },
    { name: 'of another type', secret: { type: 'Opaque' } },
  ])('$name: $groups', async (given) => {
    const expected = given.groups && {
      name: 'system:bootstrap:07401b',
      groups: ['system:bootstrappers', ...given.groups, 'system:authenticated'],
    };
    expect(await userOf(given)).toEqual(expected);
  });

  test('that was deleted is one no more', async () => {
    expect(await t.api.authenticateToken(token)).toBeUndefined();
  });
});
