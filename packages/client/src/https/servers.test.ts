// Several servers of one cluster: whose turn it is, when it is another's, and what becomes of what was under way.
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { silentLogger } from '@berth/host';
import { FakeClock } from '@berth/host/testing';
import { describe, expect, it, vi } from 'vitest';
import { openConnection } from './connection.ts';
import { followServers } from './follow-servers.ts';
import { Servers } from './servers.ts';

/** One that answers so; `stop` closes its door and breaks what is open. */
async function serving(answer: RequestListener) {
  const server: Server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { address, stop, [Symbol.asyncDispose]: stop };
}

const named =
  (name: string): RequestListener =>
  (request, response) => {
    if (request.url?.endsWith('/endpoints/kubernetes')) response.end(JSON.stringify({ subsets: [] }));
    else response.end(JSON.stringify({ name, method: request.method }));
  };

describe('the servers of a cluster', () => {
  it('take turns, once for each that is left', () => {
    const servers = new Servers('a', ['b']);
    const moves: string[] = [];
    servers.onMove(() => moves.push(servers.current));
    servers.learn(['b', 'c']);
    expect(servers.all).toEqual(['a', 'b', 'c']);
    servers.leave('a');
    // Two requests failed at the same server.
    servers.leave('a');
    expect(servers.all).toEqual(['b', 'c', 'a']);
    servers.leave('b');
    servers.leave('c');
    expect(moves).toEqual(['b', 'c', 'a']);
  });

  it('are those that were given, those that were learned last, and the one in use', () => {
    const servers = new Servers('a');
    servers.leave('a');
    expect(servers.current).toBe('a');
    servers.learn(['b', 'c']);
    servers.leave('a');
    servers.learn(['c']);
    expect(servers.all).toEqual(['b', 'a', 'c']);
    servers.leave('b');
    expect(servers.all).toEqual(['a', 'c']);
  });
});

describe('a connection', () => {
  it('goes to the next server when one takes none, also with a write', async () => {
    await using first = await serving(named('first'));
    await using second = await serving(named('second'));
    const connection = openConnection({ server: first.address, others: [second.address] });
    expect(await connection.json('/')).toEqual({ name: 'first', method: 'GET' });
    await first.stop();
    expect(await connection.json('/', { method: 'POST', body: {} })).toEqual({ name: 'second', method: 'POST' });
    expect(connection.options).toMatchObject({ server: second.address, others: [first.address] });
    await second.stop();
    await expect(connection.json('/')).rejects.toMatchObject({ reason: 'ServiceUnavailable' });
    await connection.close();
  });

  it('sends no write twice that may have been done', async () => {
    let writes = 0;
    await using first = await serving((request) => {
      writes++;
      request.socket.destroy();
    });
    await using second = await serving(() => void writes++);
    const connection = openConnection({ server: first.address, others: [second.address] });
    const written = connection.json('/', { method: 'POST', body: {} });
    await expect(written).rejects.toMatchObject({ reason: 'ServiceUnavailable' });
    expect(writes).toBe(1);
    await connection.close();
  });
});

it('a certificate that was renewed and a server that was left end what was under way, and nothing else', async () => {
  await using first = await serving((_request, response) => void response.write('begun\n'));
  await using second = await serving(named('second'));
  const connection = openConnection({ server: first.address, others: [second.address] });
  const watch = (await connection.bytes('/', new AbortController().signal))[Symbol.asyncIterator]();
  await watch.next();
  connection.renew({ cert: 'CERT', key: 'KEY' });
  connection.servers.leave(first.address);
  await expect(watch.next()).rejects.toMatchObject({ reason: 'ServiceUnavailable' });
  expect(await connection.json('/')).toMatchObject({ name: 'second' });
  await connection.close();
});

describe('whoever follows the servers', () => {
  async function following(connection: ReturnType<typeof openConnection>) {
    const clock = new FakeClock();
    const stop = new AbortController();
    const learned: (readonly string[])[] = [];
    const onLearned = async () => void learned.push(connection.servers.all);
    const component = followServers({ connection, clock, log: silentLogger, onLearned });
    const { done } = await component.start(stop.signal);
    return {
      clock,
      learned,
      async [Symbol.asyncDispose]() {
        stop.abort();
        await done;
        await connection.close();
      },
    };
  }

  it('learns of them from the endpoints of the API', async () => {
    const subsets = [{ addresses: [{ ip: '10.0.0.1' }, { ip: '10.0.0.2' }], ports: [{ port: 6443 }] }];
    await using one = await serving((_request, response) => void response.end(JSON.stringify({ subsets })));
    await using followed = await following(openConnection({ server: one.address }));
    const all = [one.address, 'https://10.0.0.1:6443', 'https://10.0.0.2:6443'];
    await vi.waitFor(() => expect(followed.learned).toEqual([all]));
  });

  it('leaves one that is not ready for one that is, and what was under way breaks off', async () => {
    let isReady = true;
    await using first = await serving((request, response) => {
      if (request.url === '/readyz') response.writeHead(isReady ? 200 : 500).end();
      else if (request.url === '/watch') response.write('begun\n');
      else named('first')(request, response);
    });
    await using second = await serving(named('second'));
    const connection = openConnection({ server: first.address, others: [second.address] });
    await using followed = await following(connection);
    const watch = (await connection.bytes('/watch', new AbortController().signal))[Symbol.asyncIterator]();
    expect(Buffer.from((await watch.next()).value!).toString()).toBe('begun\n');
    await vi.waitFor(() => expect(followed.clock.waiting).toBe(1));
    isReady = false;
    await followed.clock.advance(5_000);
    await expect(watch.next()).rejects.toMatchObject({ reason: 'ServiceUnavailable' });
    expect(await connection.json('/')).toMatchObject({ name: 'second' });
  });

  it('leaves one that is silent', async () => {
    await using first = await serving((request, response) => {
      if (request.url !== '/readyz') named('first')(request, response);
    });
    await using second = await serving(named('second'));
    const connection = openConnection({ server: first.address, others: [second.address] });
    await using followed = await following(connection);
    await vi.waitFor(() => expect(followed.clock.waiting).toBe(1));
    await followed.clock.advance(5_000);
    await followed.clock.advance(4_000);
    await vi.waitFor(() => expect(connection.servers.current).toBe(second.address));
  });

  it('stays where it is when none is ready', async () => {
    let asked = 0;
    const unready: RequestListener = (request, response) => {
      if (request.url === '/readyz') response.writeHead(500).end(() => asked++);
      else named('either')(request, response);
    };
    await using first = await serving(unready);
    await using second = await serving(unready);
    const connection = openConnection({ server: first.address, others: [second.address] });
    await using followed = await following(connection);
    await vi.waitFor(() => expect(followed.clock.waiting).toBe(1));
    await followed.clock.advance(5_000);
    await vi.waitFor(() => expect(asked).toBe(2));
    await followed.clock.advance(5_000);
    await vi.waitFor(() => expect(asked).toBe(4));
    expect(connection.servers.current).toBe(first.address);
  });
});
