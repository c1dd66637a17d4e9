// API tokens of people: made and revoked in the dashboard, shown to the API server.
import { createHash } from 'node:crypto';
import { FakeClock } from '@berth/host/testing';
import { pods } from '@berth/objects';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type Browser, startTestGateway, type TestGateway } from './testing/test-gateway.ts';

const day = 24 * 3600 * 1000;
let clock: FakeClock;
let running: TestGateway;
let browser: Browser;
beforeEach(async () => {
  clock = new FakeClock();
  running = await startTestGateway({ clock });
  browser = await running.signedIn();
});
afterEach(() => running[Symbol.asyncDispose]());

const userOf = async (token: string) => (await running.api.api.authenticateToken(token))?.user;
const create = (name: string, days?: number) => browser.trpc.tokens.create.mutate({ name, days });

describe('a token', () => {
  test('is the person who made it, with all that they may do', async () => {
    const { token, kubeconfig } = await create('laptop');
    const user = (await userOf(token))!;
    expect(user).toEqual({ name: 'admin', groups: ['system:masters', 'system:authenticated'] });
    expect((await running.api.api.list(user, pods, {})).items).toEqual([]);
    expect(parse(kubeconfig)).toMatchObject({
      clusters: [{ cluster: { server: 'https://127.0.0.1:6443', 'certificate-authority-data': 'Q0E=' } }],
      users: [{ name: 'admin', user: { token } }],
    });
  });

  test('is told once, and listed without what it is', async () => {
    const { token } = await create('laptop', 7);
    const listed = await browser.trpc.tokens.list.query();
    expect(listed).toEqual([
      { id: expect.any(String), name: 'laptop', createdAt: clock.now(), expiresAt: clock.now() + 7 * day },
    ]);
    expect(JSON.stringify(listed)).not.toContain(token);
  });

  test('ends at its time', async () => {
    const { token } = await create('laptop', 1);
    expect(await userOf(token)).toBeDefined();
    await clock.advance(day);
    expect(await userOf(token)).toBeUndefined();
    expect(await browser.trpc.tokens.list.query()).toHaveLength(1);
  });

  test('is nobody’s at once when it is revoked', async () => {
    const { token } = await create('laptop');
    const { token: other } = await create('phone');
    expect(await userOf(token)).toBeDefined();
    const [phone, laptop] = await browser.trpc.tokens.list.query();
    expect([phone?.name, laptop?.name].sort()).toEqual(['laptop', 'phone']);
    const id = [phone, laptop].find((found) => found?.name === 'laptop')!.id;
    await browser.trpc.tokens.revoke.mutate({ id });
    expect(await userOf(token)).toBeUndefined();
    expect(await userOf(other)).toBeDefined();
    await expect(browser.trpc.tokens.revoke.mutate({ id })).rejects.toMatchObject({ data: { code: 'NOT_FOUND' } });
  });

  test('says when it was last used', async () => {
    const { token } = await create('laptop');
    const lastUse = async () => (await browser.trpc.tokens.list.query())[0]?.lastUsedAt;
    expect(await lastUse()).toBeUndefined();
    await userOf(token);
    await expect.poll(lastUse).toBe(clock.now());
    const first = clock.now();
    await clock.advance(30_000);
    await userOf(token);
    await clock.advance(60_000);
    await userOf(token);
    await expect.poll(lastUse).toBe(first + 90_000);
  });

  test('has a name of its own, and leaves its making and its end in the audit', async () => {
    await create('laptop', 30);
    await expect(create('laptop')).rejects.toMatchObject({
      data: { code: 'CONFLICT' },
      message: 'there is a token "laptop" already',
    });
    const { id } = (await browser.trpc.tokens.list.query())[0]!;
    await browser.trpc.tokens.revoke.mutate({ id });
    const { entries } = await browser.trpc.audit.list.query({ resource: 'tokens', limit: 10 });
    expect(entries.map(({ verb, name, outcome, detail }) => [verb, name, outcome, detail])).toEqual([
      ['revoke', id, 'ok', 'the token "laptop"'],
      ['create', 'laptop', 'failed', 'there is a token "laptop" already'],
      ['create', 'laptop', 'ok', 'ends after 30 d'],
    ]);
  });
});

test.each([
  { name: 'another one', token: `berth_${'a'.repeat(40)}` },
  { name: 'one of another form', token: 'berth_abc' },
  { name: 'nothing', token: '' },
])('$name is nobody’s', async ({ token }) => {
  await create('laptop');
  expect(await userOf(token)).toBeUndefined();
});

test('what another gateway made and revoked counts here too', async () => {
  await using second = await startTestGateway({ clock, ...running.cluster });
  const { token } = await create('laptop');
  const there = await second.signedIn();
  const [listed] = await there.trpc.tokens.list.query();
  expect(listed?.name).toBe('laptop');
  await there.trpc.tokens.revoke.mutate({ id: listed!.id });
  expect(await userOf(token)).toBeUndefined();
  expect(await browser.trpc.tokens.list.query()).toEqual([]);
});

test('tokens that an earlier version kept in the database work on, and lie there no more', async () => {
  const database = await running.openDatabase();
  const token = `berth_${'x'.repeat(40)}`;
  const { id: userId } = await database.user.findUniqueOrThrow({ where: { name: 'admin' } });
  const created = new Date('2026-01-01T00:00:00.123Z');
  const used = new Date('2026-02-01T00:00:00Z');
  const expiresAt = new Date(clock.now() + day);
  const tokenHash = createHash('sha256').update(token).digest('hex');
  await database.apiToken.create({
    data: { tokenHash, userId, name: 'old', createdAt: created, lastUsedAt: used, expiresAt },
  });
  await using second = await startTestGateway({ clock, ...running.cluster, openDatabase: running.openDatabase });
  await expect.poll(() => database.apiToken.count()).toBe(0);
  const there = await second.signedIn();
  expect(await there.trpc.tokens.list.query()).toEqual([
    {
      id: expect.any(String),
      name: 'old',
      createdAt: created.getTime(),
      lastUsedAt: used.getTime(),
      expiresAt: expiresAt.getTime(),
    },
  ]);
  expect((await userOf(token))?.name).toBe('admin');
  await clock.advance(day);
  expect(await userOf(token)).toBeUndefined();
  await database.$disconnect();
});
