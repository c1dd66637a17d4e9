// Owns the one socket to the gateway: WebSocket only, opened when somebody is signed in. Views and logs are streams on
// it, each under an id; a failed stream ends alone, and all are opened again after a reconnect.
import type {
  Acknowledgement,
  ClientToServer,
  Frame,
  LogFrame,
  LogQuery,
  ServerToClient,
  ViewQuery,
} from '@berth/dashboard-api';
import { io, type Socket } from 'socket.io-client';
import { api } from './api.ts';
import type { Connection } from './freshness.ts';
import { observable } from './observable.ts';
import { sessionExpired } from './session.ts';

export const connection = observable<Connection>({ kind: 'connecting' });

interface Stream {
  open(socket: Socket<ServerToClient, ClientToServer>, id: string): void;
  view?(frame: Frame): void;
  log?(frame: LogFrame): void;
}

let socket: Socket<ServerToClient, ClientToServer> | undefined;
let lastId = 0;
const streams = new Map<string, Stream>();

/** Opens the socket, or opens it again with the session that there is now. */
export function connect(): void {
  socket?.disconnect();
  socket = io({ path: '/live', transports: ['websocket'], reconnectionDelay: 250, reconnectionDelayMax: 4_000 });
  const opened = socket;
  opened.on('connect', () => {
    connection.set({ kind: 'up', since: Date.now() });
    for (const [id, stream] of streams) stream.open(opened, id);
  });
  opened.on('disconnect', () => {
    if (opened === socket) connection.set({ kind: 'down', since: Date.now() });
  });
  opened.on('connect_error', () => {
    if (opened !== socket) return;
    if (connection.get().kind !== 'down') connection.set({ kind: 'down', since: Date.now() });
    // Refused by the server, not by the network: socket.io does not try again by itself.
    if (!opened.active) void refused(opened);
  });
  opened.on('view', (id, frame) => streams.get(id)?.view?.(frame));
  opened.on('log', (id, frame) => streams.get(id)?.log?.(frame));
  opened.on('signedOut', sessionExpired);
}

/** Either the session ended, or the server could not look it up just now. */
async function refused(opened: Socket): Promise<void> {
  const state = await api.session.state.query().catch(() => undefined);
  if (opened !== socket) return;
  if (state?.signedIn === false) sessionExpired();
  else setTimeout(() => opened === socket && opened.connect(), 3_000);
}

export function disconnect(): void {
  socket?.disconnect();
  socket = undefined;
  connection.set({ kind: 'connecting' });
}

/** Tries at once instead of at the end of the back-off. */
export function reconnectNow(): void {
  if (socket && !socket.connected) socket.connect();
}

function start(stream: Stream): () => void {
  lastId += 1;
  const id = `s${lastId}`;
  streams.set(id, stream);
  if (socket?.connected) stream.open(socket, id);
  return () => {
    streams.delete(id);
    if (socket?.connected) socket.emit('close', id);
  };
}

/** Follows a view until the returned function is called. */
export function openView(query: ViewQuery, onFrame: (frame: Frame) => void): () => void {
  return start({
    open: (to, id) =>
      to.emit('openView', id, query, (answer) => failed(answer, (message) => onFrame({ kind: 'error', message }))),
    view: onFrame,
  });
}

/** Follows a log until the returned function is called. After a reconnect it begins again with its last lines. */
export function openLog(query: LogQuery, onOpen: () => void, onFrame: (frame: LogFrame) => void): () => void {
  return start({
    open: (to, id) => {
      onOpen();
      to.emit('openLog', id, query, (answer) => failed(answer, (reason) => onFrame({ kind: 'end', reason })));
    },
    log: onFrame,
  });
}

function failed(answer: Acknowledgement, tell: (message: string) => void): void {
  if (!answer.ok) tell(answer.message);
}
