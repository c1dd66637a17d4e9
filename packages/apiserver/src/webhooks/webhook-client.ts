// Owns calls of webhooks, whatever is asked: one JSON document goes out over HTTPS, and one comes back in time, or an
// Error says in the words of Kubernetes' own client why not. Connections stay open from call to call.
import type { IncomingMessage } from 'node:http';
import { Agent, request as httpsRequest, type RequestOptions } from 'node:https';
import type { Duplex } from 'node:stream';
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls';
import type { Clock } from '@berth/host';
import type { WebhookClientConfig } from '@berth/objects';
import type { ServicePlace, ServiceResolver } from './service-resolver.ts';

export interface WebhookClient {
  /** `body` is JSON. Throws an Error. */
  post(body: string, timeoutSeconds: number): Promise<unknown>;
  /** Ends the connections that are not in use; the others end by themselves some time after their last call. */
  close(): void;
}

export interface WebhookClientParts {
  readonly resolve: ServiceResolver;
  readonly clock: Clock;
}

/** Larger than what a webhook can sensibly say of an object of 3 MB, once encoded as base64. */
const mostBytes = 8 * 1024 * 1024;
/** For which a connection is kept that nobody uses. */
const idleMs = 60_000;

interface Address {
  /** As it stands in messages. */
  readonly url: string;
  readonly options: RequestOptions;
}

export function createWebhookClient(
  config: WebhookClientConfig,
  { resolve, clock }: WebhookClientParts,
): WebhookClient {
  const agent = new WebhookAgent({ keepAlive: true, timeout: idleMs });

  async function call(body: string, abort: AbortSignal, query: string): Promise<unknown> {
    const { url, options } = addressOf(config, query);
    try {
      const trusted = trustedOf(config);
      const { connect, ...where }: Partial<ServicePlace> = config.service ? await resolve(config.service) : {};
      const dial = connect && (() => connect(abort));
      const asked: Dialled = { ...options, ...where, ...trusted, dial, agent, signal: abort };
      return await exchange(asked, body);
    } catch (error) {
      const words = abort.aborted ? 'context deadline exceeded' : wordsOf(error, options.host);
      throw error instanceof AnswerError ? error : new Error(`Post "${url}": ${words}`);
    }
  }

  return {
    async post(body, timeoutSeconds) {
      const late = new AbortController();
      const timer = clock.after(timeoutSeconds * 1000, () => late.abort());
      try {
        return await call(body, late.signal, `?timeout=${timeoutSeconds}s`);
      } finally {
        timer.cancel();
      }
    },
    close() {
      for (const sockets of Object.values(agent.freeSockets)) for (const socket of sockets ?? []) socket.destroy();
    },
  };
}

interface Dialled extends RequestOptions {
  /** Makes the connection, over which TLS is then spoken; left out: it is made from here. */
  readonly dial?: () => Promise<Duplex>;
}

/** Keeps connections that others have made as it keeps its own. */
class WebhookAgent extends Agent {
  override createConnection(options: Dialled, done: (error: Error | null, stream: Duplex) => void) {
    const { dial } = options;
    if (!dial) return super.createConnection(options, done);
    dial().then(
      (plain) => done(null, encrypted(plain, options)),
      // What the types of the callback do not say: there is no stream then.
      (error: Error) => done(error, undefined as unknown as Duplex),
    );
    return undefined;
  }
}

function encrypted(plain: Duplex, options: Dialled): TLSSocket {
  const socket = connectTls({ ...(options as ConnectionOptions), socket: plain });
  // Of a connection that the other end has ended, only half would be closed, and it would be kept.
  socket.once('end', () => socket.destroy());
  // What happens beneath is told no further by TLS.
  plain.once('error', (error) => socket.destroy(error));
  plain.once('close', () => socket.destroy(Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' })));
  return socket;
}

/** The webhook was reached, and what it answered is of no use. */
class AnswerError extends Error {}

function addressOf({ url, service }: WebhookClientConfig, query: string): Address {
  if (service) {
    const { namespace, name, path = '/', port = 443 } = service;
    const servername = `${name}.${namespace}.svc`;
    const full = `${path.startsWith('/') ? path : `/${path}`}${query}`;
    const options = { servername, path: full, headers: { Host: `${servername}:${port}` } };
    return { url: `https://${servername}:${port}${full}`, options };
  }
  const { hostname, port, pathname } = new URL(url ?? '');
  const host = hostname.replace(/^\[|\]$/g, '');
  return { url: `${url}${query}`, options: { host, port: port || 443, path: `${pathname}${query}` } };
}

/** Without a bundle, the authorities that the system knows. Throws if the bundle is none. */
function trustedOf({ caBundle }: WebhookClientConfig): { ca?: string } {
  if (!caBundle) return {};
  const ca = Buffer.from(caBundle, 'base64').toString('latin1');
  if (!ca.includes('-----BEGIN CERTIFICATE-----'))
    throw new Error('unable to load root certificates: unable to parse bytes as PEM block');
  return { ca };
}

async function exchange(options: RequestOptions, body: string): Promise<unknown> {
  for (;;) {
    const sent = send(options, body);
    try {
      return await sent.answer;
    } catch (error) {
      // The other end had closed a connection that was kept: nothing was lost, and a new one is made.
      if (!sent.onKeptConnection() || (error as NodeJS.ErrnoException).code !== 'ECONNRESET') throw error;
    }
  }
}

function send(options: RequestOptions, body: string): { answer: Promise<unknown>; onKeptConnection(): boolean } {
  const headers = {
    ...options.headers,
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(body),
    Accept: 'application/json, */*',
    'User-Agent': 'kube-apiserver-admission',
  };
  const request = httpsRequest({ ...options, method: 'POST', headers });
  const answer = new Promise<unknown>((resolve, reject) => {
    request.on('error', reject);
    request.on('response', (response) => {
      read(response).then(resolve, reject);
    });
    request.end(body);
  });
  return { answer, onKeptConnection: () => request.reusedSocket };
}

async function read(response: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > mostBytes) {
      response.destroy();
      throw new AnswerError(`the answer is larger than ${mostBytes} bytes`);
    }
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString('utf8');
  const code = response.statusCode ?? 0;
  if (code < 200 || code > 299) throw new AnswerError(refusalOf(code, text));
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new AnswerError(`couldn't get version/kind; json parse error: ${(error as Error).message}`);
  }
}

function refusalOf(code: number, text: string): string {
  if (code === 404) return 'the server could not find the requested resource';
  if (code >= 500)
    return `an error on the server (${JSON.stringify(text.slice(0, 200))}) has prevented the request from succeeding`;
  return `the server responded with the status code ${code} but did not return more information`;
}

/** What went wrong with a connection, as Go puts it. */
function wordsOf(error: unknown, host: unknown): string {
  const { code, message, address, port } = error as NodeJS.ErrnoException & { address?: string; port?: number };
  switch (code) {
    case 'ECONNREFUSED':
      return `dial tcp ${address}:${port}: connect: connection refused`;
    case 'EHOSTUNREACH':
      return `dial tcp ${address}:${port}: connect: no route to host`;
    case 'ENOTFOUND':
      return `dial tcp: lookup ${host}: no such host`;
    case 'ECONNRESET':
      return 'EOF';
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
      return 'tls: failed to verify certificate: x509: certificate signed by unknown authority';
    case 'CERT_HAS_EXPIRED':
    case 'CERT_NOT_YET_VALID':
      return 'tls: failed to verify certificate: x509: certificate has expired or is not yet valid';
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return `tls: failed to verify certificate: x509: ${message}`;
    default:
      return message;
  }
}
