import { expect, test } from 'vitest';
import { CacheEvent } from './cache-event.ts';
import { EventWindow } from './event-window.ts';

function event(revision: number, at = 0): CacheEvent {
  return new CacheEvent({ revision, at, object: undefined, previous: undefined });
}

function filled(limits: { events: number; ageMs: number }, events: readonly CacheEvent[]): EventWindow {
  const window = new EventWindow(limits, 1);
  for (const each of events) window.push(each);
  return window;
}

const revisions = (window: EventWindow, since: number) => window.since(since).map(({ revision }) => revision);

test('knows everything behind the revision that it began at', () => {
  const window = filled({ events: 10, ageMs: 1000 }, [event(3), event(7)]);
  expect(window.after).toBe(1);
  expect(revisions(window, 1)).toEqual([3, 7]);
  expect(revisions(window, 3)).toEqual([7]);
  expect(revisions(window, 5)).toEqual([7]);
  expect(revisions(window, 7)).toEqual([]);
});

test('forgets the oldest when there are too many', () => {
  const events = Array.from({ length: 100 }, (_, index) => event(index + 2));
  const window = filled({ events: 10, ageMs: 1000 }, events);
  expect(window.after).toBe(91);
  expect(revisions(window, 91)).toEqual([92, 93, 94, 95, 96, 97, 98, 99, 100, 101]);
});

test('forgets what is too old', () => {
  const window = filled({ events: 10, ageMs: 1000 }, [event(2, 0), event(3, 500), event(4, 1400)]);
  expect(window.after).toBe(2);
  expect(revisions(window, 2)).toEqual([3, 4]);
});

test('keeps the newest, however old it gets', () => {
  const window = filled({ events: 10, ageMs: 1000 }, [event(2, 0), event(3, 90_000)]);
  expect(window.after).toBe(2);
  expect(revisions(window, 2)).toEqual([3]);
});
