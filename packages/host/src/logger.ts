// Owns how the processes log: JSON lines on standard error, through pino. Secrets are never passed to it.
import { pino } from 'pino';

export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  /** A logger whose every line also carries `fields`. */
  child(fields: object): Logger;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Errors go under the key `err`: `log.warn({ err, pod }, 'could not start the container')`. */
export function createLogger(options: { name: string; level?: LogLevel }): Logger {
  return pino({ name: options.name, level: options.level ?? 'info' }, pino.destination({ dest: 2, sync: true }));
}

/** For tests and for callers that do not care. */
export const silentLogger: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  child: () => silentLogger,
};
