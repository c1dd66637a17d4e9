// Owns which of the agents of one machine programs the table. The lock is an abstract socket: it belongs to the network
// namespace, as the table does, and the kernel takes it back when its holder dies, however it dies. Whoever waits holds
// a connection to the owner, and so learns of its end at once.
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { aborted, type Clock, sleep } from '@berth/host';

const retryMs = 100;

export interface Ownership {
  /** Lets the next one take over. */
  release(): Promise<void>;
}

/** Resolves once this process is the owner; undefined if the signal aborts before. */
export async function becomeOwner(table: string, clock: Clock, signal: AbortSignal): Promise<Ownership | undefined> {
  const path = `\0berth-proxy-${table}`;
  while (!signal.aborted) {
    const owned = await listen(path);
    if (owned) return owned;
    if (!(await ownerEnded(path, signal))) await sleep(clock, retryMs, signal);
  }
  return undefined;
}

async function listen(path: string): Promise<Ownership | undefined> {
  const waiting = new Set<Socket>();
  const server: Server = createServer((socket) => {
    waiting.add(socket);
    socket.on('error', () => undefined).on('close', () => waiting.delete(socket));
    socket.resume();
  });
  server.listen({ path });
  try {
    await once(server, 'listening');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return undefined;
    throw error;
  }
  return {
    async release() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of waiting) socket.destroy();
      await closed;
    },
  };
}

/** True when an owner was there and has ended, false if none answered. */
async function ownerEnded(path: string, signal: AbortSignal): Promise<boolean> {
  const socket = connect({ path });
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
  let answered = false;
  socket.on('connect', () => {
    answered = true;
  });
  socket.on('error', () => undefined);
  socket.resume();
  await Promise.race([closed, aborted(signal)]);
  socket.destroy();
  return answered;
}
