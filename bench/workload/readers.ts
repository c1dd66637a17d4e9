// Owns many watches at once, each on a connection of its own. It does as little as can be done with each event, for its
// CPU is taken from the server's on the same machine.
import { Agent, get } from 'node:https';
import type { ConnectionOptions } from '@berth/client';

const lineEnd = 0x0a;

/** Resolves when all are open. `take` gets each event, a line of JSON, with the milliseconds at which its part came. */
export async function openReaders(
  { server, ca, cert, key }: ConnectionOptions,
  { path, count }: { readonly path: string; readonly count: number },
  take: (event: Buffer, now: number) => void,
): Promise<{ close(): void }> {
  const agent = new Agent({ ca, cert, key, maxSockets: Number.POSITIVE_INFINITY });
  const open = () =>
    new Promise<void>((resolve, reject) => {
      const request = get(`${server}${path}`, { agent }, (response) => {
        let rest: Buffer | undefined;
        response.on('data', (part: Buffer) => {
          const now = performance.now();
          const bytes = rest ? Buffer.concat([rest, part]) : part;
          let start = 0;
          for (let end = bytes.indexOf(lineEnd); end >= 0; end = bytes.indexOf(lineEnd, start)) {
            take(bytes.subarray(start, end), now);
            start = end + 1;
          }
          rest = start < bytes.length ? bytes.subarray(start) : undefined;
        });
        // They are cut off in the end.
        response.on('error', () => {});
        if (response.statusCode === 200) resolve();
        else reject(new Error(`a watch was answered with ${response.statusCode}`));
      });
      request.on('error', reject);
    });
  await Promise.all(Array.from({ length: count }, open));
  return { close: () => agent.destroy() };
}
