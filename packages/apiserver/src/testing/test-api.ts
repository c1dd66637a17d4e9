// Owns one API server for one test: the real core over an embedded store in a temporary directory.
import { type Clock, type Logger, Registry, silentLogger, systemClock, systemRandom } from '@berth/host';
import { namespaces, type UserInfo } from '@berth/objects';
import type { Store } from '@berth/store';
import { openTemporaryStore } from '@berth/store/testing';
import { type ApiCore, type ApiCoreOptions, createApiCore } from '../registry/api-core.ts';

/** May do everything. */
const admin: UserInfo = { name: 'admin', groups: ['system:masters', 'system:authenticated'] };

export interface TestApi extends AsyncDisposable {
  readonly api: ApiCore;
  readonly store: Store;
  /** May do everything. */
  readonly admin: UserInfo;
  /** Creates a namespace. */
  namespace(name: string): Promise<void>;
  /** Stops the API server, closes the store and removes its directory. */
  close(): Promise<void>;
}

export interface TestApiOptions extends Omit<Partial<ApiCoreOptions>, 'store'> {
  readonly clock?: Clock;
  readonly log?: Logger;
}

/** `await using test = await startTestApi()`. Everything that is not given is real. */
export async function startTestApi(options: TestApiOptions = {}): Promise<TestApi> {
  const { clock = systemClock } = options;
  const store = await openTemporaryStore({ clock });
  const stop = new AbortController();
  const api = createApiCore({
    random: systemRandom,
    log: silentLogger,
    metrics: new Registry(),
    ...options,
    clock,
    store,
  });
  const running = await api.start(stop.signal);
  const close = async () => {
    stop.abort();
    await running.done;
    await store.close();
  };
  return {
    api,
    store,
    admin,
    async namespace(name) {
      await api.create(admin, namespaces, {}, { metadata: { name } });
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
