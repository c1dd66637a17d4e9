import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { addGauge, Counts, Distributions, exponential } from './figures.ts';

test('counts and distributions are shown in the form of Prometheus', async () => {
  const registry = new Registry();
  const counts = new Counts(registry, { name: 'requests_total', help: 'Requests.' });
  counts.of({ verb: 'GET', code: '200' }).add();
  counts.of({ verb: 'GET', code: '200' }).add(2);
  counts.of({ verb: 'GET"\n', code: '404' }).add();
  const seconds = new Distributions(registry, { name: 'seconds', help: 'How long.', bounds: [0.1, 1] });
  for (const value of [0.05, 0.1, 0.5, 7]) seconds.of({ verb: 'GET' }).observe(value);
  addGauge(registry, { name: 'size', help: 'How large.', read: () => [[{}, 5]] });
  expect((await registry.metrics()).trim().split('\n')).toEqual([
    '# HELP requests_total Requests.',
    '# TYPE requests_total counter',
    'requests_total{verb="GET",code="200"} 3',
    'requests_total{verb="GET\\"\\n",code="404"} 1',
    '',
    '# HELP seconds How long.',
    '# TYPE seconds histogram',
    'seconds_bucket{verb="GET",le="0.1"} 2',
    'seconds_bucket{verb="GET",le="1"} 3',
    'seconds_bucket{verb="GET",le="+Inf"} 4',
    'seconds_sum{verb="GET"} 7.65',
    'seconds_count{verb="GET"} 4',
    '',
    '# HELP size How large.',
    '# TYPE size gauge',
    'size 5',
  ]);
});

test('bounds that double', () => expect(exponential(1024, 2, 4)).toEqual([1024, 2048, 4096, 8192]));
