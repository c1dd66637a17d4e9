import { IncomingMessage, ServerResponse } from 'node:http';
import { request } from 'node:https';
import { Socket } from 'node:net';
import { connect } from 'node:tls';
import { systemRandom } from '@berth/host';
import { FakeClock } from '@berth/host/testing';
import { type Api, configMaps, expiredError, type Kind, kindOf, type Resource, type WatchEvent } from '@berth/objects';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createPresentation } from './presentation.ts';
import { startTestServer, type TestServer } from './testing/test-server.ts';
import { streamWatch } from './watch.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
  await server.test.namespace('watch');
});
afterAll(() => server[Symbol.asyncDispose]());

const maps = '/api/v1/namespaces/watch/configmaps';

interface Line {
  readonly type: string;
  readonly object: Record<string, unknown> & {
    readonly metadata: { readonly name: string; readonly resourceVersion: string };
  };
}

interface Watch {
  readonly answer: IncomingMessage;
  /** The next `count` lines. */
  take(count: number): Promise<Line[]>;
  /** Resolves when the server ends it; with what was not taken. */
  ended(): Promise<Line[]>;
  close(): void;
}

function openWatch(path: string, headers: Record<string, string> = {}, from = server): Promise<Watch> {
  const { ca, admin } = from.credentials;
  return new Promise((resolve, reject) => {
    const sent = request(`${from.address}${path}`, { ca, ...admin, headers }, (answer) => {
      const lines: Line[] = [];
      let rest = '';
      let wake = () => {};
      let over = false;
      answer.setEncoding('utf8');
      answer.on('data', (text: string) => {
        const parts = (rest + text).split('\n');
        rest = parts.pop() ?? '';
        lines.push(...parts.map((part) => JSON.parse(part) as Line));
        wake();
      });
      answer.on('close', () => {
        over = true;
        wake();
      });
      answer.on('error', () => {});
      const until = async (holds: () => boolean) => {
        while (!holds())
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
      };
      resolve({
        answer,
        async take(count) {
          await until(() => lines.length >= count || over);
          return lines.splice(0, count);
        },
        async ended() {
          await until(() => over);
          return lines.splice(0);
        },
        close: () => sent.destroy(),
      });
    });
    sent.on('error', reject);
    sent.end();
  });
}

const create = async (name: string, labels: Record<string, string> = {}) => {
  const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels } };
  const { json } = await server.call('POST', maps, { body });
  return (json.metadata as { resourceVersion: string }).resourceVersion;
};

describe('a watch', () => {
  test('answers with headers before anything happens, then tells what does', async () => {
    const { json } = await server.call('GET', maps);
    const { resourceVersion } = json.metadata as { resourceVersion: string };
    const watch = await openWatch(`${maps}?watch=1&resourceVersion=${resourceVersion}`);
    expect(watch.answer.statusCode).toBe(200);
    expect(watch.answer.headers['content-type']).toBe('application/json');
    await create('a');
    await server.call('PATCH', `${maps}/a`, {
      body: { data: { x: '1' } },
      headers: { 'Content-Type': 'application/merge-patch+json' },
    });
    await server.call('DELETE', `${maps}/a`);
    const lines = await watch.take(3);
    expect(lines.map(({ type, object }) => [type, object.metadata.name])).toEqual([
      ['ADDED', 'a'],
      ['MODIFIED', 'a'],
      ['DELETED', 'a'],
    ]);
    expect(lines[1]?.object).toMatchObject({ kind: 'ConfigMap', apiVersion: 'v1', data: { x: '1' } });
    watch.close();
  });

  test.each([
    ['by the old path', '/api/v1/watch/namespaces/watch/configmaps/one'],
    ['by a field selector', `${maps}?watch=true&fieldSelector=metadata.name%3Done`],
    ['by a label selector', `${maps}?watch=true&labelSelector=pick%3Dme`],
  ])('of a part, %s', async (_name, path) => {
    await create('other');
    await create('one', { pick: 'me' });
    const watch = await openWatch(path);
    const [line] = await watch.take(1);
    expect([line?.type, line?.object.metadata.name]).toEqual(['ADDED', 'one']);
    watch.close();
    await server.call('DELETE', maps);
  });

  test('to a client that knows no chunks is plain lines', async () => {
    await create('plain');
    const { ca, admin } = server.credentials;
    const { hostname, port } = new URL(server.address);
    const socket = connect({ host: hostname, port: Number(port), ca, ...admin, ALPNProtocols: ['http/1.1'] });
    socket.write(`GET ${maps}?watch=1&timeoutSeconds=1&fieldSelector=metadata.name%3Dplain HTTP/1.0\r\n\r\n`);
    const parts: Buffer[] = [];
    for await (const part of socket) parts.push(part as Buffer);
    const [, body = ''] = Buffer.concat(parts).toString().split('\r\n\r\n');
    expect(body.split('\n').map((line) => line.slice(0, 15))).toEqual(['{"type":"ADDED"', '']);
  });

  test('as Tables sends the columns once', async () => {
    const version = await create('t0');
    const headers = { Accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' };
    const watch = await openWatch(`${maps}?watch=1&resourceVersion=${version}`, headers);
    await create('t1');
    await create('t2');
    const [first, second] = await watch.take(2);
    expect(first?.object).toMatchObject({ kind: 'Table', columnDefinitions: [{ name: 'Name' }, {}, {}] });
    expect(second?.object).toMatchObject({
      kind: 'Table',
      columnDefinitions: null,
      rows: [{ cells: ['t2', 0, '0s'] }],
    });
    watch.close();
  });

  test('from a version that is not there yet, or was never one, is refused before it begins', async () => {
    const reply = await server.call('GET', `${maps}?watch=1&resourceVersion=abc`);
    expect(reply.code).toBeGreaterThanOrEqual(400);
    expect(reply.json).toMatchObject({ kind: 'Status', status: 'Failure' });
  });

  test('ends after timeoutSeconds', async () => {
    const watch = await openWatch(`${maps}?watch=1&timeoutSeconds=1&resourceVersion=${await create('late')}`);
    expect(await watch.ended()).toEqual([]);
    expect(watch.answer.complete).toBe(true);
  });

  test('of a client that goes away is given up', async () => {
    const open = async () => {
      const { text } = await server.call('GET', '/metrics');
      return Number(/apiserver_longrunning_requests\{verb="WATCH".*resource="nodes".*\} (\d+)/.exec(text)?.[1] ?? 0);
    };
    const watch = await openWatch('/api/v1/nodes?watch=1');
    expect(await open()).toBe(1);
    watch.close();
    await expect.poll(open).toBe(0);
  });
});

test('a server that stops ends its watches properly, and takes no more requests', async () => {
  await using own = await startTestServer();
  const watch = await openWatch('/api/v1/namespaces?watch=1', {}, own);
  await watch.take(1);
  await own.stop();
  await watch.ended();
  expect(watch.answer.complete).toBe(true);
  await expect(own.call('GET', '/livez')).rejects.toThrow();
});

test('what goes wrong within a watch is told in the stream, and nothing of it that is for the log', async () => {
  const intercept = (core: Api): Api =>
    new Proxy(core, {
      get(target, name, receiver) {
        if (name === 'watch') return failing;
        const value: unknown = Reflect.get(target, name, receiver);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  async function* failing(_user: unknown, resource: Resource): AsyncGenerator<readonly WatchEvent[]> {
    if (resource.plural === 'secrets') throw expiredError('too old resource version: 7 (9)');
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    const metadata = { resourceVersion: '7' };
    yield [{ type: 'BOOKMARK', object: { apiVersion: 'v1', kind: resource.kind, metadata } }];
    if (resource.plural === 'pods') throw expiredError('too old resource version: 7 (9)');
    throw new Error('a detail for the log');
  }
  await using own = await startTestServer({ intercept });
  const expired = await openWatch('/api/v1/pods?watch=1', {}, own);
  expect(await expired.ended()).toMatchObject([
    { type: 'BOOKMARK', object: { kind: 'Pod' } },
    { type: 'ERROR', object: { kind: 'Status', reason: 'Expired', code: 410 } },
  ]);
  const old = await openWatch('/api/v1/secrets?watch=1&resourceVersion=7', {}, own);
  expect(old.answer.statusCode).toBe(200);
  expect(await old.ended()).toMatchObject([{ type: 'ERROR', object: { kind: 'Status', reason: 'Expired' } }]);
  const broken = await openWatch('/api/v1/nodes?watch=1', {}, own);
  expect(await broken.ended()).toMatchObject([
    { type: 'BOOKMARK' },
    { type: 'ERROR', object: { reason: 'InternalError', message: 'Internal error occurred' } },
  ]);
});

test('a reader that does not read is held, and cut off when it stalls for too long', async () => {
  const clock = new FakeClock();
  const abort = new AbortController();
  // Without a socket, whatever is written waits, as with a reader that does not read.
  const response = new ServerResponse(new IncomingMessage(new Socket()));
  let pulled = 0;
  async function* endless(signal: AbortSignal): AsyncGenerator<readonly WatchEvent[]> {
    while (!signal.aborted) {
      pulled++;
      const metadata = { resourceVersion: String(pulled), annotations: { text: 'x'.repeat(1000) } };
      yield [{ type: 'BOOKMARK', object: { apiVersion: 'v1', kind: 'ConfigMap', metadata } }];
    }
  }
  const form = { encoding: 'json', version: 'v1' } as const;
  const presentation = createPresentation({
    kind: kindOf(configMaps) as unknown as Kind,
    protobuf: undefined,
    form,
    includeObject: undefined,
    now: () => clock.now(),
  });
  const done = streamWatch({
    response,
    presentation,
    abort,
    started() {},
    open: endless,
    timeoutSeconds: undefined,
    clock,
    random: systemRandom,
  });
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  const held = pulled;
  // As much as a socket's buffer holds, and no more.
  expect(held).toBeLessThan(100);
  await clock.advance(29_000);
  expect([pulled, response.destroyed]).toEqual([held, false]);
  await clock.advance(2_000);
  await done;
  expect([pulled, response.destroyed, abort.signal.aborted]).toEqual([held, true, true]);
});
