import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aborted, systemClock } from '@berth/host';
import { type ChannelStream, channels, type Node, type Pod } from '@berth/objects';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { type ClusterCredentials, ensureClusterCredentials } from '../auth/credentials.ts';
import { createKubeletStreams } from './kubelet-streams.ts';
import type { PodStreams, StreamTarget } from './port.ts';

let directory: string;
let credentials: ClusterCredentials;
let agent: Server;
let streams: PodStreams;
let target: StreamTarget;
let handle: (request: IncomingMessage, response: ServerResponse) => void;
let accept: (socket: WebSocket, request: IncomingMessage) => void;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'berth-streams-'));
  credentials = await ensureClusterCredentials({ directory, clock: systemClock });
  const { serving } = await credentials.issueNode({ name: 'n1', hosts: ['127.0.0.1'] });
  agent = createServer({ ca: credentials.ca, ...serving, requestCert: true, rejectUnauthorized: true });
  agent.on('request', (request, response) => handle(request, response));
  const sockets = new WebSocketServer({
    server: agent,
    handleProtocols: (offered) => (offered.has('v5.channel.k8s.io') ? 'v5.channel.k8s.io' : false),
  });
  sockets.on('connection', (socket, request) => accept(socket, request));
  await new Promise<void>((resolve) => agent.listen(0, '127.0.0.1', resolve));
  streams = createKubeletStreams({ ca: credentials.ca, client: credentials.kubeletClient });
  target = { pod: pod('default', 'web'), node: node((agent.address() as AddressInfo).port), container: 'main' };
});
afterEach(async () => {
  agent.closeAllConnections();
  agent.close();
  await rm(directory, { recursive: true });
});

function pod(namespace: string, name: string): Pod {
  const metadata = { namespace, name, uid: 'u', resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' };
  return { apiVersion: 'v1', kind: 'Pod', metadata } as Pod;
}

function node(Port: number): Node {
  const metadata = { name: 'n1', uid: 'u', resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' };
  const addresses = [
    { type: 'Hostname', address: 'n1.invalid' },
    { type: 'InternalIP', address: '127.0.0.1' },
  ] as const;
  const status = { addresses, daemonEndpoints: { kubeletEndpoint: { Port } } };
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
    handle = (request, response) => {
      const { subject } = (request.socket as import('node:tls').TLSSocket).getPeerCertificate();
      asked = `${subject.CN} ${request.url}`;
      response.end('one\ntwo\n');
    };
    const log = await streams.log(target, { follow: true, tailLines: 5, timestamps: true }, never);
    expect(await textOf(log)).toBe('one\ntwo\n');
    expect(asked).toBe(
      'kube-apiserver-kubelet-client /containerLogs/default/web/main?follow=true&timestamps=true&tailLines=5',
    );
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
    handle = (_request, response) => response.writeHead(code).end(body);
    await expect(streams.log(target, {}, never)).rejects.toMatchObject({ reason, message, code });
  });

  test('says so when the agent is away', async () => {
    const away = { ...target, node: node(1) };
    await expect(streams.log(away, {}, never)).rejects.toMatchObject({
      reason: 'InternalError',
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });

  test('refuses an agent whose certificate is not of the cluster', async () => {
    const other = await ensureClusterCredentials({ directory: join(directory, 'other'), clock: systemClock });
    const { serving } = await other.issueNode({ name: 'n1', hosts: ['127.0.0.1'] });
    agent.setSecureContext(serving);
    await expect(streams.log(target, {}, never)).rejects.toMatchObject({ reason: 'InternalError' });
  });

  test('ends on both sides when the reader gives up', async () => {
    const gone = new Promise<void>((resolve) => {
      handle = (_request, response) => {
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
    accept = (socket, request) => {
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
    agent.removeAllListeners('upgrade');
    agent.on('upgrade', (_request, socket) => {
      socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 12\r\nConnection: close\r\n\r\nno such pod\n');
    });
    const exec = streams.exec(target, { command: ['ls'], stdout: true }, never);
    await expect(exec).rejects.toMatchObject({ reason: 'NotFound', message: 'no such pod' });
  });

  test('a slow reader holds the agent back, and nothing is lost', async () => {
    const count = 2000;
    accept = (socket) => {
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
      accept = (socket) => socket.on('close', () => resolve());
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
    accept = () => expect.unreachable('the agent was called');
    const exec = streams.exec(target, { command: ['ls'], stdout: true }, AbortSignal.abort());
    await expect(exec).rejects.toMatchObject({ reason: 'Timeout' });
  });
});

test('a node that does not say where its agent is is an error of its own', async () => {
  const lost = { ...target, node: { ...target.node, status: {} } };
  await expect(streams.log(lost, {}, never)).rejects.toMatchObject({
    message: 'node n1 does not say where its agent can be reached',
  });
});
