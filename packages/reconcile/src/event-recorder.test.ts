// What becomes of what loops report: repeats counted, many alike combined, floods cut, failures survived.
import { silentLogger } from '@berth/host';
import { FakeClock } from '@berth/host/testing';
import { type Event, events, forbiddenError, notFoundError, type Pod, StatusError } from '@berth/objects';
import { describe, expect, it } from 'vitest';
import { createEventRecorder, type EventRecorderOptions } from './event-recorder.ts';

function pod(name: string): Pod {
  const metadata = { name, namespace: 'shop', uid: `uid-${name}`, resourceVersion: '7', creationTimestamp: '' };
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers: [] }, status: {} };
}

async function begin() {
  const clock = new FakeClock();
  const stored = new Map<string, Event>();
  const failures: Error[] = [];
  const writes: string[] = [];
  let held: Promise<void> | undefined;
  const client = {
    async create(_: unknown, event: Event) {
      writes.push('create');
      await held;
      const failure = failures.shift();
      if (failure) throw failure;
      stored.set(event.metadata.name, event);
      return event;
    },
    async patch(_: unknown, { name }: { name: string }, { body }: { body: object }) {
      writes.push('patch');
      await held;
      const known = stored.get(name);
      if (!known) throw notFoundError(events, name);
      stored.set(name, { ...known, ...body });
    },
  } as unknown as EventRecorderOptions['client'];
  const recorder = createEventRecorder({ client, clock, log: silentLogger, source: { component: 'scheduler' } });
  const stop = new AbortController();
  const { done } = await recorder.start(stop.signal);
  const record = (object: Pod, message: string) =>
    recorder.record({ object, type: 'Normal', reason: 'Scheduled', message });
  const hold = () => {
    let release = () => {};
    held = new Promise((resolve) => {
      release = resolve;
    });
    return release;
  };
  return { clock, stored, failures, writes, record, hold, stop, done };
}

const all = (stored: Map<string, Event>) => [...stored.values()];

describe('event recorder', () => {
  it('writes an event as Kubernetes writes it', async () => {
    const { clock, stored, record } = await begin();
    record(pod('a'), 'Successfully assigned shop/a to n1');
    await clock.advance(0);
    expect(all(stored)).toMatchObject([
      {
        metadata: { name: expect.stringMatching(/^a\.[0-9a-f]{16}$/), namespace: 'shop' },
        involvedObject: { apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'a', uid: 'uid-a' },
        type: 'Normal',
        reason: 'Scheduled',
        message: 'Successfully assigned shop/a to n1',
        count: 1,
        firstTimestamp: '2026-01-01T00:00:00Z',
        lastTimestamp: '2026-01-01T00:00:00Z',
        source: { component: 'scheduler' },
        reportingComponent: 'scheduler',
      },
    ]);
  });

  it('counts repeats in one event, without a write for each when they come faster than writes', async () => {
    const { clock, stored, writes, record, hold } = await begin();
    const release = hold();
    for (let i = 0; i < 20; i++) record(pod('a'), 'same');
    await clock.advance(2_000);
    record(pod('a'), 'same');
    release();
    await clock.advance(0);
    expect(all(stored)).toMatchObject([{ count: 21, lastTimestamp: '2026-01-01T00:00:02Z' }]);
    expect(writes).toEqual(['create', 'patch']);
  });

  it('combines the eleventh and further messages alike', async () => {
    const { clock, stored, record } = await begin();
    for (let i = 0; i < 15; i++) record(pod('a'), `message ${i}`);
    await clock.advance(0);
    expect(all(stored)).toHaveLength(11);
    expect(all(stored).at(-1)).toMatchObject({ message: '(combined from similar events): message 10', count: 5 });
  });

  it('cuts a flood of one object, and lets others through', async () => {
    const { clock, stored, record } = await begin();
    for (let i = 0; i < 100; i++) record(pod('a'), 'same');
    record(pod('b'), 'other');
    await clock.advance(0);
    expect(all(stored).map(({ count }) => count)).toEqual([25, 1]);
    await clock.advance(300_000);
    record(pod('a'), 'same');
    await clock.advance(0);
    expect(all(stored).map(({ count }) => count)).toEqual([26, 1]);
  });

  it('creates an event anew when it is gone', async () => {
    const { clock, stored, record } = await begin();
    record(pod('a'), 'same');
    await clock.advance(0);
    stored.clear();
    record(pod('a'), 'same');
    await clock.advance(0);
    expect(all(stored)).toMatchObject([{ count: 2 }]);
  });

  it('tries again while the server is away, and drops what it refuses', async () => {
    const { clock, stored, failures, record } = await begin();
    failures.push(new StatusError('ServiceUnavailable', 'away'), forbiddenError(events, 'b', 'terminating'));
    record(pod('a'), 'one');
    record(pod('b'), 'two');
    await clock.advance(0);
    await clock.advance(2_000);
    expect(all(stored).map(({ message }) => message)).toEqual(['one']);
  });

  it('bounds how many wait', async () => {
    const { clock, stored, record, hold } = await begin();
    const release = hold();
    for (let i = 0; i < 3_000; i++) record(pod(`p${i}`), 'one');
    release();
    await clock.advance(0);
    expect(stored.size).toBe(2_016);
  });

  it('writes what waits before it ends', async () => {
    const { stored, record, stop, done } = await begin();
    for (let i = 0; i < 50; i++) record(pod(`p${i}`), 'one');
    stop.abort();
    await done;
    expect(stored.size).toBe(50);
  });
});
