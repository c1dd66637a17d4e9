import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Database, openDatabase } from '@berth/db';
import { systemRandom } from '@berth/host';
import { FakeClock } from '@berth/host/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Accounts } from './accounts.ts';

const day = 24 * 60 * 60_000;
const from = { address: '192.0.2.1', userAgent: 'Firefox' };
const password = 'correct horse battery staple';

let folder: string;
let database: Database;
let clock: FakeClock;
let accounts: Accounts;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-accounts-'));
  database = await openDatabase({ url: `file:${join(folder, 'dashboard.db')}` });
  clock = new FakeClock();
  accounts = new Accounts({ database, clock, random: systemRandom });
});

afterEach(async () => {
  await database.$disconnect();
  await rm(folder, { recursive: true, force: true });
});

const signIn = (given = password) => accounts.signIn({ name: 'admin', password: given }, from);

describe('the first password', () => {
  test('a link sets it, once, however late, and signs in', async () => {
    const { setUpToken = '' } = await accounts.prepare();
    expect(await accounts.needsSetUp()).toBe(true);
    await clock.advance(400 * day);
    expect(await accounts.isSetUpToken(setUpToken)).toBe(true);
    const { session } = await accounts.setUp({ token: setUpToken, password }, from);
    expect(session.user).toEqual({ name: 'admin', groups: ['system:masters'] });
    expect(await accounts.needsSetUp()).toBe(false);
    const again = accounts.setUp({ token: setUpToken, password: 'another one' }, from);
    await expect(again).rejects.toMatchObject({ code: 'FORBIDDEN', detail: { reason: 'LinkUsed' } });
    await signIn();
    expect(await accounts.prepare()).toEqual({});
  });

  test('every start gives a link until one was used; then none is good', async () => {
    const first = (await accounts.prepare()).setUpToken ?? '';
    const second = (await accounts.prepare()).setUpToken ?? '';
    expect(first).not.toBe(second);
    await accounts.setUp({ token: first, password }, from);
    expect(await accounts.isSetUpToken(second)).toBe(false);
  });

  test('of two that use a link at once one is refused', async () => {
    const { setUpToken = '' } = await accounts.prepare();
    const tries = await Promise.allSettled([
      accounts.setUp({ token: setUpToken, password }, from),
      accounts.setUp({ token: setUpToken, password: 'another one' }, from),
    ]);
    expect(tries.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  test('the one that is given at start holds, and ends the sessions of the one before', async () => {
    expect(await accounts.prepare(password)).toEqual({});
    const { token } = await signIn();
    await accounts.prepare(password);
    expect(await accounts.authenticate(token)).toBeDefined();
    await accounts.prepare('a new one');
    expect(await accounts.authenticate(token)).toBeUndefined();
    await expect(signIn()).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
  });
});

describe('signing in', () => {
  beforeEach(async () => {
    await accounts.prepare(password);
  });

  test('a wrong password and an unknown name are told apart by nothing', async () => {
    const wrong = await signIn('wrong').catch((error: unknown) => error);
    const unknown = await accounts.signIn({ name: 'nobody', password }, from).catch((error: unknown) => error);
    expect(wrong).toMatchObject({ code: 'UNAUTHORIZED', detail: { reason: 'WrongPassword' } });
    expect((unknown as Error).message).toBe((wrong as Error).message);
  });

  test('after five failures there is a wait, for the right password too; then it is let in', async () => {
    for (let n = 0; n < 5; n++) await expect(signIn('wrong')).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
    await expect(signIn()).rejects.toMatchObject({
      code: 'TOO_MANY_REQUESTS',
      detail: { reason: 'TooManyTries', retryAfterSeconds: 1 },
    });
    await clock.advance(1_000);
    await signIn();
    await signIn();
  });

  test('neither passwords nor tokens lie in the database', async () => {
    const { token } = await signIn();
    const kept = JSON.stringify([await database.user.findMany(), await database.session.findMany()]);
    expect(kept).toContain('$argon2id$');
    expect(kept).not.toContain(token);
    expect(kept).not.toContain(password);
  });

  test('both outcomes are in the audit, with the address', async () => {
    await signIn('wrong').catch(() => {});
    await signIn();
    const entries = await database.auditEntry.findMany({ orderBy: { id: 'asc' } });
    expect(entries.map(({ verb, outcome, detail }) => ({ verb, outcome, detail }))).toEqual([
      { verb: 'sign in', outcome: 'failed', detail: 'from 192.0.2.1' },
      { verb: 'sign in', outcome: 'ok', detail: 'from 192.0.2.1' },
    ]);
  });
});

describe('sessions', () => {
  beforeEach(async () => {
    await accounts.prepare(password);
  });

  test('one that is used lives on; one that is not ends after a week', async () => {
    const used = await signIn();
    const unused = await signIn();
    for (let days = 0; days < 10; days++) {
      await clock.advance(day);
      expect(await accounts.authenticate(used.token)).toMatchObject({ renewed: true });
    }
    expect(await accounts.authenticate(used.token)).toMatchObject({ renewed: false });
    expect(await accounts.authenticate(unused.token)).toBeUndefined();
    await accounts.prepare(password);
    expect(await database.session.count()).toBe(1);
  });

  test('they are listed, and each can be ended by its person alone', async () => {
    const ended: string[] = [];
    accounts.onEnded((ids) => ended.push(...ids));
    const { session } = await signIn();
    const other = await accounts.signIn({ name: 'admin', password }, { ...from, userAgent: 'Chromium' });
    const listed = await accounts.sessions(session);
    expect(listed.map(({ userAgent, current }) => ({ userAgent, current }))).toEqual(
      expect.arrayContaining([
        { userAgent: 'Firefox', current: true },
        { userAgent: 'Chromium', current: false },
      ]),
    );
    await accounts.end('somebody else', other.session.id);
    expect(await accounts.authenticate(other.token)).toBeDefined();
    await accounts.end(session.userId, other.session.id);
    expect(await accounts.authenticate(other.token)).toBeUndefined();
    expect(ended).toEqual([other.session.id]);
  });

  test('a changed password ends the others', async () => {
    const mine = await signIn();
    const other = await signIn();
    const change = (current: string) => accounts.changePassword(mine.session, { current, next: 'a new one' }, from);
    await expect(change('wrong')).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(await change(password)).toEqual({ endedSessions: 1 });
    expect(await accounts.authenticate(mine.token)).toBeDefined();
    expect(await accounts.authenticate(other.token)).toBeUndefined();
    await signIn('a new one');
  });
});
