// Owns the store over etcd: the contract for several servers that share it.
import { addGauge, type Clock, type Logger, type Registry, silentLogger, systemClock } from '@berth/host';
import { ConsecutiveBreaker, circuitBreaker, handleWhen, noop } from 'cockatiel';
import { Etcd3, type IRequestOp, isRecoverableError } from 'etcd3';
import {
  type Change,
  type Entry,
  type Listing,
  type ListOptions,
  type Store,
  type StoreEvent,
  TooOldError,
  UnknownOutcomeError,
  type WatchOptions,
  WriteConflictError,
} from '../contract.ts';
import { isCompacted, isFuture, isTransient, neverSent } from './errors.ts';
import { Keyspace } from './keys.ts';
import { shared } from './shared.ts';
import { compactedRevision, entryOf, watchEtcd } from './watch.ts';

/** How long an operation may take before it is given up, and one call of it where another endpoint may be asked. */
const operationMs = 10_000;
const callMs = 4_000;
const attempts = 4;
/** Bounds the size of one response. */
const pageSize = 1_000;

export interface EtcdStoreOptions {
  /** URLs: `http://127.0.0.1:2379`. */
  readonly endpoints: readonly string[];
  /** What all keys begin with in etcd. */
  readonly prefix?: string;
  readonly clock?: Clock;
  readonly log?: Logger;
  /** Where its figures go; left out: nobody asks. */
  readonly metrics?: Registry;
}

/** Throws if none of the endpoints answers. */
export async function openEtcdStore(options: EtcdStoreOptions): Promise<Store> {
  const { endpoints, prefix = '/berth', clock = systemClock, log = silentLogger } = options;
  const client = connect(endpoints, clock);
  if (options.metrics) addSize(options.metrics, client);
  const store = new EtcdStore({ client, keys: new Keyspace(prefix), clock, log });
  try {
    await store.revision();
    return store;
  } catch (error) {
    await store.close();
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`no etcd answers at ${endpoints.join(', ')}: ${why}`);
  }
}

function addSize(metrics: Registry, client: Etcd3): void {
  addGauge(metrics, {
    name: 'apiserver_storage_size_bytes',
    help: 'Bytes that the database takes on the disk.',
    async read() {
      // An etcd that does not answer has no size for now.
      const status = await client.maintenance.status().catch(() => undefined);
      return status ? [[{ storage_cluster_id: 'etcd-0' }, Number(status.dbSize)] as const] : [];
    },
  });
}

function connect(endpoints: readonly string[], clock: Clock): Etcd3 {
  const onlyOne = endpoints.length === 1;
  return new Etcd3({
    hosts: [...endpoints],
    // gRPC counts from the wall clock to the deadline once, when the call begins.
    defaultCallOptions: ({ isStream }) =>
      isStream ? {} : { deadline: clock.now() + (onlyOne ? operationMs : callMs) },
    grpcOptions: {
      'grpc.max_receive_message_length': -1,
      'grpc.initial_reconnect_backoff_ms': 50,
      'grpc.max_reconnect_backoff_ms': 1_000,
      'grpc.keepalive_time_ms': 10_000,
      'grpc.keepalive_timeout_ms': operationMs,
    },
    faultHandling: {
      // Which calls may be made twice is decided below; the client does not know.
      global: noop,
      host: () =>
        onlyOne
          ? noop
          : circuitBreaker(handleWhen(isRecoverableError), {
              halfOpenAfter: 1_000,
              breaker: new ConsecutiveBreaker(2),
            }),
    },
  });
}

class EtcdStore implements Store {
  readonly #client: Etcd3;
  readonly #keys: Keyspace;
  readonly #surroundings: { readonly clock: Clock; readonly log: Logger };
  readonly #closing = new AbortController();
  readonly #revision = shared(async () => {
    // Not `serializable`: etcd answers after it has heard from a majority.
    const { header } = await this.#retrying(isTransient, () =>
      this.#client.kv.range({ key: this.#keys.encode(''), count_only: true }),
    );
    return Number(header.revision);
  });

  constructor({ client, keys, clock, log }: { client: Etcd3; keys: Keyspace; clock: Clock; log: Logger }) {
    this.#client = client;
    this.#keys = keys;
    this.#surroundings = { clock, log };
  }

  /** Every consistent read begins with this question, so that those under way at the same time ask it together. */
  async revision(): Promise<number> {
    this.#assertOpen();
    return this.#revision();
  }

  async get(key: string): Promise<Entry | undefined> {
    this.#assertOpen();
    const { kvs } = await this.#retrying(isTransient, () => this.#client.kv.range({ key: this.#keys.encode(key) }));
    return kvs[0] && entryOf(kvs[0], this.#keys);
  }

  async list(prefix: string, options: ListOptions = {}): Promise<Listing> {
    this.#assertOpen();
    let { revision, after } = options;
    const limit = options.limit ?? Number.POSITIVE_INFINITY;
    const entries: Entry[] = [];
    for (;;) {
      const page = await this.#page({ prefix, after, revision, limit: Math.min(limit - entries.length, pageSize) });
      for (const kv of page.kvs) entries.push(entryOf(kv, this.#keys));
      revision ??= Number(page.header.revision);
      after = entries.at(-1)?.key;
      if (!page.more || entries.length >= limit) return { revision, entries, more: page.more };
    }
  }

  async write(change: Change): Promise<number> {
    this.#assertOpen();
    const { key, value, expect, ttlSeconds } = change;
    const lease = value && ttlSeconds ? await this.#grantLease(ttlSeconds) : undefined;
    const at = this.#keys.encode(key);
    const success: IRequestOp = value
      ? { request_put: { key: at, value: Buffer.from(value.buffer, value.byteOffset, value.length), lease } }
      : { request_delete_range: { key: at } };
    const result = await this.#retrying(neverSent, () =>
      this.#client.kv.txn({
        compare: expect === undefined ? [] : [{ key: at, target: 'Mod', result: 'Equal', mod_revision: expect }],
        success: [success],
        failure: [{ request_range: { key: at } }],
      }),
    ).catch((error: unknown) => {
      throw isTransient(error) && !neverSent(error) ? new UnknownOutcomeError(key, error) : error;
    });
    if (result.succeeded) return Number(result.header.revision);
    if (lease) await this.#client.leaseClient.leaseRevoke({ ID: lease }).catch(() => undefined);
    const current = result.responses[0]?.response_range.kvs[0];
    throw new WriteConflictError(key, current && entryOf(current, this.#keys));
  }

  async *watch(prefix: string, { after, signal }: WatchOptions): AsyncIterable<readonly StoreEvent[]> {
    this.#assertOpen();
    const either = AbortSignal.any([signal, this.#closing.signal]);
    const check = () => this.#assertReadable(after);
    yield* watchEtcd({
      ...this.#surroundings,
      client: this.#client,
      keys: this.#keys,
      prefix,
      after,
      check,
      signal: either,
    });
  }

  async compact(revision: number): Promise<void> {
    this.#assertOpen();
    try {
      await this.#retrying(isTransient, () => this.#client.kv.compact({ revision }));
    } catch (error) {
      if (isFuture(error)) throw new RangeError(`revision ${revision} is in the future`, { cause: error });
      if (!isCompacted(error)) throw error;
    }
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#client.close();
  }

  async #page(page: { prefix: string; after: string | undefined; revision: number | undefined; limit: number }) {
    const { prefix, after, revision, limit } = page;
    try {
      return await this.#retrying(isTransient, () =>
        this.#client.kv.range({ ...this.#keys.range(prefix, after), limit, revision: revision ?? 0 }),
      );
    } catch (error) {
      if (isFuture(error)) throw new RangeError(`revision ${revision} is in the future`, { cause: error });
      if (isCompacted(error)) throw await this.#tooOld(revision ?? 0);
      throw error;
    }
  }

  async #assertReadable(revision: number): Promise<void> {
    try {
      const key = this.#keys.encode('');
      await this.#retrying(isTransient, () => this.#client.kv.range({ key, count_only: true, revision }));
    } catch (error) {
      if (isCompacted(error)) throw await this.#tooOld(revision);
      if (!isFuture(error)) throw error;
    }
  }

  async #tooOld(revision: number): Promise<TooOldError> {
    return new TooOldError(revision, (await compactedRevision(this.#client, this.#keys)) ?? revision + 1);
  }

  /**
   * One lease for every key. Sharing them would spare etcd a few, but keys that expire together are deleted in one
   * revision, and a watch that resumes between two events of a revision misses the second.
   */
  async #grantLease(ttlSeconds: number): Promise<string> {
    const { ID } = await this.#retrying(isTransient, () =>
      this.#client.leaseClient.leaseGrant({ TTL: Math.ceil(ttlSeconds), ID: 0 }),
    );
    return ID;
  }

  /** Makes a call again, at once on another endpoint if there is one, as long as its error and the time allow that. */
  async #retrying<T>(again: (error: unknown) => boolean, call: () => Promise<T>): Promise<T> {
    const { clock } = this.#surroundings;
    const begin = clock.monotonic();
    for (let attempt = 1; ; attempt++) {
      try {
        return await call();
      } catch (error) {
        const isLate = clock.monotonic() - begin + callMs > operationMs;
        if (attempt === attempts || isLate || !again(error)) throw error;
      }
    }
  }

  #assertOpen(): void {
    if (this.#closing.signal.aborted) throw new Error('the store is closed');
  }
}
