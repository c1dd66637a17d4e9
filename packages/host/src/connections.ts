// Owns how many connections a server of this process takes: so many that descriptors are left for the store, the logs and
// whatever else the process has to open. Beyond that, connections are closed at once, and the log says so.
import type { Server } from 'node:net';
import type { Clock } from './clock.ts';
import type { Logger } from './logger.ts';
import { sparing } from './sparing.ts';

const logIntervalMs = 60_000;

export interface ConnectionBounds {
  readonly server: Server;
  /** How many it takes; undefined: as many as come. */
  readonly most: number | undefined;
  readonly clock: Clock;
  readonly log: Logger;
}

/** To be called once the server listens: an error after that is a connection that could not be taken. */
export function boundConnections({ server, most, clock, log }: ConnectionBounds): void {
  const tell = (message: string) =>
    sparing({ clock, intervalMs: logIntervalMs }, (fields) => log.warn(fields, message));
  const dropped = tell('too many connections: new ones are closed until others have ended');
  const failed = tell('a connection could not be taken');
  if (most !== undefined) server.maxConnections = most;
  server.on('drop', () => dropped({ most }));
  server.on('error', (err) => failed({ err }));
}
