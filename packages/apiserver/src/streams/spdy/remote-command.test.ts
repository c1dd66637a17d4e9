import { duplexPair } from 'node:stream';
import { FakeClock } from '@berth/host/testing';
import { channels } from '@berth/objects';
import { beforeEach, expect, test, vi } from 'vitest';
import { type FakeChannels, fakeChannels } from '../testing/fake-channels.ts';
import { type SpdyClient, spdyClient } from '../testing/spdy-client.ts';
import { relayOverSpdy } from './remote-command.ts';

let clock: FakeClock;
let client: SpdyClient;
let command: FakeChannels;
let relayed: Promise<void>;

function start(...wanted: ('stdin' | 'stdout' | 'stderr' | 'resize')[]): void {
  clock = new FakeClock();
  const [mine, its] = duplexPair();
  client = spdyClient(its);
  command = fakeChannels();
  relayed = relayOverSpdy(mine, command, { wanted: new Set(wanted), clock });
}
beforeEach(() => start('stdin', 'stdout', 'stderr'));

const open = (streamtype: string) => client.open({ streamtype });

test('each channel is a stream, and the Status comes last', async () => {
  command.say(channels.stdout, 'early');
  const [error, stdin, stdout, stderr] = [
    await open('error'),
    await open('stdin'),
    await open('stdout'),
    await open('stderr'),
  ];
  client.send(stdin, 'input', { last: true });
  await vi.waitFor(() => expect(command.sent).toEqual(['0:input', '255:\0']));
  command.say(channels.stderr, 'oh');
  command.say(channels.error, '{"status":"Success"}');
  command.finish();
  await client.over;
  expect(client.heard.slice(0, 3)).toEqual([
    `${stdout} data early`,
    `${stderr} data oh`,
    `${error} data {"status":"Success"}`,
  ]);
  expect([...client.heard.slice(3)].sort()).toEqual(
    [`${error} end`, `${stderr} end`, `${stdin} end`, `${stdout} end`, 'goAway'].sort(),
  );
  client.hangUp();
  await relayed;
  expect(command.closed).toBe(true);
});

test('sizes of the terminal are passed on one by one', async () => {
  start('stdout', 'resize');
  await open('error');
  await open('stdout');
  const resize = await open('resize');
  client.send(resize, '{"Width":80,"Height":24}\n{"Width"');
  client.send(resize, ':81,"Height":24}\n');
  await vi.waitFor(() => expect(command.sent).toEqual(['4:{"Width":80,"Height":24}', '4:{"Width":81,"Height":24}']));
});

test('a command that breaks off ends with a Status that says so', async () => {
  for (const name of ['error', 'stdin', 'stdout', 'stderr']) await open(name);
  command.finish();
  await client.over;
  expect(client.heard.join()).toContain('the connection to the node was lost');
});

test('the command is left when the client goes', async () => {
  for (const name of ['error', 'stdin', 'stdout', 'stderr']) await open(name);
  client.hangUp();
  await relayed;
  expect(command.closed).toBe(true);
});

test('input that the client gives up has ended', async () => {
  const ids: Record<string, number> = {};
  for (const name of ['error', 'stdin', 'stdout', 'stderr']) ids[name] = await open(name);
  client.reset(ids.stdin!);
  await vi.waitFor(() => expect(command.sent).toEqual(['255:\0']));
});

test.each([['stdout'], ['video']])('a second or unknown stream is reset: %s', async (name) => {
  await open('stdout');
  const id = await open(name);
  await vi.waitFor(() => expect(client.heard).toEqual([`${id} reset`]));
});

test('a client that does not open its streams is not waited for', async () => {
  await open('error');
  clock.advance(30_000);
  await client.over;
  client.hangUp();
  await relayed;
  expect(command.closed).toBe(true);
});
