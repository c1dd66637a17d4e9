import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { openConnection } from './connection.ts';

/** A server that answers so, and the connection to it. */
async function serving(answer: RequestListener) {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const connection = openConnection({ server: `http://127.0.0.1:${port}` });
  return {
    connection,
    async [Symbol.asyncDispose]() {
      await connection.close();
      server.close();
    },
  };
}

async function read(chunks: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const _ of chunks);
}

describe('a connection', () => {
  // kubecfg get -w ended when the server was killed, now and then: the break came as the socket's own error.
  it('says of a stream that breaks off what it says of a server that is away', async () => {
    await using served = await serving((_request, response) => {
      response.write('the beginning\n', () => response.socket?.resetAndDestroy());
    });
    const reading = served.connection.bytes('/', new AbortController().signal).then(read);
    await expect(reading).rejects.toMatchObject({ reason: 'ServiceUnavailable' });
  });

  it('says the same of an answer that breaks off', async () => {
    await using served = await serving((_request, response) => {
      response.writeHead(200, { 'content-length': 100 });
      response.write('{', () => response.socket?.resetAndDestroy());
    });
    await expect(served.connection.json('/')).rejects.toMatchObject({ reason: 'ServiceUnavailable' });
  });

  it('passes on the Status that a server answers', async () => {
    await using served = await serving((_request, response) => {
      response.writeHead(404).end(JSON.stringify({ kind: 'Status', reason: 'NotFound', message: 'gone', code: 404 }));
    });
    await expect(served.connection.json('/')).rejects.toMatchObject({ reason: 'NotFound', message: 'gone' });
  });
});
