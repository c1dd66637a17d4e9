import { duplexPair } from 'node:stream';
import { FakeClock } from '@berth/host/testing';
import { channels, type PortForward, portChannels, StatusError } from '@berth/objects';
import { beforeEach, expect, test, vi } from 'vitest';
import { type FakeChannels, fakeChannels } from '../testing/fake-channels.ts';
import { type SpdyClient, spdyClient } from '../testing/spdy-client.ts';
import { forwardOverSpdy } from './port-forward.ts';

let client: SpdyClient;
let targets: Map<number, FakeChannels>;
let stop: AbortController;
let forwarded: Promise<void>;

const forward: PortForward = {
  async connect(port) {
    if (port === 1) throw new StatusError('ServiceUnavailable', 'connect ECONNREFUSED 10.244.0.2:1');
    const target = fakeChannels();
    targets.set(port, target);
    return target;
  },
};

beforeEach(() => {
  targets = new Map();
  stop = new AbortController();
  const [mine, its] = duplexPair();
  client = spdyClient(its);
  forwarded = forwardOverSpdy(mine, forward, { clock: new FakeClock(), signal: stop.signal });
});

async function pair(port: number, requestid = `${port}`): Promise<{ error: number; data: number }> {
  const error = await client.open({ streamtype: 'error', port: `${port}`, requestid });
  client.send(error, '', { last: true });
  return { error, data: await client.open({ streamtype: 'data', port: `${port}`, requestid }) };
}

async function targetOf(port: number): Promise<FakeChannels> {
  await vi.waitFor(() => expect(targets.has(port)).toBe(true));
  return targets.get(port)!;
}

test('several connections at once, each with both directions', async () => {
  const [one, two] = [await pair(80), await pair(81)];
  client.send(two.data, 'to 81');
  client.send(one.data, 'to 80', { last: true });
  const [first, second] = [await targetOf(80), await targetOf(81)];
  await vi.waitFor(() => expect(first.sent).toEqual(['0:to 80', '255:\0']));
  await vi.waitFor(() => expect(second.sent).toEqual(['0:to 81']));
  first.say(portChannels.data, 'from 80');
  first.say(channels.close, '\0');
  first.finish();
  await vi.waitFor(() =>
    expect(client.heard).toEqual([`${one.data} data from 80`, `${one.data} end`, `${one.error} end`]),
  );
  expect(second.closed).toBe(false);
});

test('when the program has said all, both streams end, and the client may still write', async () => {
  const { data, error } = await pair(80);
  const target = await targetOf(80);
  target.say(channels.close, '\0');
  await vi.waitFor(() => expect([...client.heard].sort()).toEqual([`${error} end`, `${data} end`].sort()));
  client.send(data, 'late', { last: true });
  await vi.waitFor(() => expect(target.sent).toEqual(['0:late', '255:\0']));
});

test('why there is no connection stands on the error stream', async () => {
  const { data, error } = await pair(1);
  await vi.waitFor(() => expect(client.heard).toContain(`${error} end`));
  expect(client.heard).toContain(`${error} data error forwarding port 1: connect ECONNREFUSED 10.244.0.2:1`);
  expect(client.heard).toContain(`${data} end`);
});

test('what goes wrong later stands there, too', async () => {
  const { error } = await pair(80);
  const target = await targetOf(80);
  target.say(portChannels.error, 'read ECONNRESET');
  target.finish();
  await vi.waitFor(() => expect(client.heard).toContain(`${error} data read ECONNRESET`));
});

test('a stream that the client resets closes its connection', async () => {
  const { data } = await pair(80);
  const target = await targetOf(80);
  client.reset(data);
  await vi.waitFor(() => expect(target.closed).toBe(true));
});

test('all connections are closed when the client goes', async () => {
  await pair(80);
  const target = await targetOf(80);
  client.hangUp();
  await forwarded;
  await vi.waitFor(() => expect(target.closed).toBe(true));
});

test('the client is sent away when the server stops', async () => {
  await pair(80);
  await targetOf(80);
  stop.abort();
  await client.over;
  expect(client.heard).toContain('goAway');
});

test('a stream of another kind is reset', async () => {
  const id = await client.open({ streamtype: 'stdin', requestid: '1' });
  await vi.waitFor(() => expect(client.heard).toEqual([`${id} reset`]));
});
