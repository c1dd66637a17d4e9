// Owns which stream a path of the agent's server stands for: exec, attach or a connection to a pod's port.
// Source: Kubernetes' kubelet server.
import { badRequestError, StatusError } from '@berth/objects';
import type { WebSocket } from 'ws';
import { serveSession } from './exec-socket.ts';
import { containerOf, type PodAccess } from './pod-access.ts';
import { servePort } from './port-socket.ts';

export interface StreamRequest {
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  /** Aborts when the caller has gone. */
  readonly signal: AbortSignal;
}

type Serve = (socket: WebSocket) => Promise<void>;

/** Opens what is asked for, or throws StatusError. What comes back carries it over the caller's socket. */
export async function openStream(pods: PodAccess, { path, query, signal }: StreamRequest): Promise<Serve> {
  const on = (name: string) => ['1', 'true'].includes(query.get(name) ?? '');
  const wanted = { stdin: on('input'), stdout: on('output'), stderr: on('error'), tty: on('tty') };
  const verb = `${path[0]}/${path.length}`;
  switch (verb) {
    case 'exec/4': {
      const command = query.getAll('command');
      if (command.length === 0) throw badRequestError('you must specify at least 1 command');
      const session = await pods.exec(containerOf(path), { command, stdin: wanted.stdin, tty: wanted.tty });
      return (socket) => serveSession(socket, session, wanted);
    }
    case 'attach/4': {
      const session = await pods.attach(containerOf(path), { stdin: wanted.stdin, tty: wanted.tty });
      return (socket) => serveSession(socket, session, wanted);
    }
    case 'portForward/3': {
      const [, namespace = '', pod = ''] = path;
      const target = await pods.connect({ namespace, pod }, portOf(query), signal);
      return (socket) => servePort(socket, target);
    }
    default:
      throw new StatusError('NotFound', 'the server could not find the requested resource');
  }
}

function portOf(query: URLSearchParams): number {
  const text = query.get('port') ?? '';
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw badRequestError(`${JSON.stringify(text)} is not a valid port`);
  return port;
}
