import { request } from 'node:https';
import { channels, type ExecOptions, nodes, type Pod, pods } from '@berth/objects';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type FakeAgent, startFakeAgent } from '../streams/testing/fake-agent.ts';
import { startTestServer, type TestServer } from './testing/test-server.ts';

let server: TestServer;
let agent: FakeAgent;

const pod = '/api/v1/namespaces/streams/pods/web';
const exec = `${pod}/exec?command=sh&stdin=true&stdout=true&stderr=true`;

beforeAll(async () => {
  server = await startTestServer();
  await server.test.namespace('streams');
});
afterAll(async () => {
  await agent[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

/** A pod of two containers on a node whose agent is fresh. */
beforeEach(async () => {
  await agent?.[Symbol.asyncDispose]();
  agent = await startFakeAgent(server.credentials, 'n1');
  const { api, admin } = server.test;
  const found = await api.list(admin, nodes, {});
  if (found.items.length === 0) {
    await api.create(admin, nodes, {}, { metadata: { name: 'n1' } });
    const containers = ['main', 'side'].map((name) => ({ name, image: 'x' }));
    const spec = { containers, nodeName: 'n1' };
    await api.create(admin, pods, { namespace: 'streams' }, { metadata: { name: 'web' }, spec });
    const target = { name: 'waiting' };
    await api.create(admin, pods, { namespace: 'streams' }, { metadata: target, spec: { containers } });
  }
  const patch = { type: 'application/merge-patch+json', body: { status: agent.status } } as const;
  await api.patch(admin, nodes, { name: 'n1', subresource: 'status' }, patch);
});

describe('a log', () => {
  test('comes from the agent, as it comes', async () => {
    agent.onRequest = (asked, response) => {
      response.write(`${asked.url}\n`);
      setImmediate(() => response.end('second\n'));
    };
    const { code, headers, text } = await server.call('GET', `${pod}/log?container=side&tailLines=3&follow=true`);
    expect([code, headers['content-type']]).toEqual([200, 'text/plain']);
    expect(text).toBe('/containerLogs/streams/web/side?follow=true&tailLines=3\nsecond\n');
  });

  test.each([
    [
      'no container named',
      `${pod}/log`,
      400,
      'a container name must be specified for pod web, choose one of: [main side]',
    ],
    ['an unknown container', `${pod}/log?container=none`, 400, 'container none is not valid for pod web'],
    ['no such pod', '/api/v1/namespaces/streams/pods/none/log', 404, 'pods "none" not found'],
    [
      'a negative tail',
      `${pod}/log?container=main&tailLines=-1`,
      422,
      'PodLogOptions "web" is invalid: tailLines: Invalid value: -1: must be greater than or equal to 0',
    ],
    ['what the agent says', `${pod}/log?container=main`, 400, 'container "main" in pod "web" is waiting to start'],
  ])('is refused: %s', async (_what, path, code, message) => {
    agent.onRequest = (_asked, response) =>
      response.writeHead(400).end('container "main" in pod "web" is waiting to start');
    expect((await server.call('GET', path)).json).toMatchObject({ kind: 'Status', code, message });
  });

  test.each([
    ['binary.k8s.io', ['one', 'two']],
    ['base64.binary.k8s.io', ['b25l', 'dHdv']],
    ['', ['one', 'two']],
  ])('over a WebSocket is a message for each piece: %s', async (protocol, pieces) => {
    let goOn = () => {};
    agent.onRequest = (_asked, response) => {
      response.write('one');
      goOn = () => response.end('two');
    };
    const { socket, closed } = await openSocket(`${pod}/log?container=main&follow=true`, protocol ? [protocol] : []);
    const messages: string[] = [];
    socket.on('message', (frame: Buffer) => {
      messages.push(frame.toString());
      goOn();
    });
    expect(await closed).toBe(1000);
    expect([socket.protocol, messages]).toEqual([protocol, pieces]);
  });

  test.each([
    ['what the agent says', '', 400],
    ['a subprotocol of others', 'v5.channel.k8s.io', 400],
  ])('over a WebSocket is refused in plain HTTP: %s', async (_what, protocol, code) => {
    agent.onRequest = (_asked, response) => response.writeHead(400).end('is waiting to start');
    const opened = openSocket(`${pod}/log?container=main`, protocol ? [protocol] : []);
    await expect(opened).rejects.toThrow(`Unexpected server response: ${code}`);
  });

  test('that breaks off does not end like one that is complete', async () => {
    agent.onRequest = (_asked, response) => {
      response.write('half');
      setImmediate(() => response.destroy());
    };
    await expect(server.call('GET', `${pod}/log?container=main`)).rejects.toThrow();
  });
});

interface Shell {
  readonly socket: WebSocket;
  readonly messages: string[];
  readonly closed: Promise<number>;
}

async function openShell(path: string, protocols = ['v5.channel.k8s.io', 'v4.channel.k8s.io']): Promise<Shell> {
  const { socket, closed } = await openSocket(path, protocols);
  const messages: string[] = [];
  socket.on('message', (frame: Buffer, isBinary) =>
    messages.push(isBinary ? `${frame[0]}:${frame.subarray(1)}` : frame.toString()),
  );
  return { socket, messages, closed };
}

function openSocket(path: string, protocols: string[]): Promise<Omit<Shell, 'messages'>> {
  const { ca, admin } = server.credentials;
  const socket = new WebSocket(`${server.address.replace('https', 'wss')}${path}`, protocols, { ca, ...admin });
  const closed = new Promise<number>((resolve) => socket.on('close', resolve));
  return new Promise((resolve, reject) => {
    socket.on('open', () => resolve({ socket, closed }));
    socket.on('error', reject);
  });
}

describe('an exec', () => {
  const frame = (channel: number, text: string) => Buffer.concat([Buffer.of(channel), Buffer.from(text)]);

  /** Repeats what comes in; ends at `exit` with a Status, as the protocol asks. */
  const echo = () => {
    agent.onExec = (socket) =>
      socket.on('message', (message: Buffer) => {
        if (message.subarray(1).toString() !== 'exit')
          return socket.send(frame(channels.stdout, `${message[0]}${message.subarray(1)}`));
        socket.send(frame(channels.error, '{"status":"Success"}'));
        socket.close(1000);
      });
  };

  test.each([['v5.channel.k8s.io'], ['v4.channel.k8s.io']])('carries channels both ways over %s', async (protocol) => {
    echo();
    const { socket, messages, closed } = await openShell(`${exec}&container=main`, [protocol]);
    expect(socket.protocol).toBe(protocol);
    socket.send(frame(channels.stdin, 'hello'));
    socket.send(frame(channels.resize, '{"Width":80}'));
    socket.send(frame(channels.stdin, 'exit'));
    expect(await closed).toBe(1000);
    expect(messages).toEqual(['1:0hello', '1:4{"Width":80}', '3:{"status":"Success"}']);
  });

  test.each([['channel.k8s.io'], ['']])('tells those before version 4 of a failure alone: "%s"', async (protocol) => {
    const ended = async (status: object) => {
      agent.onExec = (socket) => {
        socket.send(frame(channels.stdout, 'out'));
        socket.send(frame(channels.error, JSON.stringify(status)));
        socket.close(1000);
      };
      const { messages, closed, socket } = await openShell(`${exec}&container=main`, protocol ? [protocol] : []);
      await closed;
      expect(socket.protocol).toBe(protocol);
      return messages;
    };
    expect(await ended({ status: 'Success' })).toEqual(['1:out']);
    const failed = { status: 'Failure', message: 'command terminated with exit code 3' };
    expect(await ended(failed)).toEqual(['1:out', '3:command terminated with exit code 3']);
  });

  test.each([
    ['v4.base64.channel.k8s.io', '3eyJzdGF0dXMiOiJTdWNjZXNzIn0='],
    ['base64.channel.k8s.io', undefined],
  ])('goes as text to those who take nothing else: %s', async (protocol, end) => {
    echo();
    const { socket, messages, closed } = await openShell(`${exec}&container=main`, [protocol]);
    socket.send(`0${Buffer.from('hello').toString('base64')}`);
    socket.send(`0${Buffer.from('exit').toString('base64')}`);
    expect(await closed).toBe(1000);
    expect(messages).toEqual([`1${Buffer.from('0hello').toString('base64')}`, ...(end ? [end] : [])]);
  });

  test('prefers the newer protocol, and answers pings', async () => {
    echo();
    const { socket } = await openShell(`${exec}&container=main`);
    expect(socket.protocol).toBe('v5.channel.k8s.io');
    const pong = new Promise((resolve) => socket.on('pong', resolve));
    socket.ping();
    await pong;
    socket.close();
  });

  test('ends at the agent when the client goes away', async () => {
    const gone = new Promise<void>((resolve) => {
      agent.onExec = (socket) => socket.on('close', () => resolve());
    });
    const { socket } = await openShell(`${exec}&container=main`);
    socket.terminate();
    await gone;
  });

  test('that breaks off at the agent ends with a Status that says so', async () => {
    agent.onExec = (socket) => socket.terminate();
    const { messages, closed } = await openShell(`${exec}&container=main`);
    await closed;
    expect(messages).toEqual([expect.stringMatching(/^3:.*the connection to the node was lost/)]);
  });

  test('carries much, to a slow client, without losing any', async () => {
    const piece = 'x'.repeat(32_000);
    const count = 500;
    agent.onExec = (socket) => {
      for (let i = 0; i < count; i++) socket.send(frame(channels.stdout, piece));
      socket.send(frame(channels.error, '{"status":"Success"}'));
      socket.close(1000);
    };
    const { socket, messages, closed } = await openShell(`${exec}&container=main`);
    socket.pause();
    await new Promise((resolve) => setImmediate(resolve));
    socket.resume();
    await closed;
    expect(messages).toHaveLength(count + 1);
    expect(messages.slice(0, count).every((message) => message.length === piece.length + 2)).toBe(true);
  });

  test.each([
    ['no such pod', '/api/v1/namespaces/streams/pods/none/exec?command=sh&stdout=1', 404],
    ['no container named', exec, 400],
    ['a pod on no node', exec.replace('web', 'waiting').concat('&container=main'), 400],
    ['no command', `${pod}/exec?container=main&stdout=1`, 422],
    ['no stream', `${pod}/exec?container=main&command=sh`, 400],
    ['no such path', '/api/v1/namespaces/streams/pods/web/shell', 404],
  ])('is refused in plain HTTP: %s', async (_what, path, code) => {
    await expect(openShell(path)).rejects.toThrow(`Unexpected server response: ${code}`);
  });

  test('is refused to strangers', async () => {
    const { ca } = server.credentials;
    const socket = new WebSocket(`${server.address.replace('https', 'wss')}${exec}`, 'v5.channel.k8s.io', { ca });
    const error = await new Promise<Error>((resolve) => socket.on('error', resolve));
    expect(error.message).toBe('Unexpected server response: 401');
  });

  const upgrade = (protocol: Record<string, string>) => {
    const { ca, admin } = server.credentials;
    return new Promise<{ code: number; text: string }>((resolve, reject) => {
      const headers = { Connection: 'Upgrade', ...protocol };
      const sent = request(`${server.address}${exec}&container=main`, { ca, ...admin, headers }, (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (part: string) => {
          text += part;
        });
        answer.on('end', () => resolve({ code: answer.statusCode ?? 0, text }));
      });
      sent.on('error', reject).end();
    });
  };
  const websocket = {
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': Buffer.alloc(16).toString('base64'),
    'Sec-WebSocket-Protocol': 'v5.channel.k8s.io',
  };

  test('of a client whose handshake is none ends at the agent', async () => {
    const gone = new Promise<void>((resolve) => {
      agent.onExec = (socket) => socket.on('close', () => resolve());
    });
    expect((await upgrade({ ...websocket, 'Sec-WebSocket-Key': 'short' })).code).toBe(400);
    await gone;
  });

  test('refused by the agent is refused to the client, with its words', async () => {
    agent.refuseExec(500, 'the container is not running');
    const refused = await upgrade(websocket);
    expect(JSON.parse(refused.text)).toMatchObject({
      kind: 'Status',
      code: 500,
      message: 'the container is not running',
    });
    const spdy = await upgrade({ Upgrade: 'SPDY/3.1', 'X-Stream-Protocol-Version': 'v4.channel.k8s.io' });
    expect(JSON.parse(spdy.text)).toMatchObject({ code: 500, message: 'the container is not running' });
  });

  test.each([
    ['another protocol', { Upgrade: 'h2c' }, 'Upgrade request required'],
    ['a subprotocol that nobody serves', { ...websocket, 'Sec-WebSocket-Protocol': 'chat' }, 'v5.channel.k8s.io'],
    [
      'a SPDY protocol that is too old',
      { Upgrade: 'SPDY/3.1', 'X-Stream-Protocol-Version': 'channel.k8s.io' },
      'v4.channel.k8s.io',
    ],
  ])('is refused: %s', async (_what, headers, message) => {
    agent.onExec = () => expect.unreachable('the agent was called');
    const refused = await upgrade(headers);
    expect(JSON.parse(refused.text)).toMatchObject({ code: 400, message: expect.stringContaining(message) });
  });
});

test('the core reaches the agents in process too', async () => {
  agent.onExec = (socket) => {
    socket.send(Buffer.from('\u0001hi'));
    socket.close(1000);
  };
  const { api, admin } = server.test;
  const options: ExecOptions = { container: 'main', command: ['echo', 'hi'], stdout: true };
  const found: Pod = await api.get(admin, pods, { namespace: 'streams', name: 'web' });
  const stream = await api.exec(
    admin,
    { namespace: 'streams', name: found.metadata.name },
    options,
    new AbortController().signal,
  );
  const received: string[] = [];
  for await (const { channel, data } of stream) received.push(`${channel}:${Buffer.from(data)}`);
  expect(received).toEqual(['1:hi']);
});
