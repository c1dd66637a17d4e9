// Owns the HTTPS connections to the API servers of a cluster: one pool, authenticated once, whose answers are JSON or a
// Status. They lead to one server, and to another when it cannot be reached.
import { type Status, StatusError } from '@berth/objects';
import { Agent, type Dispatcher } from 'undici';
import type { RequestFigures } from './request-figures.ts';
import { Servers } from './servers.ts';

/** Where an API server is and how it knows us. PEM texts. */
export interface ConnectionOptions {
  /** `https://127.0.0.1:6443` */
  readonly server: string;
  /** Further servers of the same cluster, spoken to when that one cannot be reached. */
  readonly others?: readonly string[];
  /** Certificates that may have signed the server's. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly token?: string;
  /** Who this is: what it writes, it manages under this name. */
  readonly userAgent?: string;
}

/** Who the requests of a connection come from, beside the certificate that it has. */
export interface RequestIdentity {
  /** What each request says of it. May reject with a StatusError. */
  headers(): Promise<IdentityHeaders>;
  /** The server did not know it: what was said is not to be said again. */
  refused?(): void;
}

export type IdentityHeaders = Readonly<Record<string, string | string[]>>;

interface RequestOptions {
  readonly method?: Dispatcher.HttpMethod;
  readonly contentType?: string;
  /** Left out: JSON. */
  readonly accept?: string;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

export interface Connection {
  /** As they are now: `server` is the one that is spoken to, `others` are those that are known beside it. */
  readonly options: ConnectionOptions;
  readonly servers: Servers;
  /** The parsed answer. Throws StatusError for every answer but a success, and when the server cannot be reached. */
  json(path: string, request?: RequestOptions): Promise<unknown>;
  /** The answer's bytes as they come. */
  bytes(path: string, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
  /** Whether the server, one of those that are known, says that it is ready. */
  isReady(server: string, signal: AbortSignal): Promise<boolean>;
  /** From here on under another certificate. What is under way goes on under the old one. */
  renew(identity: { readonly cert: string; readonly key: string }): void;
  /** The same connections, under another identity and, if given, another name. Closing either closes both. */
  as(identity: RequestIdentity, userAgent?: string): Connection;
  /** What a request says of who sends it. */
  identityHeaders(): Promise<IdentityHeaders>;
  close(): Promise<void>;
}

export interface ConnectionParts {
  /** Of the requests that go over it, however it acts. */
  readonly figures?: RequestFigures;
  /** Those of another connection: both go to the same server. Left out: as the options have it. */
  readonly servers?: Servers;
}

export function openConnection(given: ConnectionOptions, { figures, ...parts }: ConnectionParts = {}): Connection {
  const servers = parts.servers ?? new Servers(given.server, given.others);
  let options = given;
  let agent = agentOf(options);
  /**
   * Those of earlier certificates. What is under way over them goes on, and what is idle ends by itself; none is closed,
   * as undici does not destroy what it closes.
   */
  const retired: Agent[] = [];

  const unsubscribe = servers.onMove(() => {
    const left = [agent, ...retired.splice(0)];
    agent = agentOf(options);
    // A stream from a server that is silent would never end.
    for (const old of left) void old.destroy(new Error('another API server took its place'));
  });

  function acting(identity: RequestIdentity, userAgent: string): Connection {
    const identityHeaders = async () => ({ 'user-agent': userAgent, ...(await identity.headers()) });

    async function send(path: string, request: RequestOptions): Promise<Dispatcher.ResponseData> {
      const { method = 'GET', body, contentType = 'application/json', accept = 'application/json', signal } = request;
      const headers = {
        accept,
        ...(await identityHeaders()),
        ...(body ? { 'content-type': contentType } : {}),
      };
      const text = body === undefined ? undefined : JSON.stringify(body);
      let response: Dispatcher.ResponseData | undefined;
      // Each server is asked once.
      for (let left = servers.all.length; !response; left--) {
        const server = servers.current;
        const answered = figures?.sent(method, server);
        const sent = agent.request({ origin: server, path, method, headers, signal, body: text });
        response = await sent.catch((error: unknown) => {
          answered?.();
          if (left <= 1 || signal?.aborted || !isWithoutConnection(error)) throw unreachable(server, error);
          servers.leave(server);
          return undefined;
        });
        if (response) answered?.(response.statusCode);
      }
      if (response.statusCode < 300) return response;
      if (response.statusCode === 401) identity.refused?.();
      throw await failure(response);
    }

    return {
      get options() {
        const [server = options.server, ...others] = servers.all;
        return { ...options, server, others };
      },
      servers,
      async json(path, request = {}) {
        const response = await send(path, request);
        return response.body.json().catch((error: unknown) => {
          throw unreachable(servers.current, error);
        });
      },
      async bytes(path, signal) {
        const response = await send(path, { signal });
        return whole(response.body, servers.current);
      },
      async isReady(server, signal) {
        const headers = { 'user-agent': userAgent };
        try {
          const { statusCode, body } = await agent.request({
            origin: server,
            path: '/readyz',
            method: 'GET',
            headers,
            signal,
          });
          await body.dump();
          return statusCode === 200;
        } catch {
          return false;
        }
      },
      renew(certificate) {
        options = { ...options, ...certificate };
        retired.push(agent);
        agent = agentOf(options);
      },
      as: (other, name = userAgent) => acting(other, name),
      identityHeaders,
      async close() {
        unsubscribe();
        await Promise.all([agent, ...retired].map((each) => each.close()));
      },
    };
  }

  return acting(bearing(given.token), given.userAgent ?? 'berth');
}

function bearing(token: string | undefined): RequestIdentity {
  const headers: IdentityHeaders = token ? { authorization: `Bearer ${token}` } : {};
  return { headers: async () => headers };
}

const connectMs = 5_000;

function agentOf({ ca, cert, key }: ConnectionOptions): Agent {
  // A watch holds its connection for long: no limit on their number, and no time-out on a body that is silent.
  return new Agent({
    connect: { ca, cert, key, keepAlive: true, timeout: connectMs },
    bodyTimeout: 0,
    headersTimeout: 60_000,
  });
}

/** An answer that breaks off says so in the same way as a server that cannot be reached. */
async function* whole(body: AsyncIterable<Uint8Array>, server: string): AsyncIterable<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw unreachable(server, error);
  }
}

/** How OpenSSL says that a certificate is signed by somebody else. */
const foreign: ReadonlySet<string> = new Set([
  'CERT_SIGNATURE_FAILURE',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** The request has reached nobody: it can be sent to another server. */
function isWithoutConnection(error: unknown): boolean {
  const { code = '' } = error as NodeJS.ErrnoException;
  return foreign.has(code) || unconnected.has(code);
}

const unconnected: ReadonlySet<string> = new Set([
  'EAI_AGAIN',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** `ServiceUnavailable`, so that whoever retries on that also retries on a server that is away. */
function unreachable(server: string, cause: unknown): StatusError {
  const reason = foreign.has((cause as NodeJS.ErrnoException).code ?? '')
    ? 'its certificate is not of the authority that the kubeconfig names; is it another cluster’s?'
    : cause instanceof Error
      ? cause.message
      : String(cause);
  const error = new StatusError('ServiceUnavailable', `the API server at ${server} cannot be reached: ${reason}`);
  error.cause = cause;
  return error;
}

async function failure(response: Dispatcher.ResponseData): Promise<StatusError> {
  const text = await response.body.text();
  try {
    return StatusError.from(JSON.parse(text) as Partial<Status>);
  } catch {
    return new StatusError('InternalError', text || `the API server answered ${response.statusCode}`);
  }
}
