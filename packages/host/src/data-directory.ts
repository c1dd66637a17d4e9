// Owns the directory in which a program keeps everything: that it is there, is the owner's alone, and can be written.
import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

const why: Readonly<Record<string, string>> = {
  EACCES: 'this user may not write there',
  EEXIST: 'it is not a directory',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'it is not a directory',
  EPERM: 'this user may not write there',
  EROFS: 'its file system is read-only',
};

/** Makes the directory if it is not there. Throws an Error whose message is a sentence for whoever started the program. */
export function openDataDirectory(path: string): void {
  try {
    if (!existsSync(path)) {
      // Of what is in the way Node.js, asked for all directories at once, would only say that they are not there.
      accessSync(nearest(path), constants.W_OK | constants.X_OK);
      mkdirSync(path, { recursive: true, mode: 0o700 });
    }
    if (!statSync(path).isDirectory()) throw Object.assign(new Error(), { code: 'ENOTDIR' });
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new Error(`the data directory ${path} cannot be used: ${why[code ?? ''] ?? message}`);
  }
}

/** The directory above it that is there. */
function nearest(path: string): string {
  const above = dirname(path);
  return above === path || existsSync(above) ? above : nearest(above);
}
