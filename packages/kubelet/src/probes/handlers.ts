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
}

/** What is kept of an answer. */
const maxOutput = 10 * 1024;

export function resolvePort(container: Container, port: number | string): number | undefined {
  if (typeof port === 'number') return port;
  return /^\d+$/.test(port) ? Number(port) : container.ports?.find(({ name }) => name === port)?.containerPort;
}

export function httpGet(
  container: Container,
  podIP: string,
  action: HTTPGetAction,
  signal: AbortSignal,
): Promise<HandlerResult> {
  const port = resolvePort(container, action.port);
  if (port === undefined) return Promise.resolve({ ok: false, output: `no port named ${JSON.stringify(action.port)}` });
  const scheme = (action.scheme ?? 'HTTP').toLowerCase();
  const host = action.host || podIP;
  const path = action.path?.startsWith('/') ? action.path : `/${action.path ?? ''}`;
  const url = `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}${path}`;
  const headers: Record<string, string> = { 'User-Agent': 'kube-probe/1.32', Accept: '*/*' };
  for (const { name, value } of action.httpHeaders ?? []) headers[name] = value;
  const send = scheme === 'https' ? httpsRequest : httpRequest;
  return new Promise((resolve) => {
    const failed = (error: Error) => {
      const reason = signal.aborted
        ? 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)'
        : error.message;
      resolve({ ok: false, output: `Get "${url}": ${reason}` });
    };
    // Probes ask whether it answers, not who it is.
    const request = send(url, { headers, signal, agent: false, rejectUnauthorized: false }, (response) => {
      const chunks: Buffer[] = [];
      let length = 0;
      response.on('error', failed);
      response.on('data', (chunk: Buffer) => {
        if (length < maxOutput) chunks.push(chunk);
        length += chunk.length;
        if (length > maxOutput) response.destroy();
      });
      response.on('close', () => {
        const status = response.statusCode ?? 0;
        const ok = status >= 200 && status < 400;
        const body = Buffer.concat(chunks).subarray(0, maxOutput).toString();
        resolve({ ok, output: ok ? body : `HTTP probe failed with statuscode: ${status}` });
      });
    });
    request.on('error', failed);
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
