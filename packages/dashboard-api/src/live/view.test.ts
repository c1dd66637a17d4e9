import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Frame, PodRow, ViewQuery } from '../contract.ts';
import { planView, type ViewPlan } from './query.ts';
import type { RowChange } from './row-table.ts';
import { View } from './view.ts';

function row(name: string, more: Partial<PodRow> = {}): PodRow {
  return {
    uid: `uid-${name}`,
    name,
    namespace: 'default',
    labels: { app: 'web' },
    createdAt: 0,
    state: 'running',
    status: 'Running',
    readyContainers: 1,
    containers: 1,
    restarts: 0,
    services: [],
    ...more,
  };
}

function viewOf(query: Omit<ViewQuery<'pods'>, 'noun'>, rows: readonly PodRow[]): View<'pods'> {
  return new View(planView({ noun: 'pods', ...query }) as ViewPlan<'pods'>, rows);
}

const fresh = { state: 'live', since: 0 } as const;

/** What a browser makes of a frame, by the rules of the contract. */
function applied(before: readonly PodRow[], frame: Frame<'pods'> | undefined): readonly PodRow[] {
  if (!frame) return before;
  if (frame.kind === 'snapshot') return frame.rows;
  if (frame.kind !== 'patch') return before;
  const rows = new Map(before.map((one) => [one.uid, one]));
  for (const uid of frame.remove) rows.delete(uid);
  for (const one of frame.put) rows.set(one.uid, one);
  return (frame.order ?? [...rows.keys()]).map((uid) => rows.get(uid)!);
}

const [a, b, c] = [row('a'), row('b'), row('c')];

describe('a frame holds what changed', () => {
  const changes: {
    title: string;
    query: Omit<ViewQuery<'pods'>, 'noun'>;
    change: RowChange<'pods'>;
    frame: Partial<Frame<'pods'>> | undefined;
  }[] = [
    {
      title: 'a row that stays in place: that row alone',
      query: {},
      change: { previous: b, next: row('b', { restarts: 1 }) },
      frame: { kind: 'patch', put: [row('b', { restarts: 1 })], remove: [], total: 3 },
    },
    {
      title: 'a new row at the end: no order',
      query: {},
      change: { previous: undefined, next: row('d') },
      frame: { put: [row('d')], remove: [], total: 4, facets: { app: { web: 4 } } },
    },
    {
      title: 'a new row in between: the order',
      query: {},
      change: { previous: undefined, next: row('aa') },
      frame: { put: [row('aa')], order: ['uid-a', 'uid-aa', 'uid-b', 'uid-c'], total: 4, facets: { app: { web: 4 } } },
    },
    {
      title: 'in no order if the page arranges the rows itself',
      query: { ordered: false },
      change: { previous: undefined, next: row('aa') },
      frame: { put: [row('aa')], remove: [], total: 4 },
    },
    {
      title: 'a row that goes: its uid',
      query: {},
      change: { previous: b, next: undefined },
      frame: { put: [], remove: ['uid-b'], total: 2, facets: { app: { web: 2 } } },
    },
    {
      title: 'out of the window: the row that slides in',
      query: { limit: 2 },
      change: { previous: a, next: undefined },
      frame: { put: [c], remove: ['uid-a'], total: 2 },
    },
    {
      title: 'behind the window: only the total',
      query: { limit: 2 },
      change: { previous: undefined, next: row('d', { labels: {} }) },
      frame: { put: [], remove: [], total: 4 },
    },
    {
      title: 'in another namespace: nothing',
      query: { namespace: 'other' },
      change: { previous: b, next: row('b', { restarts: 1 }) },
      frame: undefined,
    },
    {
      title: 'on another node: nothing',
      query: { node: 'node-0' },
      change: { previous: undefined, next: row('d', { node: 'node-1' }) },
      frame: undefined,
    },
    {
      title: 'on the node that is asked for: it comes',
      query: { node: 'node-0' },
      change: { previous: b, next: row('b', { node: 'node-0' }) },
      frame: { put: [row('b', { node: 'node-0' })], total: 1 },
    },
    {
      title: 'out of the selector: it goes, and the facets of the other filters stay',
      query: { labelSelector: 'app=web' },
      change: { previous: b, next: row('b', { labels: { app: 'db' } }) },
      frame: { put: [], remove: ['uid-b'], total: 2, facets: { app: { db: 1, web: 2 } } },
    },
    {
      title: 'sorted by what changed: it moves',
      query: { sort: { by: 'restarts', descending: true } },
      change: { previous: c, next: row('c', { restarts: 9 }) },
      frame: { put: [row('c', { restarts: 9 })], remove: [], order: ['uid-c', 'uid-a', 'uid-b'], total: 3 },
    },
  ];

  test.each(changes)('$title', ({ query, change, frame }) => {
    const view = viewOf(query, [c, a, b]);
    const made = view.apply([change]);
    if (frame === undefined) expect(made).toBeUndefined();
    else expect(made).toMatchObject(frame);
    const parts = Object.keys(made ?? {});
    expect(parts.includes('order')).toBe(frame !== undefined && 'order' in frame);
  });
});

test('rows without a value stand last, either way', () => {
  const rows = [row('a'), row('b', { node: 'n1' }), row('c', { node: 'n2' })];
  const names = (descending: boolean) => {
    const snapshot = viewOf({ sort: { by: 'node', descending } }, rows).snapshot(fresh);
    return snapshot.kind === 'snapshot' ? snapshot.rows.map(({ name }) => name) : [];
  };
  expect(names(false)).toEqual(['b', 'c', 'a']);
  expect(names(true)).toEqual(['c', 'b', 'a']);
});

test.each([
  { title: 'a selector that cannot be read', query: { labelSelector: 'app in (' }, message: 'unable to parse' },
  { title: 'a column that does not exist', query: { sort: { by: 'colour', descending: false } }, message: 'sort.by' },
  { title: 'an unknown noun', query: { noun: 'secrets' }, message: 'noun' },
  { title: 'a negative limit', query: { limit: -1 }, message: 'limit' },
])('$title is refused with words for people', ({ query, message }) => {
  expect(() => planView({ noun: 'pods', ...query })).toThrow(message);
});

test('queries that mean the same share a view', () => {
  const key = (labelSelector: string) => planView({ noun: 'pods', labelSelector }).key;
  expect(key('app in (b, a)')).toBe(key(' app in (a,b)'));
  expect(key('app=a')).not.toBe(key('app=b'));
});

test('whatever changes, what a browser puts together is what the query asks for', () => {
  const rows = fc.record({
    name: fc.integer({ min: 0, max: 30 }).map((n) => `pod-${n}`),
    restarts: fc.integer({ min: 0, max: 3 }),
    app: fc.constantFrom('web', 'db', 'cache'),
    gone: fc.boolean(),
  });
  const queries = fc.record({
    labelSelector: fc.constantFrom('', 'app=web', 'app notin (db)'),
    search: fc.constantFrom('', 'pod-1'),
    sort: fc.constantFrom(undefined, { by: 'restarts' as const, descending: true }),
    limit: fc.constantFrom(undefined, 3, 10),
  });
  fc.assert(
    fc.property(queries, fc.array(fc.array(rows, { maxLength: 8 }), { maxLength: 12 }), (query, batches) => {
      const plan = planView({ noun: 'pods', ...query }) as ViewPlan<'pods'>;
      const table = new Map<string, PodRow>();
      const view = new View<'pods'>(plan, []);
      let seen = applied([], view.snapshot(fresh));
      for (const batch of batches) {
        const changes = new Map<string, RowChange<'pods'>>();
        for (const { name, restarts, app, gone } of batch) {
          const next = gone ? undefined : row(name, { restarts, labels: { app } });
          const previous = changes.has(name) ? changes.get(name)?.previous : table.get(name);
          if (previous || next) changes.set(name, { previous, next });
          else changes.delete(name);
        }
        for (const [name, { next }] of changes) {
          if (next) table.set(name, next);
          else table.delete(name);
        }
        const frame = view.apply([...changes.values()]);
        seen = applied(seen, frame);
        const anew = new View<'pods'>(plan, table.values()).snapshot(fresh);
        expect(seen).toEqual(anew.kind === 'snapshot' && anew.rows);
        expect(view.snapshot(fresh)).toEqual(anew);
      }
    }),
    { numRuns: 300 },
  );
});
