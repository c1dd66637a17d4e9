// Owns the loads of single requests: creates, reads, lists and watches of ConfigMaps.
import { configMaps } from '@berth/objects';
import { openReaders } from './readers.ts';
import { type MeasuredServer, pause } from './server-process.ts';
import { load, loadAtRate, percentiles } from './timing.ts';

const namespace = 'default';
const value = 'x'.repeat(1000);

export interface RequestFigures {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  /** Milliseconds of the server's CPU for each request. */
  readonly cpuMs: number;
}

export async function createConfigMaps(server: MeasuredServer, count: number): Promise<RequestFigures> {
  await warmUp(server);
  return measured(server, count, (index) =>
    server.client.create(configMaps, { metadata: { name: `bench-${index}` }, data: { value } }, { namespace }),
  );
}

/** Connections are open and both programs are compiled, as they are in a server that has run for a while. */
async function warmUp(server: MeasuredServer): Promise<void> {
  await load(4000, 50, (index) =>
    server.client.create(
      configMaps,
      { metadata: { name: `warm-${index}` }, data: { value } },
      { namespace: 'kube-public' },
    ),
  );
}

export async function getConfigMaps(server: MeasuredServer, count: number, existing: number): Promise<RequestFigures> {
  return measured(server, count, (index) =>
    server.client.get(configMaps, { namespace, name: `bench-${index % existing}` }),
  );
}

/** Reads the whole list as bytes, as a client would before it parses them. */
export async function listConfigMaps(
  server: MeasuredServer,
  times: number,
): Promise<RequestFigures & { readonly mb: number }> {
  let bytes = 0;
  const figures = await measured(
    server,
    times,
    async () => {
      bytes = 0;
      const path = `/api/v1/namespaces/${namespace}/configmaps`;
      for await (const chunk of await server.connection.bytes(path, new AbortController().signal))
        bytes += chunk.length;
    },
    1,
  );
  return { ...figures, mb: bytes / 1e6 };
}

/** How the updates that are watched are written: so many at a time, or so many each second, whatever is answered. */
export type Pace = { readonly atOnce: number } | { readonly perSecond: number };

interface WatchLoad {
  readonly watchers: number;
  readonly updates: number;
  /** The objects from this number on are updated, each once. */
  readonly from: number;
  readonly pace: Pace;
}

/**
 * `watchers` follow the namespace's ConfigMaps while `updates` are written, after as many that only warm the watchers'
 * connections. A latency runs from before the update is sent, or from when it was due, until its event has come.
 */
export async function watchConfigMaps(server: MeasuredServer, { watchers, updates, from, pace }: WatchLoad) {
  const { metadata } = await server.client.list(configMaps, { namespace, limit: 1 });
  const path = `/api/v1/namespaces/${namespace}/configmaps?watch=true&resourceVersion=${metadata.resourceVersion}`;
  const sentAt: number[] = [];
  let latencies: number[] = [];
  const readers = await openReaders(server.connection.options, { path, count: watchers }, (event, now) => {
    const index = sentIn(event);
    // Whatever else is in the namespace may change too.
    if (index !== undefined) latencies.push(now - (sentAt[index] ?? now));
  });
  const write = async (first: number) => {
    latencies = [];
    const update = async (offset: number, due: number) => {
      const index = first + offset;
      const body = { data: { sent: `${index}` } };
      sentAt[index] = due;
      await server.client.patch(
        configMaps,
        { namespace, name: `bench-${index}` },
        { type: 'application/merge-patch+json', body },
      );
    };
    await ('perSecond' in pace
      ? loadAtRate(updates, pace.perSecond, update)
      : load(updates, pace.atOnce, (offset) => update(offset, performance.now())));
    while (latencies.length < watchers * updates) await pause(1);
  };
  await write(from);
  await pause(500);
  const cpu = server.cpuSeconds();
  const start = performance.now();
  await write(from + updates);
  const seconds = (performance.now() - start) / 1000;
  readers.close();
  const cpuMs = ((server.cpuSeconds() - cpu) * 1000) / latencies.length;
  return { perSecond: latencies.length / seconds, ...percentiles(latencies), cpuMs };
}

const sentMark = Buffer.from('"sent":"');

/** What the update that an event tells of wrote. */
function sentIn(event: Buffer): number | undefined {
  const at = event.indexOf(sentMark);
  return at < 0 ? undefined : Number.parseInt(event.toString('latin1', at + sentMark.length, at + 32), 10);
}

async function measured(
  server: MeasuredServer,
  count: number,
  call: (index: number) => Promise<unknown>,
  clients = 50,
): Promise<RequestFigures> {
  const cpu = server.cpuSeconds();
  const timing = await load(count, clients, call);
  return { ...timing, cpuMs: ((server.cpuSeconds() - cpu) * 1000) / count };
}
