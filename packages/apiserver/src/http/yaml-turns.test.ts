// When large bodies of YAML are read, and that nobody else waits for long.
import type { Clock } from '@berth/host';
import { FakeClock } from '@berth/host/testing';
import { configMaps } from '@berth/objects';
import { describe, expect, test } from 'vitest';
import { startTestServer } from './testing/test-server.ts';
import { YamlTurns } from './yaml-turns.ts';

const big = Buffer.from(`a: ${'x'.repeat(70_000)}`);
const present = { socket: { destroyed: false } } as Parameters<YamlTurns['read']>[1];
const gone = { socket: { destroyed: true } } as Parameters<YamlTurns['read']>[1];

/** On which reading a body takes 100 ms. */
function slowly(clock: FakeClock): Clock {
  let looked = 0;
  return { now: () => clock.now(), after: (ms, act) => clock.after(ms, act), monotonic: () => 100 * looked++ };
}

describe('large bodies', () => {
  test('are read one after the other, with pauses as long as the reading', async () => {
    const clock = new FakeClock(0);
    const turns = new YamlTurns(slowly(clock));
    const read: number[] = [];
    const all = [1, 2, 3].map((number) => turns.read(big, present).then(() => read.push(number)));
    await clock.advance(0);
    expect(read).toEqual([1]);
    await clock.advance(99);
    expect(read).toEqual([1]);
    await clock.advance(1);
    expect(read).toEqual([1, 2]);
    await clock.advance(100);
    await Promise.all(all);
    expect(read).toEqual([1, 2, 3]);
  });

  test('hold up no small one', async () => {
    const turns = new YamlTurns(slowly(new FakeClock(0)));
    await turns.read(big, present);
    void turns.read(big, present);
    expect((await turns.read(Buffer.from('a: 1'), present)).value).toEqual({ a: 1 });
  });

  test('of clients that have gone are not read, and a bad one holds nobody up', async () => {
    const clock = new FakeClock(0);
    const turns = new YamlTurns(clock);
    await expect(turns.read(big, gone)).rejects.toThrow('the client has gone');
    await clock.advance(0);
    await expect(turns.read(Buffer.concat([big, Buffer.from('\n b: c')]), present)).rejects.toMatchObject({
      code: 400,
    });
    await clock.advance(1_000);
    await turns.read(big, present);
  });

  test('are refused when too many wait', async () => {
    const clock = new FakeClock(0);
    const turns = new YamlTurns(slowly(clock));
    await turns.read(big, present);
    const waiting = Array.from({ length: 16 }, () => turns.read(big, present));
    await expect(turns.read(big, present)).rejects.toMatchObject({ code: 429, details: { retryAfterSeconds: 1 } });
    for (let turn = 0; turn < waiting.length; turn++) await clock.advance(100);
    await Promise.all(waiting);
  });
});

test('a body of YAML may be as large as one of JSON', async () => {
  await using server = await startTestServer();
  const path = '/api/v1/namespaces/default/configmaps';
  const headers = { 'Content-Type': 'application/yaml' };
  const lines = (count: number) =>
    Array.from({ length: count }, (_, key) => `  k${key}: '${'x'.repeat(90)}'\n`).join('');
  const body = `kind: ConfigMap\nmetadata: {name: a}\ndata:\n${lines(9_000)}`;
  const created = await server.call('POST', path, { headers, body });
  expect(created.code).toBe(201);
  const { data } = await server.test.api.get(server.test.admin, configMaps, { namespace: 'default', name: 'a' });
  expect(Object.keys(data ?? {})).toHaveLength(9_000);
  // More than an object may have, but not more than a body.
  const tooMuch = await server.call('POST', path, {
    headers,
    body: body.replace('name: a', 'name: b') + lines(20_000).replaceAll('  k', '  l'),
  });
  expect(tooMuch).toMatchObject({ code: 422 });
  const large = await server.call('POST', path, { headers, body: `${body}${lines(33_000)}` });
  expect(large).toMatchObject({ code: 413 });
  const twice = await server.call('POST', `${path}?fieldValidation=Strict`, {
    headers,
    body: 'kind: ConfigMap\nmetadata: {name: c}\ndata:\n  a: b\n  a: c\n',
  });
  expect(twice.code).toBe(400);
  expect(twice.json.message).toContain('strict decoding error: line 5: key "a" already set in map');
});
