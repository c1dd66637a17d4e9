// The fixed workload that docs/performance.md compares with Kubernetes: one client drives a server over HTTPS. Prints
// one table. `npm run bench workload etcd` measures a server on etcd, whose CPU and memory are counted with it;
// `npm run bench workload FILE PID…` the server of a kubeconfig file, Kubernetes' own for example, as far as it can be
// done without starting it.
import { createController, createNodes, scaleTo } from './workload/replication.ts';
import { createConfigMaps, getConfigMaps, listConfigMaps, type Pace, watchConfigMaps } from './workload/requests.ts';
import { givenServer, type MeasuredServer, pause, startServer } from './workload/server-process.ts';

const rows: [string, string][] = [];
const [subject = 'embedded', ...pids] = process.argv.slice(2);
const ownStore = subject === 'embedded' || subject === 'etcd' ? subject : undefined;
/** At the last one 94,000 events come in a second. */
const paces: Pace[] = [{ atOnce: 1 }, { atOnce: 4 }, { atOnce: 10 }, { perSecond: 235 }, { perSecond: 470 }];
/** The default network of pods has room for 256 nodes. */
const aThousandSubnets = ['--cluster-cidr', '10.0.0.0/12'];

await withServer(async (server) => {
  if (server.startMs !== undefined) rows.push(['process start to /readyz', `${(server.startMs / 1000).toFixed(2)} s`]);
  await pause(5000);
  rows.push(['memory of the idle server', `${server.residentMb().toFixed(0)} MB`]);
  const created = await createConfigMaps(server, 4000);
  rows.push(['create ConfigMaps (1 kB, 50 clients)', rate(created)]);
  rows.push(['get (50 clients)', rate(await getConfigMaps(server, 20_000, 4000))]);
  const listed = await listConfigMaps(server, 20);
  rows.push([`list 4,000 ConfigMaps (${listed.mb.toFixed(1)} MB)`, `p50 ${listed.p50.toFixed(0)} ms`]);
  for (const [index, pace] of paces.entries()) {
    const told = await watchConfigMaps(server, { watchers: 200, updates: 200, from: 400 * index, pace });
    rows.push([`200 watchers, 200 updates, ${nameOf(pace)}`, fanOut(told)]);
  }
});

await withServer(async (server) => {
  await createNodes(server, 100);
  await createController(server);
  rows.push(['ReplicationController 0 → 1,000 pods bound, 100 nodes', cost(await scaleTo(server, 1000))]);
});

if (ownStore)
  await withServer(async (server) => {
    await createNodes(server, 1000);
    await createController(server);
    const up = await scaleTo(server, 5000);
    rows.push(['0 → 5,000 pods bound, 1,000 nodes', `${cost(up)}, ${server.residentMb().toFixed(0)} MB`]);
    rows.push(['5,000 → 0 pods', cost(await scaleTo(server, 0))]);
  }, aThousandSubnets);

const width = Math.max(...rows.map(([what]) => what.length));
console.log(
  `| ${'what'.padEnd(width)} | ${ownStore ? `Berth, ${ownStore} store` : subject} |\n|${'-'.repeat(width + 2)}|---|`,
);
for (const [what, figure] of rows) console.log(`| ${what.padEnd(width)} | ${figure} |`);

async function withServer(measure: (server: MeasuredServer) => Promise<void>, flags: string[] = []): Promise<void> {
  const server = ownStore ? await startServer({ store: ownStore, flags }) : givenServer(subject, pids.map(Number));
  try {
    await measure(server);
  } finally {
    await server.stop();
  }
}

function nameOf(pace: Pace): string {
  return 'atOnce' in pace ? `${pace.atOnce} at a time` : `${pace.perSecond} a second`;
}

function rate({ perSecond, p99, cpuMs }: { perSecond: number; p99: number; cpuMs: number }): string {
  return `${thousands(perSecond)}/s, p99 ${p99.toFixed(0)} ms, ${cpuMs.toFixed(2)} ms of CPU each`;
}

function fanOut({ perSecond, p99, cpuMs }: { perSecond: number; p99: number; cpuMs: number }): string {
  return `${thousands(perSecond)} events/s, p99 ${p99.toFixed(0)} ms, ${cpuMs.toFixed(3)} ms of CPU each`;
}

function cost({ ms, cpuSeconds }: { ms: number; cpuSeconds: number }): string {
  return `${(ms / 1000).toFixed(2)} s, ${cpuSeconds.toFixed(1)} s of CPU`;
}

function thousands(value: number): string {
  return Math.round(value).toLocaleString('en');
}
