import { expect, test } from 'vitest';
import { sparing } from './sparing.ts';
import { FakeClock } from './testing/index.ts';

test('what happens often is told at once, and then now and then with how often it was not', async () => {
  const clock = new FakeClock();
  const told: object[] = [];
  const say = sparing({ clock, intervalMs: 1_000 }, (fields) => told.push(fields));
  for (const n of [1, 2, 3]) say({ n });
  await clock.advance(1_000);
  for (const n of [4, 5]) say({ n });
  await clock.advance(5_000);
  say({ n: 6 });
  await clock.advance(1_000);
  say({ n: 7 });
  expect(told).toEqual([{ n: 1 }, { n: 4, unsaid: 2 }, { n: 6, unsaid: 1 }, { n: 7 }]);
});
