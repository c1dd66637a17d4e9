// Who leads when: one at a time, taken over after the lease ran out or was given up, given up in time when it cannot
// be renewed. The Lease stands in a variable that checks versions, so that the link of one candidate can be cut; the
// last test has a real API server.
import { startTestApi } from '@berth/apiserver/testing';
import { inProcessClient } from '@berth/client';
import { aborted, type Component, silentLogger } from '@berth/host';
import { FakeClock } from '@berth/host/testing';
import {
  alreadyExistsError,
  configMaps,
  type Lease,
  leases,
  notFoundError,
  StatusError,
  staleError,
} from '@berth/objects';
import { describe, expect, it } from 'vitest';
import { createLeaderElection, type LeaderElectionOptions } from './leader-election.ts';

function oneLease() {
  let lease: Lease | undefined;
  let version = 0;
  let reachable = true;
  const check = () => {
    if (!reachable) throw new StatusError('ServiceUnavailable', 'unreachable');
  };
  const store = (next: object) => {
    lease = { ...(next as Lease), metadata: { ...(next as Lease).metadata, resourceVersion: String(++version) } };
    return lease;
  };
  const client = {
    async get() {
      check();
      if (!lease) throw notFoundError(leases, 'l');
      return lease;
    },
    async create(_: unknown, object: object) {
      check();
      if (lease) throw alreadyExistsError(leases, 'l');
      return store(object);
    },
    async update(_: unknown, object: { metadata: { resourceVersion: string } }) {
      check();
      if (object.metadata.resourceVersion !== lease?.metadata.resourceVersion) throw staleError(leases, 'l');
      return store(object);
    },
  } as unknown as LeaderElectionOptions['client'];
  return {
    client,
    read: () => lease!,
    cut: () => {
      reachable = false;
    },
    heal: () => {
      reachable = true;
    },
  };
}

function candidates(names: string[]) {
  const clock = new FakeClock();
  const leading = new Set<string>();
  const lease = oneLease();
  const overlaps: string[] = [];
  const members = names.map((identity) => {
    const link = { ...lease.client };
    const component: Component = {
      name: 'c',
      async start(signal) {
        leading.add(identity);
        if (leading.size > 1) overlaps.push([...leading].join());
        return { done: aborted(signal).then(() => void leading.delete(identity)) };
      },
    };
    const stop = new AbortController();
    const election = createLeaderElection({
      client: link,
      clock,
      log: silentLogger,
      identity,
      lease: { namespace: 'kube-system', name: 'l' },
      component,
    });
    return { identity, stop, link, start: () => election.start(stop.signal) };
  });
  return { clock, leading, lease, members, overlaps };
}

describe('leader election', () => {
  it('elects one, which keeps the lease by renewing it', async () => {
    const { clock, leading, lease, members, overlaps } = candidates(['a', 'b', 'c']);
    for (const member of members) await member.start();
    await clock.advance(0);
    await clock.advance(60_000);
    expect([...leading]).toEqual(['a']);
    expect(overlaps).toEqual([]);
    expect(lease.read().spec).toMatchObject({ holderIdentity: 'a', leaseTransitions: 0, leaseDurationSeconds: 15 });
    expect(lease.read().spec.renewTime).toBe('2026-01-01T00:01:00.000000Z');
  });

  it('hands over at once when the holder stops', async () => {
    const { clock, leading, lease, members } = candidates(['a', 'b']);
    for (const member of members) await member.start();
    await clock.advance(0);
    await clock.advance(5_000);
    members[0]?.stop.abort();
    await clock.advance(4_000);
    expect([...leading]).toEqual(['b']);
    expect(lease.read().spec).toMatchObject({ holderIdentity: 'b', leaseTransitions: 1 });
  });

  it('stops leading before the lease runs out for the others, when it cannot renew', async () => {
    const { clock, leading, members, overlaps } = candidates(['a', 'b']);
    for (const member of members) await member.start();
    await clock.advance(0);
    await clock.advance(5_000);
    const cut = new StatusError('ServiceUnavailable', 'unreachable');
    Object.assign(members[0]!.link, { get: () => Promise.reject(cut), update: () => Promise.reject(cut) });
    await clock.advance(10_500);
    expect([...leading]).toEqual([]);
    await clock.advance(8_000);
    expect([...leading]).toEqual(['b']);
    expect(overlaps).toEqual([]);
  });

  it('stops leading in time even when a renewal hangs', async () => {
    const { clock, leading, members } = candidates(['a']);
    for (const member of members) await member.start();
    await clock.advance(0);
    await clock.advance(1_000);
    Object.assign(members[0]!.link, { get: () => new Promise(() => {}) });
    await clock.advance(12_500);
    expect([...leading]).toEqual([]);
  });

  it('survives a short outage', async () => {
    const { clock, leading, lease, members } = candidates(['a']);
    for (const member of members) await member.start();
    await clock.advance(0);
    await clock.advance(3_000);
    lease.cut();
    await clock.advance(7_000);
    lease.heal();
    await clock.advance(30_000);
    expect([...leading]).toEqual(['a']);
    expect(lease.read().spec.leaseTransitions).toBe(0);
  });

  it('holds over the real API', async () => {
    const clock = new FakeClock();
    await using test = await startTestApi({ clock });
    const client = inProcessClient(test.api, test.admin);
    const leading: string[] = [];
    const begin = async (identity: string) => {
      const stop = new AbortController();
      const component: Component = {
        name: 'c',
        async start(signal) {
          leading.push(identity);
          return { done: aborted(signal) };
        },
      };
      const lease = { namespace: 'kube-system', name: 'l' };
      const election = createLeaderElection({ client, clock, log: silentLogger, identity, lease, component });
      const { done } = await election.start(stop.signal);
      return async () => {
        stop.abort();
        await done;
      };
    };
    /** Time goes by, a second for each two writes, so that it does not outrun the disk. */
    const until = async (holds: () => boolean) => {
      for (let seconds = 0; seconds < 60 && !holds(); seconds++) {
        await clock.advance(1_000);
        for (let writes = 0; writes < 2; writes++)
          await client.create(configMaps, { metadata: { generateName: 'c-', namespace: 'default' } });
      }
    };
    const stopA = await begin('a');
    await until(() => leading.length > 0);
    const stopB = await begin('b');
    await until(() => leading.length > 1);
    expect(leading).toEqual(['a']);
    await stopA();
    await until(() => leading.length > 1);
    expect(leading).toEqual(['a', 'b']);
    await stopB();
    const { spec } = await client.get(leases, { namespace: 'kube-system', name: 'l' });
    expect(spec).toMatchObject({ leaseTransitions: 1, leaseDurationSeconds: 1 });
  });
});
