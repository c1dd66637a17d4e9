// Owns what every store must do: the suite that each implementation runs against itself.
import { afterEach, describe, expect, test } from 'vitest';
import { type Entry, type Store, type StoreEvent, TooOldError, WriteConflictError } from '../contract.ts';
import { revisionOf } from '../event.ts';

export interface StoreUnderTest {
  /** A store with nothing in it. */
  open(): Promise<Store>;
  /** Opens again what `store` held; `store` has been closed. */
  reopen(store: Store): Promise<Store>;
  /** Lets so much time pass, as the store counts it. */
  elapse(seconds: number): Promise<void>;
}

export function storeContract(name: string, subject: StoreUnderTest): void {
  describe(`${name} keeps the store's contract`, () => {
    const opened: Store[] = [];
    const open = async () => {
      const store = await subject.open();
      opened.push(store);
      return store;
    };
    afterEach(async () => {
      for (const store of opened.splice(0)) await store.close();
    });

    test('a write is read back, with the revision that it was acknowledged with', async () => {
      const store = await open();
      const modRevision = await put(store, '/a', 'one');
      expect(shown(await store.get('/a'))).toEqual({ key: '/a', value: 'one', modRevision });
      expect(await store.get('/b')).toBeUndefined();
      expect(await store.revision()).toBe(modRevision);
    });

    test('every write raises the revision by one, a delete as well', async () => {
      const store = await open();
      const start = await store.revision();
      expect(await put(store, '/a', '1')).toBe(start + 1);
      expect(await put(store, '/a', '2')).toBe(start + 2);
      expect(await store.write({ key: '/a', value: null })).toBe(start + 3);
      expect(await store.get('/a')).toBeUndefined();
      expect(await store.write({ key: '/a', value: null })).toBe(start + 3);
      expect(await store.revision()).toBe(start + 3);
    });

    test('an empty value is a value', async () => {
      const store = await open();
      await put(store, '/a', '');
      expect(shown(await store.get('/a'))?.value).toBe('');
    });

    describe('compare-and-write', () => {
      const cases = [
        { name: 'create of a new key', exists: false, expect: 'zero', ok: true },
        { name: 'create of a key that exists', exists: true, expect: 'zero', ok: false },
        { name: 'update of the right revision', exists: true, expect: 'current', ok: true },
        { name: 'update of an old revision', exists: true, expect: 'old', ok: false },
        { name: 'update of a key that does not exist', exists: false, expect: 'old', ok: false },
      ] as const;
      for (const value of ['new', null]) {
        test.each(cases)(`${value === null ? 'delete' : 'put'}: $name`, async ({ exists, expect: expected, ok }) => {
          const store = await open();
          const old = await put(store, '/a', 'old');
          if (!exists) await store.write({ key: '/a', value: null });
          const current = exists ? await put(store, '/a', 'current') : 0;
          const before = await store.get('/a');
          const write = store.write({
            key: '/a',
            value: value === null ? null : bytes(value),
            expect: { zero: 0, current, old }[expected],
          });
          if (ok) {
            await write;
            expect(shown(await store.get('/a'))?.value).toBe(value ?? undefined);
            return;
          }
          const conflict = await write.catch((error: unknown) => error);
          expect(conflict).toBeInstanceOf(WriteConflictError);
          expect(shown((conflict as WriteConflictError).current)).toEqual(shown(before));
          expect(shown(await store.get('/a'))).toEqual(shown(before));
        });
      }

      test('50 concurrent writers of one counter lose no increment', async () => {
        const store = await open();
        const writers = 50;
        const increments = 4;
        const start = await put(store, '/counter', '0');
        await Promise.all(Array.from({ length: writers }, () => increment(store, '/counter', increments)));
        expect(shown(await store.get('/counter'))?.value).toBe(String(writers * increments));
        expect(await store.revision()).toBe(start + writers * increments);
      });

      test('50 concurrent creators of one key: one wins', async () => {
        const store = await open();
        const outcomes = await Promise.allSettled(
          Array.from({ length: 50 }, (_, n) => store.write({ key: '/a', value: bytes(`${n}`), expect: 0 })),
        );
        const won = outcomes.filter(({ status }) => status === 'fulfilled');
        expect(won).toHaveLength(1);
        expect(shown(await store.get('/a'))?.value).toBe(String(outcomes.indexOf(won[0]!)));
      });
    });

    describe('list', () => {
      test('holds the prefix, in the order of the keys as UTF-8', async () => {
        const store = await open();
        for (const key of ['/b/z', '/b/é', '/b/𝒳', '/b/ﬀ', '/b/a-b', '/b/a/b', '/b', '/a/1', '/c'])
          await put(store, key, key);
        const { entries, more, revision } = await store.list('/b/');
        expect(entries.map(({ key }) => key)).toEqual(['/b/a-b', '/b/a/b', '/b/z', '/b/é', '/b/ﬀ', '/b/𝒳']);
        expect(more).toBe(false);
        expect(revision).toBe(await store.revision());
        expect((await store.list('')).entries).toHaveLength(9);
      });

      test('pages at one revision see nothing of what is written meanwhile', async () => {
        const store = await open();
        for (let n = 0; n < 10; n++) await put(store, `/p/${n}`, `v${n}`);
        const first = await store.list('/p/', { limit: 4 });
        await put(store, '/p/5', 'changed');
        await put(store, '/p/5', 'changed again');
        await put(store, '/p/45', 'new');
        await store.write({ key: '/p/6', value: null });
        await store.write({ key: '/p/9', value: null });
        const pages = [first];
        while (pages.at(-1)!.more) {
          const after = pages.at(-1)!.entries.at(-1)!.key;
          pages.push(await store.list('/p/', { limit: 4, after, revision: first.revision }));
        }
        expect(pages.map(({ entries }) => entries.length)).toEqual([4, 4, 2]);
        expect(pages.flatMap(({ entries }) => entries).map(shown)).toEqual(
          Array.from({ length: 10 }, (_, n) => ({
            key: `/p/${n}`,
            value: `v${n}`,
            modRevision: first.revision - 9 + n,
          })),
        );
        expect(pages.every(({ revision }) => revision === first.revision)).toBe(true);
      });

      test('a revision of the future is refused', async () => {
        const store = await open();
        await expect(store.list('/', { revision: (await store.revision()) + 5 })).rejects.toThrow(RangeError);
      });
    });

    describe('watch', () => {
      test('tells of puts and deletes, each with what was there before', async () => {
        const store = await open();
        const after = await put(store, '/w/a', 'one');
        const events = follow(store, '/w/', after);
        await put(store, '/w/a', 'two');
        await put(store, '/x/a', 'elsewhere');
        await put(store, '/w/b', 'new');
        await store.write({ key: '/w/a', value: null });
        expect((await events.take(3)).map(shownEvent)).toEqual([
          { type: 'put', key: '/w/a', value: 'two', revision: after + 1, previous: 'one' },
          { type: 'put', key: '/w/b', value: 'new', revision: after + 3, previous: undefined },
          { type: 'delete', key: '/w/a', value: undefined, revision: after + 4, previous: 'two' },
        ]);
        await events.stop();
      });

      test('from a past revision: no gap and no duplicate while 50 writers go on', async () => {
        const store = await open();
        const start = await store.revision();
        const writes = 40;
        const writers = Array.from({ length: 50 }, async (_, writer) => {
          for (let n = 0; n < writes; n++) await put(store, `/w/${writer}`, `${n}`);
        });
        const watches = [follow(store, '/w/', start), follow(store, '/w/1', start)];
        await Promise.all(writers.slice(0, 10));
        const late = follow(store, '/w/', start + 17);
        await Promise.all(writers);
        const total = 50 * writes;
        const all = await watches[0]!.take(total);
        expect(all.map(revisionOf)).toEqual(Array.from({ length: total }, (_, n) => start + 1 + n));
        expect((await late.take(total - 17)).map(revisionOf)).toEqual(all.slice(17).map(revisionOf));
        const some = await watches[1]!.take(11 * writes);
        expect(some).toEqual(all.filter((event) => event.type === 'put' && event.entry.key.startsWith('/w/1')));
        await Promise.all([...watches, late].map((watch) => watch.stop()));
      });

      test('a consumer that falls far behind misses nothing', async () => {
        const store = await open();
        const after = await put(store, '/w/first', 'x');
        const slow = follow(store, '/w/', after - 1);
        await slow.take(1);
        const total = 10_000;
        for (let n = 0; n < total; n += 500)
          await Promise.all(Array.from({ length: 500 }, (_, i) => put(store, `/w/${n + i}`, 'x')));
        expect((await slow.take(total)).map(revisionOf)).toEqual(
          Array.from({ length: total }, (_, n) => after + 1 + n),
        );
        await slow.stop();
      }, 60_000);

      test('ends quietly when its signal aborts, before or while it waits', async () => {
        const store = await open();
        const abort = new AbortController();
        const ended = drain(store.watch('/', { after: await store.revision(), signal: abort.signal }));
        await put(store, '/other', 'x');
        abort.abort();
        await ended;
        expect(await drain(store.watch('/', { after: 0, signal: AbortSignal.abort() }))).toEqual([]);
      });
    });

    describe('compaction', () => {
      test('keeps what exists and forgets what was', async () => {
        const store = await open();
        const old = await put(store, '/a', '1');
        await put(store, '/b', 'gone');
        await store.write({ key: '/b', value: null });
        const kept = await put(store, '/a', '2');
        const newest = await put(store, '/a', '3');
        await store.compact(kept);
        const tooOld = await store.list('/', { revision: old }).catch((error: unknown) => error);
        expect(tooOld).toBeInstanceOf(TooOldError);
        expect((tooOld as TooOldError).compacted).toBe(kept);
        expect((await store.list('/', { revision: kept })).entries.map(shown)).toEqual([
          { key: '/a', value: '2', modRevision: kept },
        ]);
        expect((await store.list('/')).entries.map(shown)).toEqual([{ key: '/a', value: '3', modRevision: newest }]);
      });

      test('a watch from before it is too old, one from there on is not', async () => {
        const store = await open();
        await put(store, '/a', '1');
        const compacted = await put(store, '/a', '2');
        await store.write({ key: '/a', value: null });
        await store.compact(compacted);
        const tooOld = await drain(
          store.watch('/', { after: compacted - 1, signal: new AbortController().signal }),
        ).catch((error: unknown) => error);
        expect(tooOld).toBeInstanceOf(TooOldError);
        expect((tooOld as TooOldError).compacted).toBe(compacted);
        const watch = follow(store, '/', compacted);
        expect((await watch.take(1)).map(shownEvent)).toEqual([
          { type: 'delete', key: '/a', value: undefined, revision: compacted + 1, previous: '2' },
        ]);
        await watch.stop();
      });

      test('does not disturb a watch that runs', async () => {
        const store = await open();
        const watch = follow(store, '/w/', await store.revision());
        await put(store, '/w/a', '1');
        await watch.take(1);
        for (let n = 0; n < 20; n++) await put(store, '/elsewhere', `${n}`);
        await store.compact(await store.revision());
        await put(store, '/w/a', '2');
        expect((await watch.take(1)).map(shownEvent)).toMatchObject([{ value: '2', previous: '1' }]);
        await watch.stop();
      });
    });

    describe('expiry', () => {
      test('deletes the key like anybody else would', async () => {
        const store = await open();
        await put(store, '/other', 'stays');
        const revision = await store.write({ key: '/t', value: bytes('x'), ttlSeconds: 2 });
        const watch = follow(store, '/t', revision);
        expect(shown(await store.get('/t'))?.value).toBe('x');
        await subject.elapse(4);
        expect((await watch.take(1)).map(shownEvent)).toEqual([
          { type: 'delete', key: '/t', value: undefined, revision: revision + 1, previous: 'x' },
        ]);
        expect((await store.list('/')).entries.map(({ key }) => key)).toEqual(['/other']);
        await watch.stop();
      });

      test.each([
        { name: 'without a time of its own: stays', ttlSeconds: undefined },
        { name: 'with a longer time: lives on', ttlSeconds: 600 },
      ])('written again $name', async ({ ttlSeconds }) => {
        const store = await open();
        await store.write({ key: '/t', value: bytes('x'), ttlSeconds: 2 });
        await store.write({ key: '/t', value: bytes('y'), ttlSeconds });
        await subject.elapse(4);
        expect(shown(await store.get('/t'))?.value).toBe('y');
      });

      test('survives close and reopen', async () => {
        const first = await open();
        await first.write({ key: '/t', value: bytes('x'), ttlSeconds: 3 });
        await first.close();
        const second = await subject.reopen(first);
        opened.push(second);
        const watch = follow(second, '/t', await second.revision());
        await subject.elapse(6);
        expect((await watch.take(1)).map(({ type }) => type)).toEqual(['delete']);
        await watch.stop();
      });
    });

    test('close and reopen: revision, values and history are as they were', async () => {
      const first = await open();
      const old = await put(first, '/a', '1');
      await put(first, '/a', '2');
      const revision = await first.write({ key: '/a', value: null });
      await first.close();
      const second = await subject.reopen(first);
      opened.push(second);
      expect(await second.revision()).toBe(revision);
      expect((await second.list('/', { revision: old })).entries.map(shown)).toEqual([
        { key: '/a', value: '1', modRevision: old },
      ]);
      const watch = follow(second, '/', old);
      expect(await put(second, '/a', '3')).toBe(revision + 1);
      expect((await watch.take(3)).map(({ type }) => type)).toEqual(['put', 'delete', 'put']);
      await watch.stop();
    });

    test('a closed store refuses and ends its watches', async () => {
      const store = await open();
      const watching = drain(store.watch('/', { after: await store.revision(), signal: new AbortController().signal }));
      await store.close();
      await watching;
      await expect(store.get('/a')).rejects.toThrow('closed');
      await expect(put(store, '/a', 'x')).rejects.toThrow('closed');
    });
  });
}

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function put(store: Store, key: string, value: string): Promise<number> {
  return store.write({ key, value: bytes(value) });
}

async function increment(store: Store, key: string, times: number): Promise<void> {
  let current = await store.get(key);
  while (times > 0) {
    try {
      const value = bytes(String(Number(shown(current)!.value) + 1));
      const modRevision = await store.write({ key, value, expect: current!.modRevision });
      current = { key, value, modRevision };
      times--;
    } catch (error) {
      if (!(error instanceof WriteConflictError)) throw error;
      current = error.current;
    }
  }
}

function shown(entry: Entry | undefined): { key: string; value: string; modRevision: number } | undefined {
  return entry && { ...entry, value: new TextDecoder().decode(entry.value) };
}

function shownEvent(event: StoreEvent): object {
  const entry = shown(event.type === 'put' ? event.entry : undefined);
  return {
    type: event.type,
    key: event.type === 'put' ? event.entry.key : event.key,
    value: entry?.value,
    revision: revisionOf(event),
    previous: shown(event.previous)?.value,
  };
}

async function drain(watch: AsyncIterable<readonly StoreEvent[]>): Promise<StoreEvent[]> {
  const events: StoreEvent[] = [];
  for await (const batch of watch) events.push(...batch);
  return events;
}

/** A watch that is read only as far as a test asks. */
export function follow(store: Store, prefix: string, after: number) {
  const abort = new AbortController();
  const batches = store.watch(prefix, { after, signal: abort.signal })[Symbol.asyncIterator]();
  let pending: StoreEvent[] = [];
  return {
    async take(count: number): Promise<StoreEvent[]> {
      while (pending.length < count) {
        const { value, done } = await batches.next();
        if (done) throw new Error(`the watch ended after ${pending.length} of ${count} events`);
        pending.push(...value);
      }
      const taken = pending.slice(0, count);
      pending = pending.slice(count);
      return taken;
    },
    /** Throws if anything came that no test asked for. */
    async stop(): Promise<void> {
      abort.abort();
      const { value, done } = await batches.next();
      if (!done) throw new Error(`the watch told more: ${JSON.stringify(value.map(shownEvent))}`);
      expect(pending.map(shownEvent)).toEqual([]);
    },
  };
}
