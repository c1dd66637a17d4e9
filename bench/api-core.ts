// What the API server's core costs without HTTP: writes, reads and watch fan-out over an embedded store, in one process.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Auditor, auditedApi, createApiCore, defaultAuditPolicy } from '@berth/apiserver';
import { createMetrics, silentLogger, systemClock, systemRandom } from '@berth/host';
import { configMaps, nodes, pods, type UserInfo } from '@berth/objects';
import { openLmdbStore } from '@berth/store/lmdb';
import { AuditLog } from '../apps/server/src/audit-log.ts';

const admin: UserInfo = { name: 'bench', groups: ['system:masters'] };
const rows: [what: string, figure: string][] = [];
const directory = await mkdtemp(join(tmpdir(), 'berth-bench-'));
const store = await openLmdbStore({ directory });
let stop = new AbortController();
let api = createCore();
let running = await api.start(stop.signal);

const data = { payload: 'x'.repeat(1000) };
await measure('create ConfigMaps (1 kB, 50 at a time)', 10_000, 50, (index) =>
  api.create(admin, configMaps, { namespace: 'default' }, { metadata: { name: `c${index}` }, data }),
);
const audit = await startAudit();
await measure('create ConfigMaps, audited (50 at a time)', 10_000, 50, (index) =>
  audit.api.create(admin, configMaps, { namespace: 'default' }, { metadata: { name: `a${index}` }, data }),
);
await audit.stop();
await measure('update them, without a version (50 at a time)', 10_000, 50, (index) =>
  api.update(admin, configMaps, named(`c${index}`), { metadata: { name: `c${index}` }, data: { x: `${index}` } }),
);
await measure('get (50 at a time)', 100_000, 50, (index) => api.get(admin, configMaps, named(`c${index % 10_000}`)));
await measure('list 10,000', 20, 1, () => api.list(admin, configMaps, { namespace: 'default' }));

await measure('create nodes', 100, 50, (index) => api.create(admin, nodes, {}, { metadata: { name: `n${index}` } }));
const watchers = Array.from({ length: 100 }, (_, index) => countEvents(`spec.nodeName=n${index}`));
await measure('create pods, then bind them (100 nodes watch)', 1_000, 250, async (index) => {
  const container = { name: 'main', image: 'hello', resources: { requests: { cpu: '10m', memory: '16Mi' } } };
  const body = { metadata: { generateName: 'web-', labels: { app: 'web' } }, spec: { containers: [container] } };
  const { metadata } = await api.create(admin, pods, { namespace: 'default' }, body);
  const target = { namespace: 'default', name: metadata.name, subresource: 'binding' };
  await api.create(admin, pods, target, { target: { kind: 'Node', name: `n${index % 100}` } });
});
const all = Array.from({ length: 200 }, () => countEvents('spec.nodeName!=none'));
const body = { metadata: { labels: { seen: 'yes' } } };
const { items } = await api.list(admin, pods, {});
await measure('200 watchers of all pods, 1,000 updates', 1_000, 50, (index) =>
  api.patch(admin, pods, items[index]!.metadata, { type: 'application/merge-patch+json', body }),
);
stop.abort();
rows.push(['events seen by the nodes', sum(await Promise.all(watchers))]);
rows.push(['events seen by the 200', sum(await Promise.all(all))]);
await running.done;

stop = new AbortController();
api = createCore();
await measure('start again with all of this', 1, 1, async () => {
  running = await api.start(stop.signal);
});
stop.abort();
await running.done;
await store.close();
await rm(directory, { recursive: true });
const width = Math.max(...rows.map(([what]) => what.length));
console.log(`| ${'what'.padEnd(width)} | core |\n|${'-'.repeat(width + 2)}|---|`);
for (const [what, figure] of rows) console.log(`| ${what.padEnd(width)} | ${figure} |`);

function createCore() {
  const metrics = createMetrics();
  return createApiCore({ store, clock: systemClock, random: systemRandom, log: silentLogger, metrics });
}

/** As a server audits by itself. */
async function startAudit() {
  const shared = { clock: systemClock, log: silentLogger, metrics: createMetrics() };
  const path = join(directory, 'audit.log');
  const sink = new AuditLog({ path, maxSize: 100, maxAge: 30, maxBackups: 10, ...shared });
  const end = new AbortController();
  const { done } = await sink.start(end.signal);
  const auditor = new Auditor({ policy: defaultAuditPolicy, sink, ...shared });
  const stop = () => {
    end.abort();
    return done;
  };
  return { api: auditedApi(api, auditor, systemRandom), stop };
}

function sum(counts: readonly number[]): string {
  return counts.reduce((total, count) => total + count, 0).toLocaleString('en');
}

function named(name: string) {
  return { namespace: 'default', name };
}

async function measure(what: string, count: number, atOnce: number, run: (index: number) => Promise<unknown>) {
  const cpu = process.cpuUsage();
  const begun = performance.now();
  let next = 0;
  const lane = async () => {
    while (next < count) await run(next++);
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  const ms = performance.now() - begun;
  const { user, system } = process.cpuUsage(cpu);
  const each = (user + system) / 1000 / count;
  rows.push([what, `${Math.round((count / ms) * 1000).toLocaleString('en')}/s, ${each.toFixed(3)} ms of CPU each`]);
}

async function countEvents(fieldSelector: string): Promise<number> {
  let count = 0;
  for await (const batch of api.watch(admin, pods, { fieldSelector, signal: stop.signal })) count += batch.length;
  return count;
}
