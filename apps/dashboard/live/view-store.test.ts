// Owns the tests of a view's rows under the frames of the server.
import type { Frame, NodeRow } from '@berth/dashboard-api';
import { describe, expect, it } from 'vitest';
import { ViewStore } from './view-store.ts';

function node(uid: string, pods = 0): NodeRow {
  return {
    uid,
    name: uid,
    labels: {},
    createdAt: 0,
    ready: true,
    schedulable: true,
    status: 'Ready',
    runtime: 'simulated://1',
    simulated: true,
    pods,
    capacity: { cpu: 1, memory: 1, pods: 1 },
    requested: { cpu: 0, memory: 0 },
  };
}

const snapshot: Frame<'nodes'> = {
  kind: 'snapshot',
  rows: [node('a'), node('b'), node('c')],
  total: 3,
  facets: { zone: { east: 3 } },
  freshness: { state: 'live', since: 1 },
};

function patch(change: Partial<Extract<Frame<'nodes'>, { kind: 'patch' }>>): Frame<'nodes'> {
  return { kind: 'patch', put: [], remove: [], total: 3, ...change };
}

function after(...frames: Frame<'nodes'>[]) {
  const store = new ViewStore<'nodes'>();
  for (const frame of [snapshot, ...frames]) store.apply(frame);
  return store.state;
}

describe('ViewStore', () => {
  it('has nothing before the first snapshot', () => {
    expect(new ViewStore<'nodes'>().state).toMatchObject({ loaded: false, order: [], total: 0 });
  });

  const cases: { name: string; frames: Frame<'nodes'>[]; order: string[]; total: number }[] = [
    { name: 'shows a snapshot', frames: [], order: ['a', 'b', 'c'], total: 3 },
    { name: 'leaves out what went', frames: [patch({ remove: ['b'], total: 2 })], order: ['a', 'c'], total: 2 },
    {
      name: 'puts what came at the end',
      frames: [patch({ put: [node('d')], total: 4 })],
      order: ['a', 'b', 'c', 'd'],
      total: 4,
    },
    {
      name: 'takes the order that the server sends',
      frames: [patch({ put: [node('0')], order: ['0', 'a', 'b', 'c'], total: 4 })],
      order: ['0', 'a', 'b', 'c'],
      total: 4,
    },
    {
      name: 'replaces everything by another snapshot',
      frames: [{ ...snapshot, rows: [node('z')], total: 1 }],
      order: ['z'],
      total: 1,
    },
    {
      name: 'a total beyond the rows stays exact',
      frames: [patch({ total: 20_000 })],
      order: ['a', 'b', 'c'],
      total: 20_000,
    },
  ];
  for (const { name, frames, order, total } of cases) {
    it(name, () => expect(after(...frames)).toMatchObject({ loaded: true, order, total }));
  }

  it('keeps the order as the same array when only a row changed', () => {
    const store = new ViewStore<'nodes'>();
    store.apply(snapshot);
    const { order } = store.state;
    store.apply(patch({ put: [node('b', 7)] }));
    expect(store.state.order).toBe(order);
    expect(store.state.row('b')?.pods).toBe(7);
  });

  it('keeps rows that did not change as the same objects', () => {
    const store = new ViewStore<'nodes'>();
    store.apply(snapshot);
    const before = store.state.row('a');
    store.apply(patch({ put: [node('b', 7)] }));
    expect(store.state.row('a')).toBe(before);
  });

  it('forgets rows that went', () => expect(after(patch({ remove: ['a'], total: 2 })).row('a')).toBeUndefined());
  it('keeps the facets when a patch brings none', () => expect(after(patch({})).facets).toEqual({ zone: { east: 3 } }));
  it('says why a query is refused, and shows the rows still', () => {
    expect(after({ kind: 'error', message: 'no such operator' })).toMatchObject({
      error: 'no such operator',
      order: ['a', 'b', 'c'],
    });
  });
  it('a snapshot takes an error away', () => {
    expect(after({ kind: 'error', message: 'x' }, snapshot).error).toBeUndefined();
  });
  it('follows the freshness of the server', () => {
    expect(after({ kind: 'freshness', freshness: { state: 'stale', since: 9 } }).server).toEqual({
      state: 'stale',
      since: 9,
    });
  });
});
