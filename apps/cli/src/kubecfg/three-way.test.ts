import { describe, expect, it } from 'vitest';
import { threeWayPatch } from './three-way.ts';

const cases = [
  { name: 'nothing to change', last: { a: 1 }, live: { a: 1, other: 2 }, wanted: { a: 1 }, patch: undefined },
  { name: 'sets what differs', last: { a: 1 }, live: { a: 1 }, wanted: { a: 2 }, patch: { a: 2 } },
  {
    name: 'removes what was applied and is no longer wanted',
    last: { a: 1, b: 1 },
    live: { a: 1, b: 1 },
    wanted: { a: 1 },
    patch: { b: null },
  },
  { name: 'leaves what others set', last: { a: 1 }, live: { a: 1, b: 1 }, wanted: { a: 1 }, patch: undefined },
  { name: 'does not remove what is gone already', last: { b: 1 }, live: {}, wanted: {}, patch: undefined },
  { name: 'goes into maps', last: {}, live: { m: { a: 1, b: 2 } }, wanted: { m: { a: 3 } }, patch: { m: { a: 3 } } },
  {
    name: 'removes inside maps',
    last: { m: { a: 1, b: 1 } },
    live: { m: { a: 1, b: 1 } },
    wanted: { m: { a: 1 } },
    patch: { m: { b: null } },
  },
  {
    name: 'a list that the server filled with defaults is the same list',
    last: {},
    live: { ports: [{ port: 80, protocol: 'TCP' }] },
    wanted: { ports: [{ port: 80 }] },
    patch: undefined,
  },
  {
    name: 'a list that differs is replaced whole',
    last: {},
    live: { ports: [{ port: 80 }, { port: 81 }] },
    wanted: { ports: [{ port: 80 }] },
    patch: { ports: [{ port: 80 }] },
  },
  {
    name: 'a null that is wanted is no change where there is nothing',
    last: {},
    live: {},
    wanted: { a: { b: 1 } },
    patch: { a: { b: 1 } },
  },
];

describe('threeWayPatch', () => {
  it.each(cases)('$name', ({ last, live, wanted, patch }) => {
    expect(threeWayPatch(last, live, wanted)).toEqual(patch);
  });
});
