// Owns the tests of freshness.
import { describe, expect, it } from 'vitest';
import { type Connection, type Freshness, freshnessOf, worst } from './freshness.ts';

const live = { state: 'live', since: 0 } as const;
const stale = { state: 'stale', since: 300 } as const;
const up: Connection = { kind: 'up', since: 0 };

describe('freshnessOf', () => {
  const cases: {
    name: string;
    connection: Connection;
    server: typeof live | typeof stale | undefined;
    now: number;
    is: Freshness;
  }[] = [
    { name: 'nothing came yet', connection: up, server: undefined, now: 0, is: { kind: 'loading' } },
    { name: 'all is well', connection: up, server: live, now: 0, is: { kind: 'live' } },
    { name: 'the server lost the cluster', connection: up, server: stale, now: 900, is: { kind: 'stale', since: 300 } },
    {
      name: 'a hiccup of the socket',
      connection: { kind: 'down', since: 1000 },
      server: live,
      now: 3000,
      is: { kind: 'reconnecting', since: 1000 },
    },
    {
      name: 'a socket that is lost for long',
      connection: { kind: 'down', since: 1000 },
      server: live,
      now: 9000,
      is: { kind: 'stale', since: 1000 },
    },
    {
      name: 'the first connection',
      connection: { kind: 'connecting' },
      server: undefined,
      now: 0,
      is: { kind: 'loading' },
    },
  ];
  for (const { name, connection, server, now, is } of cases) {
    it(name, () => expect(freshnessOf(connection, server, now)).toEqual(is));
  }
});

describe('worst', () => {
  it('of none is live', () => expect(worst([])).toEqual({ kind: 'live' }));
  it('is the stale one', () =>
    expect(worst([{ kind: 'live' }, { kind: 'stale', since: 5 }])).toEqual({ kind: 'stale', since: 5 }));
  it('is the longest stale one', () => {
    expect(
      worst([
        { kind: 'stale', since: 5 },
        { kind: 'stale', since: 2 },
      ]),
    ).toEqual({ kind: 'stale', since: 2 });
  });
  it('loading is worse than live', () =>
    expect(worst([{ kind: 'live' }, { kind: 'loading' }])).toEqual({ kind: 'loading' }));
});
