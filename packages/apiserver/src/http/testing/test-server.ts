// Owns the API server that the tests of the HTTPS layer talk to: the real core over a temporary store, served with its
// own certificates on a free port of the loopback.
import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingHttpHeaders } from 'node:http';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, createMetrics, type Logger, silentLogger, systemClock, systemRandom } from '@berth/host';
import type { Api } from '@berth/objects';
import type { Auditor } from '../../audit/auditor.ts';
import type { KeyPair } from '../../auth/certificates.ts';
import { type ClusterCredentials, ensureClusterCredentials } from '../../auth/credentials.ts';
import { createServiceAccountTokens } from '../../auth/service-account-tokens.ts';
import type { FairQueueLimits } from '../../flow-control/fair-queue.ts';
import { createKubeletStreams } from '../../streams/kubelet-streams.ts';
import type { PodStreams } from '../../streams/port.ts';
import { startTestApi, type TestApi } from '../../testing/test-api.ts';
import { createApiServer } from '../server.ts';

interface Reply {
  readonly code: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The text parsed as JSON. */
  readonly json: Record<string, unknown> & { readonly items?: readonly Record<string, unknown>[] };
}

interface CallOptions {
  /** Strings and bytes go as they are, anything else as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Instead of the administrator's certificate; null: none. */
  readonly identity?: KeyPair | null;
  /** Ends the connection. */
  readonly signal?: AbortSignal;
}

export interface TestServer extends AsyncDisposable {
  readonly address: string;
  readonly credentials: ClusterCredentials;
  readonly test: TestApi;
  call(method: string, path: string, options?: CallOptions): Promise<Reply>;
  /** Stops the server; resolves when all its connections have ended. */
  stop(): Promise<void>;
}

export interface TestServerOptions {
  readonly limits?: FairQueueLimits;
  /** Of the HTTPS layer alone. */
  readonly clock?: Clock;
  /** By which certificates are issued and renewed. */
  readonly credentialsClock?: Clock;
  /** Whether service accounts have tokens; pods then need an account that there is. */
  readonly tokens?: boolean;
  readonly auditor?: Auditor;
  /** Instead of the way to real agents. */
  readonly streams?: PodStreams;
  readonly log?: Logger;
  /** Puts something in front of the core, such as a verb that fails. */
  readonly intercept?: (core: Api) => Api;
}

export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const directory = await mkdtemp(join(tmpdir(), 'berth-https-'));
  const { log = silentLogger, credentialsClock = systemClock } = options;
  const credentials = await ensureClusterCredentials({ directory, clock: credentialsClock });
  const streams =
    options.streams ?? createKubeletStreams({ ca: credentials.ca, client: () => credentials.kubeletClient });
  const tokens = createServiceAccountTokens({ key: credentials.serviceAccountKey, clock: systemClock });
  const metrics = createMetrics();
  const test = await startTestApi({ metrics, streams, log, ...(options.tokens ? { tokens } : {}) });
  const server = createApiServer({
    core: options.intercept?.(test.api) ?? test.api,
    served: test.api.served,
    authorizer: test.api.authorizer,
    authenticateToken: test.api.authenticateToken,
    openProxy: test.api.openProxy,
    credentials,
    host: '127.0.0.1',
    port: 0,
    metrics,
    log,
    clock: options.clock ?? systemClock,
    random: systemRandom,
    limits: options.limits,
    objectCount: test.api.objectCount,
    auditor: options.auditor,
  });
  const abort = new AbortController();
  const { done } = await server.start(abort.signal);
  const agent = new Agent({ keepAlive: true, ca: credentials.ca, ...credentials.admin });

  const stop = async () => {
    abort.abort();
    await done;
  };
  return {
    address: server.address,
    credentials,
    test,
    call: (method, path, callOptions = {}) => {
      const { identity } = callOptions;
      if (identity === undefined) return call(`${server.address}${path}`, method, { ...callOptions, agent });
      const other = new Agent({ ca: credentials.ca, ...identity });
      return call(`${server.address}${path}`, method, { ...callOptions, agent: other });
    },
    stop,
    async [Symbol.asyncDispose]() {
      agent.destroy();
      await stop();
      await test.close();
      await rm(directory, { recursive: true });
    },
  };
}

function call(
  url: string,
  method: string,
  { agent, body, headers, signal }: CallOptions & { agent: Agent },
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const bytes = typeof body === 'string' || Buffer.isBuffer(body) ? Buffer.from(body) : bytesOf(body);
    const settings = { method, agent, signal, headers: { ...bodyHeaders(bytes, headers), ...headers } };
    const sent = request(url, settings, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        resolve({
          code: answer.statusCode ?? 0,
          headers: answer.headers,
          text,
          get json() {
            return JSON.parse(text) as Reply['json'];
          },
        });
      });
    });
    sent.on('error', reject);
    sent.end(bytes);
  });
}

function bytesOf(body: unknown): Buffer | undefined {
  return body === undefined ? undefined : Buffer.from(JSON.stringify(body));
}

/** Node.js sends the body of a DELETE only right if it is told how long it is. */
function bodyHeaders(bytes: Buffer | undefined, headers: CallOptions['headers']): Record<string, string | number> {
  if (!bytes) return {};
  const type = { 'Content-Type': 'application/json' };
  return headers?.['Transfer-Encoding'] ? type : { ...type, 'Content-Length': bytes.length };
}
