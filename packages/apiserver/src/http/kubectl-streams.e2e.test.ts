// Real kubectl, old and new: logs and execs, through the API server to an agent that a test plays.
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { channels, nodes, pods, portChannels } from '@berth/objects';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { WebSocket } from 'ws';
import { writeKubeconfig } from '../auth/kubeconfig.ts';
import { type FakeAgent, startFakeAgent } from '../streams/testing/fake-agent.ts';
import { type Kubectl, kubectlOf, kubectlVersions } from './testing/kubectl.ts';
import { startTestServer, type TestServer } from './testing/test-server.ts';

let server: TestServer;
let agent: FakeAgent;
let directory: string;

beforeAll(async () => {
  server = await startTestServer();
  directory = await mkdtemp(join(tmpdir(), 'berth-kubectl-'));
  agent = await startFakeAgent(server.credentials, 'n1');
  const { api, admin } = server.test;
  await api.create(admin, nodes, {}, { metadata: { name: 'n1' } });
  const target = { name: 'n1', subresource: 'status' };
  await api.patch(admin, nodes, target, { type: 'application/merge-patch+json', body: { status: agent.status } });
  const containers = [{ name: 'main', image: 'x' }];
  const spec = { containers, nodeName: 'n1' };
  await api.create(admin, pods, { namespace: 'default' }, { metadata: { name: 'web', labels: { app: 'web' } }, spec });
  const body = { status: { phase: 'Running' } };
  const pod = { namespace: 'default', name: 'web', subresource: 'status' };
  await api.patch(admin, pods, pod, { type: 'application/merge-patch+json', body });
});
afterAll(async () => {
  await agent[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  await rm(directory, { recursive: true });
});

const succeed = (socket: WebSocket) => {
  socket.send(frame(channels.error, JSON.stringify({ metadata: {}, status: 'Success' })));
  socket.close(1000);
};
const frame = (channel: number, text: string) => Buffer.concat([Buffer.of(channel), Buffer.from(text)]);

describe.each(kubectlVersions)('kubectl %s', (version) => {
  let kubectl: Kubectl;

  beforeAll(async () => {
    const file = join(directory, `${version}.kubeconfig`);
    const { ca, admin } = server.credentials;
    await writeKubeconfig(file, { server: server.address, ca, user: 'kubernetes-admin', credentials: admin });
    kubectl = await kubectlOf(version, file);
  });

  test.each([
    ['logs', ['logs', 'web'], '/containerLogs/default/web/main'],
    [
      'logs -c --tail --timestamps',
      ['logs', 'web', '-c', 'main', '--tail=5', '--timestamps'],
      '?timestamps=true&tailLines=5',
    ],
    ['logs --previous', ['logs', 'web', '--previous'], '?previous=true'],
    ['logs -f', ['logs', '-f', 'web'], '?follow=true'],
    ['logs -l', ['logs', '-l', 'app=web'], '?tailLines=10'],
    ['logs --since', ['logs', 'web', '--since=60s'], '?sinceSeconds=60'],
  ])('%s', async (_does, args, asked) => {
    agent.onRequest = (request, response) => response.end(`${request.url}\nlast line\n`);
    const { code, out } = await kubectl(args);
    expect(out).toContain(asked);
    expect(out).toContain('last line\n');
    expect(code).toBe(0);
  });

  test('logs of an unknown container', async () => {
    const { code, out } = await kubectl(['logs', 'web', '-c', 'none']);
    expect([code, out]).toEqual([1, expect.stringContaining('container none is not valid for pod web')]);
  });

  test('exec shows both streams and takes over the exit code', async () => {
    let asked = '';
    agent.onExec = (socket, request) => {
      asked = request.url ?? '';
      socket.send(frame(channels.stdout, 'to stdout\n'));
      socket.send(frame(channels.stderr, 'to stderr\n'));
      const details = { causes: [{ reason: 'ExitCode', message: '3' }] };
      const status = {
        status: 'Failure',
        reason: 'NonZeroExitCode',
        message: 'command terminated with exit code 3',
        details,
      };
      socket.send(frame(channels.error, JSON.stringify({ metadata: {}, ...status })));
      socket.close(1000);
    };
    const { code, out } = await kubectl(['exec', 'web', '--', 'ls', '-l', 'a b']);
    expect(out).toContain('to stdout\n');
    expect(out).toContain('to stderr\n');
    expect(code).toBe(3);
    expect(asked).toBe('/exec/default/web/main?command=ls&command=-l&command=a+b&output=1&error=1');
  });

  test('exec -i sends its input to the end', async () => {
    const input = Array.from({ length: 20_000 }, (_, i) => `line ${i}\n`).join('');
    agent.onExec = (socket) => {
      socket.on('message', (message: Buffer) => {
        const [channel] = message;
        if (channel === channels.stdin) return socket.send(frame(channels.stdout, message.subarray(1).toString()));
        if (channel !== channels.close) return;
        socket.send(frame(channels.error, JSON.stringify({ metadata: {}, status: 'Success' })));
        socket.close(1000);
      });
    };
    const { code, out } = await kubectl(['exec', '-i', 'web', '--', 'cat'], { stdin: input });
    expect(out).toBe(input);
    expect(code).toBe(0);
  });

  test('exec of much output loses none of it', async () => {
    const piece = 'x'.repeat(31_999);
    agent.onExec = (socket) => {
      for (let i = 0; i < 200; i++) socket.send(frame(channels.stdout, `${piece}\n`));
      succeed(socket);
    };
    const { code, out } = await kubectl(['exec', 'web', '--', 'cat', 'file']);
    expect([code, out.length]).toEqual([0, 200 * 32_000]);
  });

  test('exec that loses its node does not look like a success', async () => {
    agent.onExec = (socket) => socket.terminate();
    const { code, out } = await kubectl(['exec', 'web', '--', 'ls']);
    expect([code, out]).toEqual([1, expect.stringContaining('the connection to the node was lost')]);
  });

  test('attach shows what comes and passes its input on', async () => {
    let asked = '';
    agent.onExec = (socket, request) => {
      asked = request.url ?? '';
      socket.on('message', (message: Buffer) => {
        if (message[0] === channels.stdin) socket.send(frame(channels.stdout, `got ${message.subarray(1)}`));
        if (message[0] === channels.close) succeed(socket);
      });
    };
    const { code, out } = await kubectl(['attach', '-i', 'web'], { stdin: 'a line\n' });
    expect(out).toContain('got a line\n');
    expect(code).toBe(0);
    expect(asked).toBe('/attach/default/web/main?input=1&output=1&error=1');
  });

  describe('port-forward', () => {
    let forward: ChildProcess;
    let said = '';
    let port = 0;

    beforeEach(async () => {
      said = '';
      forward = kubectl.start(['port-forward', 'pod/web', ':8080']);
      forward.stderr!.on('data', (chunk: Buffer) => {
        said += chunk;
      });
      port = await new Promise<number>((resolve, reject) => {
        forward.stdout!.on('data', (chunk: Buffer) => {
          const found = /127\.0\.0\.1:(\d+) -> 8080/.exec(chunk.toString());
          if (found) resolve(Number(found[1]));
        });
        forward.once('close', () => reject(new Error(said)));
      });
    });
    afterEach(async () => {
      if (forward.exitCode !== null || forward.signalCode !== null) return;
      const gone = once(forward, 'close');
      forward.kill();
      await gone;
    });

    const dial = () => connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    const endOfData = Buffer.of(channels.close, portChannels.data);

    test('carries several connections at once, each to its end', async () => {
      const asked: (string | undefined)[] = [];
      agent.onExec = (socket, request) => {
        asked.push(request.url);
        const received: Buffer[] = [];
        socket.on('message', (message: Buffer) => {
          if (message[0] === portChannels.data) received.push(message.subarray(1));
          if (message[0] !== channels.close) return;
          // Only after the client's end comes the answer: both directions end by themselves.
          socket.send(Buffer.concat([Buffer.of(portChannels.data), ...received]));
          socket.send(endOfData);
          socket.close(1000);
        });
      };
      const piece = 'y'.repeat(100_000);
      const answers = await Promise.all(
        Array.from({ length: 8 }, async (_, i) => {
          const socket = dial();
          socket.end(`${i}${piece}`);
          return text(socket);
        }),
      );
      expect(answers).toEqual(Array.from({ length: 8 }, (_, i) => `${i}${piece}`));
      expect(asked).toEqual(Array.from({ length: 8 }, () => '/portForward/default/web?port=8080'));
    });

    test('is over for the client when the program hangs up', async () => {
      agent.onExec = (socket) => {
        socket.send(Buffer.concat([Buffer.of(portChannels.data), Buffer.from('hello')]));
        socket.send(endOfData);
        socket.on('message', (message: Buffer) => message[0] === channels.close && socket.close(1000));
      };
      expect(await text(dial())).toBe('hello');
    });

    test('tells the agent when the client hangs up, and when kubectl does', async () => {
      const told: number[] = [];
      const left = new Promise<void>((resolve) => {
        agent.onExec = (socket) => {
          socket.send(Buffer.concat([Buffer.of(portChannels.data), Buffer.from('hello')]));
          socket.on('message', (message: Buffer) => told.push(message[0]!));
          socket.on('close', () => resolve());
        };
      });
      const socket = dial();
      await once(socket, 'data');
      socket.destroy();
      await vi.waitFor(() => expect(told).toEqual([channels.close]));
      forward.kill();
      await left;
    });

    test('says what the agent says of a port where nothing listens', async () => {
      agent.onExec = (socket) => {
        socket.send(Buffer.concat([Buffer.of(portChannels.error), Buffer.from('connect ECONNREFUSED')]));
        socket.close(1000);
      };
      expect(await text(dial())).toBe('');
      await vi.waitFor(() => expect(said).toContain('connect ECONNREFUSED'));
    });
  });

  test('exec into what is not there', async () => {
    expect(await kubectl(['exec', 'none', '--', 'ls'])).toMatchObject({
      code: 1,
      out: expect.stringContaining('pods "none" not found'),
    });
    const { code, out } = await kubectl(['exec', 'web', '-c', 'none', '--', 'ls']);
    expect([code, out]).toEqual([1, expect.stringContaining('container none is not valid for pod web')]);
  });
});
