import { once } from 'node:events';
import { type AddressInfo, createConnection, createServer, type Server, type Socket } from 'node:net';
import { channels, portChannels } from '@berth/objects';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { servePort } from './port-socket.ts';

let program: Server;
let agent: WebSocketServer;
/** The API server's end. */
let caller: WebSocket;
/** The program's end of the connection to its port. */
let accepted: Socket;
let served: Promise<void>;
const heard: string[] = [];

beforeEach(async () => {
  heard.length = 0;
  program = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
  agent = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await Promise.all([once(program, 'listening'), once(agent, 'listening')]);
  const { port } = program.address() as AddressInfo;
  const connection = once(program, 'connection');
  const target = createConnection({ port, host: '127.0.0.1', allowHalfOpen: true });
  target.on('error', () => {});
  [accepted] = (await connection) as [Socket];
  accepted.on('error', () => {});
  agent.on('connection', (socket) => {
    served = servePort(socket, target);
  });
  caller = new WebSocket(`ws://127.0.0.1:${(agent.address() as AddressInfo).port}`);
  caller.on('message', (frame: Buffer) => heard.push(`${frame[0]}:${frame.subarray(1).toString('latin1')}`));
  await once(caller, 'open');
});
afterEach(() => {
  caller.terminate();
  accepted.destroy();
  program.close();
  agent.close();
});

const data = (text: string) => Buffer.concat([Buffer.of(portChannels.data), Buffer.from(text)]);
const endOfData = Buffer.of(channels.close, portChannels.data);

describe('a connection to a port', () => {
  test('answers after the caller has ended, and then is over', async () => {
    caller.send(data('question'));
    caller.send(endOfData);
    const asked: string[] = [];
    for await (const chunk of accepted.iterator({ destroyOnReturn: false })) asked.push(String(chunk));
    expect(asked.join('')).toBe('question');
    accepted.end('answer');
    await once(caller, 'close');
    expect(heard).toEqual(['0:answer', '255:\0']);
    await served;
  });

  test('goes on to be written to after the program has ended its direction', async () => {
    accepted.end('bye');
    await vi.waitFor(() => expect(heard).toEqual(['0:bye', '255:\0']));
    caller.send(data('late'));
    const [late] = (await once(accepted, 'data')) as [Buffer];
    expect(late.toString()).toBe('late');
  });

  test('ends when the caller goes', async () => {
    const closed = once(accepted, 'close');
    accepted.resume();
    accepted.on('end', () => accepted.end());
    caller.terminate();
    await closed;
    await served;
  });

  test('that the program breaks says so', async () => {
    accepted.resetAndDestroy();
    await once(caller, 'close');
    expect(heard).toEqual([`${portChannels.error}:read ECONNRESET`]);
  });

  test('brings much to a slow caller, and loses none of it', async () => {
    const piece = Buffer.alloc(64 * 1024, 'x');
    caller.pause();
    for (let i = 0; i < 100; i++) accepted.write(piece);
    accepted.end();
    caller.resume();
    await vi.waitFor(() => expect(heard.at(-1)).toBe('255:\0'), 4_000);
    const total = heard.slice(0, -1).reduce((sum, message) => sum + message.length - 2, 0);
    expect(total).toBe(100 * piece.length);
  });
});
