// Owns how kubecfg tells what went wrong, and its exit codes: 1 the server or the cluster said no, 2 the command line was
// wrong.
import { StatusError } from '@berth/objects';
import { UsageError } from './targets.ts';

/** Tells it, with what it is about, and goes on with the other objects; the program ends with the failure's code. */
export function failed(error: unknown, source?: string): void {
  console.error(told(error, source ? `${source}: ` : ''));
  process.exitCode = error instanceof UsageError ? 2 : 1;
}

function told(error: unknown, about: string): string {
  const text = error instanceof Error ? error.message : String(error);
  // Without a server it is no server's error.
  const fromServer = error instanceof StatusError && error.reason !== 'ServiceUnavailable';
  return fromServer ? `${about}Error from server (${error.reason}): ${text}` : `kubecfg: ${about}${text}`;
}
