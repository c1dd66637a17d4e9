// 20 clients write and 20 follow, while servers are killed, stopped and started again: what each of them was told is
// what happened, and what was acknowledged did. `BERTH_CONSISTENCY_SECONDS=60` makes it last longer.
import { setMaxListeners } from 'node:events';
import { join } from 'node:path';
import { openEtcdStore } from '@berth/store/etcd';
import { openLmdbStore } from '@berth/store/lmdb';
import { startEtcd } from '@berth/store/testing';
import { expect, test } from 'vitest';
import { eventually } from '../harness/programs.ts';
import { Relay } from '../harness/relay.ts';
import { Acknowledged } from './acknowledged.ts';
import { Follower, type FollowerOptions } from './follower.ts';
import { History } from './history.ts';
import type { HttpClient } from './http.ts';
import { keyOf, type Marked, markedKinds, namespaces, writeOf } from './kinds.ts';
import { Servers } from './servers.ts';
import { pause, Writer } from './writer.ts';

const seconds = Number(process.env.BERTH_CONSISTENCY_SECONDS ?? 12);
const betweenRestartsMs = 3_000;

/** One of each sort for every kind of object. */
const sorts: readonly Omit<FollowerOptions, 'kind'>[] = [
  { form: 'json' },
  { form: 'json', color: 'red', namespace: 'left' },
  { form: 'json', watchList: true, slow: true },
  { form: 'table', pageSize: 5 },
  { form: 'protobuf', namespace: 'right', slow: true },
];

interface Clients {
  readonly writers: readonly Writer[];
  readonly followers: readonly Follower[];
}

interface Course {
  /** Whether the servers make the store forget its past while the test runs. */
  readonly compacts: boolean;
  /** Called again and again. */
  disturb(time: number): Promise<void>;
}

async function run(servers: Servers, { compacts, disturb }: Course): Promise<Clients> {
  const first = servers.client(0);
  const early = await earlyPositions(first, compacts);
  for (const name of namespaces) await first.ask('POST', '/api/v1/namespaces', { body: { metadata: { name } } });
  const known = new Acknowledged();
  const writers = Array.from({ length: 20 }, (_, number) => new Writer(servers.client(number), number, known));
  const followers = markedKinds.flatMap((kind) =>
    sorts.map((sort, number) => new Follower(servers.client(number), known, { kind, ...sort })),
  );
  const [stopWriting, stopFollowing] = [new AbortController(), new AbortController()];
  setMaxListeners(0, stopFollowing.signal);
  const following = Promise.all(followers.map((follower) => follower.run(stopFollowing.signal)));
  const writing = Promise.all(writers.map((writer) => writer.run(stopWriting.signal)));
  const end = Date.now() + seconds * 1_000;
  for (let time = 0; Date.now() < end; time++) {
    await pause(betweenRestartsMs);
    await disturb(time);
  }
  stopWriting.abort();
  await writing;
  try {
    for (const follower of followers) await follows(follower, servers);
    for (const path of early) {
      const { json } = await first.ask('GET', path);
      // A watch is told within its stream.
      expect(json.type === 'ERROR' ? json.object : json).toMatchObject({ code: 410, reason: 'Expired' });
    }
  } finally {
    stopFollowing.abort();
    await following;
    first.close();
  }
  return { writers, followers };
}

/** The next page of a list, and a watch: from so long ago that nobody remembers it when the test is over. */
async function earlyPositions(client: HttpClient, compacts: boolean): Promise<string[]> {
  for (const name of ['a', 'b'])
    await client.ask('POST', '/api/v1/namespaces/default/configmaps', { body: { metadata: { name } } });
  const { json } = await client.ask('GET', '/api/v1/configmaps?limit=1');
  const { resourceVersion, continue: token } = json.metadata as Record<string, string>;
  const watch = `/api/v1/configmaps?watch=true&resourceVersion=${Number(resourceVersion) - 1}`;
  return [watch, ...(compacts ? [`/api/v1/configmaps?limit=1&continue=${token}`] : [])];
}

/** Waits until a follower has what a list shows. */
async function follows(follower: Follower, servers: Servers): Promise<void> {
  const { kind, namespace, color } = follower.options;
  const client = servers.client(0);
  const selector = color ? `?labelSelector=color%3D${color}` : '';
  try {
    await eventually(
      `${JSON.stringify(follower.options)} follows`,
      async () => {
        const { json } = await client.ask('GET', kind.path(namespace) + selector);
        const items = (json.items as Marked[]).map(
          (item) => `${keyOf(item)} ${item.metadata.resourceVersion} ${writeOf(item)}`,
        );
        const present = [...follower.present].map(([key, entry]) => `${key} ${entry}`);
        if (items.sort().join() === present.sort().join()) return true;
        throw new Error(`it has ${present.join()} instead of ${items.join()}; ${follower.problems.join()}`);
      },
      30_000,
    );
  } finally {
    client.close();
  }
}

function check(history: History, { writers, followers }: Clients): void {
  expect(history.checkWrites(writers).slice(0, 20)).toEqual([]);
  expect(followers.flatMap((follower) => history.checkFollower(follower)).slice(0, 20)).toEqual([]);
  const count = (of: (writer: Writer) => number) => writers.reduce((sum, writer) => sum + of(writer), 0);
  const [expired, resumed] = [
    followers.reduce((sum, { expired }) => sum + expired, 0),
    followers.reduce((sum, { resumed }) => sum + resumed, 0),
  ];
  const stretches = followers.reduce((sum, { stretches }) => sum + stretches.length, 0);
  console.log(
    `${history.size} writes happened; ${count(({ acknowledged }) => acknowledged.length)} and ${count(({ deleted }) => deleted.length)} deletions were acknowledged, ${count(({ refused }) => refused.length)} refused, ${count(({ open }) => open)} left open; ${stretches} lists, ${resumed} watches, ${expired} times too late`,
  );
  expect(count(({ acknowledged }) => acknowledged.length)).toBeGreaterThan(50);
}

test('on the embedded store', { timeout: (seconds + 180) * 1_000 }, async () => {
  await using servers = await Servers.start(1, []);
  const clients = await run(servers, {
    compacts: false,
    disturb: (time) => servers.restart(0, time % 2 === 0 ? 'SIGKILL' : 'SIGTERM'),
  });
  await servers.stop();
  const store = await openLmdbStore({ directory: join(servers.dataDir, 'store') });
  const history = new History();
  const newest = await store.revision();
  const stop = new AbortController();
  for await (const events of store.watch('/registry/', { after: 0, signal: stop.signal })) {
    history.add(events);
    if (history.revision >= newest) break;
  }
  await store.close();
  check(history, clients);
  expect(servers.ends.SIGKILL).toBeGreaterThan(0);
  expect(servers.ends.SIGTERM).toBeGreaterThan(0);
});

test('on etcd, with two servers that compact it and lose their way to it, and a restart of etcd itself', {
  timeout: (seconds + 180) * 1_000,
}, async () => {
  await using etcd = await startEtcd();
  await using one = await Relay.to(Number(new URL(etcd.endpoint).port));
  await using other = await Relay.to(Number(new URL(etcd.endpoint).port));
  const wires = [one, other];
  await using servers = await Servers.start(2, (number) => [
    ...['--store', 'etcd', '--etcd-endpoints', `http://127.0.0.1:${wires[number]!.port}`],
    ...['--compaction-interval-seconds', '2'],
  ]);
  const store = await openEtcdStore({ endpoints: [etcd.endpoint] });
  const history = new History();
  const stop = new AbortController();
  const recording = (async () => {
    for await (const events of store.watch('/registry/', { after: await store.revision(), signal: stop.signal }))
      history.add(events);
  })();
  const clients = await run(servers, {
    compacts: true,
    async disturb(time) {
      // The others write on: a watch that goes on in the wrong place misses something.
      for (const wire of wires) {
        wire.cut();
        await pause(200);
        wire.heal();
        await pause(500);
      }
      if (time % 3 !== 2) return servers.restart(time, time % 2 === 0 ? 'SIGKILL' : 'SIGTERM');
      await etcd.kill();
      await etcd.start();
    },
  });
  const newest = await store.revision();
  await servers.stop();
  await eventually(
    'the history is whole',
    async () => history.revision >= newest - 1_000 && pause(500).then(() => true),
  );
  stop.abort();
  await recording;
  await store.close();
  check(history, clients);
});
