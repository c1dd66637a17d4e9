// Who gets in, and how one is put out: over real HTTP and a real socket.
import { FakeClock } from '@berth/host/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Browser, type BrowserSocket, startTestGateway, type TestGateway, ViewRecord } from './testing/test-gateway.ts';

let running: TestGateway;

afterEach(() => running[Symbol.asyncDispose]());

/** Resolves with why the socket was refused, or undefined when it was let in. */
function admission(socket: BrowserSocket): Promise<string | undefined> {
  return new Promise((resolve) => {
    socket.once('connect', () => resolve(undefined));
    socket.once('connect_error', (error) => resolve(error.message));
  });
}

function signedOut(socket: BrowserSocket): Promise<void> {
  return new Promise((resolve) => socket.once('signedOut', resolve));
}

describe('with a password', () => {
  beforeEach(async () => {
    running = await startTestGateway();
  });

  test('without a session every procedure is refused but those that sign in', async () => {
    const stranger = new Browser(running.url);
    expect(await stranger.trpc.session.state.query()).toEqual({ signedIn: false, needsSetUp: false });
    for (const refused of [
      stranger.trpc.namespaces.list.query(),
      stranger.trpc.audit.list.query({}),
      stranger.trpc.namespaces.create.mutate({ name: 'x' }),
    ]) {
      await expect(refused).rejects.toMatchObject({
        data: { code: 'UNAUTHORIZED', cause: { reason: 'Unauthorized' } },
      });
    }
    expect(await admission(stranger.socket())).toBe('sign in first');
  });

  test('the cookie is out of reach of scripts and of other sites', async () => {
    const response = await fetch(`${running.url}/trpc/session.signIn`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'admin', password: 'correct horse battery staple' }),
    });
    expect(response.headers.get('set-cookie')).toMatch(
      /^berth-session-\d+=\w{40}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=604/,
    );
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  test('signing out ends the socket at once; signing in again works in place', async () => {
    const browser = await running.signedIn();
    const socket = browser.socket();
    await ViewRecord.open(socket, 'v', { noun: 'pods' });
    const told = signedOut(socket);
    await browser.trpc.session.signOut.mutate();
    await told;
    await expect(browser.trpc.namespaces.list.query()).rejects.toMatchObject({ data: { code: 'UNAUTHORIZED' } });
    await browser.trpc.session.signIn.mutate({ name: 'admin', password: 'correct horse battery staple' });
    const again = browser.socket();
    await ViewRecord.open(again, 'v', { noun: 'pods' });
    again.disconnect();
  });

  test('another browser can be put out, and a changed password puts out all others', async () => {
    const [mine, other] = [await running.signedIn(), await running.signedIn()];
    const socket = other.socket();
    expect(await admission(socket)).toBeUndefined();
    const sessions = await mine.trpc.session.list.query();
    expect(sessions).toHaveLength(2);
    const told = signedOut(socket);
    const next = 'an entirely new one';
    expect(await mine.trpc.session.changePassword.mutate({ current: 'correct horse battery staple', next })).toEqual({
      endedSessions: 1,
    });
    await told;
    expect(await mine.trpc.session.state.query()).toMatchObject({ signedIn: true });
    expect(await other.trpc.session.state.query()).toMatchObject({ signedIn: false });
  });

  test.each([
    { title: 'a page of another site', headers: { origin: 'https://evil.example' }, status: 403 },
    { title: 'a name that was rebound', headers: { host: 'evil.example' }, status: 421 },
  ])('$title gets nothing', async ({ headers, status }) => {
    const browser = await running.signedIn();
    const { request } = await import('node:http');
    const got = await new Promise<number | undefined>((resolve, reject) => {
      request(
        `${running.url}/trpc/namespaces.list`,
        { headers: { ...headers, cookie: browser.cookie } },
        (response) => {
          response.resume();
          resolve(response.statusCode);
        },
      )
        .on('error', reject)
        .end();
    });
    expect(got).toBe(status);
  });

  test('a body that is no JSON, and one that is too large, are the caller’s fault', async () => {
    const post = (body: string) =>
      fetch(`${running.url}/trpc/session.signIn`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
    expect((await post('{"name":')).status).toBe(400);
    expect((await post('{}')).status).toBe(400);
    expect((await post(`{"name":"${'x'.repeat(9_000_000)}"}`)).status).toBe(413);
  });
});

test('the one-time link signs in whoever sets the password with it', async () => {
  running = await startTestGateway({ adminPassword: undefined });
  const link = new URL(running.gateway.setUpUrl ?? '');
  expect(link.pathname).toBe('/setup');
  const token = link.searchParams.get('token') ?? '';
  const browser = new Browser(running.url);
  expect(await browser.trpc.session.state.query()).toEqual({ signedIn: false, needsSetUp: true });
  expect(await browser.trpc.session.checkSetUp.query({ token })).toEqual({ valid: true });
  const short = browser.trpc.session.setUp.mutate({ token, password: 'short' });
  await expect(short).rejects.toMatchObject({
    data: { code: 'BAD_REQUEST', cause: { problems: [{ field: 'password', message: 'at least 8 characters' }] } },
  });
  expect(await browser.trpc.session.setUp.mutate({ token, password: 'long enough' })).toMatchObject({ signedIn: true });
  expect(await browser.trpc.session.checkSetUp.query({ token })).toEqual({ valid: false });
  expect(await browser.trpc.namespaces.list.query()).not.toEqual([]);
});

test('a session that runs out signs the page out', async () => {
  const clock = new FakeClock(Date.now());
  running = await startTestGateway({ clock });
  const browser = await running.signedIn();
  const socket = browser.socket();
  expect(await admission(socket)).toBeUndefined();
  let out = false;
  const told = signedOut(socket).then(() => {
    out = true;
  });
  // A day at a time, as the gateway's own timer looks; what it reads from the database takes real time in between.
  while (!out) {
    await clock.advance(24 * 60 * 60_000);
    await new Browser(running.url).trpc.session.state.query();
  }
  await told;
  await expect(browser.trpc.namespaces.list.query()).rejects.toMatchObject({ data: { code: 'UNAUTHORIZED' } });
});
