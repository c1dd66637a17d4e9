// Owns the HTTPS server itself: sockets, time-outs, start and stop. What a request means is the dispatcher's.
import { setMaxListeners } from 'node:events';
import { createServer, type Server as HttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import {
  aborted,
  boundConnections,
  type Clock,
  type Component,
  type Logger,
  type Random,
  type Registry,
  sleep,
} from '@berth/host';
import { type Api, type Kind, namespaces, StatusError } from '@berth/objects';
import type { Auditor } from '../audit/auditor.ts';
import { createAuthenticator } from '../auth/authenticate.ts';
import { createAuthenticationMetrics } from '../auth/authentication-metrics.ts';
import type { ClusterCredentials } from '../auth/credentials.ts';
import type { TokenAuthenticator } from '../auth/token-authenticator.ts';
import type { FairQueueLimits } from '../flow-control/fair-queue.ts';
import { createFlowControl, defaultLimits } from '../flow-control/flow-control.ts';
import { type BuildInfo, createDocuments, type TokenIssuer } from '../openapi/documents.ts';
import type { Authorizer } from '../registry/authorization.ts';
import type { OpenProxy } from '../registry/proxy-targets.ts';
import type { ServedKinds } from '../registry/served-kinds.ts';
import { createDispatcher, type Dispatcher } from './dispatcher.ts';
import type { HealthCheck } from './health.ts';
import { createRequestMetrics } from './request-metrics.ts';
import { createRouter } from './route.ts';
import { createWatchRounds } from './watch-rounds.ts';
import { YamlTurns } from './yaml-turns.ts';

export interface ApiServerOptions {
  readonly core: Api;
  /** The kinds to which the paths lead. */
  readonly served: Pick<ServedKinds, 'all' | 'find' | 'generation'>;
  /** Who may read what is no resource, and act as whom. */
  readonly authorizer: Required<Authorizer>;
  readonly openProxy: OpenProxy;
  /** Without it, client certificates are the only way in. */
  readonly authenticateToken?: TokenAuthenticator;
  /** `serving` is looked at again whenever it was renewed. */
  readonly credentials: Pick<ClusterCredentials, 'ca' | 'serving' | 'onRenewed'>;
  readonly host: string;
  /** 0: any free port; `address` then tells which. */
  readonly port: number;
  /** Left out: nothing is audited. */
  readonly auditor?: Auditor;
  readonly metrics: Registry;
  readonly log: Logger;
  readonly clock: Clock;
  readonly random: Random;
  /** What is worked on at the same time, and what may wait. */
  readonly limits?: FairQueueLimits;
  /** How many connections are taken at the same time; left out: as many as come. */
  readonly mostConnections?: number;
  /** What other programs are told of the tokens of service accounts; left out: nothing. */
  readonly tokens?: TokenIssuer;
  /** What `/version` says of the program; left out: nothing. */
  readonly build?: BuildInfo | undefined;
  /** How many objects of a kind there are: what a list of them costs. */
  readonly objectCount: (kind: Kind) => number;
}

export interface ApiServer extends Component {
  /** `https://127.0.0.1:6443`, once it has started. */
  readonly address: string;
}

/** The version of the API that is spoken, and that it is Berth that speaks it. */
const gitVersion = 'v1.32.3+berth';
/** How long requests that are under way may take when the server stops. */
const drainMs = 10_000;
/** How long the store may take to show that the server is ready. */
const storageCheckMs = 3_000;
const ping: HealthCheck = { name: 'ping', check() {} };

export function createApiServer(options: ApiServerOptions): ApiServer {
  const { clock, log } = options;
  const stopping = new AbortController();
  // Every watch listens to it.
  setMaxListeners(0, stopping.signal);
  let address = '';
  const storage: HealthCheck = { name: 'storage', check: () => readFromStore(options) };
  const shutdown: HealthCheck = {
    name: 'shutdown',
    check() {
      if (stopping.signal.aborted) throw new Error('the server is stopping');
    },
  };
  const requestMetrics = createRequestMetrics(options.metrics);
  const dispatcher = createDispatcher({
    context: {
      core: options.core,
      clock,
      random: options.random,
      stopping: stopping.signal,
      yaml: new YamlTurns(clock),
      eventsSent: requestMetrics.eventsSent,
      watchTurn: createWatchRounds(clock),
    },
    router: createRouter(options.served),
    documents: createDocuments({
      served: options.served,
      version: {
        gitVersion,
        platform: `${process.platform}/${process.arch === 'x64' ? 'amd64' : process.arch}`,
        runtimeVersion: `node ${process.version}`,
        build: options.build,
      },
      serverAddress: () => address.replace('https://', ''),
      tokens: options.tokens,
    }),
    authenticate: createAuthenticator(clock, options.authenticateToken),
    authorizer: options.authorizer,
    auditor: options.auditor,
    openProxy: options.openProxy,
    flowControl: createFlowControl({ limits: options.limits ?? defaultLimits, clock, metrics: options.metrics }),
    objectCount: options.objectCount,
    requestMetrics,
    authenticationMetrics: createAuthenticationMetrics(options.metrics, clock),
    metrics: options.metrics,
    liveChecks: [ping],
    readyChecks: [ping, storage, shutdown],
    log,
  });

  return {
    name: 'apiserver',
    get address() {
      return address;
    },
    async start(signal) {
      const upgraded = new Set<Duplex>();
      const server = listener(options, dispatcher, upgraded);
      // Connections that stand go on under the old one.
      const unsubscribe = options.credentials.onRenewed(() => server.setSecureContext(identityOf(options.credentials)));
      await listening(server, options);
      boundConnections({ server, most: options.mostConnections, clock, log });
      const { port } = server.address() as AddressInfo;
      address = `https://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}`;
      log.info({ address }, 'the API is served');
      const done = aborted(signal).then(() => {
        unsubscribe();
        return drain(server, upgraded, { stopping, clock });
      });
      return { done };
    },
  };
}

/** A consistent read, which only succeeds while the store can be reached. */
async function readFromStore({ core, clock }: ApiServerOptions): Promise<void> {
  const itself = { name: 'system:apiserver', groups: ['system:masters'] };
  const late = new AbortController();
  const timeout = sleep(clock, storageCheckMs, late.signal).then(() => {
    if (!late.signal.aborted) throw new Error('the store did not answer in time');
  });
  try {
    await Promise.race([core.list(itself, namespaces, { limit: 1 }), timeout]);
  } finally {
    late.abort();
  }
}

function listener({ credentials }: ApiServerOptions, dispatcher: Dispatcher, upgraded: Set<Duplex>): HttpsServer {
  const server = createServer({
    ...identityOf(credentials),
    // Whether the certificate is a good one is for the dispatcher to say: with a Status, not with a broken connection.
    requestCert: true,
    rejectUnauthorized: false,
    // Measured on Node.js 20: HTTP/2 takes as much CPU for a request (0.019 against 0.022 ms) and has none of the
    // time-outs below; all clients of Kubernetes speak HTTP/1.1.
    ALPNProtocols: ['http/1.1'],
    maxHeaderSize: 64 * 1024,
    handshakeTimeout: 10_000,
    // A client that sends slowly holds a connection for no longer than this. Answers may take as long as they like.
    headersTimeout: 10_000,
    requestTimeout: 60_000,
    connectionsCheckingInterval: 5_000,
    // Longer than that of Go's clients, which is 90 s: the client ends an idle connection, and never meets a closed one.
    keepAliveTimeout: 120_000,
    noDelay: true,
  });
  server.on('request', (request, response) => void dispatcher.request(request, response));
  server.on('upgrade', (request, socket, head) => {
    // From here on the server does not count the socket among its own, but still waits for it when it closes.
    upgraded.add(socket);
    socket.on('close', () => upgraded.delete(socket));
    void dispatcher.upgrade(request, socket, head);
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && dispatcher.isProxying(socket)) return;
    refuse(error, socket as Socket);
  });
  return server;
}

/** How the server is known, and whom it knows. */
function identityOf({ ca, serving }: ApiServerOptions['credentials']) {
  // With the authority, by whose hash a machine that joins knows the cluster.
  return { ca, cert: `${serving.cert.trimEnd()}\n${ca}`, key: serving.key, minVersion: 'TLSv1.2' as const };
}

/** Answers what is not HTTP, too long or too slow. */
function refuse(error: NodeJS.ErrnoException, socket: Socket & { readonly _parent?: Socket }): void {
  if (error.code === 'ERR_SSL_HTTP_REQUEST') {
    // Node.js has no public way from a failed handshake to its connection; without one the client learns nothing.
    socket._parent?.end('HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n');
    socket._parent?.destroySoon();
    return;
  }
  // Before its handshake is done a connection takes no answer: it would wait for ever to be sent.
  const isHttp = error.code?.startsWith('HPE_') || error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
  if (!isHttp || !socket.writable) {
    socket.destroy();
    return;
  }
  const [line, message] =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? ['431 Request Header Fields Too Large', 'the headers or the URL are too long']
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? ['408 Request Timeout', 'the request did not arrive in time']
        : ['400 Bad Request', 'the request is not HTTP/1.1'];
  const body = JSON.stringify(new StatusError('BadRequest', message, {}, Number(line!.slice(0, 3))).toStatus());
  const head = `HTTP/1.1 ${line}\r\nConnection: close\r\nContent-Type: application/json\r\n`;
  socket.end(`${head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}

function listening(server: HttpsServer, { host, port }: ApiServerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** Ends watches and streams at once, lets other requests finish, and then closes what is left. */
async function drain(
  server: HttpsServer,
  upgraded: ReadonlySet<Duplex>,
  { stopping, clock }: { stopping: AbortController; clock: Clock },
): Promise<void> {
  stopping.abort();
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  // Connections become idle as their requests end.
  const sweep = () => {
    server.closeIdleConnections();
    timer = clock.after(100, sweep);
  };
  let timer = clock.after(100, sweep);
  const deadline = clock.after(drainMs, () => {
    server.closeAllConnections();
    for (const socket of upgraded) socket.destroy();
  });
  await closed;
  timer.cancel();
  deadline.cancel();
}
