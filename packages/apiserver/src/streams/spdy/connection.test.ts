import { type Duplex, duplexPair } from 'node:stream';
import { text } from 'node:stream/consumers';
import { FakeClock } from '@berth/host/testing';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { type SpdyClient, spdyClient } from '../testing/spdy-client.ts';
import { SpdyConnection } from './connection.ts';
import type { SpdyStream } from './stream.ts';

let clock: FakeClock;
let transport: Duplex;
let client: SpdyClient;
let connection: SpdyConnection;
let served: Promise<void>;
let streams: SpdyStream[];

beforeEach(() => {
  clock = new FakeClock();
  const [mine, its] = duplexPair();
  transport = mine;
  client = spdyClient(its);
  streams = [];
  connection = new SpdyConnection(mine, { clock, onStream: (stream) => streams.push(stream) });
  served = connection.serve();
});

async function opened(headers: Record<string, string> = {}): Promise<SpdyStream> {
  const id = await client.open(headers);
  await vi.waitFor(() => expect(streams.at(-1)?.id).toBe(id));
  return streams.at(-1)!;
}

describe('a stream', () => {
  test('has the headers that the client gave it, one after the other with one history', async () => {
    for (const port of ['80', '443', '8080']) {
      const stream = await opened({ streamtype: 'data', port, requestid: '0' });
      expect(stream.headers).toEqual({ streamtype: 'data', port, requestid: '0' });
    }
  });

  test('carries bytes both ways, and each way ends by itself', async () => {
    const stream = await opened();
    client.send(stream.id, 'to the ');
    client.send(stream.id, 'server', { last: true });
    expect(await text(stream.iterator({ destroyOnReturn: false }))).toBe('to the server');
    stream.end('to the client');
    await vi.waitFor(() => expect(client.heard).toEqual(['1 data to the client', '1 end']));
  });

  test('that the client resets fails for who reads it', async () => {
    const stream = await opened();
    client.reset(stream.id);
    await expect(text(stream)).rejects.toThrow('the client has reset the stream');
  });

  test('that the server destroys is reset', async () => {
    const stream = await opened();
    stream.destroy();
    await vi.waitFor(() => expect(client.heard).toEqual(['1 reset']));
  });

  test('with a slow reader holds the client up, and loses nothing', async () => {
    const stream = await opened();
    const piece = 'x'.repeat(100_000);
    for (let i = 0; i < 20; i++) client.send(stream.id, piece);
    client.send(stream.id, '', { last: true });
    await vi.waitFor(() => expect(stream.readableLength).toBeGreaterThan(200_000));
    expect(stream.readableLength).toBeLessThan(500_000);
    expect(await text(stream.iterator({ destroyOnReturn: false }))).toBe(piece.repeat(20));
  });

  test('too many are refused', async () => {
    for (let i = 0; i < 1_001; i++) await client.open({});
    await vi.waitFor(() => expect(client.heard).toEqual(['2001 reset']));
    expect(streams).toHaveLength(1_000);
  });
});

describe('the connection', () => {
  test('answers pings', async () => {
    client.ping(7);
    await vi.waitFor(() => expect(client.heard).toEqual(['ping 7']));
  });

  test('stays while the client answers its pings, and ends when it does not', async () => {
    clock.advance(30_000);
    await vi.waitFor(() => expect(client.heard).toEqual(['ping 2']));
    client.ping(2);
    await opened();
    clock.advance(30_000);
    expect(transport.destroyed).toBe(false);
    clock.advance(30_000);
    await served;
    expect(transport.destroyed).toBe(true);
  });

  test('that breaks ends its streams', async () => {
    const stream = await opened();
    client.hangUp();
    await served;
    expect(stream.destroyed).toBe(true);
  });

  test('lets what was written arrive when the server closes it', async () => {
    const stream = await opened();
    stream.end('last words');
    await vi.waitFor(() => expect(stream.writableFinished).toBe(true));
    connection.close();
    await client.over;
    expect(client.heard).toEqual(['1 data last words', '1 end', 'goAway']);
    client.hangUp();
    await served;
  });

  test('does not wait for long for a client that does not hang up', async () => {
    connection.close();
    clock.advance(5_000);
    await served;
  });

  test.each([
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
    ['SPDY of another version', Buffer.from('8002000600000004000000ff', 'hex')],
    ['a frame without end', Buffer.from('0000000100ffffff', 'hex')],
    ['headers that are not compressed', Buffer.from('800300010000000e0000000100000000000000000001', 'hex')],
    ['a ping without a number', Buffer.from('8003000600000000', 'hex')],
  ])('ends on %s', async (_what, bytes) => {
    client.raw(Buffer.concat([bytes, Buffer.alloc(64)]));
    await served;
    expect(transport.destroyed).toBe(true);
  });
});
