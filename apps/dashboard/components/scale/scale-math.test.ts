// Owns the tests of the geometry of dragging to scale.
import type { PodState } from '@berth/dashboard-api';
import { describe, expect, it } from 'vitest';
import {
  countAfterKey,
  countAt,
  edgeOf,
  grow,
  layoutFor,
  mostReplicas,
  stretchesOf,
  typedCount,
} from './scale-math.ts';

describe('layoutFor', () => {
  const cases = [
    { name: 'few pods have the largest cells', count: 3, width: 300, pitch: 17, per: 1 },
    { name: 'more pods have smaller cells', count: 20, width: 300, pitch: 12, per: 1 },
    { name: 'cells stand for several pods when single ones would not fit', count: 200, width: 300, pitch: 6, per: 5 },
  ];
  for (const { name, count, width, pitch, per } of cases) {
    it(name, () => expect(layoutFor(count, width)).toEqual({ pitch, per }));
  }

  it('a strip that has no width yet still has cells', () => expect(layoutFor(5, 0).pitch).toBe(6));

  it('fits whatever the API takes', () => {
    for (let count = 1; count <= mostReplicas; count *= 7) {
      expect(edgeOf(count, layoutFor(count, 300, 1))).toBeLessThanOrEqual(306);
    }
  });
});

describe('countAt', () => {
  const layout = { pitch: 10, per: 1 };
  const cases = [
    { name: 'the anchor means its own count', x: 100, count: 5 },
    { name: 'a cell to the right is one more', x: 110, count: 6 },
    { name: 'half a cell is the nearest', x: 116, count: 7 },
    { name: 'to the left is fewer', x: 80, count: 3 },
    { name: 'never below none', x: -500, count: 0 },
  ];
  for (const { name, x, count } of cases) {
    it(name, () => expect(countAt(x, { x: 100, count: 5, layout })).toBe(count));
  }

  it('counts by as many as a cell stands for', () => {
    expect(countAt(120, { x: 100, count: 500, layout: { pitch: 10, per: 50 } })).toBe(600);
  });
});

describe('grow', () => {
  it('grows with the time', () => expect(grow(10, 50, 200)).toBeGreaterThan(grow(10, 50, 100)));
  it('grows faster further out', () => expect(grow(10, 150, 100)).toBeGreaterThan(grow(10, 20, 100)));
  it('grows faster from more', () => {
    expect(grow(1000, 50, 100) - 1000).toBeGreaterThan(grow(10, 50, 100) - 10);
  });
  it('stops at what the API takes', () => expect(grow(mostReplicas, 500, 10_000)).toBe(mostReplicas));
});

describe('countAfterKey', () => {
  const cases = [
    { key: 'ArrowRight', large: false, count: 6 },
    { key: 'ArrowUp', large: true, count: 15 },
    { key: 'ArrowLeft', large: false, count: 4 },
    { key: 'ArrowDown', large: true, count: 0 },
    { key: 'PageUp', large: false, count: 15 },
    { key: 'Home', large: false, count: 0 },
    { key: 'End', large: false, count: 10 },
    { key: 'x', large: false, count: undefined },
  ];
  for (const { key, large, count } of cases) {
    it(`${large ? 'Shift ' : ''}${key} makes 5 ${count}`, () => expect(countAfterKey(5, key, large)).toBe(count));
  }

  it('End of none is one', () => expect(countAfterKey(0, 'End', false)).toBe(1));
});

describe('stretchesOf', () => {
  const none: readonly PodState[] = [];
  const cases = [
    {
      name: 'pods that are there',
      have: { current: 3, ready: 2, states: none },
      target: 3,
      stretches: [
        { state: 'running', count: 2 },
        { state: 'starting', count: 1 },
      ],
    },
    {
      name: 'ghosts for those that are wanted',
      have: { current: 2, ready: 2, states: none },
      target: 5,
      stretches: [
        { state: 'running', count: 2 },
        { state: 'ghost', count: 3 },
      ],
    },
    {
      name: 'those that would go, the failing ones first',
      have: { current: 3, ready: 2, states: ['failing', 'running', 'running'] as const },
      target: 1,
      stretches: [
        { state: 'running', count: 1 },
        { state: 'going', count: 2 },
      ],
    },
    {
      name: 'a pod that is going already is replaced by a ghost',
      have: { current: 2, ready: 2, states: ['running', 'terminating'] as const },
      target: 2,
      stretches: [
        { state: 'running', count: 1 },
        { state: 'ghost', count: 1 },
      ],
    },
    { name: 'nothing', have: { current: 0, ready: 0, states: none }, target: 0, stretches: [] },
  ];
  for (const { name, have, target, stretches } of cases) {
    it(name, () => expect(stretchesOf(have, target)).toEqual(stretches));
  }
});

describe('typedCount', () => {
  const cases: readonly (readonly [string, number | undefined])[] = [
    ['12', 12],
    ['1 000', 1000],
    ['10,000', 10_000],
    ['0', 0],
    ['', undefined],
    ['-3', undefined],
    ['1.5', undefined],
    ['4294967296', undefined],
  ];
  for (const [text, count] of cases) it(`'${text}' means ${count}`, () => expect(typedCount(text)).toBe(count));
});
