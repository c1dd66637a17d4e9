// Owns many watches at once, each on a connection of its own. It does as little as can be done with each event, for its
// CPU is taken from the server's on the same machine: of HTTP it knows no more than the beginning of an answer and its
// chunks.
import { connect, type TLSSocket } from 'node:tls';
import type { ConnectionOptions } from '@berth/client';

/** Gets an event, a line of JSON, with the milliseconds at which its part came. */
type Take = (event: Buffer, now: number) => void;

const lineEnd = 0x0a;
const accepted = 'HTTP/1.1 200 ';
const headEnd = '\r\n\r\n';
/** In bytes: what follows a chunk. */
const breakLength = 2;

/** Resolves when all are open. */
export async function openReaders(
  connection: ConnectionOptions,
  { path, count }: { readonly path: string; readonly count: number },
  take: Take,
): Promise<{ close(): void }> {
  const sockets = await Promise.all(Array.from({ length: count }, () => openReader(connection, path, take)));
  return {
    close() {
      for (const socket of sockets) socket.destroy();
    },
  };
}

function openReader({ server, ca, cert, key }: ConnectionOptions, path: string, take: Take): Promise<TLSSocket> {
  const { hostname, port } = new URL(server);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port), ca, cert, key }, () =>
      socket.write(`GET ${path} HTTP/1.1\r\nHost: ${hostname}\r\n\r\n`),
    );
    let head = '';
    const begin = (part: Buffer) => {
      head += part.toString('latin1');
      const end = head.indexOf(headEnd);
      if (end < 0) return;
      if (!head.startsWith(accepted)) return reject(new Error(`a watch was answered with ${head.split('\r\n')[0]}`));
      socket.off('data', begin);
      const read = withoutChunks(inLines(take));
      read(Buffer.from(head.slice(end + headEnd.length), 'latin1'), performance.now());
      socket.on('data', (bytes: Buffer) => read(bytes, performance.now()));
      resolve(socket);
    };
    socket.on('data', begin);
    // Once it is open it is cut off in the end.
    socket.on('error', reject);
  });
}

/** Hands over what the chunks hold. Source: RFC 9112, section 7.1. */
function withoutChunks(take: Take): Take {
  let length = '';
  /** Bytes until the next chunk, the line break behind this one included. */
  let left = 0;
  return (bytes, now) => {
    let at = 0;
    while (at < bytes.length) {
      if (left === 0) {
        const end = bytes.indexOf(lineEnd, at);
        length += bytes.toString('latin1', at, end < 0 ? bytes.length : end);
        if (end < 0) return;
        left = Number.parseInt(length, 16) + breakLength;
        length = '';
        at = end + 1;
      } else {
        const content = bytes.subarray(at, Math.min(bytes.length, at + Math.max(0, left - breakLength)));
        if (content.length > 0) take(content, now);
        const passed = content.length || Math.min(left, bytes.length - at);
        left -= passed;
        at += passed;
      }
    }
  };
}

function inLines(take: Take): Take {
  let rest: Buffer | undefined;
  return (part, now) => {
    const bytes = rest ? Buffer.concat([rest, part]) : part;
    let start = 0;
    for (let end = bytes.indexOf(lineEnd); end >= 0; end = bytes.indexOf(lineEnd, start)) {
      take(bytes.subarray(start, end), now);
      start = end + 1;
    }
    rest = start < bytes.length ? bytes.subarray(start) : undefined;
  };
}
