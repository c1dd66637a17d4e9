import { expect, test } from 'vitest';
import { connectionShares } from './connections.ts';

test.each([
  { name: 'no limit', limit: undefined, api: undefined, dashboard: undefined },
  { name: 'as Debian sets it', limit: 1_048_576, api: 688_128, dashboard: 229_376 },
  { name: 'a low one', limit: 256, api: 117, dashboard: 39 },
  { name: 'hardly any', limit: 64, api: 24, dashboard: 8 },
])('the connections of $name', ({ limit, api, dashboard }) => {
  expect(connectionShares(limit)).toEqual({ api, dashboard });
});
