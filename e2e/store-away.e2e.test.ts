// An etcd that is slow, that stands still, and that cannot be reached from one of two servers, while clients write and
// one watches: what can be served is, everything else gets a clear answer in time, and nothing is lost. The first server
// reaches etcd over a wire of the test's own.
import { readFileSync } from 'node:fs';
import { type EtcdProcess, startEtcd } from '@berth/store/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventsOf } from './consistency/events.ts';
import type { HttpClient, Reply } from './consistency/http.ts';
import { Servers } from './consistency/servers.ts';
import { eventually } from './harness/programs.ts';
import { Relay } from './harness/relay.ts';

const path = '/api/v1/namespaces/default/configmaps';
const mergePatch = 'application/merge-patch+json';
const unavailable = {
  code: 503,
  json: { kind: 'Status', reason: 'ServiceUnavailable', message: 'the store does not answer' },
};
const unknown = {
  code: 504,
  json: {
    kind: 'Status',
    reason: 'Timeout',
    message: expect.stringMatching(/^Timeout: the store did not answer in time/),
  },
};

let etcd: EtcdProcess;
let relay: Relay;
let servers: Servers;
const clients: HttpClient[] = [];
const stop = new AbortController();
const acknowledged = new Set<string>();
const seen: string[] = [];
let running: Promise<unknown>;

beforeAll(async () => {
  etcd = await startEtcd();
  relay = await Relay.to(Number(new URL(etcd.endpoint).port));
  const endpoints = [`http://127.0.0.1:${relay.port}`, etcd.endpoint];
  servers = await Servers.start(2, (number) => ['--store', 'etcd', '--etcd-endpoints', endpoints[number]!]);
  const { metadata } = (await client(0).ask('GET', path)).json as { metadata: { resourceVersion: string } };
  running = Promise.all([writing(0), writing(1), watching(metadata.resourceVersion)]);
});

afterAll(async () => {
  stop.abort();
  for (const each of clients) each.close();
  try {
    await running;
  } finally {
    await servers?.[Symbol.asyncDispose]();
    await relay?.[Symbol.asyncDispose]();
    await etcd?.[Symbol.asyncDispose]();
  }
});

/** A connection of its own to one of the servers: it waits behind nobody. */
function client(server: number): HttpClient {
  const one = servers.only(server);
  clients.push(one);
  return one;
}

async function writing(server: number): Promise<void> {
  const own = client(server);
  for (let count = 0; !stop.signal.aborted; count++) {
    const name = `write-${server}-${count}`;
    const code = await own.ask('POST', path, { body: { metadata: { name } } }).then(
      (reply) => reply.code,
      () => 0,
    );
    if (code === 201) acknowledged.add(name);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** One watch of the first server's, which is not to end. */
async function watching(resourceVersion: string): Promise<void> {
  const stream = await client(0).open('GET', `${path}?watch=true&resourceVersion=${resourceVersion}`);
  try {
    for await (const { type, object } of eventsOf(stream, 'json', 'io.k8s.api.core.v1.ConfigMap'))
      if (type === 'ADDED') seen.push(object.metadata.name);
  } catch (error) {
    if (!stop.signal.aborted) throw error;
  }
}

const create = (server: number, name: string) => client(server).ask('POST', path, { body: { metadata: { name } } });
const change = (server: number, name: string) =>
  client(server).ask('PATCH', `${path}/${name}`, { body: { data: { changed: name } }, type: mergePatch });
const statusOf = async (server: number, where: string) => {
  const answer = await client(server).open('GET', where);
  answer.resume();
  return answer.statusCode;
};
const readyAgain = (server: number) =>
  eventually('it is ready again', async () => (await statusOf(server, '/readyz')) === 200);

/** The answer, and after how many seconds it came. */
async function timed(asking: Promise<Reply>): Promise<Reply & { readonly seconds: number }> {
  const begin = performance.now();
  const reply = await asking;
  return { ...reply, seconds: (performance.now() - begin) / 1000 };
}

async function standsStill<T>(during: () => Promise<T>): Promise<T> {
  process.kill(etcd.pid, 'SIGSTOP');
  try {
    return await during();
  } finally {
    process.kill(etcd.pid, 'SIGCONT');
  }
}

const seconds = (count: number) => new Promise((resolve) => setTimeout(resolve, count * 1000));

it('slow: everything takes its time, and succeeds', async () => {
  relay.delay(150);
  const { code, seconds: taken } = await timed(create(0, 'slow'));
  expect(code).toBe(201);
  expect(taken).toBeGreaterThan(0.25);
  expect((await client(0).ask('GET', `${path}/slow`)).code).toBe(200);
  expect(await statusOf(0, '/readyz')).toBe(200);
  relay.heal();
});

it('still for five seconds: readiness goes and comes back, and whoever waits gets what they asked for', async () => {
  const waiting = await standsStill(async () => {
    const asked = [create(0, 'still'), client(0).ask('GET', `${path}/slow`), change(0, 'slow')];
    const unready = eventually('it is not ready', async () => (await statusOf(0, '/readyz')) === 500, 4_500);
    await Promise.all([unready, seconds(5)]);
    expect(await statusOf(0, '/livez')).toBe(200);
    return asked;
  });
  expect((await Promise.all(waiting)).map(({ code }) => code)).toEqual([201, 200, 200]);
  await readyAgain(0);
});

it('still for longer: cached reads are served, everything else is refused in time', async () => {
  await create(0, 'known');
  await standsStill(async () => {
    const consistent = timed(client(0).ask('GET', `${path}/known`));
    const written = timed(create(0, 'late'));
    const patched = timed(change(0, 'known'));
    const crowd = Array.from({ length: 300 }, () => client(0).ask('GET', path));
    const cached = await timed(client(0).ask('GET', `${path}?resourceVersion=0&limit=1`));
    expect(cached).toMatchObject({ code: 200 });
    expect(cached.seconds).toBeLessThan(2);
    expect(await written).toMatchObject(unknown);
    expect((await written).seconds).toBeLessThan(15);
    // These have read first, and written nothing.
    expect(await consistent).toMatchObject(unavailable);
    expect(await patched).toMatchObject(unavailable);
    for (const reply of await Promise.all(crowd)) expect(reply.code).toBe(503);
    expect(await statusOf(0, '/livez')).toBe(200);
    const memory = readFileSync(`/proc/${servers.pid(0)}/status`, 'utf8');
    expect(Number(/VmRSS:\s+(\d+)/.exec(memory)![1])).toBeLessThan(500 * 1024);
  });
  await Promise.all([readyAgain(0), readyAgain(1)]);
  expect((await change(0, 'known')).code).toBe(200);
});

it('out of the reach of one server: that one refuses at once, the other goes on', async () => {
  relay.cut();
  const refused = await timed(create(0, 'unreachable'));
  expect(refused.code).toBeGreaterThanOrEqual(503);
  expect(refused.seconds).toBeLessThan(5);
  expect(await client(0).ask('GET', `${path}/known`)).toMatchObject(unavailable);
  expect(await statusOf(0, '/readyz')).toBe(500);
  expect((await create(1, 'on-the-other')).code).toBe(201);
  expect(await client(0).ask('GET', `${path}/on-the-other`)).toMatchObject(unavailable);
  relay.heal();
  await readyAgain(0);
  expect((await client(0).ask('GET', `${path}/on-the-other`)).code).toBe(200);
});

it('no acknowledged write was lost, and the watch has been told of each one once', async () => {
  const { json } = await client(1).ask('GET', path);
  const names = (json.items as { metadata: { name: string } }[]).map(({ metadata }) => metadata.name);
  const stored = new Set(names);
  expect(acknowledged.size).toBeGreaterThan(20);
  expect([...acknowledged].filter((name) => !stored.has(name)).slice(0, 5)).toEqual([]);
  await eventually('the watch has caught up', async () => names.every((name) => seen.includes(name)), 10_000);
  expect(new Set(seen).size).toBe(seen.length);
});
