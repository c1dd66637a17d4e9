// Who may use a server beside the API: what is asked of the API for whom, and for how long its word is taken.
import type { IncomingMessage } from 'node:http';
import { FakeClock } from '@berth/host/testing';
import { StatusError } from '@berth/objects';
import { beforeEach, describe, expect, it } from 'vitest';
import { createDelegatedAccess, type DelegatedAccess } from './delegated-access.ts';
import type { Writer } from './interfaces.ts';

const prometheus = { name: 'system:serviceaccount:watch:prometheus', groups: ['system:serviceaccounts'] };
const metrics = { nonResourceAttributes: { path: '/metrics', verb: 'get' } };
const clock = new FakeClock();
let asked: object[];
let isAway: boolean;
let access: DelegatedAccess;

beforeEach(() => {
  asked = [];
  isAway = false;
  const create = async (_resource: object, { spec }: { spec: { token?: string; user?: string } }) => {
    asked.push(spec);
    if (isAway) throw new StatusError('ServiceUnavailable', 'away');
    if (spec.token === undefined) return { status: { allowed: spec.user === prometheus.name } };
    return {
      status:
        spec.token === 'good'
          ? { authenticated: true, user: { username: prometheus.name, groups: prometheus.groups } }
          : {},
    };
  };
  access = createDelegatedAccess({ client: { create } as unknown as Pick<Writer, 'create'>, clock });
});

/** One over a connection without a certificate. */
const request = (authorization?: string) => ({ socket: {}, headers: { authorization } }) as IncomingMessage;

describe('who asks', () => {
  it('is nobody without a word about it, and the API is not asked', async () => {
    expect(await access.userOf(request())).toBeUndefined();
    expect(await access.userOf(request('Basic YTpi'))).toBeUndefined();
    expect(asked).toEqual([]);
  });

  it('is whose token it is, as the API says', async () => {
    expect(await access.userOf(request('Bearer good'))).toEqual(prometheus);
    await expect(access.userOf(request('Bearer bad'))).rejects.toMatchObject({ reason: 'Unauthorized' });
  });

  it('is asked again after some seconds, and not before', async () => {
    await Promise.all([access.userOf(request('Bearer good')), access.userOf(request('Bearer good'))]);
    await clock.advance(9_000);
    await access.userOf(request('Bearer good'));
    expect(asked).toHaveLength(1);
    await clock.advance(2_000);
    await access.userOf(request('Bearer good'));
    expect(asked).toHaveLength(2);
  });

  it('is asked again at once when the API was away', async () => {
    isAway = true;
    await expect(access.userOf(request('Bearer good'))).rejects.toMatchObject({ reason: 'ServiceUnavailable' });
    isAway = false;
    expect(await access.userOf(request('Bearer good'))).toEqual(prometheus);
  });
});

describe('whether they may', () => {
  it('is said by the API, for each user and each thing', async () => {
    expect(await access.allows(prometheus, metrics)).toBe(true);
    expect(await access.allows({ ...prometheus, name: 'eve' }, metrics)).toBe(false);
    expect(await access.allows(prometheus, { nonResourceAttributes: { path: '/debug', verb: 'get' } })).toBe(true);
    expect(asked).toHaveLength(3);
    expect(asked[0]).toMatchObject({ user: prometheus.name, groups: prometheus.groups, ...metrics });
    await access.allows(prometheus, metrics);
    expect(asked).toHaveLength(3);
  });
});
