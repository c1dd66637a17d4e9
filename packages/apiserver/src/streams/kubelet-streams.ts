// Owns the way from the API server to the agents: logs, commands and ports over HTTPS with mutual TLS, under the paths of
// Kubernetes' kubelet server.
import type { IncomingMessage } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import {
  type AttachOptions,
  type ChannelStream,
  type LogOptions,
  type Node,
  type Status,
  StatusError,
} from '@berth/objects';
import { WebSocket } from 'ws';
import type { KeyPair } from '../auth/certificates.ts';
import type { PodStreams, PodTarget, StreamTarget } from './port.ts';
import { socketChannels } from './socket-channels.ts';

export interface KubeletStreamsOptions {
  /** PEM of the authority that signed the agents' serving certificates. */
  readonly ca: string;
  /** What the server shows to an agent: another one, once it is renewed. */
  readonly client: () => KeyPair;
}

type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

const subprotocols = ['v5.channel.k8s.io', 'v4.channel.k8s.io'];
const answerTimeoutMs = 15_000;
/** Of an answer that is read whole: that of a node with some thousand containers. */
const maxTextBytes = 16 * 1024 * 1024;

export function createKubeletStreams({ ca, client }: KubeletStreamsOptions): PodStreams {
  let ways = waysOf(ca, client());

  /** What is under way under an earlier certificate goes on. */
  function current(): Ways {
    const pair = client();
    if (pair.cert !== ways.tls.cert) ways = waysOf(ca, pair);
    return ways;
  }

  function open(url: string, signal: AbortSignal): Promise<ChannelStream> {
    const socket = new WebSocket(url, subprotocols, { ...current().tls, handshakeTimeout: answerTimeoutMs });
    return opened(socket, url, signal);
  }

  return {
    async log(target, options, signal) {
      mustBeWanted(signal);
      const url = urlOf(target, { scheme: 'https', path: pathOf('containerLogs', target), query: logQuery(options) });
      const answer = await get(url, current().agent, signal);
      return bytesOf(answer, signal);
    },
    async exec(target, options, signal) {
      mustBeWanted(signal);
      const query = { command: options.command, ...streamsQuery(options) };
      return open(urlOf(target, { scheme: 'wss', path: pathOf('exec', target), query }), signal);
    },
    async attach(target, options, signal) {
      mustBeWanted(signal);
      const path = pathOf('attach', target);
      return open(urlOf(target, { scheme: 'wss', path, query: streamsQuery(options) }), signal);
    },
    async connect(target, port, signal) {
      mustBeWanted(signal);
      const { namespace = '', name } = target.pod.metadata;
      return open(urlOf(target, { scheme: 'wss', path: ['portForward', namespace, name], query: { port } }), signal);
    },
    async read(node, path, signal) {
      mustBeWanted(signal);
      const answer = await get(`https://${authorityOf(node)}${path}`, current().agent, signal);
      const chunks: Uint8Array[] = [];
      let size = 0;
      for await (const chunk of bytesOf(answer, signal)) {
        size += chunk.length;
        if (size > maxTextBytes) throw new StatusError('InternalError', `the answer of ${path} is too large`);
        chunks.push(chunk);
      }
      mustBeWanted(signal);
      return Buffer.concat(chunks).toString('utf8');
    },
    async connectAgent(node, signal) {
      mustBeWanted(signal);
      return connected({ ...current().tls, ...addressOf(node) }, signal);
    },
  };
}

interface Ways {
  readonly tls: KeyPair & { readonly ca: string };
  readonly agent: Agent;
}

function waysOf(ca: string, { cert, key }: KeyPair): Ways {
  const tls = { ca, cert, key };
  return { tls, agent: new Agent({ ...tls, keepAlive: true }) };
}

/** A request that was given up reaches no agent. */
function mustBeWanted(signal: AbortSignal): void {
  if (signal.aborted) throw new StatusError('Timeout', 'the request was cancelled');
}

function pathOf(verb: string, { pod, container }: StreamTarget): readonly string[] {
  const { namespace = '', name } = pod.metadata;
  return [verb, namespace, name, container];
}

interface Call {
  readonly scheme: 'https' | 'wss';
  readonly path: readonly string[];
  readonly query: Query;
}

function urlOf({ node }: PodTarget, { scheme, path: segments, query }: Call): string {
  const path = segments.map(encodeURIComponent).join('/');
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value === undefined) continue;
    for (const item of Array.isArray(value) ? value : [value]) search.append(key, String(item));
  }
  const text = search.toString();
  return `${scheme}://${authorityOf(node)}/${path}${text ? `?${text}` : ''}`;
}

function authorityOf(node: Node): string {
  const { host, port } = addressOf(node);
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function addressOf({ metadata, status }: Node): { host: string; port: number } {
  const addresses = status?.addresses ?? [];
  const preferred = ['InternalIP', 'Hostname', 'ExternalIP'];
  const found = preferred.flatMap((type) => addresses.filter((address) => address.type === type));
  const port = status?.daemonEndpoints?.kubeletEndpoint?.Port;
  if (!found[0] || !port)
    throw new StatusError('InternalError', `node ${metadata.name} does not say where its agent can be reached`);
  return { host: found[0].address, port };
}

function logQuery({ follow, previous, timestamps, ...rest }: LogOptions): Query {
  const { tailLines, sinceSeconds, sinceTime, limitBytes } = rest;
  return { follow, previous, timestamps, tailLines, sinceSeconds, sinceTime, limitBytes };
}

/** The kubelet's own names for the streams. */
function streamsQuery({ stdin, stdout, stderr, tty }: AttachOptions): Query {
  const one = (wanted: boolean | undefined) => (wanted ? '1' : undefined);
  return { input: one(stdin), output: one(stdout), error: one(stderr), tty: one(tty) };
}

function connected(options: { readonly host: string; readonly port: number }, signal: AbortSignal): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({ ...options, timeout: answerTimeoutMs });
    const stop = () => socket.destroy(new Error('the request was cancelled'));
    signal.addEventListener('abort', stop, { once: true });
    let isReady = false;
    const settle = () => signal.removeEventListener('abort', stop);
    // Once it is there, silence is no fault.
    socket.on('timeout', () => {
      if (!isReady) socket.destroy(new Error('the agent did not answer in time'));
    });
    socket.once('secureConnect', () => {
      isReady = true;
      settle();
      resolve(socket);
    });
    // Later errors are for whoever uses the connection.
    socket.on('error', (error) => {
      settle();
      reject(unreachable(`https://${options.host}:${options.port}`, error));
    });
  });
}

function get(url: string, agent: Agent, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const call = httpsRequest(url, { agent, signal, timeout: answerTimeoutMs });
    let answered = false;
    // Once there is an answer, silence is no fault: a log that is followed has nothing to say for long.
    call.on('timeout', () => {
      if (!answered) call.destroy(new Error('the agent did not answer in time'));
    });
    call.on('error', (error) => reject(unreachable(url, error)));
    call.on('response', (answer) => {
      answered = true;
      if (answer.statusCode === 200) resolve(answer);
      else refusal(answer).then(reject, reject);
    });
    call.end();
  });
}

/** Ends quietly when the signal aborts; any other break of the connection is an error. */
async function* bytesOf(answer: IncomingMessage, signal: AbortSignal): AsyncIterable<Uint8Array> {
  try {
    for await (const chunk of answer) yield chunk as Buffer;
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    answer.destroy();
  }
}

function opened(socket: WebSocket, url: string, signal: AbortSignal): Promise<ChannelStream> {
  return new Promise((resolve, reject) => {
    const stop = () => socket.terminate();
    const settle = () => signal.removeEventListener('abort', stop);
    signal.addEventListener('abort', stop, { once: true });
    socket.once('open', () => {
      settle();
      resolve(socketChannels(socket, signal));
    });
    socket.on('error', (error) => {
      settle();
      reject(unreachable(url, error));
    });
    socket.once('unexpected-response', (_request, answer) => {
      settle();
      void refusal(answer)
        .then(reject, reject)
        .finally(() => socket.terminate());
    });
  });
}

/** What the agent said instead: a Status, or a text. */
async function refusal(answer: IncomingMessage): Promise<StatusError> {
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  const code = answer.statusCode ?? 500;
  try {
    return StatusError.from({ code, ...(JSON.parse(text) as Partial<Status>) });
  } catch {
    const reason = code === 404 ? 'NotFound' : code < 500 ? 'BadRequest' : 'InternalError';
    return new StatusError(reason, text.trim() || `the agent answered ${code}`);
  }
}

function unreachable(url: string, error: Error): StatusError {
  const status = new StatusError('InternalError', `Get ${JSON.stringify(url)}: ${error.message}`);
  status.cause = error;
  return status;
}
