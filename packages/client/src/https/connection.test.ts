import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { openConnection } from './connection.ts';
import { impersonating } from './impersonation.ts';

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

  it('says who somebody else is, by name, groups and what else is known of them', async () => {
    const seen: string[][] = [];
    await using served = await serving(({ rawHeaders, headers }, response) => {
      const named = rawHeaders.flatMap((name, index) =>
        index % 2 === 0 && name.startsWith('impersonate-') ? [`${name}: ${rawHeaders[index + 1]}`] : [],
      );
      seen.push([headers['user-agent'] ?? '', ...named]);
      response.end('{}');
    });
    const extra = { 'example.com/team': ['a', 'b'] };
    const jane = impersonating({ name: 'jane', groups: ['staff', 'system:authenticated'], extra });
    await served.connection.as(jane, 'jane').json('/');
    await served.connection.json('/');
    expect(seen).toEqual([
      [
        'jane',
        'impersonate-user: jane',
        'impersonate-group: staff',
        'impersonate-group: system:authenticated',
        'impersonate-extra-example.com%2Fteam: a',
        'impersonate-extra-example.com%2Fteam: b',
      ],
      ['berth'],
    ]);
  });

  it('tells an identity that the server does not know it', async () => {
    await using served = await serving((_request, response) => {
      response.writeHead(401).end(JSON.stringify({ kind: 'Status', reason: 'Unauthorized', code: 401 }));
    });
    let refused = 0;
    const headers = async () => ({ authorization: 'Bearer old' });
    const acting = served.connection.as({ headers, refused: () => void refused++ });
    await expect(acting.json('/')).rejects.toMatchObject({ reason: 'Unauthorized' });
    expect(refused).toBe(1);
  });
});
