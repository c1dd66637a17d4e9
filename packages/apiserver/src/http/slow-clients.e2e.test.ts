// Clients that begin something and do not go on: each is put out after ten seconds, and nobody else notices.
import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer, type TestServer } from './testing/test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const target = () => {
  const { hostname, port } = new URL(server.address);
  return { host: hostname, port: Number(port) };
};

/** What it was told until the server ended the connection, and after how long. */
async function untilPutOut(socket: Socket): Promise<{ text: string; seconds: number }> {
  const begun = performance.now();
  let text = '';
  socket.on('data', (chunk: Buffer) => {
    text += chunk;
  });
  socket.on('error', () => {});
  await once(socket, 'close');
  return { text, seconds: (performance.now() - begun) / 1000 };
}

describe.concurrent('a client', { timeout: 40_000 }, () => {
  test('that connects and says nothing', async () => {
    const { seconds } = await untilPutOut(connectTcp(target()));
    expect(seconds).toBeLessThan(20);
  });

  test('that sends its headers a letter at a time', async () => {
    const socket = connectTls({ ...target(), ca: server.credentials.ca });
    await once(socket, 'secureConnect');
    socket.write('GET /version HTTP/1.1\r\nHost: x\r\nA: ');
    const drip = setInterval(() => socket.writable && socket.write('a'), 500);
    const { text, seconds } = await untilPutOut(socket);
    clearInterval(drip);
    expect(text).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
    expect(seconds).toBeLessThan(20);
  });

  test('five hundred of them leave room for everybody', async () => {
    const silent = Array.from({ length: 500 }, () => connectTcp(target()).on('error', () => {}));
    await Promise.all(silent.map((socket) => once(socket, 'connect')));
    const begun = performance.now();
    expect((await server.call('GET', '/api/v1/namespaces')).code).toBe(200);
    expect(performance.now() - begun).toBeLessThan(2_000);
    for (const socket of silent) socket.destroy();
  });
});
