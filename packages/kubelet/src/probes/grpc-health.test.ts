import { createServer, type Http2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { grpcHealth } from './grpc-health.ts';

let server: Http2Server;
let port: number;
const asked: { readonly path: string | undefined; readonly body: Buffer }[] = [];
/** What the server answers: the code of the call, and the message. */
let answer: { code: string; message: number[] };
const patient = new AbortController().signal;

beforeEach(async () => {
  asked.length = 0;
  answer = { code: '0', message: [0x08, 1] };
  server = createServer();
  server.on('stream', (stream, headers) => {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('error', () => {});
    stream.on('end', () => {
      asked.push({ path: headers[':path'], body: Buffer.concat(chunks) });
      if (answer.code === 'silence') return;
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': answer.code }));
      stream.end(Buffer.from([0, 0, 0, 0, answer.message.length, ...answer.message]));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});

afterEach(() => {
  server.close();
});

test('asks for the health of the service', async () => {
  expect(await grpcHealth('127.0.0.1', { port, service: 'ab' }, patient)).toEqual({
    ok: true,
    output: 'service healthy',
  });
  const body = Buffer.from([0, 0, 0, 0, 4, 0x0a, 2, 0x61, 0x62]);
  expect(asked).toEqual([{ path: '/grpc.health.v1.Health/Check', body }]);
});

test.each([
  ['does not serve', { code: '0', message: [0x08, 2] }, 'service unhealthy (responded with "NOT_SERVING")'],
  ['does not know', { code: '0', message: [] }, 'service unhealthy (responded with "UNKNOWN")'],
  ['has no such method', { code: '12', message: [] }, 'error: health rpc failed with the code 12'],
])('a service that %s is not healthy', async (_name, given, output) => {
  answer = given;
  expect(await grpcHealth('127.0.0.1', { port }, patient)).toEqual({ ok: false, output });
});

test('a service that says nothing is not healthy', async () => {
  answer = { code: 'silence', message: [] };
  const result = await grpcHealth('127.0.0.1', { port }, AbortSignal.timeout(50));
  expect(result.output).toMatch(/^timeout: failed to connect service/);
});

test('nobody there is not healthy', async () => {
  server.close();
  const result = await grpcHealth('127.0.0.1', { port }, patient);
  expect(result.ok).toBe(false);
  expect(result.output).toContain('ECONNREFUSED');
});
