// Owns the watch over etcd: one stream at a time, opened again behind the last event when it breaks. The stream is read
// only as fast as the consumer takes events, and etcd keeps the rest: nothing is buffered here.
import { type Clock, type Logger, sleep } from '@berth/host';
import type { Etcd3, IWatchResponse } from 'etcd3';
import { type Entry, type StoreEvent, TooOldError } from '../contract.ts';
import type { Keyspace } from './keys.ts';

type KeyValue = IWatchResponse['events'][number]['kv'];

const firstRetryMs = 50;
const longestRetryMs = 1_000;

interface EtcdWatchOptions {
  readonly client: Etcd3;
  readonly keys: Keyspace;
  readonly prefix: string;
  readonly after: number;
  readonly signal: AbortSignal;
}

export interface ResumingWatchOptions extends EtcdWatchOptions {
  /** Throws TooOldError if `after` can no longer be read. */
  readonly check: () => Promise<void>;
  readonly clock: Clock;
  readonly log: Logger;
}

export async function* watchEtcd(options: ResumingWatchOptions): AsyncIterable<readonly StoreEvent[]> {
  const { signal, clock, log, prefix, check } = options;
  let { after } = options;
  let checked = false;
  let retryMs = firstRetryMs;
  while (!signal.aborted) {
    try {
      // etcd would watch from there, but without the values that the next writes replaced.
      if (!checked) await check();
      checked = true;
      for await (const { events, upTo } of openStream({ ...options, after })) {
        after = upTo;
        retryMs = firstRetryMs;
        if (events.length > 0) yield events;
      }
      if (!signal.aborted) log.info({ prefix, after }, 'etcd ended a watch, opening it again');
    } catch (err) {
      if (signal.aborted) return;
      if (err instanceof TooOldError) throw err;
      log.warn({ err, prefix, after }, 'lost a watch on etcd, opening it again');
    }
    await sleep(clock, retryMs, signal);
    retryMs = Math.min(retryMs * 2, longestRetryMs);
  }
}

/** The revision that was compacted last, undefined if none was. Only a watch from before it makes etcd say it. */
export async function compactedRevision(client: Etcd3, keys: Keyspace): Promise<number | undefined> {
  const { signal } = new AbortController();
  try {
    for await (const _ of openStream({ client, keys, prefix: '', after: 0, signal })) break;
    return undefined;
  } catch (error) {
    if (error instanceof TooOldError) return error.compacted;
    throw error;
  }
}

/** What one response says: the next events, and the revision up to which there are no others. */
interface Step {
  readonly events: readonly StoreEvent[];
  readonly upTo: number;
}

async function* openStream({ client, keys, prefix, after, signal }: EtcdWatchOptions): AsyncIterable<Step> {
  const stream = await client.watchClient.watch();
  const cancel = () => stream.cancel();
  signal.addEventListener('abort', cancel);
  try {
    if (signal.aborted) return;
    stream.write({
      create_request: {
        ...keys.range(prefix),
        start_revision: after + 1,
        prev_kv: true,
        progress_notify: true,
      },
    });
    // etcd3's type leaves out that grpc-js' streams are readable streams.
    for await (const response of stream as typeof stream & AsyncIterable<IWatchResponse>) {
      const compacted = Number(response.compact_revision);
      if (compacted > 0) throw new TooOldError(after, compacted);
      if (response.canceled) return;
      if (response.created) continue;
      const events = response.events.map((event) => storeEvent(event, keys));
      yield { events, upTo: Number(response.events.at(-1)?.kv.mod_revision ?? response.header.revision) };
    }
  } finally {
    signal.removeEventListener('abort', cancel);
    stream.cancel();
  }
}

function storeEvent({ type, kv, prev_kv }: IWatchResponse['events'][number], keys: Keyspace): StoreEvent {
  const previous = prev_kv ? entryOf(prev_kv, keys) : undefined;
  // The protocol says PUT and DELETE, etcd3's type says Put and Delete.
  if (type.toUpperCase() === 'PUT') return { type: 'put', entry: entryOf(kv, keys), previous };
  const modRevision = Number(kv.mod_revision);
  // A compaction overtook the watch and took the value that was deleted.
  if (!previous) throw new TooOldError(modRevision - 1, modRevision);
  return { type: 'delete', key: keys.decode(kv.key), modRevision, previous };
}

export function entryOf({ key, value, mod_revision }: KeyValue, keys: Keyspace): Entry {
  return { key: keys.decode(key), value, modRevision: Number(mod_revision) };
}
