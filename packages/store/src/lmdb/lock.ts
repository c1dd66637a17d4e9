// Owns that one process at a time has a store open. The kernel lets go of the lock when its process dies, however it
// dies, so nothing stale is left to clean up.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { realpathSync } from 'node:fs';
import { createServer } from 'node:net';

/** Returns the function that lets go. Throws if another holder has the directory. */
export async function lockDirectory(directory: string): Promise<() => Promise<void>> {
  const name = createHash('sha256').update(realpathSync(directory)).digest('hex').slice(0, 32);
  // An abstract socket: a name in the kernel, not a file.
  const socket = createServer().unref();
  socket.listen({ path: `\0berth-store-${name}` });
  try {
    await once(socket, 'listening');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new Error(`another process has the store in ${directory} open`);
  }
  return () => new Promise((resolve) => socket.close(() => resolve()));
}
