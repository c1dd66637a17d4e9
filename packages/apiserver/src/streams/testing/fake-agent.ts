// Owns a stand-in for an agent: the kubelet's HTTPS server with mutual TLS, whose answers a test gives, and ports of pods
// that are ports of the loopback.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { type AddressInfo, createConnection } from 'node:net';
import { channels, type Draft, type Node, portChannels } from '@berth/objects';
import { type WebSocket, WebSocketServer } from 'ws';
import type { KeyPair } from '../../auth/certificates.ts';
import type { ClusterCredentials } from '../../auth/credentials.ts';

export interface FakeAgent extends AsyncDisposable {
  readonly port: number;
  /** Where a node must say that its agent is. */
  readonly status: Draft<Pick<NonNullable<Node['status']>, 'addresses' | 'daemonEndpoints'>>;
  /** Answers a plain request. */
  onRequest: (request: IncomingMessage, response: ServerResponse) => void;
  /** Serves an exec. */
  onExec: (socket: WebSocket, request: IncomingMessage) => void;
  /** Instead of agreeing to an exec, answers with this code and text. */
  refuseExec(code: number, text: string): void;
  /** Shows another certificate from now on. */
  present(pair: KeyPair): void;
}

export async function startFakeAgent(credentials: ClusterCredentials, name: string): Promise<FakeAgent> {
  const { serving } = await credentials.issueNode({ name, hosts: ['127.0.0.1'] });
  const server = createServer({ ca: credentials.ca, ...serving, requestCert: true, rejectUnauthorized: true });
  const sockets = new WebSocketServer({ server, handleProtocols: () => 'v5.channel.k8s.io' });
  server.on('request', (request, response) => agent.onRequest(request, response));
  sockets.on('connection', (socket, request) => agent.onExec(socket, request));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const agent: FakeAgent = {
    port,
    status: {
      addresses: [
        { type: 'Hostname', address: `${name}.invalid` },
        { type: 'InternalIP', address: '127.0.0.1' },
      ],
      daemonEndpoints: { kubeletEndpoint: { Port: port } },
    },
    onRequest: (_request, response) => response.writeHead(404).end(),
    onExec: (socket) => socket.close(),
    refuseExec(code, text) {
      server.removeAllListeners('upgrade');
      server.on('upgrade', (_request, socket) => {
        const head = `HTTP/1.1 ${code} Refused\r\nConnection: close\r\n`;
        socket.end(`${head}Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
      });
    },
    present: (pair) => server.setSecureContext(pair),
    async [Symbol.asyncDispose]() {
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return agent;
}

/** For `onExec`: each port of each pod is the same port of the loopback. */
export function connectToLoopback(socket: WebSocket, request: IncomingMessage): void {
  const port = Number(new URL(request.url ?? '', 'https://agent').searchParams.get('port'));
  const target = createConnection({ port, host: '127.0.0.1', allowHalfOpen: true });
  const send = (channel: number, data: Uint8Array) => socket.send(Buffer.concat([Buffer.of(channel), data]));
  target.on('data', (data) => send(portChannels.data, data));
  target.on('end', () => send(channels.close, Uint8Array.of(portChannels.data)));
  target.on('error', (error) => send(portChannels.error, Buffer.from(error.message)));
  socket.on('message', (frame: Buffer) => {
    if (frame[0] === portChannels.data) target.write(frame.subarray(1));
    else target.end();
  });
  socket.on('close', () => target.destroy());
}
