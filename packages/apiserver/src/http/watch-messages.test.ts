// Watches over WebSockets, as Headlamp and other programs in browsers open them.
import { configMaps } from '@berth/objects';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startTestServer, type TestServer } from './testing/test-server.ts';

let server: TestServer;
const namespace = 'sockets';
const path = `/api/v1/namespaces/${namespace}/configmaps`;

beforeAll(async () => {
  server = await startTestServer();
  await server.test.namespace(namespace);
});
afterAll(() => server[Symbol.asyncDispose]());

interface Watching extends AsyncDisposable {
  readonly socket: WebSocket;
  /** Resolves with the next message, parsed. */
  next(): Promise<{ type: string; object: { kind: string; metadata: { name: string }; reason?: string } }>;
  readonly closed: Promise<number>;
}

async function watching(url: string, protocols: string[] = [], options: object = {}): Promise<Watching> {
  const { ca, admin } = server.credentials;
  const address = `${server.address.replace('https', 'wss')}${url}`;
  const socket = new WebSocket(address, protocols, { ca, ...admin, ...options });
  const waiting: string[] = [];
  let wake = () => {};
  socket.on('message', (bytes: Buffer, isBinary) => {
    expect(isBinary).toBe(false);
    waiting.push(bytes.toString());
    wake();
  });
  const closed = new Promise<number>((resolve) => socket.on('close', resolve));
  await new Promise<void>((resolve, reject) => {
    socket.on('open', resolve);
    socket.on('error', reject);
  });
  return {
    socket,
    closed,
    async next() {
      while (waiting.length === 0)
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      return JSON.parse(waiting.shift()!);
    },
    async [Symbol.asyncDispose]() {
      socket.close();
      await closed;
    },
  };
}

const create = (name: string) =>
  server.test.api.create(server.test.admin, configMaps, { namespace }, { metadata: { name } });

describe('a watch over a WebSocket', () => {
  test('is one text message an event', async () => {
    await create('first');
    await using watch = await watching(`${path}?watch=1`);
    expect(await watch.next()).toMatchObject({
      type: 'ADDED',
      object: { kind: 'ConfigMap', metadata: { name: 'first' } },
    });
    await create('second');
    expect(await watch.next()).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'second' } } });
    await server.test.api.delete(server.test.admin, configMaps, { namespace, name: 'second' });
    expect(await watch.next()).toMatchObject({ type: 'DELETED', object: { metadata: { name: 'second' } } });
  });

  test('speaks the subprotocol that the browser offers', async () => {
    await using watch = await watching(`${path}?watch=true`, ['base64.binary.k8s.io']);
    expect(watch.socket.protocol).toBe('base64.binary.k8s.io');
    expect(await watch.next()).toMatchObject({ type: 'ADDED' });
  });

  test('takes rows of a Table', async () => {
    const headers = { Accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' };
    await using watch = await watching(`${path}?watch=1&fieldSelector=metadata.name%3Dfirst`, [], { headers });
    expect(await watch.next()).toMatchObject({ type: 'ADDED', object: { kind: 'Table', rows: [{}] } });
  });

  test('of the old form of a path', async () => {
    await using watch = await watching(`/api/v1/watch/namespaces/${namespace}/configmaps/first`);
    expect(await watch.next()).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'first' } } });
  });

  test('ends with its time', async () => {
    const { closed } = await watching(`${path}?watch=1&timeoutSeconds=1`);
    expect(await closed).toBe(1000);
  });

  test('is counted as a watch', async () => {
    await using watch = await watching(`${path}?watch=1`);
    await watch.next();
    const { text } = await server.call('GET', '/metrics');
    expect(text).toMatch(/apiserver_longrunning_requests\{verb="WATCH".*resource="configmaps".*\} 1/);
  });

  test.each([
    ['a bad selector', `${path}?watch=1&labelSelector=a%3Db%3Dc`, 400],
    ['a list', path, 400],
    ['what is not served', '/api/v1/trees?watch=1', 404],
    ['what cannot be watched', '/apis/authorization.k8s.io/v1/selfsubjectreviews?watch=1', 404],
  ])('%s is refused in plain HTTP', async (_, url, code) => {
    await expect(watching(url)).rejects.toThrow(`Unexpected server response: ${code}`);
  });
});
