import { expect, test } from 'vitest';
import { Facets } from './facets.ts';

test('labels are counted as rows come and go', () => {
  const facets = new Facets();
  facets.add({ app: 'web', tier: 'front' });
  facets.add({ app: 'db' });
  facets.add({ app: 'web' });
  expect(facets.toCounts()).toEqual({ app: { db: 1, web: 2 }, tier: { front: 1 } });
  facets.remove({ app: 'web', tier: 'front' });
  expect(facets.toCounts()).toEqual({ app: { db: 1, web: 1 } });
  expect([facets.takeChanged(), facets.takeChanged()]).toEqual([true, false]);
});

test('a label that differs on every row is cut to its most frequent values', () => {
  const facets = new Facets();
  for (let n = 0; n < 500; n++) facets.add({ id: `v${n}`, app: 'web' });
  facets.add({ id: 'v499' });
  const { id = {}, app } = facets.toCounts();
  expect(Object.keys(id)).toHaveLength(40);
  expect(id.v499).toBe(2);
  expect(app).toEqual({ web: 500 });
});
