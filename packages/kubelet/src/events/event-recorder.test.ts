import { startTestApi, type TestApi } from '@berth/apiserver/testing';
import { type Client, inProcessClient } from '@berth/client';
import { silentLogger } from '@berth/host';
import { FakeClock } from '@berth/host/testing';
import { type Event, events, isReason } from '@berth/objects';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { podOf } from '../testing/pods.ts';
import { createEventRecorder, type EventRecorder, referenceTo } from './event-recorder.ts';

let api: TestApi;
let client: Client;
let clock: FakeClock;
let recorder: EventRecorder;

beforeEach(async () => {
  clock = new FakeClock();
  api = await startTestApi({ clock });
  client = inProcessClient(api.api, api.admin);
  await api.namespace('default').catch((error: unknown) => {
    if (!isReason(error, 'AlreadyExists')) throw error;
  });
  const { signal } = new AbortController();
  recorder = createEventRecorder({ client, clock, log: silentLogger, nodeName: 'n1', signal });
});

afterEach(() => api.close());

function eventsThat(is: (found: readonly Event[]) => void): Promise<readonly Event[]> {
  return vi.waitFor(async () => {
    const { items } = await client.list(events, { namespace: 'default' });
    is(items);
    return items;
  });
}

const about = referenceTo(podOf(), 'spec.containers{web}');
const event = { type: 'Warning', reason: 'BackOff', message: 'Back-off restarting' } as const;

test('an event says about what, by whom and when', async () => {
  recorder.record(about, event);
  const [found] = await eventsThat((items) => expect(items).toHaveLength(1));
  expect(found).toMatchObject({
    ...event,
    involvedObject: { kind: 'Pod', namespace: 'default', name: 'p', uid: 'u', fieldPath: 'spec.containers{web}' },
    source: { component: 'kubelet', host: 'n1' },
    firstTimestamp: '2026-01-01T00:00:00Z',
    lastTimestamp: '2026-01-01T00:00:00Z',
    count: 1,
  });
});

test('the same again is counted, another one is not', async () => {
  recorder.record(about, event);
  await clock.advance(60_000);
  recorder.record(about, event);
  recorder.record(about, { ...event, message: 'another' });
  const found = await eventsThat((items) => expect(items.map(({ count }) => count).sort()).toEqual([1, 2]));
  expect(found.find(({ count }) => count === 2)).toMatchObject({
    firstTimestamp: '2026-01-01T00:00:00Z',
    lastTimestamp: '2026-01-01T00:01:00Z',
  });
});

test('an event that the API has forgotten is made again', async () => {
  recorder.record(about, event);
  const [first] = await eventsThat((items) => expect(items).toHaveLength(1));
  await client.delete(events, { namespace: 'default', name: first?.metadata.name ?? '' });
  recorder.record(about, event);
  const [second] = await eventsThat((items) => expect(items).toHaveLength(1));
  expect(second?.count).toBe(1);
  expect(second?.metadata.name).not.toBe(first?.metadata.name);
});

test('events are listed in the order in which they happened', async () => {
  for (const reason of ['Pulled', 'Created', 'Started']) recorder.record(about, { ...event, reason });
  const found = await eventsThat((items) => expect(items).toHaveLength(3));
  expect(found.map(({ reason }) => reason)).toEqual(['Pulled', 'Created', 'Started']);
});
