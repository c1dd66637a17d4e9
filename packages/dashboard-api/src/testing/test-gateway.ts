// Owns one gateway for one test, over the real core of the API server, with a browser that has signed in: its procedures
// and its socket.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestApi, type TestApi } from '@berth/apiserver/testing';
import { type Client, inProcessClient } from '@berth/client';
import { openDatabase } from '@berth/db';
import { silentLogger, systemClock, systemRandom } from '@berth/host';
import type { UserInfo } from '@berth/objects';
import { createTRPCClient, httpLink } from '@trpc/client';
import { io, type Socket } from 'socket.io-client';
import type { ClientToServer, Frame, LogFrame, Noun, ServerToClient, ViewQuery } from '../contract.ts';
import { createGateway, type Gateway, type GatewayOptions } from '../gateway.ts';
import type { AppRouter } from '../router.ts';

export type BrowserSocket = Socket<ServerToClient, ClientToServer>;

/** A browser without pages: a cookie, the procedures, a socket. */
export class Browser {
  readonly #url: string;
  cookie = '';
  readonly trpc;

  constructor(url: string) {
    this.#url = url;
    this.trpc = createTRPCClient<AppRouter>({
      links: [
        httpLink({
          url: `${url}/trpc`,
          headers: () => ({ cookie: this.cookie }),
          fetch: async (input, init) => {
            const response = await fetch(input, init as RequestInit);
            const cookie = response.headers.get('set-cookie');
            if (cookie) this.cookie = cookie.split(';')[0] ?? '';
            return response;
          },
        }),
      ],
    });
  }

  socket(): BrowserSocket {
    return io(this.#url, {
      path: '/live',
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
      extraHeaders: { cookie: this.cookie },
    });
  }
}

/** How the API server reaches the logs of pods. */
export type TestStreams = NonNullable<NonNullable<Parameters<typeof startTestApi>[0]>['streams']>;

export interface TestGateway extends AsyncDisposable {
  readonly gateway: Gateway;
  readonly api: TestApi;
  readonly client: Client;
  readonly url: string;
  /** The gateway's own tables. */
  readonly openDatabase: GatewayOptions['openDatabase'];
  /** For another gateway of the same cluster, with tables of its own. */
  readonly cluster: Pick<GatewayOptions, 'api' | 'client'>;
  /** Signed in as the administrator. */
  signedIn(): Promise<Browser>;
}

const testPassword = 'correct horse battery staple';

export async function startTestGateway(
  options: Partial<GatewayOptions> & { readonly streams?: TestStreams } = {},
): Promise<TestGateway> {
  const folder = await mkdtemp(join(tmpdir(), 'berth-gateway-'));
  const { clock = systemClock, streams, ...gatewayOptions } = options;
  const api = await startTestApi({ streams, clock });
  const client = inProcessClient(api.api, api.admin);
  const openDatabaseOfTest = () => openDatabase({ url: `file:${join(folder, 'dashboard.db')}` });
  const cluster = { api: (user: UserInfo) => inProcessClient(api.api, user), client };
  const gateway = createGateway({
    ...cluster,
    openDatabase: openDatabaseOfTest,
    previewScale: async () => ({ placements: [], unplaced: 0, reasons: [], removed: [] }),
    endpoint: () => ({ server: 'https://127.0.0.1:6443', ca: 'CA' }),
    random: systemRandom,
    log: silentLogger,
    staticDirectory: folder,
    host: '127.0.0.1',
    port: 0,
    adminPassword: testPassword,
    ...gatewayOptions,
    clock,
  });
  const stop = new AbortController();
  const running = await gateway.start(stop.signal);
  return {
    gateway,
    api,
    client,
    url: gateway.url,
    openDatabase: openDatabaseOfTest,
    cluster,
    async signedIn() {
      const browser = new Browser(gateway.url);
      await browser.trpc.session.signIn.mutate({ name: 'admin', password: testPassword });
      return browser;
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await running.done;
      await api.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What a browser knows of one view, put together from its frames as a page does. */
export class ViewRecord<N extends Noun> {
  readonly frames: Frame<N>[] = [];
  rows: ViewRows<N> = [];
  total = 0;
  #wake: () => void = () => {};

  static async open<N extends Noun>(socket: BrowserSocket, id: string, query: ViewQuery<N>): Promise<ViewRecord<N>> {
    const record = new ViewRecord<N>();
    socket.on('view', (of, frame) => {
      if (of === id) record.take(frame as Frame<N>);
    });
    const answer = await socket.emitWithAck('openView', id, query as unknown as ViewQuery);
    if (!answer.ok) throw new Error(answer.message);
    return record;
  }

  take(frame: Frame<N>): void {
    this.frames.push(frame);
    if (frame.kind === 'snapshot') this.rows = [...frame.rows];
    if (frame.kind === 'patch') {
      const rows = new Map(this.rows.map((row) => [row.uid, row]));
      for (const uid of frame.remove) rows.delete(uid);
      for (const row of frame.put) rows.set(row.uid, row);
      this.rows = (frame.order ?? [...rows.keys()]).map((uid) => rows.get(uid)!);
    }
    if ('total' in frame) this.total = frame.total;
    this.#wake();
  }

  get names(): string[] {
    return this.rows.map(({ name }) => name);
  }

  /** Resolves when what the browser knows is so. */
  async until(holds: (record: this) => boolean): Promise<void> {
    while (!holds(this)) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

type ViewRows<N extends Noun> = Extract<Frame<N>, { kind: 'snapshot' }>['rows'][number][];

/** The frames of a log until it ends. */
export async function readLog(
  socket: BrowserSocket,
  id: string,
  query: Parameters<ClientToServer['openLog']>[1],
): Promise<LogFrame[]> {
  const frames: LogFrame[] = [];
  const ended = new Promise<void>((resolve) => {
    socket.on('log', (of, frame) => {
      if (of !== id) return;
      frames.push(frame);
      if (frame.kind === 'end') resolve();
    });
  });
  const answer = await socket.emitWithAck('openLog', id, query);
  if (!answer.ok) throw new Error(answer.message);
  await ended;
  return frames;
}
