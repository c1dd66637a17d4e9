// Owns that a program goes on when the API server dies that it speaks to: it learns of the cluster's other servers from
// the endpoints of the service `kubernetes`, and moves to one of them when its own is not ready. A server that refuses
// connections is left at once, by the connection itself; this finds those that are silent, or cut off their store.
import { type Clock, type Component, type Logger, sleep } from '@berth/host';
import { type Endpoints, endpoints } from '@berth/objects';
import { httpsClient } from './client.ts';
import type { Connection } from './connection.ts';

export interface FollowServersOptions {
  readonly connection: Connection;
  readonly clock: Clock;
  readonly log: Logger;
  /** Other servers are known than before. */
  readonly onLearned?: () => Promise<void>;
}

const lookMs = 5_000;
const answerMs = 4_000;
/** Looks until it is asked again which servers there are. */
const looksPerLearning = 6;

export function followServers(options: FollowServersOptions): Component {
  return {
    name: 'API servers',
    async start(signal) {
      return { done: follow(options, signal) };
    },
  };
}

async function follow(options: FollowServersOptions, signal: AbortSignal): Promise<void> {
  for (let looks = 0; !signal.aborted; looks++) {
    if (looks % looksPerLearning === 0) await learn(options);
    await sleep(options.clock, lookMs, signal);
    if (!signal.aborted) await look(options, signal);
  }
}

async function learn({ connection, log, onLearned }: FollowServersOptions): Promise<void> {
  const { servers } = connection;
  const known = servers.all.length;
  const before = new Set(servers.all);
  try {
    const target = { namespace: 'default', name: 'kubernetes' };
    servers.learn(advertisedServers(await httpsClient(connection).get(endpoints, target)));
    if (servers.all.length !== known || servers.all.some((server) => !before.has(server))) await onLearned?.();
  } catch (err) {
    log.debug({ err }, 'cannot learn which API servers there are; trying again later');
  }
}

/** Where there is none that is ready, the current one is as good as any. */
async function look({ connection, clock, log }: FollowServersOptions, signal: AbortSignal): Promise<void> {
  const { servers } = connection;
  const [current, ...others] = servers.all;
  if (others.length === 0) return;
  for (const server of [current!, ...others]) {
    if (!(await isReady(connection, server, { clock, signal }))) continue;
    // Meanwhile somebody may have left it.
    if (server !== current && servers.current === current) {
      log.warn({ from: current, to: server }, 'the API server is not ready; going on with another one');
      servers.moveTo(server);
    }
    return;
  }
}

async function isReady(
  connection: Connection,
  server: string,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<boolean> {
  const late = new AbortController();
  const timer = clock.after(answerMs, () => late.abort());
  try {
    return await connection.isReady(server, AbortSignal.any([signal, late.signal]));
  } finally {
    timer.cancel();
  }
}

/** Where other machines reach the API: of the form `https://192.168.1.10:6443`. Empty: on loopback addresses alone. */
export function advertisedServers({ subsets = [] }: Endpoints): string[] {
  return subsets.flatMap(({ addresses = [], ports = [] }) =>
    ports.flatMap(({ port }) => addresses.map(({ ip }) => `https://${ip.includes(':') ? `[${ip}]` : ip}:${port}`)),
  );
}
