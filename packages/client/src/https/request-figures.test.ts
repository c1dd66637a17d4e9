import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Registry } from '@berth/host';
import { FakeClock } from '@berth/host/testing';
import { expect, test } from 'vitest';
import { openConnection } from './connection.ts';
import { createRequestFigures } from './request-figures.ts';

test('requests are counted by method, host and code, and those without an answer as errors', async () => {
  const clock = new FakeClock();
  const registry = new Registry();
  const server = createServer(async (request, response) => {
    await clock.advance(300);
    response.writeHead(request.method === 'GET' ? 200 : 409).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const connection = openConnection({ server: `http://${host}` }, { figures: createRequestFigures(registry, clock) });
  await connection.json('/a');
  await expect(connection.json('/b', { method: 'POST', body: {} })).rejects.toThrow();
  await new Promise((resolve) => server.close(resolve));
  await expect(connection.json('/c')).rejects.toMatchObject({ reason: 'ServiceUnavailable' });
  await connection.close();
  const lines = (await registry.metrics()).split('\n');
  const shown = (start: string) => lines.filter((line) => line.startsWith(start));
  expect(shown('rest_client_requests_total')).toEqual([
    `rest_client_requests_total{code="200",method="GET",host="${host}"} 1`,
    `rest_client_requests_total{code="409",method="POST",host="${host}"} 1`,
    `rest_client_requests_total{code="<error>",method="GET",host="${host}"} 1`,
  ]);
  const buckets = shown('rest_client_request_duration_seconds_bucket').filter((line) => line.includes('verb="POST"'));
  expect(buckets.map((line) => [/le="([^"]+)"/.exec(line)![1], line.split(' ')[1]])).toEqual(
    ['0.005', '0.025', '0.1', '0.25', '0.5', '1', '2', '4', '8', '15', '30', '60', '+Inf'].map((bound, index) => [
      bound,
      index < 4 ? '0' : '1',
    ]),
  );
  expect(shown('rest_client_request_duration_seconds_sum')).toContain(
    `rest_client_request_duration_seconds_sum{verb="POST",host="${host}"} 0.3`,
  );
});
