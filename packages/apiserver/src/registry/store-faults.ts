// Owns what a store that fails means to a caller: a Status like every other error. Wraps the store; conflicts and
// compacted revisions, which the registry answers itself, pass through.
import type { Logger } from '@berth/host';
import { StatusError } from '@berth/objects';
import { type Store, TooOldError, WriteConflictError } from '@berth/store';

/** Whoever asked may ask again: it is not known to be the request's fault. */
export function withStatusErrors(store: Store, log: Logger): Store {
  async function guard<T>(operation: string, run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      if (error instanceof WriteConflictError || error instanceof TooOldError) throw error;
      log.error({ err: error, operation }, 'the store failed');
      throw new StatusError('ServiceUnavailable', 'the store does not answer', { retryAfterSeconds: 1 });
    }
  }
  return {
    revision: () => guard('revision', () => store.revision()),
    get: (key) => guard('get', () => store.get(key)),
    list: (prefix, options) => guard('list', () => store.list(prefix, options)),
    write: (change) => guard('write', () => store.write(change)),
    watch: (prefix, options) => store.watch(prefix, options),
    compact: (revision) => guard('compact', () => store.compact(revision)),
    close: () => store.close(),
  };
}
