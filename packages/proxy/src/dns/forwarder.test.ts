import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeClock } from '@berth/host/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Forwarder, parseResolvers } from './forwarder.ts';

const query = Buffer.from([0, 7, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
const answer = Buffer.from([0, 7, 0x81, 0x80, 0, 0, 0, 0, 0, 0, 0, 0]);
const forged = Buffer.from([0, 8, 0x81, 0x80, 0, 0, 0, 0, 0, 0, 0, 0]);

let directory: string;
let resolver: Socket;
let asked: Promise<unknown>;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'berth-dns-'));
  resolver = createSocket('udp4').bind(0, '127.0.0.1');
  await once(resolver, 'listening');
  asked = once(resolver, 'message');
});
afterEach(async () => {
  resolver.close();
  await rm(directory, { recursive: true });
});

async function forwarder(clock: FakeClock, isOwn: (address: string) => boolean = () => false): Promise<Forwarder> {
  const resolvConf = join(directory, 'resolv.conf');
  await writeFile(resolvConf, 'nameserver 127.0.0.1\n');
  return new Forwarder({ resolvConf, isOwn, clock, port: resolver.address().port });
}

test('hands the resolver\u2019s answer on, and only an answer to this question', async () => {
  const answered = (await forwarder(new FakeClock())).forward(query, 'udp');
  resolver.on('message', (_, { port, address }) => {
    resolver.send(forged, port, address, () => resolver.send(answer, port, address));
  });
  expect(await answered).toEqual(answer);
});

test('gives up on a resolver that says nothing', async () => {
  const clock = new FakeClock();
  const answered = (await forwarder(clock)).forward(query, 'udp');
  await asked;
  await clock.advance(2_000);
  expect(await answered).toBeUndefined();
  expect(clock.waiting).toBe(0);
});

test('never asks itself', async () => {
  expect(await (await forwarder(new FakeClock(), () => true)).forward(query, 'udp')).toBeUndefined();
});

test.each([
  { text: '', expected: [] },
  {
    text: '# nameserver 1.1.1.1\nnameserver 9.9.9.9\n  nameserver\tfd00::1 # ours\nsearch a b',
    expected: ['9.9.9.9', 'fd00::1'],
  },
])('resolv.conf $text', ({ text, expected }) => expect(parseResolvers(text)).toEqual(expected));
