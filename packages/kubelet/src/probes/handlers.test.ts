import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Container } from '@berth/objects';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ExecSession } from '../runtime/port.ts';
import { httpGet, resolvePort, runCommand, tcpConnect } from './handlers.ts';

let server: Server;
let port: number;
let container: Container;
const patient = new AbortController().signal;

beforeEach(async () => {
  server = createServer((request, response) => {
    if (request.url === '/never') return;
    if (request.url === '/loop') return void response.writeHead(307, { Location: '/loop' }).end();
    const [, status, location] = /^\/(\d+)(?:\?(.*))?$/.exec(request.url ?? '') ?? [];
    response.statusCode = Number(status);
    if (location !== undefined) response.setHeader('Location', decodeURIComponent(location));
    response.end(`hello ${request.headers['x-who'] ?? request.headers['user-agent']}`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
  container = { name: 'web', ports: [{ name: 'http', containerPort: port }] };
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

describe('an HTTP request', () => {
  test.each([
    ['/200', true, 'hello kube-probe/1.32'],
    ['/302?/200', true, 'hello kube-probe/1.32'],
    ['/302?/301%3F/200', true, 'hello kube-probe/1.32'],
    ['/302?/500', false, 'HTTP probe failed with statuscode: 500'],
    ['/404', false, 'HTTP probe failed with statuscode: 404'],
    ['/503', false, 'HTTP probe failed with statuscode: 503'],
  ])('to %s', async (path, ok, output) => {
    expect(await httpGet(container, '127.0.0.1', { path, port: 'http' }, patient)).toEqual({ ok, output });
  });

  test.each([
    ['to another host', '/302?http://localhost:1/'],
    ['to nowhere', '/302'],
    ['that is none', '/304'],
  ])('that is answered with a redirect %s passes with a warning', async (_name, path) => {
    expect(await httpGet(container, '127.0.0.1', { path, port: 'http' }, patient)).toEqual({
      ok: true,
      warning: true,
      output: `Probe terminated redirects, Response body: ${path === '/304' ? '' : 'hello kube-probe/1.32'}`,
    });
  });

  test.each([
    ['into a circle', '/loop', 'stopped after 10 redirects'],
    ['to another protocol', '/302?ftp://127.0.0.1/', 'unsupported protocol scheme "ftp"'],
    ['to what is no address', '/302?http://[', 'failed to parse Location header "http://["'],
  ])('that is led %s fails', async (_name, path, why) => {
    const output = `Get "http://127.0.0.1:${port}${path}": ${why}`;
    expect(await httpGet(container, '127.0.0.1', { path, port }, patient)).toEqual({ ok: false, output });
  });

  test('carries the headers that the probe names', async () => {
    const action = { path: '/200', port, httpHeaders: [{ name: 'X-Who', value: 'me' }] };
    expect((await httpGet(container, '127.0.0.1', action, patient)).output).toBe('hello me');
  });

  test('that is not answered in time fails', async () => {
    const result = await httpGet(container, '127.0.0.1', { path: '/never', port }, AbortSignal.timeout(20));
    expect(result.output).toContain('context deadline exceeded');
  });

  test('to a port that there is not fails', async () => {
    expect((await httpGet(container, '127.0.0.1', { port: 'admin' }, patient)).output).toBe('no port named "admin"');
  });
});

describe('a connection', () => {
  test('that is taken passes', async () => {
    expect(await tcpConnect(container, '127.0.0.1', { port: 'http' }, patient)).toEqual({ ok: true, output: '' });
  });

  test('that is refused fails', async () => {
    server.close();
    const result = await tcpConnect(container, '127.0.0.1', { port }, patient);
    expect(result).toEqual({ ok: false, output: `dial tcp 127.0.0.1:${port}: connect: connection refused` });
  });
});

function session(exitCode: Promise<number>, output: string[] = []): ExecSession {
  return {
    output: (async function* () {
      for (const text of output) yield { stream: 'stdout' as const, data: Buffer.from(text) };
      await exitCode.catch(() => {});
    })(),
    write() {},
    endInput() {},
    async resize() {},
    exitCode,
    close() {},
  };
}

test('a command passes with 0', async () => {
  for (const code of [0, 3]) {
    const runtime = { exec: async () => session(Promise.resolve(code), ['said ', 'so']) };
    expect(await runCommand(runtime, 'c', { command: ['x'] }, patient)).toEqual({ ok: code === 0, output: 'said so' });
  }
});

test.each([
  [80, 80],
  ['8080', 8080],
  ['none', undefined],
])('the port %s is %s', (port, expected) => {
  expect(resolvePort({ name: 'web' }, port)).toBe(expected);
});
