// Real kubectl, old and new: logs and execs, through the API server to an agent that a test plays.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { channels, nodes, pods } from '@berth/objects';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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

  test('exec into what is not there', async () => {
    expect(await kubectl(['exec', 'none', '--', 'ls'])).toMatchObject({
      code: 1,
      out: expect.stringContaining('pods "none" not found'),
    });
    const { code, out } = await kubectl(['exec', 'web', '-c', 'none', '--', 'ls']);
    expect([code, out]).toEqual([1, expect.stringContaining('container none is not valid for pod web')]);
  });
});
