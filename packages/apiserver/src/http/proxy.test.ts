// Requests that are passed on to a real HTTP program, over an agent that connects to whatever port is asked for.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { connectToLoopback, type FakeAgent, startFakeAgent } from '../streams/testing/fake-agent.ts';
import { runPodOn } from '../streams/testing/pod-on-agent.ts';
import { startTestServer, type TestServer } from './testing/test-server.ts';

let server: TestServer;
let agent: FakeAgent;
let program: Server;
let root: string;
let answer: (request: IncomingMessage, response: ServerResponse) => void;

beforeAll(async () => {
  server = await startTestServer();
  agent = await startFakeAgent(server.credentials, 'n1');
  program = createServer((request, response) => answer(request, response)).listen(0, '127.0.0.1');
  await once(program, 'listening');
  await runPodOn(agent, server.test, { name: 'web', podIP: '10.244.0.2' });
  root = `/api/v1/namespaces/default/pods/web:${(program.address() as AddressInfo).port}/proxy`;
  agent.onExec = connectToLoopback;
});
afterAll(async () => {
  program.closeAllConnections();
  program.close();
  await agent[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});
beforeEach(() => {
  answer = (request, response) => response.end(`${request.method} ${request.url}`);
});

/** A request whose body and answer the test handles itself. */
function begin(path: string, options: RequestOptions) {
  const { ca, admin } = server.credentials;
  return httpsRequest(`${server.address}${path}`, { ca, ...admin, ...options });
}

describe('a request', () => {
  test.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])(
    '%s is passed on, path and query as sent',
    async (method) => {
      const reply = await server.call(method, `${root}//a%2Fb/.c?d=%20e&f`);
      expect([reply.code, reply.text]).toEqual([200, `${method} //a%2Fb/.c?d=%20e&f`]);
    },
  );

  test('HEAD has the head of what GET would have', async () => {
    answer = (_request, response) =>
      response.writeHead(200, { 'Content-Type': 'text/html', 'Content-Length': 7 }).end();
    const reply = await server.call('HEAD', `${root}/`);
    expect([reply.code, reply.text, reply.headers['content-length']]).toEqual([200, '', '7']);
  });

  test('carries its headers, but none of a single connection, and no credentials', async () => {
    let seen: IncomingMessage['headers'] = {};
    answer = (request, response) => {
      seen = request.headers;
      response.writeHead(418, { 'Set-Cookie': ['a=1', 'b=2'], 'X-Own': 'yes', 'Keep-Alive': 'timeout=1' }).end('tea');
    };
    const headers = {
      Authorization: 'Bearer secret',
      Cookie: 'c=d',
      'Impersonate-User': 'admin',
      'X-Mine': 'kept',
      'X-Hop': 'dropped',
      Connection: 'keep-alive, X-Hop',
      TE: 'trailers',
      'X-Forwarded-For': '192.0.2.1',
    };
    const reply = await server.call('GET', `${root}/path?q`, {
      headers: { ...headers, 'Impersonate-Group': 'system:masters' },
    });
    expect(reply.code).toBe(418);
    expect(reply.headers).toMatchObject({ 'set-cookie': ['a=1', 'b=2'], 'x-own': 'yes' });
    expect(reply.headers['keep-alive']).not.toBe('timeout=1');
    expect(seen).toMatchObject({
      host: new URL(server.address).host,
      cookie: 'c=d',
      'x-mine': 'kept',
      'x-forwarded-for': '192.0.2.1, 127.0.0.1',
      'x-forwarded-uri': `${root}/path`,
    });
    for (const name of ['authorization', 'impersonate-user', 'impersonate-group', 'x-hop', 'te'])
      expect(seen).not.toHaveProperty(name);
  });

  test('without a path is led to the root', async () => {
    const reply = await server.call('GET', `${root}?a=b`);
    expect([reply.code, reply.headers.location]).toEqual([301, `${root}/?a=b`]);
  });

  test('its body streams both ways at once', async () => {
    answer = (request, response) => request.pipe(response);
    const call = begin(`${root}/echo`, { method: 'POST', headers: { 'Content-Type': 'text/plain' } });
    call.write('one');
    const [reply] = (await once(call, 'response')) as [IncomingMessage];
    expect(String((await once(reply, 'data'))[0])).toBe('one');
    call.write('two');
    expect(String((await once(reply, 'data'))[0])).toBe('two');
    call.end();
    await once(reply.resume(), 'end');
  });

  test('of many bytes comes back whole', async () => {
    answer = (request, response) => request.pipe(response);
    const body = Buffer.alloc(5 * 1024 * 1024, '0123456789');
    const reply = await server.call('PUT', `${root}/echo`, { body, headers: { 'Content-Type': 'text/plain' } });
    expect(reply.text === body.toString()).toBe(true);
  });

  test('is given up at the program when the client goes', async () => {
    const gone = new Promise<void>((resolve) => {
      answer = (request, response) => {
        request.socket.on('close', () => resolve());
        response.write('so far');
      };
    });
    const call = begin(`${root}/slow`, {});
    call.on('error', () => {});
    call.end();
    const [reply] = (await once(call, 'response')) as [IncomingMessage];
    reply.on('error', () => {});
    call.destroy();
    await gone;
  });
});

describe('what comes back', () => {
  test.each([
    ['/login', () => `${root}/login`],
    ['http://10.244.0.2:80/x', () => 'http://10.244.0.2:80/x'],
    ['next', () => 'next'],
  ])('redirects to %s lead back through the proxy if they can', async (location, expected) => {
    answer = (_request, response) => response.writeHead(302, { Location: location }).end();
    expect((await server.call('GET', `${root}/`)).headers.location).toBe(expected());
  });

  test.each([
    ['plain', undefined, (body: Buffer) => body],
    ['packed', 'gzip', gunzipSync],
  ])('HTML has its links rewritten: %s', async (_how, encoding, unpacked) => {
    const page = Buffer.from('<a href="/x">x</a>');
    answer = (_request, response) => {
      response.setHeader('Content-Type', 'text/html; charset=utf-8');
      if (encoding) response.setHeader('Content-Encoding', encoding);
      response.end(encoding ? gzipSync(page) : page);
    };
    const call = begin(`${root}/`, {});
    call.end();
    const [reply] = (await once(call, 'response')) as [IncomingMessage];
    const chunks: Buffer[] = [];
    for await (const chunk of reply) chunks.push(chunk as Buffer);
    expect(unpacked(Buffer.concat(chunks)).toString()).toBe(`<a href="${root}/x">x</a>`);
  });

  test('of anything else stays as it is', async () => {
    answer = (_request, response) => response.setHeader('Content-Type', 'text/plain').end('<a href="/x">');
    expect((await server.call('GET', `${root}/`)).text).toBe('<a href="/x">');
  });

  test('that breaks off is a broken answer, no whole one', async () => {
    answer = (_request, response) => response.write('half', () => response.destroy());
    await expect(server.call('GET', `${root}/`)).rejects.toThrow();
  });
});

describe('nobody answers', () => {
  test.each(['/api/v1/namespaces/default/pods/web:1/proxy/', '/api/v1/namespaces/default/pods/https:web:1/proxy/'])(
    'at %s',
    async (path) => {
      const reply = await server.call('GET', path);
      expect(reply.code).toBe(503);
      expect(reply.json).toMatchObject({
        kind: 'Status',
        reason: 'ServiceUnavailable',
        message: 'error trying to reach service: connect ECONNREFUSED 127.0.0.1:1',
      });
    },
  );

  test('the program hangs up', async () => {
    answer = (request) => request.socket.destroy();
    expect((await server.call('POST', `${root}/`, { body: 'x' })).code).toBe(503);
  });
});

describe('an upgrade', () => {
  const upgrade = { Connection: 'Upgrade', Upgrade: 'echo' };

  test('carries whatever is spoken then', async () => {
    program.once('upgrade', (request: IncomingMessage, socket: Duplex) => {
      socket.write(
        `HTTP/1.1 101 Sure\r\nConnection: Upgrade\r\nUpgrade: ${request.headers.upgrade}\r\nX-Own: yes\r\n\r\n`,
      );
      socket.pipe(socket);
    });
    const call = begin(`${root}/socket`, { headers: upgrade });
    call.end();
    const [reply, socket] = (await once(call, 'upgrade')) as [IncomingMessage, Duplex];
    expect(reply.headers).toMatchObject({ upgrade: 'echo', 'x-own': 'yes' });
    socket.write('hello');
    expect(String((await once(socket, 'data'))[0])).toBe('hello');
    socket.end();
    await once(socket, 'close');
  });

  test('that the program declines has the answer that it gives', async () => {
    answer = (_request, response) => response.writeHead(426).end('not here');
    program.once('upgrade', (request: IncomingMessage, socket: Duplex) => {
      socket.end('HTTP/1.1 426 No\r\nContent-Length: 8\r\nConnection: close\r\n\r\nnot here');
      request.resume();
    });
    const reply = await server.call('GET', `${root}/socket`, { headers: upgrade });
    expect([reply.code, reply.text]).toEqual([426, 'not here']);
  });
});

test('a node is reached at its agent, as the API server', async () => {
  agent.onRequest = (request, response) => response.end(`agent ${request.url}`);
  const reply = await server.call('GET', '/api/v1/nodes/n1/proxy/stats/summary?only=cpu');
  expect([reply.code, reply.text]).toEqual([200, 'agent /stats/summary?only=cpu']);
});
