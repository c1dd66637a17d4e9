// Owns the single acts that probes and lifecycle hooks are made of: an HTTP request, a connection, a command.
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect } from 'node:net';
import type { Container, ExecAction, HTTPGetAction, TCPSocketAction } from '@berth/objects';
import type { PodRuntime } from '../runtime/port.ts';
import { whenAborted } from '../when-aborted.ts';

export interface HandlerResult {
  readonly ok: boolean;
  /** Why not, in the words of Kubernetes' events; or what was answered. */
  readonly output: string;
  /** It passes, and somebody should know of the output all the same. */
  readonly warning?: boolean;
}

/** Of a probe, the redirects that it follows among them. */
const maxRequests = 10;
/** What is kept of an answer. */
const maxOutput = 10 * 1024;

export function resolvePort(container: Container, port: number | string): number | undefined {
  if (typeof port === 'number') return port;
  return /^\d+$/.test(port) ? Number(port) : container.ports?.find(({ name }) => name === port)?.containerPort;
}

/** Follows redirects within the host, as Kubernetes' probes do; one that leads elsewhere passes with a warning. */
export async function httpGet(
  container: Container,
  podIP: string,
  action: HTTPGetAction,
  signal: AbortSignal,
): Promise<HandlerResult> {
  const port = resolvePort(container, action.port);
  if (port === undefined) return { ok: false, output: `no port named ${JSON.stringify(action.port)}` };
  const scheme = (action.scheme ?? 'HTTP').toLowerCase();
  const host = action.host || podIP;
  const path = action.path?.startsWith('/') ? action.path : `/${action.path ?? ''}`;
  const headers: Record<string, string> = { 'User-Agent': 'kube-probe/1.32', Accept: '*/*' };
  for (const { name, value } of action.httpHeaders ?? []) headers[name] = value;
  let url = `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}${path}`;
  try {
    for (let requests = 1; ; requests++) {
      const answer = await requestOnce(url, headers, signal);
      const next = redirectOf(answer, url);
      if (!next || next.hostname !== new URL(url).hostname) return verdictOn(answer);
      url = next.href;
      if (requests === maxRequests) throw new Error(`stopped after ${maxRequests} redirects`);
    }
  } catch (error) {
    const reason = signal.aborted
      ? 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)'
      : error instanceof Error
        ? error.message
        : String(error);
    return { ok: false, output: `Get "${url}": ${reason}` };
  }
}

interface Answer {
  readonly status: number;
  readonly location: string | undefined;
  /** The beginning of it. */
  readonly body: string;
}

function verdictOn({ status, body }: Answer): HandlerResult {
  if (status < 200 || status >= 400) return { ok: false, output: `HTTP probe failed with statuscode: ${status}` };
  if (status < 300) return { ok: true, output: body };
  return { ok: true, warning: true, output: `Probe terminated redirects, Response body: ${body}` };
}

const redirects = new Set([301, 302, 303, 307, 308]);

/** Undefined: the answer is the last one. Throws where it leads to no web address. */
function redirectOf({ status, location }: Answer, url: string): URL | undefined {
  if (!redirects.has(status) || !location) return undefined;
  if (!URL.canParse(location, url)) throw new Error(`failed to parse Location header ${JSON.stringify(location)}`);
  const next = new URL(location, url);
  if (next.protocol !== 'http:' && next.protocol !== 'https:')
    throw new Error(`unsupported protocol scheme ${JSON.stringify(next.protocol.slice(0, -1))}`);
  return next;
}

/** Throws when nothing answers, or nothing that HTTP knows. */
function requestOnce(url: string, headers: Record<string, string>, signal: AbortSignal): Promise<Answer> {
  const send = url.startsWith('https:') ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    // Probes ask whether it answers, not who it is.
    const request = send(url, { headers, signal, agent: false, rejectUnauthorized: false }, (response) => {
      const chunks: Buffer[] = [];
      let length = 0;
      response.on('error', reject);
      response.on('data', (chunk: Buffer) => {
        if (length < maxOutput) chunks.push(chunk);
        length += chunk.length;
        if (length > maxOutput) response.destroy();
      });
      response.on('close', () => {
        const body = Buffer.concat(chunks).subarray(0, maxOutput).toString();
        resolve({ status: response.statusCode ?? 0, location: response.headers.location, body });
      });
    });
    request.on('error', reject);
    request.end();
  });
}

export function tcpConnect(
  container: Container,
  podIP: string,
  action: TCPSocketAction,
  signal: AbortSignal,
): Promise<HandlerResult> {
  const port = resolvePort(container, action.port);
  if (port === undefined) return Promise.resolve({ ok: false, output: `no port named ${JSON.stringify(action.port)}` });
  const host = action.host || podIP;
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const settle = (result: HandlerResult) => {
      socket.destroy();
      resolve(result);
    };
    whenAborted(signal, () => settle({ ok: false, output: `dial tcp ${host}:${port}: i/o timeout` }));
    socket.once('connect', () => settle({ ok: true, output: '' }));
    socket.once('error', (error: NodeJS.ErrnoException) => {
      const reason = error.code === 'ECONNREFUSED' ? 'connect: connection refused' : error.message;
      settle({ ok: false, output: `dial tcp ${host}:${port}: ${reason}` });
    });
  });
}

export async function runCommand(
  runtime: Pick<PodRuntime, 'exec'>,
  containerId: string,
  action: ExecAction,
  signal: AbortSignal,
): Promise<HandlerResult> {
  const session = await runtime.exec(containerId, { command: action.command ?? [], stdin: false, tty: false });
  const forget = whenAborted(signal, () => session.close());
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const { data } of session.output) {
      if (length < maxOutput) chunks.push(Buffer.from(data));
      length += data.length;
    }
    const exitCode = await session.exitCode;
    const output = Buffer.concat(chunks).subarray(0, maxOutput).toString();
    return { ok: exitCode === 0, output };
  } catch (error) {
    if (signal.aborted) return { ok: false, output: 'command timed out' };
    throw error;
  } finally {
    forget();
    // Whoever waits for it no more need not hear that the session was left.
    session.exitCode.catch(() => {});
    session.close();
  }
}
