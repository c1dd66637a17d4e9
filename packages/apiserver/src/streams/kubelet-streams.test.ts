import { X509Certificate } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { aborted, systemClock } from '@berth/host';
import { type ChannelStream, channels, type Node, type Pod } from '@berth/objects';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ClusterCredentials, ensureClusterCredentials } from '../auth/credentials.ts';
import { createKubeletStreams } from './kubelet-streams.ts';
import type { PodStreams, StreamTarget } from './port.ts';
import { type FakeAgent, startFakeAgent } from './testing/fake-agent.ts';

let directory: string;
let credentials: ClusterCredentials;
let agent: FakeAgent;
let streams: PodStreams;
let target: StreamTarget;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'berth-streams-'));
  credentials = await ensureClusterCredentials({ directory, clock: systemClock });
  agent = await startFakeAgent(credentials, 'n1');
  streams = createKubeletStreams({ ca: credentials.ca, client: () => credentials.kubeletClient });
  target = { pod: pod('default', 'web'), node: node(agent.status), container: 'main' };
});
afterEach(async () => {
  await agent[Symbol.asyncDispose]();
  await rm(directory, { recursive: true });
});

function pod(namespace: string, name: string): Pod {
  const metadata = { namespace, name, uid: 'u', resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' };
  return { apiVersion: 'v1', kind: 'Pod', metadata } as Pod;
}

function node(status: Partial<FakeAgent['status']>): Node {
  const metadata = { name: 'n1', uid: 'u', resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' };
  return { apiVersion: 'v1', kind: 'Node', metadata, status } as unknown as Node;
}

const never = new AbortController().signal;

async function textOf(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts).toString('utf8');
}

describe('log', () => {
  test('asks the agent under the kubelet path, as the server, and passes the bytes on', async () => {
    let asked = '';
    agent.onRequest = (request, response) => {
      const { subject } = (request.socket as TLSSocket).getPeerCertificate();
      asked = `${subject.CN} ${request.url}`;
      response.end('one\ntwo\n');
    };
    const log = await streams.log(target, { follow: true, tailLines: 5, timestamps: true }, never);
    expect(await textOf(log)).toBe('one\ntwo\n');
    expect(asked).toBe(
      'kube-apiserver-kubelet-client /containerLogs/default/web/main?follow=true&timestamps=true&tailLines=5',
    );
  });

  test('shows the agent the certificate that took the place of the first', async () => {
    const renewable = await ensureClusterCredentials({ directory, clock: systemClock });
    const ofServer = createKubeletStreams({ ca: renewable.ca, client: () => renewable.kubeletClient });
    const shown: string[] = [];
    agent.onRequest = (request, response) => {
      shown.push((request.socket as TLSSocket).getPeerCertificate().serialNumber);
      response.end();
    };
    const ask = async () => textOf(await ofServer.log(target, {}, never));
    await ask();
    await rm(join(directory, 'apiserver-kubelet-client.crt'));
    await renewable.renew();
    await ask();
    expect(shown).toEqual([expect.any(String), new X509Certificate(renewable.kubeletClient.cert).serialNumber]);
    expect(shown[0]).not.toBe(shown[1]);
  });

  test.each([
    [
      'a Status',
      404,
      '{"kind":"Status","reason":"NotFound","message":"no such container","code":404}',
      'NotFound',
      'no such container',
    ],
    [
      'a text',
      400,
      'previous terminated container "main" not found\n',
      'BadRequest',
      'previous terminated container "main" not found',
    ],
    ['nothing', 500, '', 'InternalError', 'the agent answered 500'],
  ])('throws what the agent says: %s', async (_name, code, body, reason, message) => {
    agent.onRequest = (_request, response) => response.writeHead(code).end(body);
    await expect(streams.log(target, {}, never)).rejects.toMatchObject({ reason, message, code });
  });

  test('says so when the agent is away', async () => {
    const away = { ...target, node: node({ ...agent.status, daemonEndpoints: { kubeletEndpoint: { Port: 1 } } }) };
    await expect(streams.log(away, {}, never)).rejects.toMatchObject({
      reason: 'InternalError',
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });

  test('refuses an agent whose certificate is not of the cluster', async () => {
    const other = await ensureClusterCredentials({ directory: join(directory, 'other'), clock: systemClock });
    const { serving } = await other.issueNode({ name: 'n1', hosts: ['127.0.0.1'] });
    agent.present(serving);
    await expect(streams.log(target, {}, never)).rejects.toMatchObject({ reason: 'InternalError' });
  });

  test('ends on both sides when the reader gives up', async () => {
    const gone = new Promise<void>((resolve) => {
      agent.onRequest = (_request, response) => {
        response.write('first\n');
        response.on('close', resolve);
      };
    });
    const abort = new AbortController();
    const log = await streams.log(target, { follow: true }, abort.signal);
    const read: string[] = [];
    for await (const chunk of log) {
      read.push(Buffer.from(chunk).toString());
      abort.abort();
    }
    expect(read).toEqual(['first\n']);
    await gone;
  });
});

describe('exec', () => {
  const collect = async (stream: ChannelStream) => {
    const messages: string[] = [];
    for await (const { channel, data } of stream) messages.push(`${channel}:${Buffer.from(data)}`);
    return messages;
  };

  test('carries channels both ways until the agent ends', async () => {
    let asked = '';
    agent.onExec = (socket, request) => {
      asked = request.url ?? '';
      socket.on('message', (frame: Buffer) => {
        if (frame[0] === channels.close) return socket.close(1000);
        socket.send(Buffer.concat([Buffer.of(channels.stdout), frame.subarray(1)]));
      });
    };
    const options = { command: ['sh', '-c', 'cat & true'], stdin: true, stdout: true, stderr: true };
    const stream = await streams.exec(target, options, never);
    stream.send(channels.stdin, Buffer.from('hello'));
    await stream.drained?.();
    stream.send(channels.close, Buffer.of(channels.stdin));
    expect(await collect(stream)).toEqual(['1:hello']);
    expect(asked).toBe('/exec/default/web/main?command=sh&command=-c&command=cat+%26+true&input=1&output=1&error=1');
  });

  test('throws what the agent says instead of agreeing', async () => {
    agent.refuseExec(404, 'no such pod\n');
    const exec = streams.exec(target, { command: ['ls'], stdout: true }, never);
    await expect(exec).rejects.toMatchObject({ reason: 'NotFound', message: 'no such pod' });
  });

  test('a slow reader holds the agent back, and nothing is lost', async () => {
    const count = 2000;
    agent.onExec = (socket) => {
      for (let i = 0; i < count; i++) socket.send(Buffer.concat([Buffer.of(1), Buffer.from(String(i))]));
      socket.close(1000);
    };
    const stream = await streams.exec(target, { command: ['seq'], stdout: true }, never);
    await new Promise((resolve) => setImmediate(resolve));
    const messages = await collect(stream);
    expect(messages).toEqual(Array.from({ length: count }, (_, i) => `1:${i}`));
  });

  test('ends at the agent when the caller gives up', async () => {
    const gone = new Promise<void>((resolve) => {
      agent.onExec = (socket) => socket.on('close', () => resolve());
    });
    const abort = new AbortController();
    const stream = await streams.exec(target, { command: ['sleep', '100'], stdout: true }, abort.signal);
    const ended = collect(stream);
    abort.abort();
    await aborted(abort.signal);
    expect(await ended).toEqual([]);
    await gone;
  });

  test('starts nothing for a caller who has given up already', async () => {
    agent.onExec = () => expect.unreachable('the agent was called');
    const exec = streams.exec(target, { command: ['ls'], stdout: true }, AbortSignal.abort());
    await expect(exec).rejects.toMatchObject({ reason: 'Timeout' });
  });
});

test('a node that does not say where its agent is is an error of its own', async () => {
  const lost = { ...target, node: node({}) };
  await expect(streams.log(lost, {}, never)).rejects.toMatchObject({
    message: 'node n1 does not say where its agent can be reached',
  });
});
