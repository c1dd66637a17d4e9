// Owns what a store that fails means to a caller: a Status like every other error. Wraps the store; conflicts and
// compacted revisions, which the registry answers itself, pass through.
import { type Clock, type Logger, sparing } from '@berth/host';
import { StatusError } from '@berth/objects';
import { type Store, TooOldError, UnknownOutcomeError, WriteConflictError } from '@berth/store';

/** While a store is away, each request would have its line. */
const logIntervalMs = 5_000;

export function withStatusErrors(store: Store, { log, clock }: { readonly log: Logger; readonly clock: Clock }): Store {
  const complain = sparing({ clock, intervalMs: logIntervalMs }, (fields) => log.error(fields, 'the store failed'));
  async function guard<T>(operation: string, run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      if (error instanceof WriteConflictError || error instanceof TooOldError) throw error;
      complain({ err: error, operation });
      // Who asked may ask again where it is not known to be the request's fault and nothing can happen twice.
      if (error instanceof UnknownOutcomeError) throw new StatusError('Timeout', unknownOutcome);
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

const unknownOutcome =
  'Timeout: the store did not answer in time, and the change may have been made all the same; look before trying again';
