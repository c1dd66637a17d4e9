// What a store costs: durable writes, lists and watch fan-out, embedded and, where `etcd` is on the PATH, on etcd.
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Store } from '@berth/store';
import { openEtcdStore } from '@berth/store/etcd';
import { openLmdbStore } from '@berth/store/lmdb';
import { startEtcd } from '@berth/store/testing/etcd';

const value = Buffer.alloc(1_500, 'x');
const measureMs = 2_000;

const columns: { readonly store: string; readonly figures: ReadonlyMap<string, string> }[] = [];
const directory = await mkdtemp(join(tmpdir(), 'berth-bench-'));
const embedded = await openLmdbStore({ directory });
columns.push({ store: 'embedded', figures: await measureStore(embedded) });
await embedded.close();
await rm(directory, { recursive: true });
if (spawnSync('etcd', ['--version']).status === 0) {
  await using etcd = await startEtcd();
  const store = await openEtcdStore({ endpoints: [etcd.endpoint] });
  columns.push({ store: 'etcd', figures: await measureStore(store) });
  await store.close();
}

const names = [...columns[0]!.figures.keys()];
const width = Math.max(...names.map(({ length }) => length));
console.log(`| ${'what'.padEnd(width)} | ${columns.map(({ store }) => store).join(' | ')} |`);
console.log(`|${'-'.repeat(width + 2)}|${columns.map(() => '---|').join('')}`);
for (const name of names)
  console.log(`| ${name.padEnd(width)} | ${columns.map(({ figures }) => figures.get(name)).join(' | ')} |`);

async function measureStore(store: Store): Promise<ReadonlyMap<string, string>> {
  const figures = new Map<string, string>();
  for (const writers of [1, 50])
    figures.set(`durable writes, ${writers} at a time`, await writesPerSecond(store, writers));
  for (let n = 0; n < 4_000; n += 100)
    await Promise.all(Array.from({ length: 100 }, (_, i) => store.write({ key: `/list/${n + i}`, value })));
  figures.set('list 4,000', `${(await median(20, () => store.list('/list/'))).toFixed(1)} ms`);
  figures.set('get', `${(await median(200, () => store.get('/list/77'))).toFixed(3)} ms`);
  figures.set('events to 200 watchers, 50 writers', await fanOut(store, 200));
  return figures;
}

async function writesPerSecond(store: Store, writers: number): Promise<string> {
  const start = performance.now();
  let writes = 0;
  await Promise.all(
    Array.from({ length: writers }, async (_, writer) => {
      for (let n = 0; performance.now() - start < measureMs; n++, writes++)
        await store.write({ key: `/write/${writer}/${n % 1_000}`, value });
    }),
  );
  return perSecond(writes, start);
}

async function fanOut(store: Store, watchers: number): Promise<string> {
  const writes = 500;
  const after = await store.revision();
  const start = performance.now();
  const counts = Array.from({ length: watchers }, async () => {
    const abort = new AbortController();
    let seen = 0;
    for await (const events of store.watch('/fan/', { after, signal: abort.signal })) {
      seen += events.length;
      if (seen >= writes) abort.abort();
    }
    return seen;
  });
  for (let n = 0; n < writes; n += 50)
    await Promise.all(Array.from({ length: 50 }, (_, i) => store.write({ key: `/fan/${n + i}`, value })));
  const seen = (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
  return perSecond(seen, start);
}

async function median(times: number, call: () => Promise<unknown>): Promise<number> {
  const taken: number[] = [];
  for (let n = 0; n < times; n++) {
    const start = performance.now();
    await call();
    taken.push(performance.now() - start);
  }
  return taken.sort((one, other) => one - other)[Math.floor(times / 2)]!;
}

function perSecond(count: number, start: number): string {
  return `${Math.round((count * 1_000) / (performance.now() - start)).toLocaleString('en')}/s`;
}
