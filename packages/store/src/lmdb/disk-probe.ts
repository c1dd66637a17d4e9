// Owns the question whether a disk that refused a write takes one again. It is asked with a file of its own: after a
// score of failed commits the LMDB binding has damaged the process's memory, so that none is tried on a guess.
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** More than a commit of many small writes needs. */
const bytes = Buffer.alloc(1 << 20);

/** Throws what the disk says. */
export async function probeDisk(directory: string): Promise<void> {
  const path = join(directory, 'probe');
  try {
    const file = await open(path, 'w', 0o600);
    try {
      await file.writeFile(bytes);
      await file.datasync();
    } finally {
      await file.close();
    }
  } finally {
    // Where nothing can be written there is nothing to remove.
    await rm(path, { force: true }).catch(() => undefined);
  }
}
