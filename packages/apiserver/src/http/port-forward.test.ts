// Port-forwarding over a WebSocket of numbered channels. What goes over SPDY is tested beside it, and with kubectl.
import { channels, nodes, pods, portChannels } from '@berth/objects';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { type FakeAgent, startFakeAgent } from '../streams/testing/fake-agent.ts';
import { startTestServer, type TestServer } from './testing/test-server.ts';

let server: TestServer;
let agent: FakeAgent;
/** `port channel:text` of all that reached the agent. */
let reached: string[];
/** By port. */
let connections: Map<string, WebSocket>;

const path = '/api/v1/namespaces/default/pods/web/portforward';

beforeAll(async () => {
  server = await startTestServer();
  agent = await startFakeAgent(server.credentials, 'n1');
  const { api, admin } = server.test;
  await api.create(admin, nodes, {}, { metadata: { name: 'n1' } });
  const patch = { type: 'application/merge-patch+json', body: { status: agent.status } } as const;
  await api.patch(admin, nodes, { name: 'n1', subresource: 'status' }, patch);
  const spec = { containers: [{ name: 'main', image: 'x' }], nodeName: 'n1' };
  await api.create(admin, pods, { namespace: 'default' }, { metadata: { name: 'web' }, spec });
});
afterAll(async () => {
  await agent[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});
beforeEach(() => {
  reached = [];
  connections = new Map();
  agent.onExec = (socket, request) => {
    const port = new URL(request.url ?? '', 'https://agent').searchParams.get('port') ?? '';
    connections.set(port, socket);
    socket.on('message', (frame: Buffer) => reached.push(`${port} ${short(frame)}`));
  };
});

const short = (frame: Buffer) => `${frame[0]}:${frame.subarray(1).toString('latin1')}`;
const frame = (channel: number, text: string) => Buffer.concat([Buffer.of(channel), Buffer.from(text)]);

interface Client {
  readonly socket: WebSocket;
  readonly heard: readonly string[];
  readonly closed: Promise<number>;
}

function open(query: string, protocol: string | string[]): Promise<Client> {
  const { ca, admin } = server.credentials;
  const socket = new WebSocket(`${server.address.replace('https', 'wss')}${path}?${query}`, protocol, { ca, ...admin });
  const heard: string[] = [];
  socket.on('message', (data: Buffer) => heard.push(short(data)));
  const closed = new Promise<number>((resolve) => socket.on('close', resolve));
  return new Promise((resolve, reject) => {
    socket.on('open', () => resolve({ socket, heard, closed }));
    socket.on('error', reject);
  });
}

test('each port has two channels, which begin with its number', async () => {
  const { socket, heard, closed } = await open('ports=80&ports=8080', 'v4.channel.k8s.io');
  await vi.waitFor(() => expect([...heard].sort()).toEqual(['0:P\0', '1:P\0', '2:\x90\x1f', '3:\x90\x1f']));
  socket.send(frame(0, 'to 80'));
  socket.send(frame(2, 'to 8080'));
  await vi.waitFor(() => expect([...reached].sort()).toEqual(['80 0:to 80', '8080 0:to 8080']));
  connections.get('8080')!.send(frame(portChannels.data, 'from 8080'));
  connections.get('80')!.send(frame(portChannels.error, 'read ECONNRESET'));
  await vi.waitFor(() => expect([...heard.slice(4)].sort()).toEqual(['1:read ECONNRESET', '2:from 8080']));
  for (const connection of connections.values()) connection.close(1000);
  expect(await closed).toBe(1000);
});

test('a client that knows both versions speaks v4, as with Kubernetes', async () => {
  const { socket } = await open('ports=80', ['v5.channel.k8s.io', 'v4.channel.k8s.io']);
  expect(socket.protocol).toBe('v4.channel.k8s.io');
});

test('v5 ends each direction by itself', async () => {
  const { socket, heard } = await open('ports=80', 'v5.channel.k8s.io');
  socket.send(Buffer.of(channels.close, 0));
  await vi.waitFor(() => expect(reached).toEqual(['80 255:\0']));
  connections.get('80')!.send(Buffer.of(channels.close, portChannels.data));
  await vi.waitFor(() => expect(heard.at(-1)).toBe('255:\0'));
});

test('v4, which knows no end of one direction, ends when the program has said all', async () => {
  const { heard, closed } = await open('ports=80', 'v4.channel.k8s.io');
  await vi.waitFor(() => expect(connections.has('80')).toBe(true));
  connections.get('80')!.send(frame(portChannels.data, 'all'));
  connections.get('80')!.send(Buffer.of(channels.close, portChannels.data));
  expect(await closed).toBe(1000);
  expect(heard.at(-1)).toBe('0:all');
});

test('the connections end when the client goes', async () => {
  const { socket } = await open('ports=80,81', 'v4.channel.k8s.io');
  await vi.waitFor(() => expect(connections.size).toBe(2));
  const gone = [...connections.values()].map((each) => new Promise((resolve) => each.on('close', resolve)));
  socket.terminate();
  await Promise.all(gone);
});

test.each([
  ['no number', 'ports=http'],
  ['no port', 'ports=0'],
  ['too large', 'ports=65536'],
])('a port that is %s is refused', async (_what, query) => {
  await expect(open(query, 'v4.channel.k8s.io')).rejects.toThrow('Unexpected server response: 400');
});
