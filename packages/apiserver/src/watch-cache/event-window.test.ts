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

test('forgets in its own time where nothing more comes', () => {
  const window = filled({ events: 10, ageMs: 1000 }, [event(2, 0), event(3, 500)]);
  window.forget(1200);
  expect(window.after).toBe(2);
  expect(revisions(window, 2)).toEqual([3]);
  window.forget(90_000);
  expect(window.after).toBe(3);
  expect(revisions(window, 3)).toEqual([]);
  window.push(event(4, 90_000));
  expect(revisions(window, 3)).toEqual([4]);
});

test('tells what it has, whatever it has let go of before', () => {
  const limits = { events: 100, ageMs: 1_000 };
  const window = new EventWindow(limits, 0);
  for (let revision = 1; revision <= 1_000; revision++) {
    window.push(event(revision, revision));
    if (revision % 250 === 0) window.forget(revision + 960);
    const kept = revision % 250 === 0 ? 41 : Math.min(revision - window.after, 100);
    expect(revisions(window, window.after)).toEqual(
      Array.from({ length: kept }, (_, index) => revision - kept + 1 + index),
    );
  }
});
