// Owns the sockets of all browsers: lets in those that are signed in, gives each its streams, and ends them when the
// session ends. socket.io is loaded when the first browser comes.
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Timer } from '@berth/host';
import type { Server, Socket } from 'socket.io';
import type { Session } from '../auth/session.ts';
import type { ClientToServer, ServerToClient } from '../contract.ts';
import { cookieName, readCookie } from '../http/cookie.ts';
import { isOwnHost, isOwnOrigin } from '../http/origin.ts';
import type { Edge } from '../http/request-handler.ts';
import { Connection } from './connection.ts';
import type { Hub } from './hub.ts';

interface SocketData {
  session: Session;
  token: string;
}

type LiveServer = Server<ClientToServer, ServerToClient, Record<never, never>, SocketData>;
type LiveSocket = Socket<ClientToServer, ServerToClient, Record<never, never>, SocketData>;

const path = '/live';
/** What a browser may send at once: queries, nothing large. */
const maxMessage = 64 * 1024;
/** Snapshots of large views are compressed, each by itself; the small frames are not worth the memory it takes. */
const perMessageDeflate = {
  threshold: 32 * 1024,
  serverNoContextTakeover: true,
  clientNoContextTakeover: true,
  zlibDeflateOptions: { level: 3 },
};
/** The longest that a timer waits for a session's end before it looks again. */
const longestWaitMs = 24 * 60 * 60_000;

export class LiveSockets {
  readonly #edge: Edge & { readonly hub: Hub };
  readonly #endListening: () => void;
  readonly #bySession = new Map<string, Set<LiveSocket>>();
  #server: Promise<LiveServer> | undefined;
  #closed = false;

  constructor(edge: Edge & { readonly hub: Hub }) {
    this.#edge = edge;
    this.#endListening = edge.parts.accounts.onEnded((sessionIds) => {
      for (const id of sessionIds) for (const socket of this.#bySession.get(id) ?? []) signOut(socket);
    });
  }

  /** Answers the upgrade of a request to a socket. */
  async upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    // Until somebody has taken it over, an error of the connection is nobody's.
    const ignore = () => socket.destroy();
    socket.on('error', ignore);
    const known = (request.url ?? '').split('?')[0] === path || request.url?.startsWith(`${path}/`);
    const own = isOwnHost(request.headers.host, this.#edge.hostNames) && isOwnOrigin(request);
    if (!known || !own || this.#closed) {
      socket.end(`HTTP/1.1 ${known ? '403 Forbidden' : '404 Not Found'}\r\nConnection: close\r\n\r\n`);
      return;
    }
    this.#server ??= this.#load();
    const server = await this.#server;
    socket.off('error', ignore);
    server.engine.handleUpgrade(request, socket, head);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#endListening();
    await (await this.#server)?.close();
  }

  async #load(): Promise<LiveServer> {
    const [{ Server }, engine] = await Promise.all([import('socket.io'), import('engine.io')]);
    const server: LiveServer = new Server();
    server.bind(new engine.Server({ transports: ['websocket'], maxHttpBufferSize: maxMessage, perMessageDeflate }));
    server.use((socket, next) => {
      this.#admit(socket).then(
        (admitted) => next(admitted ? undefined : new Error('sign in first')),
        (error: unknown) => {
          this.#edge.parts.log.error({ err: error }, 'a session could not be looked up');
          next(new Error('the dashboard server failed'));
        },
      );
    });
    server.on('connection', (socket) => this.#connected(socket));
    return server;
  }

  async #admit(socket: LiveSocket): Promise<boolean> {
    const { parts, port } = this.#edge;
    const token = readCookie(socket.request, cookieName(port));
    const session = token ? await parts.accounts.lookUp(token) : undefined;
    if (!token || !session) return false;
    socket.data.session = session;
    socket.data.token = token;
    return true;
  }

  #connected(socket: LiveSocket): void {
    const { hub, parts } = this.#edge;
    const { session } = socket.data;
    const { clock, log } = parts;
    let waiting = 0;
    const connection = new Connection({
      hub,
      client: parts.api(session.user),
      clock,
      log,
      wire: {
        view(id, frame) {
          waiting++;
          socket.emit('view', id, frame);
        },
        log(id, frame) {
          waiting++;
          socket.emit('log', id, frame);
        },
        get waiting() {
          return waiting;
        },
      },
    });
    // The engine says so when it has handed all that waited to the connection.
    socket.conn.on('drain', () => {
      waiting = 0;
      connection.drained();
    });
    socket.on('openView', (id, query, acknowledge) => void connection.openView(id, query).then(answering(acknowledge)));
    socket.on('openLog', (id, query, acknowledge) => void connection.openLog(id, query).then(answering(acknowledge)));
    socket.on('close', (id) => connection.close(id));
    const sockets = this.#bySession.get(session.id) ?? new Set();
    this.#bySession.set(session.id, sockets.add(socket));
    const expiry = this.#watchExpiry(socket);
    socket.on('disconnect', () => {
      connection.closeAll();
      expiry.cancel();
      sockets.delete(socket);
      if (sockets.size === 0 && this.#bySession.get(session.id) === sockets) this.#bySession.delete(session.id);
    });
  }

  /** Signs the page out when its session has run out and was not renewed by another page. */
  #watchExpiry(socket: LiveSocket): Timer {
    const { accounts, clock, log } = this.#edge.parts;
    const look = () => {
      accounts.lookUp(socket.data.token).then(
        (session) => {
          if (!session) signOut(socket);
          else wait(session.expiresAt);
        },
        (error: unknown) => {
          log.error({ err: error }, 'a session could not be looked up');
          signOut(socket);
        },
      );
    };
    let timer: Timer;
    let cancelled = false;
    const wait = (expiresAt: number) => {
      if (!cancelled) timer = clock.after(Math.min(longestWaitMs, Math.max(1_000, expiresAt - clock.now())), look);
    };
    wait(socket.data.session.expiresAt);
    return {
      cancel() {
        cancelled = true;
        timer.cancel();
      },
    };
  }
}

function signOut(socket: LiveSocket): void {
  socket.emit('signedOut');
  socket.disconnect();
}

/** A browser may leave the acknowledgement out. */
function answering<T>(acknowledge: unknown): (answer: T) => void {
  return (answer) => {
    if (typeof acknowledge === 'function') acknowledge(answer);
  };
}
