// Owns many watches at once, each on a connection of its own. It does as little as can be done with each event, for its
// CPU is taken from the server's on the same machine: no HTTP is parsed, only lines are told apart.
import { connect, type TLSSocket } from 'node:tls';
import type { ConnectionOptions } from '@berth/client';

const lineEnd = 0x0a;
const accepted = Buffer.from('HTTP/1.1 200 ');

/**
 * Resolves when all are open. `take` gets each line of the answers, an event, a header or a chunk's length, with the
 * milliseconds at which its part came.
 */
export async function openReaders(
  connection: ConnectionOptions,
  { path, count }: { readonly path: string; readonly count: number },
  take: (line: Buffer, now: number) => void,
): Promise<{ close(): void }> {
  const sockets = await Promise.all(Array.from({ length: count }, () => openReader(connection, path, take)));
  return {
    close: () => {
      for (const socket of sockets) socket.destroy();
    },
  };
}

function openReader(
  { server, ca, cert, key }: ConnectionOptions,
  path: string,
  take: (line: Buffer, now: number) => void,
): Promise<TLSSocket> {
  const { hostname, port } = new URL(server);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port), ca, cert, key }, () =>
      socket.write(`GET ${path} HTTP/1.1\r\nHost: ${hostname}\r\n\r\n`),
    );
    let rest: Buffer | undefined;
    socket.on('data', (part: Buffer) => {
      const now = performance.now();
      const bytes = rest ? Buffer.concat([rest, part]) : part;
      let start = 0;
      for (let end = bytes.indexOf(lineEnd); end >= 0; end = bytes.indexOf(lineEnd, start)) {
        take(bytes.subarray(start, end), now);
        start = end + 1;
      }
      rest = start < bytes.length ? bytes.subarray(start) : undefined;
    });
    socket.once('data', (head: Buffer) => {
      if (head.subarray(0, accepted.length).equals(accepted)) resolve(socket);
      else reject(new Error(`a watch was answered with ${head.toString('latin1').split('\r\n')[0]}`));
    });
    // After it is open it is cut off in the end.
    socket.on('error', reject);
  });
}
