// Owns how long an answer may lie in this process because its client does not take it.
import type { ServerResponse } from 'node:http';
import type { Clock } from '@berth/host';

/** Less than this is not waited for: it costs less than the waiting. */
const smallBytes = 64 * 1024;
/** As long as Kubernetes gives a whole request. */
const patienceMs = 60_000;

/** Resolves once the client has taken the answer, or has gone, or was put out for taking too long. */
export function sent(response: ServerResponse, clock: Clock): Promise<void> | undefined {
  if (response.writableFinished || (response.socket?.writableLength ?? 0) < smallBytes) return undefined;
  return new Promise((resolve) => {
    const late = clock.after(patienceMs, () => response.destroy());
    response.once('close', () => {
      late.cancel();
      resolve();
    });
  });
}
